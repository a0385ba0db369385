from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import In, Moment, Text
from tiejun.foundation.times import at_local, business_day
from tiejun.leads.actions import allotting
from tiejun.leads.queries import allotments

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()
MOST = 10_000


class AllottedOut(Schema):
    """A lead on a working list; `reasons` in the reader's language, `value_minor` in minor units of CNY."""

    lead_id: UUID
    company_id: UUID
    company_name: str
    district: str
    industry: str
    tier: str
    value_minor: int
    minutes: int | None
    reasons: list[str]
    is_by_hand: bool
    is_worked: bool
    due_at: Moment | None


class AllotmentOut(Schema):
    """A working list, what is worth most first."""

    fresh: int
    worked: int
    leads: list[AllottedOut]


class AssignIn(In):
    """Leads to put on working lists by hand; several people take turns."""

    lead_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]
    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    reason: Text


class AssignedOut(Schema):
    """What was done: `full` leads found no room, the others that are missing could not be given."""

    run_id: UUID
    asked: int
    given: int
    full: int


@router.get("/leads/allotment", response=AllotmentOut)
def read_allotment(request: TiejunRequest, person_id: UUID | None = None) -> Any:
    """Read one's own working list, or that of a person within reach."""
    day = business_day(request.now, request.scope.zone)
    since = at_local(day, "02:00", request.scope.zone)
    whose = person_id or request.scope.own_id
    found = allotments.todays_allotment(request.scope, person_id=whose, since=since)
    return {"fresh": found.fresh, "worked": found.worked, "leads": [_out(line) for line in found.lines]}


@router.post("/leads/assign", response={201: AssignedOut})
def assign_leads(request: TiejunRequest, facts: AssignIn) -> Any:
    """Put leads of the pools on working lists of people within reach, in turn."""
    run = allotting.assign_leads(request.scope, **facts.dict(), now=request.now)
    return Status(201, {"run_id": run.pk, **run.figures})


def _out(line: allotments.AllottedLine) -> dict[str, Any]:
    return {
        "lead_id": line.tenure.lead_id,
        "company_id": line.brief.company_id,
        "company_name": line.brief.name,
        "due_at": line.tenure.due_at,
        "reasons": list(line.reasons),
        "is_worked": line.is_worked,
        **{
            name: getattr(line, name)
            for name in ("district", "industry", "tier", "value_minor", "minutes", "is_by_hand")
        },
    }
