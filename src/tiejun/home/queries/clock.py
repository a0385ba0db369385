"""The moments of a field day by policy, and which days are worked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.foundation import worktime
from tiejun.home.rules import DayClock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.queries import LeaveSpan
    from tiejun.visits.queries.policy import FieldPolicy

NO_SHIFT = timedelta(0)


def day_clock(scope: Scope, policy: FieldPolicy, day: date, *, shift: timedelta = NO_SHIFT) -> DayClock:  # noqa: ARG001 -- the clock of the unit is no secret
    """Return the moments of a business day under a unit's policy; `shift`: how much later a person begins."""
    bounds = policy.bounds(day)
    return DayClock(
        starts_at=policy.moment(day, "clock.briefing") + shift,
        noon_at=policy.moment(day, "visit.half_day_at"),
        returns_at=policy.moment(day, "clock.return"),
        soft_at=bounds.soft_at,
        hard_at=bounds.hard_at,
    )


def workdays_of_month(scope: Scope, policy: FieldPolicy, day: date) -> list[date]:  # noqa: ARG001 -- the calendar is no secret
    """Return the working days of a day's month by the unit's calendar."""
    return worktime.workdays_of_month(policy.book, policy.chain, day)


def workdays_left(scope: Scope, policy: FieldPolicy, day: date, leave: Sequence[LeaveSpan]) -> int:
    """Return the working days from `day` to the end of its month on which the person is not away the whole day."""
    away = [(span.starts_on, span.ends_on) for span in leave if span.part == "FULL"]
    left = [other for other in workdays_of_month(scope, policy, day) if other >= day]
    return sum(not any(first <= other <= last for first, last in away) for other in left)


def leave_part_on(scope: Scope, leave: Sequence[LeaveSpan], person_id: UUID, day: date) -> str:  # noqa: ARG001 -- days away are no secret
    """Return the part of a day that a person is away: FULL, MORNING, AFTERNOON or empty; both halves make a whole day."""
    parts = {span.part for span in leave if span.person_id == person_id and span.starts_on <= day <= span.ends_on}
    if "FULL" in parts or {"MORNING", "AFTERNOON"} <= parts:
        return "FULL"
    return next(iter(parts), "")
