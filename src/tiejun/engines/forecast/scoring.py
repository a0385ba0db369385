"""How true a forecast was: M-F1 to M-F5, and how often intervals held."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BIAS_PERIODS = 6
HIGHEST = 200.0


def attainment(actual: float, forecast: float) -> float | None:
    """M-F1: what came over what was said; None when nothing was said."""
    return actual / forecast if forecast > 0 else None


def signed_error(actual: float, forecast: float) -> float | None:
    """M-F2: negative when less came than was said; None when nothing was said."""
    return (actual - forecast) / forecast if forecast > 0 else None


def bias(errors: Sequence[float | None]) -> float | None:
    """M-F3: mean signed error of the last six periods, oldest first; negative: over-committing, positive: sandbagging."""
    known = [error for error in errors if error is not None][-BIAS_PERIODS:]
    return fmean(known) if known else None


def accuracy(actual: float, forecast: float) -> float:
    """M-F4: 1 for what came exactly as said, 0 for something where nothing was said; two zeros agree."""
    largest = max(actual, forecast)
    return 1 - min(1.0, abs(actual - forecast) / largest) if largest > 0 else 1.0


def high_and_accurate(actual: float, forecast: float, quota: float) -> float | None:
    """M-F5, after Gonik (HBR 1978): rises with what came, and is highest for who says what comes.

    From 0 to 200; None without a quota.
    """
    if quota <= 0:
        return None
    reached = actual >= forecast
    score = 50 * (actual + forecast) / quota if reached else 50 * (3 * actual - forecast) / quota
    return min(HIGHEST, max(0.0, score))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How many intervals held, of how many; with Wilson's interval of 95 % for the share."""

    held: int
    count: int
    share: float
    low: float
    high: float


def calibration(cases: Sequence[tuple[float, float, float]]) -> Calibration | None:
    """Return how often ``low <= actual <= high`` held in cases (low, high, actual); None without cases."""
    if not cases:
        return None
    held, count = sum(low <= actual <= high for low, high, actual in cases), len(cases)
    share, z = held / count, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return Calibration(held, count, share, max(0.0, middle - half), min(1.0, middle + half))
