"""What somebody works at: one's own points and accompanied days, or those of a person one leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.models import CoachingPlan, ImprovementPoint
from tiejun.coaching.queries.desk import plan_lines
from tiejun.coaching.queries.plans import applications
from tiejun.coaching.rules import OPEN_POINTS, PlanState
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.coaching.queries.desk import PlanLine
    from tiejun.coaching.rules.checks import Application

SHOWN = 20


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point with how often it was used since it was coached."""

    point: ImprovementPoint
    application: Application


@dataclass(frozen=True, slots=True)
class Coachee:
    """A person's points, the open ones first, and accompanied days, the newest first."""

    person_id: UUID
    name: str
    open_points: list[PointRow]
    closed_points: list[PointRow]
    running: PlanLine | None
    days: list[PlanLine]


def my_points(scope: Scope) -> Coachee:
    """Return the asker's own points and accompanied days, as far as they have begun."""
    scope.require(Ability.ANSWER_COACHING)
    return _coachee(scope, scope.own_id, Ability.ANSWER_COACHING)


def coachee(scope: Scope, person_id: UUID, *, now: datetime) -> Coachee:
    """Return the points and accompanied days of a person within reach; raises `NotFound`."""
    scope.require(Ability.COACH)
    person = org.person_in_reach(scope, person_id, Ability.COACH, on=now.date())
    return _coachee(scope, person.pk, Ability.COACH)


def _coachee(scope: Scope, person_id: UUID, ability: Ability) -> Coachee:
    points = list(
        ImprovementPoint.objects.within(scope, ability)
        .filter(person=person_id, visible_from__lte=scope.at)
        .order_by("-opened_at")[: 3 * SHOWN]
    )
    plans = list(
        CoachingPlan.objects.within(scope, ability)
        .filter(person=person_id, revealed_at__isnull=False)
        .order_by("-business_day", "-planned_at")[:SHOWN]
    )
    lines = plan_lines(scope, plans)
    rows = _rows(scope, points)
    return Coachee(
        person_id=person_id,
        name=org.names_of(scope, [person_id]).get(person_id, ""),
        open_points=[row for row in rows if row.point.state in OPEN_POINTS],
        closed_points=[row for row in rows if row.point.state not in OPEN_POINTS][:SHOWN],
        running=next((line for line in lines if line.plan.state == PlanState.IN_FIELD), None),
        days=[line for line in lines if line.plan.state != PlanState.IN_FIELD],
    )


def _rows(scope: Scope, points: Sequence[ImprovementPoint]) -> list[PointRow]:
    used = applications(scope, [point.pk for point in points])
    return [PointRow(point, used[point.pk]) for point in points]
