"""Days and evenings for programs: forecasts, reviews, the daily report."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.forecast.actions import daily as daily_actions
from tiejun.forecast.actions import reports as report_actions
from tiejun.forecast.actions import reviews as review_actions
from tiejun.forecast.queries import evening as evening_queries
from tiejun.forecast.queries import reports as report_queries
from tiejun.forecast.queries import tomorrow as day_queries
from tiejun.forecast.rules import ReviewKind
from tiejun.forecast.rules.daily import DayNumbers, Deal
from tiejun.foundation.schemas import Day, In, Line, Text

if TYPE_CHECKING:
    from tiejun.forecast.models import ForecastReview
    from tiejun.foundation.web import TiejunRequest

router = Router()
Small = Annotated[int, Field(ge=0, le=99)]
Minor = Annotated[int, Field(ge=0, le=10**13)]
Version = Annotated[int, Field(ge=0, le=10**9)]


class DealOut(Schema):
    """A customer that is to sign (A) or stands in reserve (B); amounts in minor units."""

    company_id: UUID
    company: str
    closing_class: str
    amount_minor: int
    backup_company_id: UUID | None
    backup_plan: str
    is_signed: bool | None


class DayForecastOut(Schema):
    """A forecast of a day; `state` null and DRAFT: the machine's. `actual_*` once the day is closed."""

    person_id: UUID
    day: date
    state: str | None
    version: int
    deals: int
    amount_minor: int
    visits: int
    morning: int
    effective: int
    is_machine: bool
    is_late: bool
    actual_deals: int | None
    actual_minor: int | None
    actual_visits: int | None
    actual_effective: int | None
    result_met: bool | None
    process_met: bool | None
    lines: list[DealOut]


class DealIn(In):
    """A deal of one's own forecast."""

    company_id: UUID
    closing_class: Literal["A", "B"]
    amount_minor: Minor = 0
    backup_company_id: UUID | None = None
    backup_plan: Line = ""


class DayForecastIn(In):
    """One's own forecast of a day; `version` of the forecast that is changed, 0 for the first."""

    version: Version = 0
    deals: Small
    amount_minor: Minor
    visits: Small
    morning: Small
    effective: Small
    lines: Annotated[list[DealIn], Field(max_length=40)] = []


@router.get("/forecasts/days/{day}", response=DayForecastOut, summary="A forecast of a day")
def show_day(request: TiejunRequest, day: Day, person_id: UUID | None = None) -> dict[str, Any]:
    found = day_queries.day_of_person(request.scope, person_id or request.scope.own_id, day, now=request.now)
    return _day_out(found)


@router.put("/forecasts/days/{day}", response=DayForecastOut, summary="Submit one's own forecast")
def save_day(request: TiejunRequest, day: Day, sent: DayForecastIn) -> dict[str, Any]:
    daily_actions.save_day(
        request.scope,
        day=day,
        version=sent.version,
        numbers=DayNumbers(sent.deals, sent.amount_minor, sent.visits, sent.morning, sent.effective),
        deals=[
            Deal(one.company_id, one.closing_class, one.amount_minor, None, one.backup_company_id, one.backup_plan)
            for one in sent.lines
        ],
        now=request.now,
    )
    return _day_out(day_queries.day_of_person(request.scope, request.scope.own_id, day, now=request.now))


def _day_out(found: day_queries.DayForecast) -> dict[str, Any]:
    row, numbers = found.row, found.numbers
    names = ("actual_deals", "actual_minor", "actual_visits", "actual_effective", "result_met", "process_met")
    return {
        "person_id": found.person_id,
        "day": found.day,
        "state": row.state if row else None,
        "version": row.version if row else 0,
        "deals": numbers.deals,
        "amount_minor": numbers.amount_minor,
        "visits": numbers.visits,
        "morning": numbers.morning,
        "effective": numbers.effective,
        "is_machine": row.is_machine if row else True,
        "is_late": row.is_late if row else False,
        **{name: getattr(row, name) if row else None for name in names},
        "lines": [
            {
                "company_id": line.deal.company_id,
                "company": line.name,
                "closing_class": line.deal.closing_class,
                "amount_minor": line.deal.amount_minor,
                "backup_company_id": line.deal.backup_company_id,
                "backup_plan": line.deal.backup_plan,
                "is_signed": line.is_signed,
            }
            for line in found.lines
        ],
    }


class ReviewOut(Schema):
    """A review of an evening."""

    person_id: UUID
    business_day: date
    state: str
    kind: str
    reasons: list[str]
    position: int
    minutes: int
    findings: str
    agreed: str
    itinerary: str
    backup_checked: bool | None
    carry_reason: str
    handled_at: datetime | None
    version: int


class QueueLineOut(Schema):
    """A person of the evening; `review` null for who need not be talked to."""

    person_id: UUID
    name: str
    review: ReviewOut | None
    full_done: int
    full_due: int
    next_deals: int
    next_minor: int


class EveningOut(Schema):
    """A group's evening; `report_state` null before it is open."""

    unit_id: UUID
    day: date
    next_day: date
    required: int
    minutes_left: int
    report_state: str | None
    report_version: int | None
    lines: list[QueueLineOut]


class ReviewIn(In):
    """What a review brought."""

    day: Day
    version: Version = 0
    kind: ReviewKind
    findings: Text = ""
    agreed: Text = ""
    itinerary: Annotated[Text, Field(max_length=500)] = ""
    itinerary_confirmed: bool
    backup_checked: bool | None = None
    deals: Small | None = None
    visits: Small | None = None
    effective: Small | None = None


class CarryIn(In):
    """Why a review waits for the next evening."""

    day: Day
    version: Version = 0
    reason: Line


class ReportSectionOut(Schema):
    """What another module says in a report: `kept` is frozen once it is closed, `ahead` is what the asker may know now."""

    key: str
    kept: dict[str, Any]
    ahead: dict[str, Any]


class DailyReportOut(Schema):
    """The report of a group's day: frozen once it is closed."""

    unit_id: UUID
    business_day: date
    state: str
    due_at: datetime
    closed_at: datetime | None
    note: str
    content: dict[str, Any]
    sections: list[ReportSectionOut]
    version: int


class CloseReportIn(In):
    """The end of a report."""

    version: Version
    note: Text = ""


@router.get("/forecasts/evening", response=EveningOut, summary="Who is to be reviewed tonight")
def show_evening(request: TiejunRequest, day: Day | None = None, unit_id: UUID | None = None) -> dict[str, Any]:
    found = evening_queries.evening(request.scope, unit_id=unit_id, day=day, now=request.now)
    return {
        "unit_id": found.unit.pk,
        "day": found.day,
        "next_day": found.next_day,
        "required": found.required,
        "minutes_left": found.minutes_left,
        "report_state": found.report.state if found.report else None,
        "report_version": found.report.version if found.report else None,
        "lines": [*found.lines, *found.rest],
    }


@router.post("/forecasts/reviews/{uuid:person_id}/finish", response=ReviewOut, summary="Keep a review")
def finish_review(request: TiejunRequest, person_id: UUID, sent: ReviewIn) -> ForecastReview:
    given = sent.model_dump(exclude={"day", "version"})
    return review_actions.finish_review(
        request.scope,
        person_id=person_id,
        day=sent.day,
        version=sent.version,
        facts=review_actions.ReviewFacts(**given),
        now=request.now,
    )


@router.post("/forecasts/reviews/{uuid:person_id}/carry", response=ReviewOut, summary="Carry a review over")
def carry_review(request: TiejunRequest, person_id: UUID, sent: CarryIn) -> ForecastReview:
    return review_actions.carry_review(
        request.scope, person_id=person_id, day=sent.day, version=sent.version, reason=sent.reason, now=request.now
    )


@router.get("/forecasts/reports/{uuid:unit_id}/{day}", response=DailyReportOut, summary="A daily report")
def show_report(request: TiejunRequest, unit_id: UUID, day: Day) -> dict[str, Any]:
    page = report_queries.report_page(request.scope, unit_id, day, now=request.now)
    names = ("unit_id", "business_day", "state", "due_at", "closed_at", "note", "version")
    sections = [{"key": one.section.key, "kept": one.kept, "ahead": one.ahead} for one in page.sections]
    return {name: getattr(page.report, name) for name in names} | {"content": page.content, "sections": sections}


@router.post(
    "/forecasts/reports/{uuid:unit_id}/{day}/close",
    response=DailyReportOut,
    summary="Close a report",
)
def close_report(request: TiejunRequest, unit_id: UUID, day: Day, sent: CloseReportIn) -> dict[str, Any]:
    report_actions.close_report(
        request.scope, unit_id=unit_id, day=day, version=sent.version, note=sent.note, now=request.now
    )
    return show_report(request, unit_id, day)
