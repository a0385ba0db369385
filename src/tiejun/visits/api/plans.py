"""Plans and days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router, Status

from tiejun.access.abilities import Ability
from tiejun.foundation.schemas import Day
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.visits.actions import plans
from tiejun.visits.api.schemas import (
    AppointmentIn,
    CountsOut,
    DayOut,
    MemberDayOut,
    PlanOut,
    PlanSaveIn,
    StopIn,
    StopMoveIn,
    StopPinIn,
    TeamPlanOut,
)
from tiejun.visits.queries import days as day_queries
from tiejun.visits.queries import goals, team
from tiejun.visits.queries import plans as plan_queries
from tiejun.visits.queries.team_plans import team_plans

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.visits.queries.team_plans import MemberPlan

router = Router(tags=["visits"])


@router.get("/plans/{day}", response=PlanOut, summary="A plan of a day, one's own or a member's")
def show_plan(request: TiejunRequest, day: Day, person_id: UUID | None = None) -> plan_queries.PlanView:
    return plan_queries.plan_of(request.scope, person_id or request.scope.own_id, day, now=request.now)


@router.post("/plans/{day}/propose", response=PlanOut, summary="Fill the plan up to its shape")
def propose_plan(request: TiejunRequest, day: Day) -> plan_queries.PlanView:
    plans.propose_plan(request.scope, day=day, now=request.now)
    return _plan(request, day)


@router.post("/plans/{day}/shortest-way", response=PlanOut, summary="Bring the stops into the best order")
def order_plan(request: TiejunRequest, day: Day) -> plan_queries.PlanView:
    plans.order_plan(request.scope, day=day, now=request.now)
    return _plan(request, day)


@router.post("/plans/{day}/replan", response=PlanOut, summary="Plan what is left anew around what is fixed")
def replan(request: TiejunRequest, day: Day) -> plan_queries.PlanView:
    plans.replan(request.scope, day=day, now=request.now)
    return _plan(request, day)


@router.post("/plans/{day}/submit", response=PlanOut, summary="Submit the plan")
def submit_plan(request: TiejunRequest, day: Day) -> plan_queries.PlanView:
    plans.submit_plan(request.scope, day=day, now=request.now)
    return _plan(request, day)


@router.put("/plans/{day}", response=PlanOut, summary="Save the order of stops and the canvass note")
def save_plan(request: TiejunRequest, day: Day, sent: PlanSaveIn) -> plan_queries.PlanView:
    plans.save_plan(
        request.scope, day=day, version=sent.version, now=request.now, order=sent.order, canvass_note=sent.canvass_note
    )  # fmt: skip
    return _plan(request, day)


@router.post("/plans/{day}/stops", response={201: PlanOut}, summary="Add a stop")
def add_stop(request: TiejunRequest, day: Day, sent: StopIn) -> Status[plan_queries.PlanView]:
    plans.add_stop(request.scope, day=day, company_id=sent.company_id, objective=sent.objective, now=request.now)
    return Status(201, _plan(request, day))


@router.post("/plan-stops/{uuid:item_id}/move", response=PlanOut, summary="Move a stop earlier or later")
def move_stop(request: TiejunRequest, item_id: UUID, sent: StopMoveIn) -> plan_queries.PlanView:
    return _plan(request, plans.move_stop(request.scope, item_id=item_id, step=sent.step, now=request.now).business_day)


@router.put("/plan-stops/{uuid:item_id}/pin", response=PlanOut, summary="Pin a stop or let it go")
def pin_stop(request: TiejunRequest, item_id: UUID, sent: StopPinIn) -> plan_queries.PlanView:
    plan = plans.pin_stop(request.scope, item_id=item_id, pinned=sent.pinned, now=request.now)
    return _plan(request, plan.business_day)


@router.put(
    "/plan-stops/{uuid:item_id}/appointment",
    response=PlanOut,
    summary="Fix a stop's time, or free it",
)
def set_appointment(request: TiejunRequest, item_id: UUID, sent: AppointmentIn) -> plan_queries.PlanView:
    plan = plans.set_appointment(request.scope, item_id=item_id, at=sent.at, now=request.now)
    return _plan(request, plan.business_day)


@router.post(
    "/plan-stops/{uuid:item_id}/call-off",
    response=PlanOut,
    summary="A meeting was cancelled: plan anew",
)
def call_off_stop(request: TiejunRequest, item_id: UUID) -> plan_queries.PlanView:
    return _plan(request, plans.call_off_stop(request.scope, item_id=item_id, now=request.now).business_day)


@router.delete("/plan-stops/{uuid:item_id}", response=PlanOut, summary="Take a stop out")
def remove_stop(request: TiejunRequest, item_id: UUID) -> plan_queries.PlanView:
    return _plan(request, plans.remove_stop(request.scope, item_id=item_id, now=request.now).business_day)


@router.get("/days/today", response=DayOut, summary="One's own business day against the floor")
def show_today(request: TiejunRequest) -> goals.DayProgress:
    request.scope.require(Ability.RECORD_VISIT)
    return goals.day_progress(request.scope, person_id=request.scope.own_id, now=request.now)


@router.get("/days/{day}/counts/{uuid:person_id}", response=CountsOut, summary="Counts of a person's day")
def show_counts(request: TiejunRequest, day: Day, person_id: UUID) -> Any:
    request.scope.require(Ability.VIEW_VISITS)
    org.person_in_reach(request.scope, person_id, Ability.VIEW_VISITS, on=day)
    return day_queries.day_counts(request.scope, [person_id], day, now=request.now)[person_id]


@router.get("/team-day", response=list[MemberDayOut], summary="The day of every representative within reach")
def show_team_day(request: TiejunRequest, day: Day | None = None) -> list[team.MemberDay]:
    return team.team_day(request.scope, day=day or business_day(request.now, request.scope.zone), now=request.now)


@router.get(
    "/team-plans",
    response=list[TeamPlanOut],
    summary="The plan of every representative within reach",
)
def show_team_plans(request: TiejunRequest, day: Day | None = None) -> list[MemberPlan]:
    return team_plans(request.scope, day=day or business_day(request.now, request.scope.zone))


def _plan(request: TiejunRequest, day: date) -> plan_queries.PlanView:
    return plan_queries.plan_of(request.scope, request.scope.own_id, day, now=request.now)
