"""The reclaim run: what is taken back, to whom it goes, what is left and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.customers import make_company
from tests.factories.leads import make_lead, make_pool, make_tenure
from tests.factories.org import NOW, make_person, scope_for
from tests.leads.reclaim_world import DAY, DUE, NIGHT, World, at, set_policy, steps
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.models import AuditEntry
from tiejun.inbox.models import Notice
from tiejun.leads import actions, jobs
from tiejun.leads.actions import reclaiming
from tiejun.leads.actions.reclaiming import open_run, take_back
from tiejun.leads.events import ReclaimRunFinished
from tiejun.leads.models import Cooldown, Lead, LeadTenure, ReclaimItem, ReclaimRun
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.queries.reclaiming import run_terms
from tiejun.leads.queries.reclaims import runs, taken_by_run
from tiejun.leads.rules import FollowUpFacts
from tiejun.org.actions.people import record_leaving

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_due_lead_goes_to_the_next_best_colleague_with_cool_down(world: World) -> None:
    tenure = world.hold()
    world.tell_all()

    outcome = world.reclaim()

    tenure.refresh_from_db()
    lead = Lead.objects.get()
    fresh = LeadTenure.objects.get(ended_at=None)
    item = ReclaimItem.objects.get()
    assert outcome == {"handed_over": 1, "pooled": 0, "rested": 0, "left": 0}
    assert (tenure.end_reason, tenure.ended_at) == ("RECLAIMED", NIGHT)
    assert (lead.owner, lead.status, lead.tenures_count) == (world.colleague, "PRIVATE", 1)
    assert (fresh.person, fresh.kind, fresh.start_reason, fresh.due_at) == (
        world.colleague,
        "PRIVATE",
        "HANDED_OVER",
        at("2026-03-30 18:00"),
    )
    assert (Cooldown.objects.get().person, Cooldown.objects.get().until) == (world.rep, NIGHT + timedelta(days=30))
    assert (item.outcome, item.cause, item.to_person) == ("HANDED_OVER", "NO_FOLLOW_UP", world.colleague)
    assert item.reasons == [["HAS_ROOM", 120]]
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_who_leaves_in_mid_run_gets_nothing_and_nothing_stays_with_them(world: World) -> None:
    tenure = world.hold()
    world.tell_all()
    scope = world.occasion(NIGHT).scope
    run = open_run(scope, unit_id=world.unit.pk, business_day=DAY, due_at=NIGHT, now=NIGHT)
    terms = run_terms(scope, run, NIGHT)
    assert set(terms.colleagues) >= {world.colleague.pk}
    record_leaving(Scope.system("test"), person_id=world.colleague.pk, left_on=DAY, now=NIGHT)

    take_back(scope, run=run, tenure_ids=[tenure.pk], terms=terms, now=NIGHT)

    assert not LeadTenure.objects.filter(person=world.colleague).exists()
    assert ReclaimItem.objects.get().outcome == "POOLED"


def test_without_a_colleague_with_room_it_goes_to_the_pool(world: World) -> None:
    for key in ("lead.private_cap_new", "lead.private_cap", "lead.private_cap_senior"):
        set_policy(key, 1)
    world.hold(world.colleague, due=at("2026-03-25 18:00"))
    tenure = world.hold()
    world.tell_all()

    assert world.reclaim() == {"handed_over": 0, "pooled": 1, "rested": 0, "left": 0}

    lead = Lead.objects.get(pk=tenure.lead_id)
    assert (lead.status, lead.owner, lead.unit) == ("POOLED", None, None)


def test_a_lead_of_another_pool_is_not_handed_to_who_may_not_claim_it(world: World) -> None:
    world.hold(lead=make_lead(pool=make_pool(unit=world.tree.other_group)))
    world.tell_all()

    assert world.reclaim()["pooled"] == 1


def test_who_held_it_before_is_not_asked_again(world: World) -> None:
    lead = make_lead()
    make_tenure(
        lead,
        world.colleague,
        world.unit,
        started_at=NOW - timedelta(90),
        ended_at=NOW - timedelta(60),
        end_reason="RELEASED",
    )
    world.hold(lead=lead)
    world.tell_all()

    assert world.reclaim()["pooled"] == 1


def test_after_three_fruitless_holdings_a_lead_rests(world: World) -> None:
    lead = make_lead()
    for days in (90, 60):
        ended = NOW - timedelta(days=days)
        other = make_person(unit=world.unit)
        make_tenure(lead, other, world.unit, started_at=ended - timedelta(5), ended_at=ended, end_reason="RECLAIMED")
    world.hold(lead=lead)
    world.tell_all()

    assert world.reclaim() == {"handed_over": 0, "pooled": 0, "rested": 1, "left": 0}

    lead.refresh_from_db()
    assert (lead.status, lead.owner) == ("RESTING", None)


def test_an_allotment_that_ended_untouched_goes_back_to_the_pool(world: World) -> None:
    tenure = world.hold(kind=LeadTenure.Kind.ALLOTTED, start_reason="ALLOTTED")
    Lead.objects.update(status="ALLOTTED")

    assert world.reclaim()["pooled"] == 1

    item = ReclaimItem.objects.get(tenure=tenure)
    assert (item.cause, item.outcome) == ("LEASE_ENDED", "POOLED")


def test_a_deal_that_never_came_ends_a_holding_that_was_followed_up(world: World) -> None:
    tenure = world.hold(due=DUE)
    world.tell_all()
    LeadTenure.objects.filter(pk=tenure.pk).update(no_deal_due_at=DUE)

    world.reclaim()

    assert ReclaimItem.objects.get().cause == "NO_DEAL"


def left(world: World) -> list[str]:
    assert not Cooldown.objects.exists()
    assert not LeadTenure.objects.exclude(ended_at=None).exists()
    return list(ReclaimItem.objects.values_list("why_left", flat=True))


def test_nothing_is_taken_when_reminders_could_not_be_sent(world: World) -> None:
    world.hold()

    assert world.reclaim() == {"handed_over": 0, "pooled": 0, "rested": 0, "left": 1}
    assert left(world) == ["REMINDERS_MISSING"]


def test_a_missing_last_reminder_leaves_the_lead_with_its_holder(world: World) -> None:
    world.hold(started=at("2026-03-11 09:00"))
    world.remind("2026-03-13 13:05", "2026-03-17 09:05")

    world.reclaim()

    assert left(world) == ["REMINDERS_MISSING"]


def test_told_only_once_is_too_few(world: World) -> None:
    world.hold()
    world.remind("2026-03-18 13:05")

    world.reclaim()

    assert left(world) == ["TOO_FEW_REMINDERS"]


def test_told_less_than_four_working_hours_before_is_too_late(world: World) -> None:
    world.hold()
    world.remind("2026-03-17 13:05", "2026-03-18 15:00")

    world.reclaim()

    assert left(world) == ["REMINDED_TOO_LATE"]


def test_who_was_told_too_late_is_told_again_and_loses_it_the_night_after(world: World) -> None:
    world.hold()
    world.remind("2026-03-18 13:05")
    world.reclaim()

    world.remind("2026-03-19 09:05", "2026-03-19 13:05")
    taken = world.reclaim(at("2026-03-20 02:30"), day=date(2026, 3, 19))

    assert steps()[-1] == ("AGAIN", "19 09:05")
    assert taken["handed_over"] == 1


def test_a_frozen_lead_stays(world: World) -> None:
    tenure = world.hold()
    world.tell_all()
    Lead.objects.filter(pk=tenure.lead_id).update(frozen_reason="dispute")

    world.reclaim()

    assert left(world) == ["FROZEN"]


def test_protected_and_not_yet_due_are_not_touched(world: World) -> None:
    world.hold(kind=LeadTenure.Kind.PROTECTED)
    world.hold(due=NIGHT + timedelta(seconds=1))
    world.tell_all()

    assert world.reclaim() == {"handed_over": 0, "pooled": 0, "rested": 0, "left": 0}
    assert not ReclaimItem.objects.exists()


def test_a_follow_up_of_the_same_evening_keeps_the_lead(world: World) -> None:
    tenure = world.hold()
    world.tell_all()
    actions.record_follow_up(
        scope_for(world.rep),
        lead_id=tenure.lead_id,
        facts=FollowUpFacts("VISIT", "TALKED", at("2026-03-18 17:00")),
        now=at("2026-03-18 22:00"),
    )

    assert world.reclaim()["handed_over"] == 0


def test_a_run_that_is_repeated_takes_nothing_twice(world: World) -> None:
    for _ in range(3):
        world.hold()
    world.tell_all()
    first = world.reclaim()

    assert world.reclaim() == first
    assert (ReclaimRun.objects.count(), ReclaimItem.objects.count(), Cooldown.objects.count()) == (1, 3, 3)
    assert LeadTenure.objects.filter(ended_at=None).count() == 3


def test_a_run_that_breaks_off_says_so_and_a_repeat_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tenures = [world.hold(), world.hold()]
    world.tell_all()
    monkeypatch.setattr(jobs, "BATCH", 1)
    taken = []

    def failing(*args: object, **facts: object) -> int:
        taken.append(1)
        return 1 // 0 if len(taken) == 2 else take_back(*args, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(reclaiming, "take_back", failing)
    with pytest.raises(ZeroDivisionError):
        world.reclaim()

    assert LeadTenure.objects.filter(pk__in=[row.pk for row in tenures], ended_at=None).count() == 1
    [line] = runs(scope_for(world.supervisor, NIGHT), NIGHT)
    assert (line.taken, line.finished_at) == (1, None)
    assert line.broke_off_at is not None
    monkeypatch.setattr(reclaiming, "take_back", take_back)
    assert world.reclaim()["handed_over"] == 2
    [line] = runs(scope_for(world.supervisor, NIGHT), NIGHT)
    assert (line.taken, line.broke_off_at) == (2, None)
    assert line.finished_at is not None


def test_a_clock_set_back_an_hour_is_harmless(world: World) -> None:
    world.hold()
    world.tell_all()
    world.reclaim()

    again = world.reclaim(NIGHT - timedelta(hours=1), due_at=NIGHT)
    world.remind("2026-03-18 12:05")

    assert again["handed_over"] == 1
    assert LeadTenure.objects.count() == 2


def test_a_changed_policy_leaves_running_holdings_as_they_are(world: World) -> None:
    tenure = world.hold(due=at("2026-03-20 18:00"))
    set_policy("lead.no_follow_up_days", 2, since=NOW)
    world.tell_all()

    assert world.reclaim() == {"handed_over": 0, "pooled": 0, "rested": 0, "left": 0}
    tenure.refresh_from_db()
    assert tenure.due_at == at("2026-03-20 18:00")


def test_missed_nights_are_caught_up_each_with_its_own_policy(world: World) -> None:
    world.hold()
    second = world.hold(due=at("2026-03-19 18:00"))
    world.tell_all()
    set_policy("lead.cooldown_reclaim_days", 10, since=at("2026-03-19 12:00"))
    late = at("2026-03-21 11:00")

    world.reclaim(late, due_at=NIGHT)
    world.reclaim(late, day=date(2026, 3, 19), due_at=at("2026-03-20 02:30"))

    assert list(Cooldown.objects.values_list("until", flat=True)) == [late + timedelta(days=30)]
    assert ReclaimItem.objects.get(tenure=second).why_left == "REMINDERS_MISSING"


def test_keys_are_checked_before_the_head_of_the_audit_chain_is_locked(world: World) -> None:
    """A batch writes a thousand references: checked at the commit, they would keep everybody who writes waiting."""
    world.hold()
    world.tell_all()

    with CaptureQueriesContext(connection) as asked:
        world.reclaim()

    said = [
        row["sql"] for row in asked if "SET CONSTRAINTS ALL IMMEDIATE" in row["sql"] or "audit.append" in row["sql"]
    ]
    batch = next(at for at, sql in enumerate(said) if "leads.reclaimed" in sql)
    assert said[batch - 1].startswith("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_batch_is_one_audit_row_with_count_and_digest(world: World) -> None:
    for _ in range(3):
        world.hold()
    world.tell_all()

    world.reclaim()

    facts = AuditEntry.objects.get(event="leads.reclaimed").facts
    assert (facts["taken"], facts["left"], len(facts["digest"])) == (3, 0, 64)


def test_losers_and_receivers_are_told_once_for_all(world: World, time_machine) -> None:
    time_machine.move_to(NIGHT, tick=False)
    for number in range(3):
        world.hold(lead=make_lead(make_company(f"Company {number}")))
    world.tell_all()
    Notice.objects.all().delete()
    world.reclaim()
    run = ReclaimRun.objects.get()

    for _ in range(2):
        jobs.tell_of_reclaim(ReclaimRunFinished(run.pk, world.unit.pk, NIGHT))

    assert taken_by_run(Scope.system("test"), run.pk) == {
        world.rep.pk: set(Lead.objects.values_list("company", flat=True))
    }
    told = {(row.person_id, row.code, row.facts["count"], row.url) for row in Notice.objects.all()}
    url = f"/leads/reclaims/{run.pk}/"
    assert told == {
        (world.rep.pk, "leads.reclaimed_from_you", 3, url),
        (world.colleague.pk, "leads.reclaimed_to_you", 3, url),
    }


@pytest.mark.parametrize("role", list(Role))
def test_nobody_but_the_clock_takes_back(world: World, role: Role) -> None:
    scope = scope_for(make_person(role=role, unit=world.tree.other_group))

    with pytest.raises(PermissionRefused):
        open_run(scope, unit_id=world.unit.pk, business_day=DAY, due_at=NIGHT, now=datetime.now(UTC))

    assert not ReclaimRun.objects.exists()
