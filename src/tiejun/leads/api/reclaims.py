"""Reclaim for programs: the preview, the runs with their items, the trial of other deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from tiejun.foundation.schemas import Day, Moment, PageOut
from tiejun.leads.queries import reclaim_trial, reclaims
from tiejun.leads.queries.tonight import tonight

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.queries.tonight import TonightLine

router = Router()


class RunningOutOut(Schema):
    """A holding that runs out by tonight; `stays` says why it would stay, empty when it goes."""

    lead_id: UUID
    company_name: str
    person_id: UUID
    runs_out_at: Moment
    cause: str
    times_told: int
    outcome: str
    stays: str


class TonightOut(Schema):
    """What the next run at `at` would take back; `soon`: what runs out in the three days after."""

    at: Moment
    going: int
    staying: int
    soon: int
    is_cut: bool
    items: list[RunningOutOut]


class ReclaimRunOut(Schema):
    """A run, with its counts within reach of the asker; `broke_off_at`: it failed in the middle and waits for a repeat."""

    id: UUID
    unit_name: str
    business_day: Day
    finished_at: Moment | None
    broke_off_at: Moment | None
    handed_over: int
    pooled: int
    rested: int
    left: int


class ReclaimItemOut(Schema):
    """What a run did with one holding; names are empty for who may not know them."""

    lead_id: UUID
    company_name: str
    holder: str
    receiver: str
    is_mine: bool
    outcome: str
    cause: str
    why_left: str
    reasons: list[tuple[str, int]]


class DeadlineTrialQuery(Schema):
    """Deadlines to try, in working days; what is left out stays as the policy has it."""

    no_follow_up_days: Annotated[int, Field(ge=1, le=365)] | None = None
    no_deal_days: Annotated[int, Field(ge=1, le=730)] | None = None


class TrialPersonOut(Schema):
    """What one person would lose as things are, and under the tried deadlines."""

    person_id: UUID
    name: str
    unit_name: str
    as_is: int
    tried: int


class DeadlineTrialOut(Schema):
    """What would be taken back tonight as things are, and under the tried deadlines."""

    at: Moment
    as_is: int
    tried: int
    persons: int
    lines: list[TrialPersonOut]


class CursorQuery(Schema):
    """Where a page begins."""

    cursor: Annotated[str, Field(max_length=400)] = ""


@router.get("/reclaims/tonight", response=TonightOut)
def read_tonight(request: TiejunRequest) -> Any:
    """Read what would be taken back tonight within reach."""
    night = tonight(request.scope, request.now)
    counts = {name: getattr(night, name) for name in ("at", "going", "staying", "soon", "is_cut")}
    return counts | {"items": [_running_out(line) for holder in night.holders for line in holder.lines]}


@router.get("/reclaims/runs", response=list[ReclaimRunOut])
def list_runs(request: TiejunRequest) -> Any:
    """List the runs of the last 30 days that touched anything within reach."""
    return reclaims.runs(request.scope, request.now)


@router.get("/reclaims/runs/{run_id}", response=PageOut[ReclaimItemOut])
def list_items(request: TiejunRequest, run_id: UUID, wanted: Query[CursorQuery]) -> Any:
    """List what a run did within reach."""
    page = reclaims.run_page(request.scope, run_id, wanted.cursor)
    return {"items": page.lines, "next": page.next, "previous": page.previous}


@router.get("/reclaims/trial", response=DeadlineTrialOut)
def read_trial(request: TiejunRequest, wanted: Query[DeadlineTrialQuery]) -> Any:
    """Try other deadlines; nothing is written."""
    in_force = reclaim_trial.deadlines_in_force(request.scope, request.now)
    wish = reclaim_trial.Deadlines(
        wanted.no_follow_up_days or in_force.no_follow_up_days, wanted.no_deal_days or in_force.no_deal_days
    )
    return reclaim_trial.trial(request.scope, wish, request.now)


def _running_out(line: TonightLine) -> dict[str, Any]:
    same = ("lead_id", "person_id", "runs_out_at", "cause", "times_told", "outcome")
    return {name: getattr(line, name) for name in same} | {
        "company_name": line.brief.name,
        "stays": line.stays or "",
    }
