"""Row locks of accompanied visits, always in this order: plan, points, check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.coaching.models import ApplicationCheck, CoachingPlan, ImprovementPoint, SpotCheck
from tiejun.foundation.refusals import NotFound, Stale

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope


def lock_plan(scope: Scope, plan_id: UUID, ability: Ability, *, version: int | None = None) -> CoachingPlan:
    """Lock and return a plan within reach and not sealed from the asker; raises `NotFound`, or `Stale` for another version."""
    rows = CoachingPlan.objects.within(scope, ability).select_for_update(of=("self",))
    row = rows.filter(pk=plan_id).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def lock_own_plan(scope: Scope, person_id: UUID, day: date) -> CoachingPlan | None:
    """Lock and return the asker's plan with a person on a day, None when there is none; called-off ones count for nothing."""
    rows = CoachingPlan.objects.select_for_update(of=("self",)).filter(coach=scope.own_id, person=person_id)
    return rows.filter(business_day=day).exclude(state="CANCELLED").first()


def lock_point(scope: Scope, point_id: UUID, ability: Ability, *, version: int | None = None) -> ImprovementPoint:
    """Lock and return a point within reach and not sealed from the asker; raises `NotFound`, or `Stale` for another version."""
    rows = ImprovementPoint.objects.within(scope, ability).select_for_update(of=("self",))
    row = rows.filter(pk=point_id).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def lock_check(scope: Scope, check_id: UUID, ability: Ability) -> tuple[ImprovementPoint, ApplicationCheck]:
    """Lock and return a check within reach with its point; raises `NotFound`."""
    rows = ApplicationCheck.objects.within(scope, ability)
    point_id = rows.filter(pk=check_id).values_list("point_id", flat=True).first()
    if point_id is None:
        raise NotFound
    point = ImprovementPoint.objects.select_for_update(of=("self",)).get(pk=point_id)
    return point, ApplicationCheck.objects.select_for_update(of=("self",)).get(pk=check_id)


def lock_spot_check(check_id: UUID) -> SpotCheck:
    """Lock and return a spot check; raises `NotFound`."""
    row = SpotCheck.objects.select_for_update(of=("self",)).select_related("plan").filter(pk=check_id).first()
    if row is None:
        raise NotFound
    return row
