"""What a day should have reached by now, and how long somebody has been at work."""

from __future__ import annotations

from datetime import datetime, timedelta

from tiejun.visits.rules.counting import Floor


def expected_by(now: datetime, floor: Floor, *, noon: datetime, back: datetime) -> int:
    """Return how many visits a day should have by now: the noon floor at noon, then evenly up to the floor at `back`."""
    if not floor.visits or now < noon:
        return 0
    if now >= back or back <= noon:
        return floor.visits
    share = (now - noon) / (back - noon)
    return floor.noon + int((floor.visits - floor.noon) * share)


def is_long(first: datetime | None, last: datetime | None, hours: int) -> bool:
    """Tell whether somebody's work events of a day span more than some hours (rule 24)."""
    return first is not None and last is not None and last - first > timedelta(hours=hours)
