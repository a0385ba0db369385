"""What a plan that does not take place leaves behind, by whichever action."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.coaching.models import ImprovementPoint, PlanPoint
from tiejun.coaching.rules import PlanState, PointState
from tiejun.foundation.times import at_local

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.coaching.models import CoachingPlan
    from tiejun.coaching.queries.people import CoachingPolicy


def call_off(row: CoachingPlan, reason: str, policy: CoachingPolicy, now: datetime) -> None:
    """Call a locked plan off. It and the points that it alone has stay sealed until the hidden days after its day are over."""
    opens_at = max(at_local(row.business_day, "00:00", policy.zone), now) + timedelta(days=policy.number("hidden_days"))
    row.state, row.cancelled_at, row.cancel_reason = PlanState.CANCELLED, now, reason
    row.visible_from, row.version = opens_at, row.version + 1
    row.save(update_fields=["state", "cancelled_at", "cancel_reason", "visible_from", "version"])
    new = PlanPoint.objects.filter(plan=row, is_new=True).values("point_id")
    ImprovementPoint.objects.filter(pk__in=new, visible_from=None).update(
        state=PointState.DROPPED, closed_at=now, close_reason=reason, visible_from=opens_at
    )
