from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.times import business_day
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.access.scope import Scope


def has_begun(scope: Scope, day: date, now: datetime) -> bool:
    """Tell whether people have left for the visits of a day: its forecast stands then."""
    policy = field_policy(scope, now)
    today = business_day(now, policy.zone)
    return day < today or (day == today and now >= policy.moment(day, "clock.departure"))
