"""Control limits of a daily number: what lies outside is worth a question, what lies inside is chance.

Source: domain.md section 9 (outside three standard deviations on a day, or two on three days running), engines.md 8 (corrected for the
weekday, never on fewer than twenty days), after Shewhart (1931) and the Western Electric rules (1956).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

LEAST_DAYS = 20
FAR, NEAR, RUN = 3.0, 2.0, 3
# A weekday with few days behind it is taken as an ordinary day with this weight (in days).
_WEIGHT = 4.0


class Side(StrEnum):
    """On which side of the usual a number lies."""

    HIGH = "HIGH"
    LOW = "LOW"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is usual on a day: the middle, and three standard deviations to both sides, not below nothing."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Signal:
    """A number outside its limits: on which day, on which side, what is usual, and for how many days it has been so."""

    day: date
    value: float
    side: Side
    limits: Limits
    days: int


def signal(days: Sequence[tuple[date, float]]) -> Signal | None:
    """Tell whether the last of these days lies outside what the days before it make usual; None where it does not.

    `days`: working days in order with their numbers, the last one over. Each of the last three days is measured against the days before the
    three, so that a run does not widen its own limits. None on fewer than twenty such days, and where nothing ever varies.
    """
    known, recent = days[:-RUN], days[-RUN:]
    if len(known) < LEAST_DAYS:
        return None
    middle, spread, factors = _usual(known)
    if not spread:
        return None
    scores = [(value / factors[day.weekday()] - middle) / spread for day, value in recent]
    last = scores[-1]
    run = all(score * last > 0 and abs(score) > NEAR for score in scores)
    if abs(last) <= FAR and not run:
        return None
    (day, value), factor = recent[-1], factors[recent[-1][0].weekday()]
    limits = Limits(middle * factor, max(0.0, (middle - FAR * spread) * factor), (middle + FAR * spread) * factor)
    return Signal(day, value, Side.HIGH if last > 0 else Side.LOW, limits, RUN if run else 1)


def _usual(days: Sequence[tuple[date, float]]) -> tuple[float, float, list[float]]:
    """Return the middle and the spread of days without their weekday, and the factor of each weekday from Monday on."""
    middle = fmean(value for _day, value in days)
    if not middle:
        return 0.0, 0.0, [1.0] * 7
    factors = []
    for weekday in range(7):
        own = [value for day, value in days if day.weekday() == weekday]
        factors.append((sum(own) + _WEIGHT * middle) / (len(own) + _WEIGHT) / middle)
    plain = [value / factors[day.weekday()] for day, value in days]
    centre = fmean(plain)
    return centre, sqrt(sum((value - centre) ** 2 for value in plain) / (len(plain) - 1)), factors
