"""Checks that nobody has to answer any more, and plans whose checks are all answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.coaching.models import ApplicationCheck, CoachingPlan
from tiejun.coaching.rules import CheckState, PlanState

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

WAITING = (CheckState.DUE, CheckState.MISSED)


def lift_checks(point_ids: Collection[UUID]) -> int:
    """End the open checks of points; returns how many."""
    rows = ApplicationCheck.objects.filter(point__in=list(point_ids), state__in=WAITING)
    return rows.update(state=CheckState.LIFTED)


def close_followed_up(plan_ids: Collection[UUID]) -> int:
    """Close plans whose summary is sent and whose checks are answered or lifted; returns how many."""
    waiting = ApplicationCheck.objects.filter(plan__in=list(plan_ids), state=CheckState.DUE).values("plan_id")
    rows = CoachingPlan.objects.filter(pk__in=list(plan_ids), state=PlanState.SUMMARISED).exclude(pk__in=waiting)
    return rows.update(state=PlanState.CLOSED)
