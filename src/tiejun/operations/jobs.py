"""The tick of the business clock, its runs, and the walk over a long audit chain."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation.jobs import every, task
from tiejun.foundation.refusals import Refused
from tiejun.operations.actions import audit, clock
from tiejun.operations.queries.clock import tick as due_now
from tiejun.operations.queries.steps import steps_of

if TYPE_CHECKING:
    from datetime import datetime

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


def told(error: BaseException) -> str:
    """Return what failed and where in our code, without the error's own text: that may quote a row."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(PACKAGE)]
    places = [
        f"{frame.filename.removeprefix(PACKAGE).lstrip('/')}:{frame.lineno} {frame.name}" for frame in frames[-4:]
    ]
    return "\n".join([type(error).__name__, *places])
