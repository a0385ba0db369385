"""Points and their checks for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router

from tiejun.coaching.actions import following as actions
from tiejun.coaching.api.shapes import (
    CoachingCheckIn,
    CoachingCheckOut,
    CoachingDroppedPointOut,
    CoachingPointOut,
    CoachingReasonIn,
    point_out,
)
from tiejun.coaching.queries.checks import checks_page
from tiejun.coaching.queries.mine import coachee, my_points
from tiejun.coaching.rules import CheckState

if TYPE_CHECKING:
    from tiejun.coaching.models import ApplicationCheck
    from tiejun.foundation.web import TiejunRequest

router = Router()


@router.get("/coaching/points", response=list[CoachingPointOut], summary="One's own points")
def own_points(request: TiejunRequest) -> list[dict[str, Any]]:
    found = my_points(request.scope)
    return [point_out(row.point, row.application) for row in (*found.open_points, *found.closed_points)]


@router.get("/coaching/points/{person_id}", response=list[CoachingPointOut], summary="Somebody's points")
def points_of(request: TiejunRequest, person_id: UUID) -> list[dict[str, Any]]:
    found = coachee(request.scope, person_id, now=request.now)
    return [point_out(row.point, row.application) for row in (*found.open_points, *found.closed_points)]


@router.post("/coaching/points/{point_id}/drop", response=CoachingDroppedPointOut, summary="Give a point up")
def drop_point(request: TiejunRequest, point_id: UUID, sent: CoachingReasonIn) -> Any:
    return actions.drop_point(request.scope, point_id=point_id, **sent.dict(), now=request.now)


@router.get("/coaching/checks", response=list[CoachingCheckOut], summary="Checks of a group up to today")
def list_checks(request: TiejunRequest, unit_id: UUID | None = None) -> list[ApplicationCheck]:
    page = checks_page(request.scope, unit_id=unit_id, now=request.now)
    return [line.check for line in (*page.due, *page.missed, *page.answered)]


@router.post("/coaching/checks/{check_id}", response=CoachingCheckOut, summary="Answer a check")
def settle_check(request: TiejunRequest, check_id: UUID, sent: CoachingCheckIn) -> ApplicationCheck:
    return actions.settle_check(
        request.scope, check_id=check_id, outcome=CheckState(sent.outcome), note=sent.note, now=request.now
    )
