"""Does a commitment depart from history? Its ratio to the expected number, measured by what this person's ratios usually are.

Somebody who always promises a tenth more than comes is no alarm; the same person promising half more is. A habit is
estimated from few months, so it is shrunk to the group's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HABIT_WEIGHT = 3.0  # months that the group's habit weighs
LEAST_SPREAD = 0.14
GROUP_MONTHS = 6.0
LIMIT = 2.1  # standard deviations; 5 % of ordinary commitments lie beyond
SMALL = 0.5  # so that a commitment of nothing has a ratio


@dataclass(frozen=True, slots=True)
class Departure:
    """How far a commitment departs: its log ratio to the expected number, less the habit, in standard deviations."""

    ratio: float
    habit: float
    deviations: float
    is_flagged: bool


def log_ratio(commitment: float, expected: float) -> float:
    """Return the log of a commitment over the expected number."""
    return math.log((commitment + SMALL) / (expected + SMALL))


def judge(commitment: float, expected: float, own: Sequence[float], group: Mapping[str, Sequence[float]]) -> Departure:
    """Judge a commitment; ``own``: past log ratios of the person, ``group``: those of everybody, the person included."""
    everybody = [ratio for ratios in group.values() for ratio in ratios]
    centre = fmean(everybody) if everybody else 0.0
    habit = (sum(own) + HABIT_WEIGHT * centre) / (len(own) + HABIT_WEIGHT)
    spread = _spread(group) * math.sqrt(1 + 1 / (len(own) + HABIT_WEIGHT))
    ratio = log_ratio(commitment, expected)
    deviations = (ratio - habit) / spread
    return Departure(ratio, habit, deviations, abs(deviations) > LIMIT)


def _spread(group: Mapping[str, Sequence[float]]) -> float:
    """Return how much a person's ratios vary from month to month, pooled over the group, never below what is believable."""
    squares, freedom = LEAST_SPREAD**2 * GROUP_MONTHS, GROUP_MONTHS
    for ratios in group.values():
        if len(ratios) >= 2:
            centre = fmean(ratios)
            squares += sum((ratio - centre) ** 2 for ratio in ratios)
            freedom += len(ratios) - 1
    return math.sqrt(squares / freedom)
