from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.factories.org import make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation import audit, clock
from tiejun.foundation.clock import Occasion, at_clock
from tiejun.foundation.models import AuditEntry, ClockRun, PolicyVersion
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.operations import jobs
from tiejun.operations.actions.clock import note_failure, retry_run, run_due, run_event, run_now
from tiejun.operations.models import ClockUnit
from tiejun.operations.queries import clock as queries

pytestmark = pytest.mark.django_db

CLOCK = Scope.system("operations.clock")
NOON = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai
TODAY = date(2026, 3, 11)


@pytest.fixture
def happened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, date]]:
    """Two chained night events, one noon event on working days, and what they did."""
    monkeypatch.setattr(clock, "_EVENTS", {})
    done: list[tuple[str, date]] = []

    def note(key: str) -> Callable[[Occasion], dict[str, Any]]:
        def run(occasion: Occasion) -> dict[str, Any]:
            done.append((key, occasion.business_day))
            return {"count": 1}

        return run

    at_clock("test.noon", time_key="clock.noon", position=30, on_days_off=False)(note("noon"))
    at_clock("test.lock", time_key="clock.hard_lock", position=70)(note("lock"))
    at_clock("test.reclaim", time_key="clock.reclaim", position=80, follows="test.lock")(note("reclaim"))
    at_clock("test.digest", time_key="clock.noon", position=20, for_company=True)(note("digest"))
    return done


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that were handed to a worker, in order."""
    handed: list[str] = []
    monkeypatch.setattr(
        "tiejun.operations.actions.clock.jobs.start", lambda _name, *, lock, run_id: handed.append(run_id)
    )
    return handed


def work_through(started: list[str], now: datetime) -> None:
    """Let the clock and its worker run until nothing is due."""
    while queries.tick(CLOCK, now=now).has_work:
        run_due(CLOCK, now=now)
        while started:
            run_event(CLOCK, run_id=ClockRun.objects.get(pk=started.pop(0)).pk, now=now)


def test_first_tick_starts_today_and_not_in_the_past(happened: Any, started: list[str]) -> None:
    tree = make_company_tree()

    handed = run_due(CLOCK, now=NOON)

    assert set(ClockUnit.objects.values_list("started_on", flat=True)) == {TODAY}
    assert set(ClockRun.objects.values_list("business_day", flat=True)) == {TODAY}
    assert handed == len(started) == 3
    assert set(ClockRun.objects.filter(unit_id=tree.company.pk).values_list("event", flat=True)) == {"test.digest"}
    assert set(ClockRun.objects.filter(unit_id=tree.group.pk).values_list("event", flat=True)) == {
        "test.noon",
        "test.lock",
        "test.reclaim",
    }


def test_nothing_is_due_before_its_time_and_an_idle_minute_leaves_no_trace(happened: Any, started: list[str]) -> None:
    make_company_tree()
    work_through(started, NOON)
    entries = AuditEntry.objects.count()

    jobs.hand_out(NOON + timedelta(minutes=1))

    assert AuditEntry.objects.count() == entries


def test_missed_nights_are_caught_up_in_order_each_for_its_own_day(
    happened: list[tuple[str, date]], started: list[str]
) -> None:
    make_company_tree()
    work_through(started, NOON)
    happened.clear()

    work_through(started, NOON + timedelta(days=3))

    days = [TODAY + timedelta(days=number) for number in range(3)]
    for_one_group = [entry for entry in dict.fromkeys(happened) if entry[0] in ("lock", "reclaim")]
    assert for_one_group == [(key, day) for day in days for key in ("lock", "reclaim")]
    assert happened.count(("lock", TODAY)) == 2  # two groups, once each


def test_each_run_happens_once(happened: list[Any], started: list[str]) -> None:
    make_company_tree()
    run_due(CLOCK, now=NOON)
    first = ClockRun.objects.get(pk=started[0])
    run_event(CLOCK, run_id=first.pk, now=NOON)

    with pytest.raises(Refused) as refused:
        run_event(CLOCK, run_id=first.pk, now=NOON)

    assert refused.value.code == "already_done"
    assert len(happened) == 1


def test_a_missed_day_keeps_its_own_policy_and_today_follows_the_new_one(happened: Any, started: list[str]) -> None:
    make_company_tree()
    work_through(started, NOON)
    PolicyVersion.objects.create(
        key="clock.noon",
        value="12:30",
        status="APPROVED",
        valid_from=NOON + timedelta(days=2),
        made_at=NOON,
        reason="later",
    )

    work_through(started, NOON + timedelta(days=2, hours=1))

    due = dict(ClockRun.objects.filter(event="test.digest").values_list("business_day", "due_at"))
    assert due[TODAY + timedelta(days=1)] == datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
    assert due[TODAY + timedelta(days=2)] == datetime(2026, 3, 13, 4, 30, tzinfo=UTC)


def test_a_run_that_waits_moves_with_the_policy(happened: Any, started: list[str]) -> None:
    make_company_tree()
    work_through(started, NOON)
    PolicyVersion.objects.create(
        key="clock.hard_lock", value="25:00", status="APPROVED", valid_from=NOON, made_at=NOON, reason="earlier"
    )

    run_due(CLOCK, now=NOON + timedelta(minutes=1))

    assert set(ClockRun.objects.filter(event="test.lock").values_list("due_at", flat=True)) == {
        datetime(2026, 3, 11, 17, 0, tzinfo=UTC)
    }


def test_days_off_have_only_the_events_that_run_on_days_off(happened: Any, started: list[str]) -> None:
    tree = make_company_tree()
    saturday = NOON + timedelta(days=3)

    run_due(CLOCK, now=saturday)

    assert set(ClockRun.objects.filter(unit_id=tree.group.pk).values_list("event", flat=True)) == {
        "test.lock",
        "test.reclaim",
    }


def test_a_failed_predecessor_blocks_what_follows_in_its_unit_alone(happened: list[Any], started: list[str]) -> None:
    tree = make_company_tree()
    work_through(started, NOON)
    night = NOON + timedelta(hours=15)
    run_due(CLOCK, now=night)
    lock = ClockRun.objects.get(unit_id=tree.group.pk, event="test.lock", business_day=TODAY)
    note_failure(CLOCK, run_id=lock.pk, error="ValueError", now=night)
    for run_id in list(started):
        if run_id != str(lock.pk):
            run_event(CLOCK, run_id=ClockRun.objects.get(pk=run_id).pk, now=night)
    started.clear()

    run_due(CLOCK, now=night)

    handed = ClockRun.objects.filter(pk__in=started)
    assert [(run.unit_id, run.event) for run in handed] == [(tree.other_group.pk, "test.reclaim")]


def test_a_failed_run_is_tried_again_after_its_rest_and_no_more_than_allowed(happened: Any, started: list[str]) -> None:
    tree = make_company_tree()
    make_person(role=Role.SALES_OPS, unit=tree.company)
    now = NOON
    for attempt in range(1, 6):
        run_due(CLOCK, now=now)
        row = ClockRun.objects.get(event="test.digest", business_day=TODAY)
        assert (row.attempts, row.status) == (attempt, "RUNNING")
        note_failure(CLOCK, run_id=row.pk, error="ValueError", now=now)
        started.clear()
        now += timedelta(minutes=5 * attempt)

    assert row.pk not in queries.tick(CLOCK, now=now + timedelta(hours=2)).ready


def test_a_lost_run_is_handed_out_again(happened: Any, started: list[str]) -> None:
    make_company_tree()
    run_due(CLOCK, now=NOON)
    lost = set(started)
    started.clear()

    run_due(CLOCK, now=NOON + timedelta(minutes=61))

    assert lost == set(started)


def test_run_now_runs_a_later_event_and_refuses_a_blocked_one(happened: list[Any], started: list[str]) -> None:
    tree = make_company_tree()
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))
    work_through(started, NOON)
    lock, reclaim = (ClockRun.objects.get(unit_id=tree.group.pk, event=f"test.{name}") for name in ("lock", "reclaim"))

    with pytest.raises(Refused) as refused:
        run_now(ops, run_id=reclaim.pk, now=NOON)
    run_now(ops, run_id=lock.pk, reason="audit day", now=NOON)

    assert (refused.value.code, refused.value.facts) == ("blocked", {"event": "test.lock"})
    assert started == [str(lock.pk)]
    assert AuditEntry.objects.order_by("-seq").values_list("event", "reason").first() == (
        "operations.clock_event_started_by_hand",
        "audit day",
    )


def test_retry_is_for_failed_runs_alone(happened: Any, started: list[str]) -> None:
    tree = make_company_tree()
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))
    run_due(CLOCK, now=NOON)
    row = ClockRun.objects.get(pk=started[0])
    note_failure(CLOCK, run_id=row.pk, error="ValueError", now=NOON)
    started.clear()

    retry_run(ops, run_id=row.pk, now=NOON)

    row.refresh_from_db()
    assert (row.status, row.attempts, started) == ("RUNNING", 1, [str(row.pk)])
    with pytest.raises(Refused):
        retry_run(ops, run_id=row.pk, now=NOON)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SALES_OPS])
def test_running_by_hand_is_refused_to_other_roles_and_writes_nothing(
    role: Role, happened: Any, started: list[str]
) -> None:
    tree = make_company_tree()
    scope = scope_for(make_person(role=role, unit=tree.company))
    run_due(CLOCK, now=NOON)
    row = ClockRun.objects.filter(status="DUE").first()
    assert row is not None
    before = audit.head()

    with pytest.raises(PermissionRefused):
        run_now(scope, run_id=row.pk, now=NOON)

    row.refresh_from_db()
    assert (row.status, audit.head()) == ("DUE", before)


def test_a_failure_rolls_back_its_effects_and_is_kept_without_data(
    happened: Any, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = make_company_tree()

    def broken(occasion: Occasion) -> dict[str, Any]:
        tree.group.name = "changed"
        tree.group.save()
        message = "telephone 13800000000"
        raise ValueError(message)

    at_clock("test.broken", time_key="clock.noon", position=1, for_company=True)(broken)
    run_due(CLOCK, now=NOON)
    row = ClockRun.objects.get(event="test.broken")

    jobs.run_clock_event(str(row.pk))

    row.refresh_from_db()
    tree.group.refresh_from_db()
    assert row.status == "FAILED"
    assert row.error.startswith("ValueError\n")
    assert "13800000000" not in row.error
    assert tree.group.name != "changed"


def test_clock_of_a_day_shows_planned_done_failed_and_waiting(happened: Any, started: list[str]) -> None:
    tree = make_company_tree()
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))
    work_through(started, NOON)
    night = NOON + timedelta(hours=15)
    run_due(CLOCK, now=night)
    lock = ClockRun.objects.get(unit_id=tree.group.pk, event="test.lock", business_day=TODAY)
    note_failure(CLOCK, run_id=lock.pk, error="ValueError", now=night)

    day = queries.clock_days(ops, now=night, unit_id=tree.group.pk, day=TODAY)[0]

    assert [(line.event, line.state) for line in day.lines] == [
        ("test.noon", "DONE"),
        ("test.lock", "FAILED"),
        ("test.reclaim", "BLOCKED"),
    ]
    assert (day.done, day.failed, day.is_worked) == (1, 1, True)


def test_runs_page_filters_and_pages(happened: Any, started: list[str]) -> None:
    tree = make_company_tree()
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))
    work_through(started, NOON + timedelta(days=2))

    first = queries.runs_page(ops, queries.RunFilter(unit_id=tree.group.pk), size=2)
    second = queries.runs_page(ops, queries.RunFilter(unit_id=tree.group.pk), cursor=first.next_cursor, size=2)

    assert len({row.id for row in (*first.rows, *second.rows)}) == 3
    assert [row.event for row in queries.runs_page(ops, queries.RunFilter(status="DONE", event="test.noon")).rows] == [
        "test.noon"
    ] * 2


def test_a_strange_unit_is_not_found(happened: Any) -> None:
    tree = make_company_tree()
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))

    with pytest.raises(NotFound):
        queries.clock_days(ops, now=NOON, unit_id=make_person(unit=tree.group).pk)


def test_an_event_in_steps_works_outside_a_transaction_and_is_noted_afterwards(
    happened: Any, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_EVENTS", {})
    in_action: list[bool] = []

    def run(_occasion: Occasion) -> dict[str, Any]:
        in_action.append(audit.is_open())
        return {"batches": 3}

    at_clock("test.steps", time_key="clock.noon", position=30, for_company=True, in_steps=True)(run)
    make_company_tree()
    run_due(CLOCK, now=NOON)
    handed = started[0]

    for _ in range(2):
        jobs.run_clock_event(handed)

    row = ClockRun.objects.get(pk=handed)
    assert (row.status, row.outcome, in_action) == ("DONE", {"batches": 3}, [False])


def test_an_event_in_steps_that_fails_is_kept_and_may_run_again(
    happened: Any, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_EVENTS", {})

    def run(_occasion: Occasion) -> dict[str, Any]:
        raise ValueError

    at_clock("test.steps", time_key="clock.noon", position=30, for_company=True, in_steps=True)(run)
    make_company_tree()
    run_due(CLOCK, now=NOON)
    handed = started[0]

    jobs.run_clock_event(handed)

    row = ClockRun.objects.get(pk=handed)
    assert (row.status, row.outcome, row.error.splitlines()[0]) == ("FAILED", {}, "ValueError")


def test_a_clock_that_goes_back_an_hour_runs_nothing_twice(happened: list[Any], started: list[str]) -> None:
    make_company_tree()
    work_through(started, NOON)
    later = NOON + timedelta(hours=1)
    work_through(started, later)
    before = list(happened)

    work_through(started, later - timedelta(hours=1))
    work_through(started, later)

    assert before
    assert happened == before
