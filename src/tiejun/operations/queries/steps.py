"""What one run of the clock has to do: its event, and the occasion it works for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.scope import Scope
from tiejun.foundation import clock
from tiejun.foundation.clock import Occasion
from tiejun.foundation.models import ClockRun
from tiejun.foundation.refusals import Refused
from tiejun.operations import rules
from tiejun.operations.queries.clock import clocked_units

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.foundation.clock import ClockEvent
    from tiejun.operations.queries.clock import ClockedUnit


def clocked_unit(scope: Scope, unit_id: UUID) -> ClockedUnit:
    """Return an open unit of the clock; raises `Refused` UNIT_CLOSED."""
    for unit in clocked_units(scope):
        if unit.id == unit_id:
            return unit
    raise Refused(rules.Refusal.UNIT_CLOSED)


def work_of(scope: Scope, row: ClockRun, now: datetime) -> tuple[ClockEvent, Occasion]:
    """Return the event of a run and the occasion it works for; raises `Refused` EVENT_GONE, UNIT_CLOSED."""
    event = next((event for event in clock.events() if event.key == row.event), None)
    if event is None:
        raise Refused(rules.Refusal.EVENT_GONE)
    unit = clocked_unit(scope, row.unit_id)
    inner = Scope.system(event.key, unit_chain=unit.chain, zone=unit.zone)
    return event, Occasion(inner, row.unit_id, row.business_day, row.due_at, now)


def steps_of(scope: Scope, run_id: UUID, *, now: datetime) -> tuple[ClockEvent, Occasion] | None:
    """Return event and occasion of a run that works in steps and is not done, None for any other run; raises as `work_of`."""
    row = ClockRun.objects.filter(pk=run_id).exclude(status="DONE").first()
    in_steps = {event.key for event in clock.events() if event.in_steps}
    return work_of(scope, row, now) if row is not None and row.event in in_steps else None
