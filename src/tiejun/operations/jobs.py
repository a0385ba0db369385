"""The tick of the business clock, its runs, and the walk over a long audit chain."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.engines.assignment.apart import SolvingFailed
from tiejun.foundation.clock import at_clock
from tiejun.foundation.jobs import every, task
from tiejun.foundation.refusals import Refused
from tiejun.leads.actions import allotting
from tiejun.leads.queries import allotments
from tiejun.operations.actions import audit, clock
from tiejun.operations.queries import allotted
from tiejun.operations.queries.clock import tick as due_now
from tiejun.operations.queries.steps import steps_of

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.foundation.clock import Occasion

log = logging.getLogger("tiejun.clock")
CLOCK = Scope.system("operations.clock")
PACKAGE = str(Path(__file__).resolve().parents[1])


@every("* * * * *")
def tick() -> None:
    """Plan the business days and hand out what is due."""
    hand_out(timezone.now())


def hand_out(now: datetime) -> None:
    """Do the clock's work of this moment, if there is any: an idle minute leaves no trace in the audit log."""
    if due_now(CLOCK, now=now).has_work:
        clock.run_due(CLOCK, now=now)


@task(queue="clock")
def run_clock_event(run_id: str) -> None:
    """Run one event; a failure is kept with the run, and what follows it waits."""
    try:
        steps = steps_of(CLOCK, UUID(run_id), now=timezone.now())
        outcome = steps[0].run(steps[1]) if steps else None
        clock.run_event(CLOCK, run_id=UUID(run_id), now=timezone.now(), outcome=outcome)
    except Refused as refusal:
        log.info("clock run refused", extra={"run": run_id, "code": refusal.code})
        if refusal.code != "already_done":
            clock.note_failure(CLOCK, run_id=UUID(run_id), error=refusal.code, now=timezone.now())
        return
    except Exception as error:
        log.exception("clock run failed", extra={"run": run_id})
        clock.note_failure(CLOCK, run_id=UUID(run_id), error=told(error), now=timezone.now())
        return
    hand_out(timezone.now())


@task()
def verify_audit(check_id: str) -> None:
    """Walk the audit chain for a check that was asked for."""
    audit.finish_check(Scope.system("operations.audit"), check_id=UUID(check_id), now=timezone.now())


# So few lists a transaction that a claim which meets one waits for a moment only.
PERSONS = 10
ALLOTMENT = Scope.system("operations.allotment")


@at_clock(
    "operations.allotment",
    time_key="clock.allocation",
    position=340,
    follows="leads.reclaim",
    for_company=True,
    in_steps=True,
)
def allot(occasion: Occasion) -> dict[str, Any]:
    """Fill the working lists of the coming day; a repeat after a crash goes on with the same question and answer."""
    scope, day, now = occasion.scope, occasion.business_day + timedelta(days=1), occasion.now
    run = allotments.night_of(scope, day)
    if run is None:
        if not allotted.is_list_day(scope, day, now):
            return {"skipped": 1}
        asked = allotted.question(scope, day=day, now=now)
        run = allotting.open_run(
            scope,
            kind="NIGHT",
            day=day,
            unit_id=occasion.unit_id,
            seed=asked.seed,
            inputs=asked.inputs,
            inputs_hash=asked.inputs_hash,
            now=now,
        )
    if run.state == "OPEN":
        found = allotted.solution(scope, bytes(run.inputs), day=day, now=now)
        for first in range(0, len(found.lists), PERSONS):
            part = found.lists[first : first + PERSONS]
            shares, items = [share for share, _items in part], [item for _share, items in part for item in items]
            allotting.give_lists(scope, run_id=run.pk, items=items, shares=shares, now=now)
        run = allotting.finish_run(
            scope, run_id=run.pk, figures=found.figures, answer_hash=found.answer_hash, now=timezone.now()
        )
    return {"leads": run.figures["given"], "persons": run.figures["persons"]}


@task()
def look_ahead(run_id: str) -> None:
    """Solve what a look ahead was asked for."""
    now = timezone.now()
    run = allotments.open_run(ALLOTMENT, UUID(run_id))
    try:
        found = allotted.solution(ALLOTMENT, bytes(run.inputs), day=run.day, now=now)
    except (SolvingFailed, allotted.RuleBroken):
        log.exception("look ahead failed", extra={"run": run_id})
        allotting.fail_run(ALLOTMENT, run_id=run.pk, now=now)
        return
    items = [item for _share, items in found.lists for item in items]
    allotting.look_ahead(ALLOTMENT, run_id=run.pk, items=items, shares=[share for share, _items in found.lists])
    allotting.finish_run(ALLOTMENT, run_id=run.pk, figures=found.figures, answer_hash=found.answer_hash, now=now)


@task()
def repeat_allotment(run_id: str) -> None:
    """Solve a night again from its kept inputs and compare."""
    now = timezone.now()
    run = allotments.open_run(ALLOTMENT, UUID(run_id))
    assert run.repeats is not None
    try:
        answer = allotted.answer_hash(ALLOTMENT, bytes(run.repeats.inputs))
    except SolvingFailed:
        log.exception("repetition failed", extra={"run": run_id})
        allotting.fail_run(ALLOTMENT, run_id=run.pk, now=now)
        return
    allotting.finish_repetition(ALLOTMENT, run_id=run.pk, answer_hash=answer, now=now)


def told(error: BaseException) -> str:
    """Return what failed and where in our code, without the error's own text: that may quote a row."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(PACKAGE)]
    places = [
        f"{frame.filename.removeprefix(PACKAGE).lstrip('/')}:{frame.lineno} {frame.name}" for frame in frames[-4:]
    ]
    return "\n".join([type(error).__name__, *places])
