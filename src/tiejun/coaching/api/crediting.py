"""What coaching brought, for programs: deals, praise, a month, the effect, spot checks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.coaching.actions import crediting as actions
from tiejun.coaching.actions import inspecting as spot_actions
from tiejun.coaching.queries import inspecting as spot_queries
from tiejun.coaching.queries.crediting import period_of
from tiejun.coaching.queries.effect import effect_page
from tiejun.foundation.schemas import Day, In, Line, Moment, Text

if TYPE_CHECKING:
    from tiejun.coaching.models import PointDeal, Praise, SpotCheck
    from tiejun.engines.uplift import Effect
    from tiejun.foundation.web import TiejunRequest

router = Router()


class CoachingDealIn(In):
    order_id: UUID
    note: Annotated[Text, Field(max_length=300)] = ""


class CoachingDealOut(Schema):
    """A deal that was signed through a point."""

    id: UUID
    point_id: UUID
    order_id: UUID
    person_id: UUID
    note: str
    confirmed_at: Moment


class CoachingPraiseIn(In):
    text: Annotated[Text, Field(max_length=300)]


class CoachingPraiseOut(Schema):
    """A good word before the team."""

    id: UUID
    person_id: UUID
    point_id: UUID
    text: str
    given_at: Moment


class CoachingPeriodOut(Schema):
    """A month of somebody's coaching."""

    person_id: UUID
    month: date
    days: int
    summaries: int
    on_time: int
    mastered: int
    used: int
    checked: int
    deals: int
    deals_minor: int
    praises: list[str]


class CoachingEffectOut(Schema):
    """The mean uplift of cases as a share of visits with its 80 % interval; null without a telling case."""

    cases: int
    left_out: int
    uplift: float | None
    low: float | None
    high: float | None
    change: float | None
    peers_change: float | None


class CoachingGroupEffectOut(Schema):
    """A group's coaching over half a year."""

    unit_id: UUID
    unit: str
    reps: int
    days: int
    summaries: int
    on_time: int
    used: int
    checked: int
    mastered: int
    deals: int
    deals_minor: int
    matched: int
    asked: int
    effect: CoachingEffectOut


class CoachingEffectPageOut(Schema):
    """What accompanied visits bring; `weeks` before and after each."""

    weeks: int
    total: CoachingEffectOut
    groups: list[CoachingGroupEffectOut]


class CoachingSpotCheckOut(Schema):
    """A spot check of one side of an accompanied day; answers and record once it is done."""

    id: UUID
    side: str
    person_id: UUID
    business_day: date
    drawn_at: Moment
    done_at: Moment | None
    answers: dict[str, str]
    facts: dict[str, str]
    matched: int
    asked: int
    feedback: str


class CoachingSpotCheckIn(In):
    """What one side answered; `point` the id of a point of the day, `visits` a number, the others yes or no."""

    point: UUID | None = None
    visits: Annotated[int, Field(ge=0, le=40)] | None = None
    shown_first: Literal["YES", "NO", ""] = ""
    each_visit: Literal["YES", "NO", ""] = ""
    summary: Literal["YES", "NO", ""] = ""
    feedback: Annotated[Text, Field(max_length=1000)] = ""

    def answers(self) -> dict[str, str]:
        """Return the answers by question."""
        given = {
            "POINT": self.point,
            "VISITS": self.visits,
            "SHOWN_FIRST": self.shown_first,
            "EACH_VISIT": self.each_visit,
            "SUMMARY": self.summary,
        }
        return {name: str(value) for name, value in given.items() if value not in (None, "")}


@router.post("/coaching/points/{point_id}/deals", response=CoachingDealOut, summary="Link a deal")
def link_deal(request: TiejunRequest, point_id: UUID, sent: CoachingDealIn) -> PointDeal:
    return actions.link_deal(request.scope, point_id=point_id, **sent.dict(), now=request.now)


@router.post("/coaching/points/{point_id}/praise", response=CoachingPraiseOut, summary="Praise in public")
def praise(request: TiejunRequest, point_id: UUID, sent: CoachingPraiseIn) -> Praise:
    return actions.praise(request.scope, point_id=point_id, text=sent.text, now=request.now)


@router.get("/coaching/periods/{person_id}/{day}", response=CoachingPeriodOut, summary="A month of coaching")
def show_period(request: TiejunRequest, person_id: UUID, day: Day) -> dict[str, Any]:
    found = period_of(request.scope, person_id, month=day, now=request.now)
    names = ("person_id", "month", "days", "summaries", "on_time", "mastered", "deals", "deals_minor", "praises")
    used = {"used": found.application.used, "checked": found.application.checked}
    return {name: getattr(found, name) for name in names} | used


@router.get("/coaching/effect", response=CoachingEffectPageOut, summary="What accompanied visits bring")
def show_effect(request: TiejunRequest) -> dict[str, Any]:
    page = effect_page(request.scope, now=request.now)
    names = ("reps", "days", "summaries", "on_time", "mastered", "deals", "deals_minor", "matched", "asked")
    groups = [
        {name: getattr(line, name) for name in names}
        | {
            "unit_id": line.unit.pk,
            "unit": line.unit.name,
            "used": line.application.used,
            "checked": line.application.checked,
            "effect": _effect(line.effect),
        }
        for line in page.lines
    ]
    return {"weeks": page.weeks, "total": _effect(page.total), "groups": groups}


def _effect(found: Effect) -> dict[str, Any]:
    return {name: getattr(found, name) for name in CoachingEffectOut.model_fields}


@router.get("/coaching/spot-checks", response=list[CoachingSpotCheckOut], summary="Spot checks to do")
def list_spot_checks(request: TiejunRequest, show: Line = "") -> list[dict[str, Any]]:
    return [_spot(line.check) for line in spot_queries.spot_desk(request.scope, done=show == "done")]


@router.post("/coaching/spot-checks/{check_id}", response=CoachingSpotCheckOut, summary="Answer a spot check")
def record_spot_check(request: TiejunRequest, check_id: UUID, sent: CoachingSpotCheckIn) -> dict[str, Any]:
    row = spot_actions.record_spot_check(
        request.scope, check_id=check_id, answers=sent.answers(), feedback=sent.feedback, now=request.now
    )
    return _spot(row)


def _spot(row: SpotCheck) -> dict[str, Any]:
    names = ("id", "side", "person_id", "drawn_at", "done_at", "answers", "facts", "matched", "asked", "feedback")
    return {name: getattr(row, name) for name in names} | {"business_day": row.plan.business_day}
