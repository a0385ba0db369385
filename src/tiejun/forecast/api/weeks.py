"""Weeks and the truth of forecasts for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.forecast.actions import weeks as actions
from tiejun.forecast.queries import accuracy as accuracy_queries
from tiejun.forecast.queries import weeks as queries
from tiejun.foundation.schemas import Day, In, Text

if TYPE_CHECKING:
    from tiejun.forecast.models import WeeklyForecast
    from tiejun.foundation.web import TiejunRequest

router = Router()
Version = Annotated[int, Field(ge=0, le=10**9)]


class WeekOut(Schema):
    """The numbers agreed for a week (its Monday); `findings`: what the data said of the week before."""

    person_id: UUID
    week: date
    deals: int
    visits: int
    effective: int
    quantity_note: str
    quality_note: str
    conversion_note: str
    key_companies: list[UUID]
    findings: list[dict[str, Any]]
    agreed_by_id: UUID
    agreed_at: datetime
    version: int


class FindingOut(Schema):
    """What the data says, by its section: QUANTITY, QUALITY, CONVERSION."""

    section: str
    code: str
    is_good: bool
    numbers: dict[str, float | str]


class WeekLineOut(Schema):
    """A person's week as agreed (`agreed`, null without) and as it came so far; `following`: what is agreed for the next."""

    person_id: UUID
    name: str
    agreed: WeekOut | None
    deals: int
    visits: int
    effective: int
    floor: int
    findings: list[FindingOut]
    following: WeekOut | None


class WeekPageOut(Schema):
    """A group's week."""

    unit_id: UUID
    week: date
    lines: list[WeekLineOut]


class WeekIn(In):
    """The numbers of a week as agreed; `version` of what is changed, 0 for the first."""

    version: Version = 0
    deals: Annotated[int, Field(ge=0, le=actions.MOST_DEALS)]
    visits: Annotated[int, Field(ge=0, le=actions.MOST_VISITS)]
    effective: Annotated[int, Field(ge=0, le=actions.MOST_VISITS)]
    quantity_note: Annotated[Text, Field(max_length=2000)] = ""
    quality_note: Annotated[Text, Field(max_length=2000)] = ""
    conversion_note: Annotated[Text, Field(max_length=2000)] = ""
    key_companies: Annotated[list[UUID], Field(max_length=actions.MOST_KEYS)] = []


class MonthCaseOut(Schema):
    """A month that is over: said at first and at last, what came, the engine's interval then, M-F5."""

    month: date
    first: int
    last: int
    came: int
    low: int | None
    high: int | None
    score: float | None
    accuracy: float
    error: float | None


class HorizonOut(Schema):
    """DAY, WEEK or MONTH: periods that are over, deals said and come, mean accuracy, bias, share whose process came as said."""

    horizon: str
    periods: int
    said: int
    came: int
    accuracy: float | None
    bias: float | None
    held: float | None


class WeekCaseOut(Schema):
    """A week that is over: deals agreed and deals that came."""

    week: date
    said: int
    came: int


class PersonScoreOut(Schema):
    """A person's months: mean score, accuracy and bias."""

    person_id: UUID
    name: str
    score: float | None
    accuracy: float | None
    bias: float | None
    cases: list[MonthCaseOut]


class CalibrationOut(Schema):
    """How often the engine's intervals held, with the interval of that share."""

    held: int
    count: int
    share: float
    low: float
    high: float


class AccuracyOut(Schema):
    """How true forecasts were; `unit_id` null: one's own."""

    unit_id: UUID | None
    horizons: list[HorizonOut]
    months: list[MonthCaseOut]
    weeks: list[WeekCaseOut]
    persons: list[PersonScoreOut]
    calibration: CalibrationOut | None
    coverage_done: int
    coverage_due: int
    same_evening: int
    required: int


@router.get("/forecasts/weeks", response=WeekPageOut, summary="A group's week")
def show_weeks(request: TiejunRequest, unit_id: UUID | None = None, week: Day | None = None) -> dict[str, Any]:
    found = queries.week_page(request.scope, unit_id=unit_id, week=week, now=request.now)
    lines = [_line_out(line, found.next_rows.get(line.member.person_id)) for line in found.lines]
    return {"unit_id": found.unit.pk, "week": found.week, "lines": lines}


@router.get("/forecasts/weeks/{uuid:person_id}/{day}", response=WeekLineOut, summary="One person's week")
def show_week(request: TiejunRequest, person_id: UUID, day: Day) -> dict[str, Any]:
    found = queries.week_sheet(request.scope, person_id, week=day, now=request.now)
    return _line_out(found.line, found.next_row)


@router.put("/forecasts/weeks/{uuid:person_id}/{day}", response=WeekOut, summary="Agree on a week")
def agree_week(request: TiejunRequest, person_id: UUID, day: Day, sent: WeekIn) -> WeeklyForecast:
    given = sent.model_dump(exclude={"version", "key_companies"})
    numbers = actions.WeekNumbers(**given, key_companies=tuple(sent.key_companies))
    return actions.agree_week(
        request.scope, person_id=person_id, week=day, version=sent.version, numbers=numbers, now=request.now
    )


@router.get("/forecasts/accuracy", response=AccuracyOut, summary="High and accurate")
def show_accuracy(request: TiejunRequest, unit_id: UUID | None = None) -> dict[str, Any]:
    found = accuracy_queries.accuracy_page(request.scope, unit_id=unit_id, now=request.now)
    names = [name for name in AccuracyOut.model_fields if name != "unit_id"]
    return {name: getattr(found, name) for name in names} | {"unit_id": found.unit.pk if found.unit else None}


def _line_out(line: queries.WeekLine, following: WeeklyForecast | None) -> dict[str, Any]:
    return {
        "person_id": line.member.person_id,
        "name": line.member.name,
        "agreed": line.row,
        "deals": line.deals,
        "visits": line.visits,
        "effective": line.effective,
        "floor": line.facts.floor,
        "findings": line.findings,
        "following": following,
    }
