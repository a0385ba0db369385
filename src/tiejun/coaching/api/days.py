"""Accompanied days for programs: proposal, plan, reveal, feedback, summary."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router

from tiejun.access.abilities import Ability
from tiejun.coaching.actions import field as field_actions
from tiejun.coaching.actions import plans as actions
from tiejun.coaching.api.shapes import (
    CoachingAnswerIn,
    CoachingDayOut,
    CoachingFeedbackIn,
    CoachingItineraryIn,
    CoachingPlanIn,
    CoachingPlanOut,
    CoachingProposalOut,
    CoachingReasonIn,
    CoachingRevealIn,
    CoachingSummaryIn,
    day_out,
)
from tiejun.coaching.queries import desk as desk_queries
from tiejun.coaching.queries import plans as queries
from tiejun.coaching.queries.listing import plans_between
from tiejun.foundation.schemas import Day

if TYPE_CHECKING:
    from tiejun.coaching.models import CoachingPlan
    from tiejun.foundation.web import TiejunRequest

router = Router()


@router.get("/coaching/proposals/{day}", response=list[CoachingProposalOut], summary="Whom to accompany")
def list_proposals(request: TiejunRequest, day: Day, unit_id: UUID | None = None) -> list[dict[str, Any]]:
    found = desk_queries.desk(request.scope, unit_id=unit_id, day=day, now=request.now)
    return [
        {
            "person_id": one.person_id,
            "name": one.name,
            "score": one.score,
            "purpose": one.purpose,
            "subject": one.subject,
            "reasons": [{"code": why, "numbers": dict(numbers)} for why, numbers in one.reasons],
            "why_not": one.why_not,
        }
        for one in found.proposals
    ]


@router.get("/coaching/plans", response=list[CoachingPlanOut], summary="Accompanied days in reach")
def list_plans(
    request: TiejunRequest, since: Day | None = None, until: Day | None = None, person_id: UUID | None = None
) -> list[CoachingPlan]:
    return plans_between(request.scope, since=since, until=until, person_id=person_id, now=request.now)


@router.put("/coaching/plans/{person_id}/{day}", response=CoachingPlanOut, summary="Plan an accompanied day")
def save_plan(request: TiejunRequest, person_id: UUID, day: Day, sent: CoachingPlanIn) -> CoachingPlan:
    return actions.save_plan(
        request.scope, person_id=person_id, day=day, version=sent.version, words=sent.words(), now=request.now
    )


@router.get("/coaching/days/{plan_id}", response=CoachingDayOut, summary="One accompanied day")
def show_plan(request: TiejunRequest, plan_id: UUID) -> dict[str, Any]:
    return day_out(queries.plan_view(request.scope, plan_id, now=request.now))


@router.post("/coaching/days/{plan_id}/itinerary", response=CoachingPlanOut, summary="Confirm the itinerary")
def confirm_itinerary(request: TiejunRequest, plan_id: UUID, sent: CoachingItineraryIn) -> CoachingPlan:
    return actions.confirm_itinerary(request.scope, plan_id=plan_id, **sent.dict(), now=request.now)


@router.post("/coaching/days/{plan_id}/cancel", response=CoachingPlanOut, summary="Call a day off")
def cancel_plan(request: TiejunRequest, plan_id: UUID, sent: CoachingReasonIn) -> CoachingPlan:
    return actions.cancel_plan(request.scope, plan_id=plan_id, **sent.dict(), now=request.now)


@router.post("/coaching/days/{plan_id}/reveal", response=CoachingPlanOut, summary="Begin a day")
def reveal(request: TiejunRequest, plan_id: UUID, sent: CoachingRevealIn) -> CoachingPlan:
    return field_actions.reveal(request.scope, plan_id=plan_id, told_at=_told(sent.told_at, request), now=request.now)


@router.post("/coaching/days/{plan_id}/feedback", response=CoachingDayOut, summary="Feedback after a visit")
def give_feedback(request: TiejunRequest, plan_id: UUID, sent: CoachingFeedbackIn) -> dict[str, Any]:
    field_actions.give_feedback(
        request.scope,
        plan_id=plan_id,
        company_id=sent.company_id,
        given=sent.feedback(),
        told_at=_told(sent.told_at, request),
        now=request.now,
    )
    return _day(request, plan_id)


@router.post("/coaching/days/{plan_id}/summary", response=CoachingDayOut, summary="Send the summary")
def send_summary(request: TiejunRequest, plan_id: UUID, sent: CoachingSummaryIn) -> dict[str, Any]:
    field_actions.send_summary(request.scope, plan_id=plan_id, **sent.dict(), now=request.now)
    return _day(request, plan_id)


@router.post("/coaching/days/{plan_id}/answer", response=CoachingDayOut, summary="Answer one's own summary")
def answer_summary(request: TiejunRequest, plan_id: UUID, sent: CoachingAnswerIn) -> dict[str, Any]:
    field_actions.answer_summary(request.scope, plan_id=plan_id, answer=sent.answer, now=request.now)
    return day_out(queries.plan_view(request.scope, plan_id, ability=Ability.ANSWER_COACHING, now=request.now))


def _day(request: TiejunRequest, plan_id: UUID) -> dict[str, Any]:
    return day_out(queries.plan_view(request.scope, plan_id, ability=Ability.COACH, now=request.now))


def _told(told_at: datetime | None, request: TiejunRequest) -> datetime:
    return min(told_at, request.now) if told_at is not None else request.now
