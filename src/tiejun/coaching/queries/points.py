"""Improvement points within reach, and the days on which they were coached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.models import CoachingPlan, ImprovementPoint, PlanPoint
from tiejun.coaching.queries.mine import PointRow
from tiejun.coaching.queries.plans import applications
from tiejun.coaching.rules import OPEN_POINTS, PlanState
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

BEGUN = (PlanState.IN_FIELD, PlanState.SUMMARISED, PlanState.CLOSED)


def point_in_reach(scope: Scope, point_id: UUID, ability: Ability = Ability.COACH) -> ImprovementPoint:
    """Return a point within reach that is not sealed from the asker; raises `NotFound`."""
    scope.require(ability)
    row = ImprovementPoint.objects.within(scope, ability).filter(pk=point_id).first()
    if row is None:
        raise NotFound
    return row


def open_points_of(scope: Scope, person_ids: Collection[UUID], ability: Ability) -> dict[UUID, list[PointRow]]:
    """Return the open points of persons within reach that have been revealed, with their checks, by person, in two queries."""
    rows = ImprovementPoint.objects.within(scope, ability).filter(
        person__in=list(person_ids), state__in=OPEN_POINTS, visible_from__lte=scope.at
    )
    points = list(rows.order_by("opened_at"))
    used = applications(scope, [point.pk for point in points])
    found: dict[UUID, list[PointRow]] = {one: [] for one in person_ids}
    for point in points:
        found[point.person_id].append(PointRow(point, used[point.pk]))
    return found


@dataclass(frozen=True, slots=True)
class AccompaniedDay:
    """A day on which somebody was accompanied, with its main point."""

    plan_id: UUID
    day: date
    point: str


def accompanied_days(
    scope: Scope, person_id: UUID, *, since: date, until: date, ability: Ability
) -> list[AccompaniedDay]:
    """Return the accompanied days of a person within reach from `since` to `until` (exclusive) that took place, the newest first."""
    plans = CoachingPlan.objects.within(scope, ability).filter(
        person=person_id, business_day__gte=since, business_day__lt=until, revealed_at__isnull=False, state__in=BEGUN
    )
    rows = PlanPoint.objects.filter(plan__in=plans, is_primary=True).select_related("plan", "point")
    return [
        AccompaniedDay(one.plan_id, one.plan.business_day, one.point.title)
        for one in rows.order_by("-plan__business_day", "-plan__planned_at")
    ]
