"""The growth equation R = (V·c + L + E)·f·a, and what each of its factors did to a change of R.

Source: domain.md section 9 (the performance equation of the source texts on disjoint sets; L is told apart by docs/decisions/0014) and
Shapley (1953) for the shares. All arithmetic is in fractions: nothing is rounded before the shares are paid out in whole minor units.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from itertools import combinations
from math import factorial
from operator import add, attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Factor(StrEnum):
    """What a change comes from; OUTSIDE: money without an order or a customer of the period that it could belong to."""

    LEADS = "LEADS"
    CONVERSION = "CONVERSION"
    LATE = "LATE"
    EXISTING = "EXISTING"
    FREQUENCY = "FREQUENCY"
    VALUE = "VALUE"
    OUTSIDE = "OUTSIDE"


FACTORS = (Factor.LEADS, Factor.CONVERSION, Factor.LATE, Factor.EXISTING, Factor.FREQUENCY, Factor.VALUE)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in a period, each number once.

    `leads`: valid leads received (V); `buyers`: companies of such a lead whose first order was signed in the period (V·c); `late`: first-time
    buyers of the period whose lead came earlier (L); `existing`: customers with an order before it who had not left (E); `orders`:
    signed less cancelled; `net_minor`: their amount, amendments and cancellations included, in minor units (R).
    """

    leads: int = 0
    buyers: int = 0
    late: int = 0
    existing: int = 0
    orders: int = 0
    net_minor: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, _numbers(self), _numbers(other)))

    @property
    def customers(self) -> int:
        """V·c + L + E: who bought first, and who could buy again."""
        return self.buyers + self.late + self.existing

    @property
    def outside_minor(self) -> int:
        """The part of R that the product cannot hold: all of it where no order or no customer is there to divide by."""
        return 0 if self.orders and self.customers else self.net_minor


_numbers = attrgetter(*(field.name for field in fields(Counts)))


def settled(counts: Counts) -> Counts:
    """Return counts whose buyers came from their own leads: a part that received none has late buyers alone."""
    return counts if counts.leads else replace(counts, buyers=0, late=counts.late + counts.buyers)


def total(parts: Iterable[Counts]) -> Counts:
    """Return the sum of disjoint parts."""
    return reduce(add, parts, Counts())


def factors(counts: Counts) -> dict[Factor, Fraction | None]:
    """Return V, c, L, E, f (orders a customer) and a (minor units an order) of settled counts; None where there is nothing to divide by."""
    return {
        Factor.LEADS: Fraction(counts.leads),
        Factor.CONVERSION: Fraction(counts.buyers, counts.leads) if counts.leads else None,
        Factor.LATE: Fraction(counts.late),
        Factor.EXISTING: Fraction(counts.existing),
        Factor.FREQUENCY: Fraction(counts.orders, counts.customers) if counts.customers else None,
        Factor.VALUE: Fraction(counts.net_minor, counts.orders) if counts.orders else None,
    }


def attribution(before: Counts, after: Counts) -> dict[Factor, int]:
    """Return what each factor adds to the change of R from one period to another, in whole minor units; they sum to it exactly.

    The Shapley value of each factor: its effect when it changes, averaged over all orders in which they could have changed. A factor
    that one of the periods cannot tell is taken as in the other one: it changed nothing then.
    """
    was, came = _both(factors(before), factors(after))
    shares = _shapley(was, came)
    shares[Factor.OUTSIDE] = Fraction(after.outside_minor - before.outside_minor)
    return _paid_out(shares, after.net_minor - before.net_minor)


def _both(
    before: Mapping[Factor, Fraction | None], after: Mapping[Factor, Fraction | None]
) -> tuple[dict[Factor, Fraction], dict[Factor, Fraction]]:
    was, came = {}, {}
    for factor in FACTORS:
        first, then = before[factor], after[factor]
        nothing = Fraction(0)
        was[factor] = first if first is not None else then if then is not None else nothing
        came[factor] = then if then is not None else first if first is not None else nothing
    return was, came


def _revenue(values: Mapping[Factor, Fraction]) -> Fraction:
    customers = values[Factor.LEADS] * values[Factor.CONVERSION] + values[Factor.LATE] + values[Factor.EXISTING]
    return customers * values[Factor.FREQUENCY] * values[Factor.VALUE]


def _shapley(was: Mapping[Factor, Fraction], came: Mapping[Factor, Fraction]) -> dict[Factor, Fraction]:
    """Return each factor's share of the change: every set of changed factors is valued once."""
    count = len(FACTORS)
    sets = [frozenset(chosen) for size in range(count + 1) for chosen in combinations(FACTORS, size)]
    worth = {
        changed: _revenue({factor: (came if factor in changed else was)[factor] for factor in FACTORS})
        for changed in sets
    }
    weights = [Fraction(factorial(size) * factorial(count - 1 - size), factorial(count)) for size in range(count)]
    return {
        factor: sum(
            (weights[len(rest)] * (worth[rest | {factor}] - worth[rest]) for rest in sets if factor not in rest),
            Fraction(0),
        )
        for factor in FACTORS
    }


def _paid_out(shares: Mapping[Factor, Fraction], whole: int) -> dict[Factor, int]:
    """Round shares to whole numbers of one sum: down, and what is left over to the largest remainders (Hamilton's method)."""
    paid = {factor: share.numerator // share.denominator for factor, share in shares.items()}
    left = whole - sum(paid.values())
    by_remainder = sorted(shares, key=lambda factor: (paid[factor] - shares[factor], factor))
    for factor in by_remainder[:left]:
        paid[factor] += 1
    return paid
