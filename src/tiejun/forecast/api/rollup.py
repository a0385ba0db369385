"""The roll-up for programs: what units answer for, and how it looked on an evening."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.forecast.actions import groups as actions
from tiejun.forecast.queries import rollup as queries
from tiejun.forecast.queries.months import month_asked
from tiejun.foundation.schemas import Day, In, Text

if TYPE_CHECKING:
    from tiejun.forecast.models import GroupForecast
    from tiejun.foundation.web import TiejunRequest

router = Router()


class GroupOut(Schema):
    """What a leader answers for: the members' sum and the adjustment with its reason."""

    unit_id: UUID
    month: date
    edition: int
    members_deals: int
    members_minor: int
    adjustment_deals: int
    adjustment_minor: int
    adjustment_reason: str
    deals: int
    amount_minor: int
    submitted_by_id: UUID
    submitted_at: datetime


class PartOut(Schema):
    """A part of a unit's number: a member's published commitment, or the number of a unit below."""

    name: str
    deals: int
    amount_minor: int
    commitment_id: UUID | None


class UnitLineOut(Schema):
    """A unit of the roll-up; `number` null while its leader has not answered, `is_stale` once something below has changed."""

    unit_id: UUID
    name: str
    depth: int
    number: GroupOut | None
    parts: list[PartOut]
    members_deals: int
    members_minor: int
    signed_deals: int
    signed_minor: int
    is_stale: bool
    may_submit: bool
    people: int
    exceptions: int


class RollUpOut(Schema):
    """The units in reach for a month, parents before children."""

    month: date
    lines: list[UnitLineOut]


class AsOfOut(Schema):
    """What was known on an evening about a unit, or one of its people."""

    unit_name: str
    person_name: str
    edition: int
    deals: int
    amount_minor: int
    signed_deals: int
    signed_minor: int


class GroupIn(In):
    """A number to answer for: the members' sum as it was looked at, and an adjustment."""

    seen_deals: Annotated[int, Field(ge=0, le=10**6)]
    seen_minor: Annotated[int, Field(ge=0, le=10**15)]
    adjustment_deals: Annotated[int, Field(ge=-9999, le=9999)] = 0
    adjustment_minor: Annotated[int, Field(ge=-(10**13), le=10**13)] = 0
    reason: Annotated[Text, Field(max_length=500)] = ""


@router.get("/forecasts/roll-up", response=RollUpOut, summary="The roll-up of a month")
def show_roll_up(request: TiejunRequest, month: Day | None = None) -> dict[str, Any]:
    found = queries.roll_up(request.scope, month=month, now=request.now)
    return {"month": found.month, "lines": [_line_out(line) for line in found.lines]}


@router.get(
    "/forecasts/roll-up/as-of/{day}",
    response=list[AsOfOut],
    summary="A month as it was known on an evening",
)
def show_as_of(request: TiejunRequest, day: Day, month: Day | None = None) -> list[queries.AsOfLine]:
    asked = month_asked(request.scope, month, now=request.now)
    return queries.as_of(request.scope, day, month=asked)


@router.post("/forecasts/roll-up/{uuid:unit_id}/{day}", response=GroupOut, summary="Answer for a unit's month")
def submit_group(request: TiejunRequest, unit_id: UUID, day: Day, sent: GroupIn) -> GroupForecast:
    return actions.submit_group(
        request.scope,
        unit_id=unit_id,
        month=month_asked(request.scope, day, now=request.now),
        seen=(sent.seen_deals, sent.seen_minor),
        adjustment=actions.Adjustment(sent.adjustment_deals, sent.adjustment_minor, sent.reason),
        now=request.now,
    )


def _line_out(line: queries.UnitLine) -> dict[str, Any]:
    names = [name for name in UnitLineOut.model_fields if name not in ("unit_id", "name", "number")]
    return {name: getattr(line, name) for name in names} | {
        "unit_id": line.unit.pk,
        "name": line.unit.name,
        "number": line.row,
    }
