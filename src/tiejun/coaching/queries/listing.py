"""Accompanied days in reach, for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.models import CoachingPlan
from tiejun.foundation.times import business_day

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

BACK = timedelta(days=30)
AHEAD = timedelta(days=15)
MOST = 400


def plans_between(
    scope: Scope, *, since: date | None, until: date | None, person_id: UUID | None = None, now: datetime
) -> list[CoachingPlan]:
    """Return the plans that the asker reaches and that are not sealed, from one day to another (exclusive), the newest first."""
    scope.require(Ability.VIEW_COACHING)
    today = business_day(now, scope.zone)
    rows = CoachingPlan.objects.within(scope, Ability.VIEW_COACHING).filter(
        business_day__gte=since or today - BACK, business_day__lt=until or today + AHEAD
    )
    if person_id is not None:
        rows = rows.filter(person=person_id)
    return list(rows.order_by("-business_day", "-planned_at")[:MOST])
