"""The golden ratio: how many effective customers a deal costs, and what that asks of a day.

Metrics M-G1 to M-G4. The seed's rule "eight effective customers make one deal" is the prior,
not a law: ``p`` is a beta mean whose prior weight is given by the caller's policy (5 signed,
35 not signed: mean 1/8, weight 40).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

PRIOR_SIGNED = 5.0
PRIOR_UNSIGNED = 35.0
MORNING_SHARE = 3 / 8

# Ceilings are taken of quotients of floating-point numbers: 25 / (1/8) must give 200, not 201.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Prior:
    """The beta prior of the golden ratio: pseudo-counts of signed and of unsigned customers."""

    signed: float = PRIOR_SIGNED
    unsigned: float = PRIOR_UNSIGNED


@dataclass(frozen=True, slots=True)
class GoldenRatio:
    """``p``: chance that an effective customer signs. ``ratio``: effective customers per deal."""

    p: float
    ratio: float
    signed: int
    effective_customers: int
    prior: Prior


class GoldenReason(StrEnum):
    """What limits the commitment, or why nothing does."""

    TARGET_REACHED = "TARGET_REACHED"
    WITHIN_CAPACITY = "WITHIN_CAPACITY"
    ABOVE_CAPACITY = "ABOVE_CAPACITY"
    NO_DAYS_LEFT = "NO_DAYS_LEFT"
    NO_EFFECTIVE_RATE = "NO_EFFECTIVE_RATE"


@dataclass(frozen=True, slots=True)
class Need:
    """What a commitment asks for, in the order in which it is worked out.

    ``need``: new effective customers still to win. ``per_day``: of these on each remaining
    working day. ``visits_per_day`` is None where no number of visits would do (no day left,
    or an effective rate of 0); then ``morning`` and ``afternoon`` are None too.
    ``feasibility``: what capacity can yield over the need; 1.0 or more means possible,
    infinite when nothing is needed.
    """

    need: int
    per_day: int | None
    visits_per_day: int | None
    morning: int | None
    afternoon: int | None
    feasibility: float
    reason: GoldenReason

    @property
    def possible(self) -> bool:
        """Whether the commitment can be met at the given rate and capacity."""
        return self.feasibility >= 1.0


def golden_ratio(*, signed: int, effective_customers: int, prior: Prior | None = None) -> GoldenRatio:
    """M-G1: the shrunk probability that an effective customer signs.

    ``signed`` counts those of the ``effective_customers`` *of the same cohort* that signed.
    Only cohorts older than the segment's median cycle may enter; choosing them is the caller's
    part. Raises ValueError for negative counts, more signed than effective, or an empty prior.
    """
    prior = prior or Prior()
    if not 0 <= signed <= effective_customers:
        raise ValueError("0 <= signed <= effective_customers does not hold")
    if prior.signed <= 0 or prior.unsigned < 0:
        raise ValueError("the prior needs a positive number of signed customers")
    p = (prior.signed + signed) / (prior.signed + prior.unsigned + effective_customers)
    return GoldenRatio(p, 1 / p, signed, effective_customers, prior)


def customers_needed(*, target: int, signed: int, open_chances: Sequence[float] = (), p: float) -> int:
    """M-G2: new effective customers needed for ``target`` deals in the period.

    ``open_chances`` are the signing probabilities of effective customers that are still open.
    Raises ValueError when ``p`` is not in (0, 1].
    """
    if not 0 < p <= 1:
        raise ValueError("p lies above 0 and at most at 1")
    missing = max(0.0, target - signed - math.fsum(open_chances))
    return _ceil(missing / p)


def day_need(
    *,
    need: int,
    remaining_days: int,
    effective_rate: float,
    capacity: int,
    morning_share: float = MORNING_SHARE,
) -> Need:
    """M-G3 and M-G4: what ``need`` asks of each remaining working day, and whether it can be done.

    Other than M-G3 says, visits are not made from the rounded customers a day (docs/decisions/0013).

    ``effective_rate`` is e' = new effective customers per visit (never the rate of effective
    visits). ``capacity`` is visits a day that the representative can physically make.
    ``morning_share`` cuts the visits into morning and afternoon (3 of 8).
    """
    if need <= 0:
        return Need(0, 0, 0, 0, 0, math.inf, GoldenReason.TARGET_REACHED)
    if remaining_days <= 0:
        return Need(need, None, None, None, None, 0.0, GoldenReason.NO_DAYS_LEFT)
    per_day = _ceil(need / remaining_days)
    if effective_rate <= 0:
        return Need(need, per_day, None, None, None, 0.0, GoldenReason.NO_EFFECTIVE_RATE)
    # Rounded once, at the end: rounded twice, what M-G4 calls feasible would ask for more visits than a day holds.
    visits = _ceil(need / remaining_days / effective_rate)
    morning = math.floor(visits * morning_share + 0.5)
    feasibility = remaining_days * capacity * effective_rate / need
    if math.isclose(feasibility, 1.0, rel_tol=_ROUNDING):
        feasibility = 1.0
    reason = GoldenReason.WITHIN_CAPACITY if feasibility >= 1.0 else GoldenReason.ABOVE_CAPACITY
    return Need(need, per_day, visits, morning, visits - morning, feasibility, reason)


def _ceil(value: float) -> int:
    return math.ceil(value - _ROUNDING * max(1.0, abs(value)))
