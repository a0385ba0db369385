"""Past visits from an earlier system are judged like any other, before their day is locked."""

from uuid import uuid4

import pytest

from tests.factories.visits import ADVANCED, DAY, Field, local, make_field
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.refusals import Refused
from tiejun.leads.models import LeadTenure
from tiejun.visits.actions.day_locks import hard_lock_day, soft_lock_day
from tiejun.visits.actions.moving_in import bring_in_visits
from tiejun.visits.models import DayLock, Visit
from tiejun.visits.rules.vocabulary import PastVisit, Presence, VisitFactsInput, VisitKind

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")


def past(rep: Field, start: str, end: str, *, facts: VisitFactsInput = ADVANCED) -> PastVisit:
    return PastVisit(
        uuid4(), rep.person.pk, rep.unit.pk, rep.company.pk, VisitKind.ANCHOR, local(start), local(end), facts, Presence.IN_RANGE,
    )  # fmt: skip


def bring(rep: Field, *rows: PastVisit) -> list[Visit]:
    return bring_in_visits(SYSTEM, day=DAY, rows=rows, now=local("17:40"))


def lock(rep: Field) -> None:
    soft_at, hard_at = local("18:30"), local("26:00")
    soft_lock_day(SYSTEM, unit_id=rep.unit.pk, business_day=DAY, soft_at=soft_at, now=soft_at)
    hard_lock_day(SYSTEM, unit_id=rep.unit.pk, business_day=DAY, soft_at=soft_at, hard_at=hard_at, now=hard_at)


def test_a_past_day_is_judged_and_counts_at_its_lock() -> None:
    rep = make_field()

    bring(rep, past(rep, "10:00", "10:30"), past(rep, "14:00", "14:20", facts=VisitFactsInput()))
    lock(rep)

    assert list(Visit.objects.order_by("started_at").values_list("effective_visit", "state")) == [
        (True, "LOCKED"),
        (False, "LOCKED"),
    ]
    assert DayLock.objects.get(person=rep.person, business_day=DAY).visits == 1
    rep.company.refresh_from_db()
    assert rep.company.last_visit_at == local("14:20")


def test_the_same_key_twice_is_one_visit() -> None:
    rep = make_field()
    row = past(rep, "10:00", "10:30")

    bring(rep, row)
    again = bring(rep, row)

    assert (again, Visit.objects.count()) == ([], 1)


def test_a_frozen_day_takes_nothing_in() -> None:
    rep = make_field()
    bring(rep, past(rep, "10:00", "10:30"))
    lock(rep)

    with pytest.raises(Refused, match="DAY_IS_LOCKED"):
        bring(rep, past(rep, "11:00", "11:30"))

    assert Visit.objects.count() == 1


def test_past_visits_extend_the_open_holding() -> None:
    rep = make_field()
    LeadTenure.objects.filter(person=rep.person).update(due_at=local("18:00"))

    bring(rep, past(rep, "10:00", "10:30"))

    tenure = LeadTenure.objects.get(person=rep.person, ended_at=None)
    assert (tenure.last_qualifying_at, tenure.due_at > local("18:00")) == (local("10:30"), True)


def test_a_rep_may_not_bring_a_past_in() -> None:
    rep = make_field()

    with pytest.raises(PermissionRefused):
        bring_in_visits(
            rep.scope_at(local("17:40")),
            day=DAY,
            rows=[past(rep, "10:00", "10:30")],
            now=local("17:40"),
        )

    assert Visit.objects.count() == 0
