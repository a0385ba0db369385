"""The method inspector's desk: drawn accompanied days, one side of one at a time, without the record until it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.coaching.models import CoachingPlan, CoachingSummary, CoachingVisit, PlanPoint, PointRating, SpotCheck
from tiejun.coaching.rules import InspectedSide
from tiejun.coaching.rules.inspecting import DayRecord
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.org.queries.seats import seats_of
from tiejun.quality.rules.process import Seat, is_outside

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

SHOWN = 60


@dataclass(frozen=True, slots=True)
class SpotLine:
    """A spot check in the list, with who is asked about the day with whom."""

    check: SpotCheck
    asked_name: str
    other_name: str


@dataclass(frozen=True, slots=True)
class SpotView:
    """One spot check; `points` to choose from. The record (`check.facts`) stands in it once it is answered."""

    check: SpotCheck
    plan: CoachingPlan
    asked_name: str
    other_name: str
    points: list[tuple[UUID, str]]
    summary: CoachingSummary | None
    may_answer: bool


def spot_desk(scope: Scope, *, done: bool = False) -> list[SpotLine]:
    """Return the spot checks that wait, the oldest first, or those that are done, the newest first."""
    scope.require(Ability.SPOT_CHECK_COACHING)
    rows = SpotCheck.objects.filter(done_at__isnull=not done).select_related("plan")
    found = list(rows.order_by("-done_at" if done else "drawn_at", "pk")[:SHOWN])
    names = org.names_of(scope, [key for row in found for key in (row.plan.person_id, row.plan.coach_id)])
    return [SpotLine(row, names.get(row.person_id, ""), names.get(_other(row), "")) for row in found]


def _other(row: SpotCheck) -> UUID:
    return row.plan.coach_id if row.side == InspectedSide.REP else row.plan.person_id


def spot_view(scope: Scope, check_id: UUID, *, now: datetime) -> SpotView:
    """Return one spot check for the inspector; raises `NotFound`."""
    scope.require(Ability.SPOT_CHECK_COACHING)
    row = SpotCheck.objects.filter(pk=check_id).select_related("plan").first()
    if row is None:
        raise NotFound
    names = org.names_of(scope, [row.plan.person_id, row.plan.coach_id])
    points = PlanPoint.objects.filter(plan=row.plan_id).order_by("point__title")
    return SpotView(
        check=row,
        plan=row.plan,
        asked_name=names.get(row.person_id, ""),
        other_name=names.get(_other(row), ""),
        points=list(points.values_list("point_id", "point__title")),
        summary=CoachingSummary.objects.filter(plan=row.plan_id).first() if row.done_at else None,
        may_answer=row.done_at is None and is_outsider(scope, row, now=now),
    )


def record_of(scope: Scope, plan_id: UUID) -> DayRecord:  # noqa: ARG001 -- asked by the action for its own row
    """Return what the record of an accompanied day says."""
    plan = CoachingPlan.objects.get(pk=plan_id)
    primary = PlanPoint.objects.filter(plan=plan, is_primary=True).values_list("point_id", flat=True).get()
    talks = CoachingVisit.objects.filter(plan=plan).order_by("given_at", "pk")
    summary = CoachingSummary.objects.filter(plan=plan).first()
    return DayRecord(
        point_id=primary,
        visits=talks.count(),
        rated=PointRating.objects.filter(talk__plan=plan, point=primary).count(),
        phases=list(talks.values_list("phase", flat=True)),
        summary_on=None if summary is None or summary.is_late else plan.business_day,
        day=plan.business_day,
    )


def is_outsider(scope: Scope, row: SpotCheck, *, now: datetime) -> bool:
    """Tell whether the asker is outside the line of the people of an accompanied day."""
    on = local_date(now, scope.zone)
    seats = [
        Seat(one.person_id, one.unit_id, one.leads)
        for one in seats_of(scope, [Role.METHOD_INSPECTOR], on=on)
        if one.person_id == scope.person_id
    ]
    chain = org.unit_chain(scope, row.unit_id)
    return all(is_outside(seats, person_id=key, chain=chain) for key in (row.plan.person_id, row.plan.coach_id))


def results_of(scope: Scope, plan: CoachingPlan) -> list[SpotCheck]:
    """Return the done spot checks of an accompanied day that the asker may see: one's own side, both for who leads above."""
    rows = SpotCheck.objects.filter(plan=plan, done_at__isnull=False).order_by("-side")
    is_party = scope.person_id in (plan.person_id, plan.coach_id)
    return list(rows.filter(person=scope.person_id) if is_party else rows)
