"""Field days of several persons at once: plans with their stops, and visits, for pages that show a team."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.visits.models import DayPlan, PlanItem, Visit
from tiejun.visits.rules.counting import counted
from tiejun.visits.rules.vocabulary import RECORDED, Entry, ItemKind, PlanState, StopReason, VisitKind, VisitState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop of a plan, in the plan's order; `travel_metres` from the stop before it; `backup_for`: the stop it stands by for."""

    item_id: UUID
    company_id: UUID
    kind: ItemKind
    reason: StopReason
    reason_at: datetime | None
    objective: str
    planned_at: datetime | None
    travel_metres: int
    backup_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class PlanOfDay:
    """A person's plan of a day; `ends_at`: end of the last visit as estimated when the plan was arranged."""

    plan_id: UUID
    person_id: UUID
    business_day: date
    state: PlanState
    submitted_at: datetime | None
    is_late: bool
    ends_at: datetime | None
    travel_metres: int
    stops: tuple[PlannedStop, ...]

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def route(self) -> tuple[PlannedStop, ...]:
        """The stops that are driven to: all but the backups."""
        return tuple(stop for stop in self.stops if stop.kind is not ItemKind.BACKUP)


@dataclass(frozen=True, slots=True)
class VisitOfDay:
    """A visit under way or recorded; `is_counted`: in time, so that it is in the day's counts."""

    visit_id: UUID
    company_id: UUID
    person_id: UUID
    kind: VisitKind
    state: VisitState
    started_at: datetime
    ended_at: datetime | None
    is_morning: bool
    effective_visit: bool
    new_effective_customer: bool
    is_counted: bool

    @property
    def is_running(self) -> bool:
        return self.state is VisitState.STARTED


def plans_on(scope: Scope, person_ids: Iterable[UUID], days: Iterable[date]) -> dict[tuple[UUID, date], PlanOfDay]:
    """Return the plans of persons on some days within reach, by person and day, in two queries."""
    plans = DayPlan.objects.within(scope, Ability.VIEW_DAY_PLAN)
    found = list(plans.filter(person__in=list(person_ids), business_day__in=list(days)))
    stops: dict[UUID, list[PlannedStop]] = defaultdict(list)
    for item in PlanItem.objects.filter(plan__in=found, removed_in=None).order_by("plan", "position", "pk"):
        stops[item.plan_id].append(_stop(item))
    return {(plan.person_id, plan.business_day): _plan(plan, stops[plan.pk]) for plan in found}


def _stop(item: PlanItem) -> PlannedStop:
    return PlannedStop(
        item_id=item.pk,
        company_id=item.company_id,
        kind=ItemKind(item.kind),
        reason=StopReason(item.reason),
        reason_at=item.reason_at,
        objective=item.objective,
        planned_at=item.planned_at,
        travel_metres=item.travel_metres,
        backup_for=item.backup_for_id,
    )


def _plan(plan: DayPlan, stops: list[PlannedStop]) -> PlanOfDay:
    return PlanOfDay(
        plan_id=plan.pk,
        person_id=plan.person_id,
        business_day=plan.business_day,
        state=PlanState(plan.state),
        submitted_at=plan.submitted_at,
        is_late=plan.is_late,
        ends_at=plan.ends_at,
        travel_metres=plan.travel_metres,
        stops=tuple(stops),
    )


def visits_on(scope: Scope, person_ids: Iterable[UUID], day: date, *, now: datetime) -> dict[UUID, list[VisitOfDay]]:
    """Return the visits of persons on a day within reach, under way and recorded, by person in the order of their start."""
    half_day_at = policies.book(now).text("visit.half_day_at", scope.unit_chain)
    rows = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(
        person__in=list(person_ids), business_day=day, state__in=[VisitState.STARTED, *RECORDED]
    )
    found = list(rows.order_by("started_at", "pk"))
    visits: dict[UUID, list[VisitOfDay]] = defaultdict(list)
    for visit, seen in zip(found, counted(found, half_day_at), strict=True):
        visits[visit.person_id].append(_visit(visit, is_morning=seen.is_morning))
    return dict(visits)


def _visit(visit: Visit, *, is_morning: bool) -> VisitOfDay:
    return VisitOfDay(
        visit_id=visit.pk,
        company_id=visit.company_id,
        person_id=visit.person_id,
        kind=VisitKind(visit.kind),
        state=VisitState(visit.state),
        started_at=visit.started_at,
        ended_at=visit.ended_at,
        is_morning=is_morning,
        effective_visit=visit.effective_visit,
        new_effective_customer=visit.new_effective_customer,
        is_counted=visit.entry == Entry.ON_TIME and visit.state != VisitState.STARTED,
    )
