"""Who is told when that a lead runs out."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_lead
from tests.factories.org import make_leave, scope_for
from tests.leads.reclaim_world import World, at, steps
from tiejun.access.scope import Scope
from tiejun.foundation.models import AuditEntry
from tiejun.inbox.models import Notice
from tiejun.leads import actions
from tiejun.leads.actions.absence import pause_for_leave
from tiejun.leads.models import LeadReminder, LeadTenure
from tiejun.leads.rules import FollowUpFacts

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_holder_is_told_at_half_at_four_fifths_and_four_hours_before(world: World) -> None:
    world.hold(started=at("2026-03-11 09:00"))

    world.tell_all()

    assert steps() == [("P50", "13 13:05"), ("P80", "17 13:05"), ("LAST", "18 13:05")]
    assert list(LeadReminder.objects.order_by("remind_at").values_list("remind_at", flat=True)) == [
        at("2026-03-13 18:00"),
        at("2026-03-17 16:24"),
        at("2026-03-18 14:00"),
    ]


def test_thirty_leads_are_one_notice_with_a_list(world: World) -> None:
    for number in range(30):
        world.hold(lead=make_lead(make_company(f"Company {number:02}")))
    world.remind("2026-03-11 09:05")

    world.remind("2026-03-18 13:05")

    notice = Notice.objects.get(person=world.rep)
    assert (notice.code, notice.facts["count"], notice.facts["today"], notice.facts["tomorrow"]) == (
        "leads.run_out",
        30,
        30,
        0,
    )
    assert notice.facts["companies"].count("Company") == 5


def test_reminding_twice_tells_once(world: World) -> None:
    world.hold()

    for _ in range(2):
        world.remind("2026-03-18 13:05")

    assert Notice.objects.count() == 1
    assert AuditEntry.objects.filter(event="leads.reminders_sent").count() == 2


@pytest.mark.parametrize("moment", ["2026-03-18 12:30", "2026-03-18 20:00", "2026-03-14 10:00"])
def test_outside_of_working_time_nobody_is_told(world: World, moment: str) -> None:
    world.hold(due=at("2026-03-13 18:00"))

    world.remind(moment)

    assert (Notice.objects.count(), LeadReminder.objects.filter(sent_at__isnull=False).count()) == (0, 0)


def test_who_is_on_leave_is_told_when_back(world: World) -> None:
    world.hold(due=at("2026-03-20 18:00"))
    make_leave(world.rep, unit=world.unit, starts_on=date(2026, 3, 18))

    world.remind("2026-03-18 13:05")
    assert not Notice.objects.exists()
    world.remind("2026-03-19 09:05")

    assert Notice.objects.get().person == world.rep


def test_a_leave_moves_the_moments_and_tells_nothing_twice(world: World) -> None:
    tenure = world.hold(started=at("2026-03-11 09:00"))
    world.remind("2026-03-13 09:05", "2026-03-13 13:05")
    days = {"starts_on": date(2026, 3, 16), "ends_on": date(2026, 3, 16)}
    make_leave(world.rep, unit=world.unit, **days)
    pause_for_leave(
        Scope.system("test"), leave_id=tenure.pk, person_id=world.rep.pk, now=at("2026-03-13 14:00"), **days
    )

    for day in (16, 17, 18, 19):
        world.remind(f"2026-03-{day} 09:05", f"2026-03-{day} 13:05")

    assert steps() == [("P50", "13 13:05"), ("P80", "18 13:05"), ("LAST", "19 13:05")]


def test_a_follow_up_begins_the_clock_anew(world: World) -> None:
    tenure = world.hold(started=at("2026-03-11 09:00"))
    world.remind("2026-03-13 13:05")
    actions.record_follow_up(
        scope_for(world.rep),
        lead_id=tenure.lead_id,
        facts=FollowUpFacts("CALL", "TALKED", at("2026-03-17 10:00")),
        now=at("2026-03-17 10:00"),
    )

    for day in range(17, 28):
        world.remind(f"2026-03-{day} 09:05", f"2026-03-{day} 13:05")

    tenure.refresh_from_db()
    assert tenure.due_at == at("2026-03-26 18:00")
    assert steps() == [("P50", "13 13:05"), ("P50", "23 09:05"), ("P80", "25 13:05"), ("LAST", "26 13:05")]


def test_an_allotment_needs_no_reminder(world: World) -> None:
    world.hold(kind=LeadTenure.Kind.ALLOTTED, start_reason="ALLOTTED")

    world.tell_all()

    assert not LeadReminder.objects.exists()
