"""The business clock: plan the runs, hand out what is due, run one, keep its failure, run by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation import audit, clock, jobs, policies
from tiejun.foundation.models import ClockRun
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import business_day
from tiejun.inbox.actions import notify_all
from tiejun.operations import locks
from tiejun.operations.models import ClockUnit
from tiejun.operations.queries.clock import tick, waits_for
from tiejun.operations.queries.steps import clocked_unit, work_of
from tiejun.operations.rules import Refusal
from tiejun.org.queries import members_in_reach

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.operations.queries.clock import ClockedUnit, Tick

RUN_JOB = "operations.run_clock_event"


@action(Ability.RUN_CLOCK)
def run_due(scope: Scope, *, now: datetime) -> int:
    """Make the runs of every business day up to today and hand each due one to its own job, in order.

    A missed day runs for itself, with the policy it ended with. Returns how many were handed out.
    """
    locks.one_planner()
    plan = tick(scope, now=now)
    _plan(plan)
    ready = tick(scope, now=now).ready
    rows = {row.pk: row for row in ClockRun.objects.select_for_update().filter(pk__in=ready)}
    for run_id in ready:
        _hand_out(rows[run_id], now)
    audit.record(scope, "operations.clock_ticked", planned=len(plan.missing), moved=len(plan.moved), started=len(ready))
    return len(ready)


def _plan(plan: Tick) -> None:
    ClockUnit.objects.bulk_create(
        ClockUnit(unit_id=unit_id, started_on=day, planned_on=day) for unit_id, day in plan.new_units.items()
    )
    for unit_id, day in plan.planned.items():
        ClockUnit.objects.filter(pk=unit_id).update(planned_on=day)
    ClockRun.objects.bulk_create(
        (
            ClockRun(
                unit_id=run.unit_id,
                event=run.event,
                business_day=run.business_day,
                position=run.position,
                due_at=run.due_at,
            )
            for run in plan.missing
        ),
        ignore_conflicts=True,
    )
    for run_id, due_at in plan.moved.items():
        ClockRun.objects.filter(pk=run_id, status="DUE").update(due_at=due_at)


def _hand_out(row: ClockRun, now: datetime) -> None:
    row.status, row.started_at, row.finished_at, row.attempts = ClockRun.Status.RUNNING, now, None, row.attempts + 1
    row.save(update_fields=["status", "started_at", "finished_at", "attempts"])
    jobs.start(RUN_JOB, lock=f"clock:{row.unit_id}", run_id=str(row.pk))


@action(Ability.RUN_CLOCK)
def run_event(scope: Scope, *, run_id: UUID, now: datetime, outcome: dict[str, Any] | None = None) -> ClockRun:
    """Run one event for its own business day, at most once: its effects and its success are one transaction.

    `outcome`: the counts of an event that did its work in steps before; only its success is noted then.
    Raises `Refused` ALREADY_DONE, EVENT_GONE, UNIT_CLOSED.
    """
    row = locks.run(run_id)
    if row.status == "DONE":
        raise Refused(Refusal.ALREADY_DONE)
    if outcome is None:
        event, occasion = work_of(scope, row, now)
        outcome = event.run(occasion)
    row.status, row.outcome, row.error, row.finished_at = ClockRun.Status.DONE, outcome, "", now
    row.save(update_fields=["status", "outcome", "error", "finished_at"])
    audit.record(
        scope,
        "operations.clock_event_done",
        row,
        clock_event=row.event,
        business_day=row.business_day,
        unit_id=row.unit_id,
    )
    return row


@action(Ability.RUN_CLOCK)
def note_failure(scope: Scope, *, run_id: UUID, error: str, now: datetime) -> ClockRun:
    """Keep why a run failed (frames and codes, no data); after the last attempt sales operations is told."""
    row = locks.run(run_id)
    if row.status == "DONE":
        raise Refused(Refusal.ALREADY_DONE)
    row.status, row.error, row.finished_at = ClockRun.Status.FAILED, error[:4000], now
    row.save(update_fields=["status", "error", "finished_at"])
    unit = clocked_unit(scope, row.unit_id)
    if row.attempts >= policies.book(now).integer("clock.attempts_max", unit.chain):
        _tell_operations(scope, row, unit, now)
    audit.record(
        scope,
        "operations.clock_event_failed",
        row,
        clock_event=row.event,
        business_day=row.business_day,
        attempts=row.attempts,
    )
    return row


@action(Ability.RUN_CLOCK)
def run_now(scope: Scope, *, run_id: UUID, reason: str = "", now: datetime) -> ClockRun:
    """Hand a run that is due later to a worker at once.

    Raises `Refused` ALREADY_DONE, ALREADY_RUNNING, or BLOCKED (`event`) when an event before it has not succeeded.
    """
    row = locks.run(run_id)
    _check_by_hand(scope, row)
    _hand_out(row, now)
    audit.record(
        scope,
        "operations.clock_event_started_by_hand",
        row,
        reason=reason,
        clock_event=row.event,
        business_day=row.business_day,
    )
    return row


@action(Ability.RUN_CLOCK)
def retry_run(scope: Scope, *, run_id: UUID, reason: str = "", now: datetime) -> ClockRun:
    """Hand a failed run to a worker again, with fresh attempts; raises `Refused` NOT_FAILED or BLOCKED."""
    row = locks.run(run_id)
    if row.status != "FAILED":
        raise Refused(Refusal.NOT_FAILED)
    _check_by_hand(scope, row)
    row.attempts = 0
    _hand_out(row, now)
    audit.record(
        scope,
        "operations.clock_event_retried",
        row,
        reason=reason,
        clock_event=row.event,
        business_day=row.business_day,
    )
    return row


def _check_by_hand(scope: Scope, row: ClockRun) -> None:
    if row.status == "DONE":
        raise Refused(Refusal.ALREADY_DONE)
    if row.status == "RUNNING":
        raise Refused(Refusal.ALREADY_RUNNING)
    blocker = waits_for(scope, row.pk)
    if blocker is not None:
        raise Refused(Refusal.BLOCKED, event=clock.words_of(blocker))


def _tell_operations(scope: Scope, row: ClockRun, unit: ClockedUnit, now: datetime) -> None:
    readers = members_in_reach(scope, Ability.VIEW_RUNS, on=business_day(now, unit.zone), role=Role.SALES_OPS)
    if not readers:
        return
    notify_all(
        Scope.system("operations.clock", unit_chain=unit.chain, zone=unit.zone),
        person_ids=sorted({member.person_id for member in readers}),
        code="operations.clock_event_failed",
        facts={"event": row.event, "unit": unit.name, "day": row.business_day.isoformat()},
        url=f"/operations/runs/?unit={unit.id}&day={row.business_day.isoformat()}",
        dedupe_key=f"clock:{row.pk}:{row.attempts}",
        now=now,
    )
