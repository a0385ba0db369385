"""From findings with known probabilities to the truth rate of all visits, with its interval.

Horvitz–Thompson weights (1 / probability) undo that the risky are looked at more often; the certain part counts as it is; the
random part has the interval of Wilson at its effective size (Korn and Graubard 1998); at last the audit's own error is taken out
(Rogan and Gladen 1978).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Tally:
    """The findings of a unit, summed up: a sum over tallies is the tally of the sum.

    `certain`, `certain_untrue`: findings with probability 1. Of the others: `random`, `untrue` (counts), `weight`,
    `untrue_weight` (sums of 1/p), `spread`, `untrue_spread` (sums of (1-p)/p²), `weight_squares` (sum of 1/p²).
    """

    certain: int = 0
    certain_untrue: int = 0
    random: int = 0
    untrue: int = 0
    weight: float = 0.0
    untrue_weight: float = 0.0
    spread: float = 0.0
    untrue_spread: float = 0.0
    weight_squares: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def audited(self) -> int:
        return self.certain + self.random


@dataclass(frozen=True, slots=True)
class AuditError:
    """How good the audit is: the share of untrue visits that it finds, and of true ones that it leaves alone."""

    sensitivity: float = 1.0
    specificity: float = 1.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """The share of true visits (0 to 1) with its 95 % interval, from how many findings and of how many visits."""

    rate: float
    low: float
    high: float
    audited: int
    visits: int

    @property
    def percent(self) -> float:
        return round(100 * self.rate, 1)

    @property
    def low_percent(self) -> float:
        return round(100 * self.low, 1)

    @property
    def high_percent(self) -> float:
        return round(100 * self.high, 1)

    @property
    def width(self) -> float:
        return self.high - self.low


def tally(findings: Iterable[tuple[float, bool]]) -> Tally:
    """Sum up findings: pairs of the probability of being drawn and whether the visit was not true."""
    total = Tally()
    for chance, is_untrue in findings:
        if chance >= 1.0:
            total += Tally(certain=1, certain_untrue=int(is_untrue))
            continue
        weight, spread = 1 / chance, (1 - chance) / chance**2
        total += Tally(
            random=1,
            untrue=int(is_untrue),
            weight=weight,
            untrue_weight=weight * is_untrue,
            spread=spread,
            untrue_spread=spread * is_untrue,
            weight_squares=weight**2,
        )
    return total


def estimate(found: Tally, *, visits: int, error: AuditError | None = None) -> Estimate | None:
    """Return the truth rate of `visits` visits; None without a finding of the random part.

    What could not be verified is in no finding: the random part is weighted up to all visits outside the certain part.
    """
    if not found.random or visits <= 0:
        return None
    others = max(float(visits - found.certain), found.weight * 1e-9, 1e-9)
    rate = found.untrue_weight / found.weight
    low, high = _wilson(rate, _effective_size(found, rate, others))
    known = found.certain_untrue
    bounds = [(known + share * others) / (found.certain + others) for share in (rate, low, high)]
    middle, least, most = (_corrected(share, error or AuditError()) for share in bounds)
    return Estimate(1 - middle, 1 - most, 1 - least, found.audited, visits)


def _effective_size(found: Tally, rate: float, others: float) -> float:
    """Return how many simple draws the random part is worth for this rate."""
    kish = found.weight**2 / found.weight_squares
    spread = found.untrue_spread * (1 - rate) ** 2 + (found.spread - found.untrue_spread) * rate**2
    variance = spread / found.weight**2
    if rate <= 0 or rate >= 1 or variance <= 0:
        return kish
    return max(1.0, min(rate * (1 - rate) / variance, 1.5 * found.random, others * 4))


def _wilson(rate: float, size: float) -> tuple[float, float]:
    square = Z95**2
    centre = (rate + square / (2 * size)) / (1 + square / size)
    half = Z95 / (1 + square / size) * sqrt(rate * (1 - rate) / size + square / (4 * size**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def _corrected(share: float, error: AuditError) -> float:
    gain = error.sensitivity + error.specificity - 1
    return min(1.0, max(0.0, (share + error.specificity - 1) / gain)) if gain > 0 else share


def detection_power(chance: float, *, invented_share: float, visits: int) -> float:
    """Return how likely somebody who invents this share of `visits` visits is hit at least once (M-Q2).

    `chance`: the mean probability of a visit to be drawn. 3 % of 168 visits with a quarter invented gives 0.72 by independent
    draws (domain: about 0.76 with five fixed draws).
    """
    return 1 - (1 - chance * invented_share) ** visits
