"""What a day should have reached by now, and how long somebody has been at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tiejun.visits.rules.counting import Floor

if TYPE_CHECKING:
    from collections.abc import Sequence

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PaceGap:
    """A day that is behind: how many visits it has, and how many the last pulse asked for."""

    done: int
    expected: int


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


def pace_gap(
    now: datetime, floor: Floor, done: int, *, pulses: Sequence[datetime], noon: datetime, back: datetime
) -> PaceGap | None:
    """Return how far a day is behind at the last pulse that has come, None where it keeps pace, before the first and at the end."""
    passed = [at for at in pulses if at <= now]
    if not passed or now >= back:
        return None
    expected = expected_by(max(passed), floor, noon=noon, back=back)
    return PaceGap(done, expected) if done < expected else None


def briefing_shift(first: datetime | None, last: datetime | None, *, quiet_hours: int, most: timedelta) -> timedelta:
    """Return how much later the next briefing is for who worked too long (rule 24): the excess in whole quarters, at most `most`."""
    if first is None or last is None or not is_long(first, last, quiet_hours):
        return timedelta(0)
    excess = last - first - timedelta(hours=quiet_hours)
    return min(-(-excess // QUARTER) * QUARTER, most)
