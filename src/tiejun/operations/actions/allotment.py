"""Asking for a look ahead at the night's allotment, or for a night to be computed again; a worker does it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.scope import Scope
from tiejun.foundation import audit, jobs
from tiejun.foundation.times import business_day
from tiejun.leads.actions import allotting
from tiejun.operations.queries import allotted
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.leads.models import AllotmentRun

LOOK_AHEAD, REPEAT = "operations.look_ahead", "operations.repeat_allotment"
MOST_DAYS_OFF = 20


@action(Ability.RUN_ALLOTMENT)
def ask_ahead(scope: Scope, *, now: datetime) -> AllotmentRun:
    """Ask what the next night would give, as things stand now; the answer appears in the run."""
    company = org.company_id(scope)
    reader = Scope.system("operations.allotment", unit_chain=[company], zone=scope.zone)
    day = _next_list_day(reader, now)
    asked = allotted.question(reader, day=day, now=now)
    run = allotting.open_run(
        scope,
        kind="PREVIEW",
        day=day,
        unit_id=company,
        seed=asked.seed,
        inputs=asked.inputs,
        inputs_hash=asked.inputs_hash,
        now=now,
    )
    jobs.start(LOOK_AHEAD, run_id=str(run.pk))
    audit.record(scope, "operations.allotment_asked", run, day=day)
    return run


@action(Ability.RUN_ALLOTMENT)
def ask_again(scope: Scope, *, run_id: UUID, now: datetime) -> AllotmentRun:
    """Ask for a finished night to be solved again from its kept inputs, to compare. Raises `NotFound`."""
    run = allotting.open_repetition(scope, run_id=run_id, now=now)
    jobs.start(REPEAT, run_id=str(run.pk))
    audit.record(scope, "operations.allotment_asked_again", run, night=run_id)
    return run


def _next_list_day(scope: Scope, now: datetime) -> date:
    today = business_day(now, scope.zone)
    days = (today + timedelta(days=number) for number in range(1, MOST_DAYS_OFF))
    return next((day for day in days if allotted.is_list_day(scope, day, now)), today + timedelta(days=1))
