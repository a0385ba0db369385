"""The boards of CEO, marketing head and sales head: what each asks (GRW-01 to GRW-24), and when a number says something."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.engines.control import Side
from tiejun.engines.shares import Z_95
from tiejun.insight.rules.links import Link
from tiejun.insight.rules.reporting import may_rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tiejun.engines.shares import Share


class BoardOf(StrEnum):
    """Whose questions a board asks."""

    CEO = "ceo"
    MARKETING = "marketing"
    SALES = "sales"


class Question(StrEnum):
    """What a board asks."""

    COURSE = "COURSE"
    MONEY_IN = "MONEY_IN"
    EFFICIENCY = "EFFICIENCY"
    ORGANISATION = "ORGANISATION"
    TRUTH = "TRUTH"
    CUSTOMERS = "CUSTOMERS"
    TRAFFIC = "TRAFFIC"
    VALIDITY = "VALIDITY"
    COST = "COST"
    BUYERS = "BUYERS"
    TAKEN = "TAKEN"
    RELATIONS = "RELATIONS"
    LEAK = "LEAK"
    WHO = "WHO"
    ACTION = "ACTION"
    PROMISE = "PROMISE"
    REVIEWS = "REVIEWS"


QUESTIONS: dict[BoardOf, tuple[Question, ...]] = {
    BoardOf.CEO: (
        Question.COURSE,
        Question.MONEY_IN,
        Question.EFFICIENCY,
        Question.ORGANISATION,
        Question.TRUTH,
        Question.CUSTOMERS,
    ),
    BoardOf.MARKETING: (
        Question.TRAFFIC,
        Question.VALIDITY,
        Question.COST,
        Question.BUYERS,
        Question.TAKEN,
        Question.RELATIONS,
    ),
    BoardOf.SALES: (
        Question.LEAK,
        Question.WHO,
        Question.ACTION,
        Question.PROMISE,
        Question.EFFICIENCY,
        Question.REVIEWS,
    ),
}
# The metrics of the catalogue that an answer is made of; the first is its figure.
METRICS: dict[Question, tuple[str, ...]] = {
    Question.COURSE: ("signed-amount", "factor-shares"),
    Question.MONEY_IN: ("received-amount", "overdue"),
    Question.EFFICIENCY: ("effective-rate",),
    Question.ORGANISATION: ("control-limits",),
    Question.TRUTH: ("truth-rate",),
    Question.CUSTOMERS: ("repurchase-rate", "revenue-retained"),
    Question.TRAFFIC: ("valid-leads",),
    Question.VALIDITY: ("valid-leads", "leads-in"),
    Question.COST: ("returned", "spent", "channel-received"),
    Question.BUYERS: ("buyers", "valid-leads"),
    Question.TAKEN: ("leads-given-up", "leads-taken"),
    Question.RELATIONS: ("valid-leads",),
    Question.LEAK: ("conversion-of-links",),
    Question.WHO: ("conversion-of-links",),
    Question.ACTION: ("control-limits",),
    Question.PROMISE: ("signed-amount",),
    Question.REVIEWS: ("review-completion",),
}


class Verdict(StrEnum):
    """How an answer is to be taken: WATCH asks for somebody, NOTHING has no data to say anything of."""

    GOOD = "GOOD"
    WATCH = "WATCH"
    PLAIN = "PLAIN"
    NOTHING = "NOTHING"


# Two shares this far apart, or one by this part of the other, are worth somebody's time; less is not, however many cases there are.
LEAST_APART, LEAST_PART = 0.02, 0.2


def _matters(one: float, other: float) -> bool:
    return abs(one - other) >= min(LEAST_APART, LEAST_PART * other)


def moved(now: Share, before: Share, *, least: int) -> Side | None:
    """Tell to which side a share moved by more than chance, and enough to matter: each value lies outside the other's interval.

    None with fewer than `least` cases.
    """
    if min(now.cases, before.cases) < least or now.value is None or before.value is None:
        return None
    if before.low <= now.value <= before.high or now.low <= before.value <= now.high:
        return None
    if not _matters(now.value, before.value):
        return None
    return Side.HIGH if now.value > before.value else Side.LOW


def stands_out(part: Share, whole: Share, *, least: int) -> Side | None:
    """Tell on which side of the whole a part's interval lies; None where it holds the whole's share, or has fewer than `least` cases."""
    if part.cases < least or part.value is None or whole.value is None or part.low <= whole.value <= part.high:
        return None
    if not _matters(part.value, whole.value):
        return None
    return Side.HIGH if part.low > whole.value else Side.LOW


def growth_side(now: int, before: int) -> Side | None:
    """Tell to which side a sum went; None where it stayed."""
    return None if now == before else Side.HIGH if now > before else Side.LOW


def whole_percent(part: float, whole: float) -> int | None:
    """Return a part in whole percent of a whole; None without one."""
    return round(100 * part / whole) if whole > 0 else None


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a link made of what came before it, in a span and in the one it is compared with: `hits` of `base`, which may be fewer."""

    link: Link
    hits: int
    base: int
    hits_before: int
    base_before: int

    @property
    def missing(self) -> float:
        """How many more it would have been at the rate of the span before; negative where it did better."""
        return self.base * self.hits_before / self.base_before - self.hits if self.base_before else 0.0

    def is_lost(self, least: int) -> bool:
        """Tell whether more is missing than chance explains (both spans taken as counts of Poisson), of at least `least` cases in each."""
        if min(self.base, self.base_before) < least:
            return False
        expected = self.base * self.hits_before / self.base_before
        return self.missing > Z_95 * math.sqrt(expected * (1 + self.base / self.base_before))


@dataclass(frozen=True, slots=True)
class Leak:
    """The link that costs most: what is missing in it, and about how many minor units of orders that would have become (None: cannot be told)."""

    conversion: Conversion
    minor: int | None


def leak_of(conversions: Sequence[Conversion], *, order_minor: int, least: int) -> Leak | None:
    """Return the link whose missing numbers cost most, carried to orders at the rates of the later links; None where none lost more than chance.

    `conversions`: in the order of the links, the last one ends in orders. `order_minor`: what an order is worth now.
    """
    lost = []
    for place, one in enumerate(conversions):
        if not one.is_lost(least):
            continue
        carried = one.missing
        for later in conversions[place + 1 :]:
            carried *= later.hits / later.base if later.base else 0.0
        lost.append((carried, -place, one))
    if not lost:
        return None
    carried, _place, worst = max(lost)
    return Leak(worst, round(carried * order_minor) if carried > 0 and order_minor > 0 else None)


@dataclass(frozen=True, slots=True)
class Part:
    """A unit or channel of an answer: its share, or its number; `few`: too few cases to compare it; `side`: where it lies outside the whole's."""

    name: str
    share: Share | None = None
    value: float | None = None
    cases: int = 0
    few: bool = False
    side: Side | None = None
    note: str = ""


def share_parts(shares: Mapping[str, Share], whole: Share, *, least: int) -> list[Part]:
    """Return the parts with cases by their share; by name where one of them has fewer than `least` (no ranking under it)."""
    parts = [
        Part(name, one, cases=one.cases, few=one.cases < least, side=stands_out(one, whole, least=least))
        for name, one in shares.items()
        if one.cases > 0
    ]
    if may_rank([part.cases for part in parts], least):
        return sorted(parts, key=lambda part: (-(part.share.value or 0) if part.share else 0, part.name))
    return sorted(parts, key=lambda part: part.name)


def named(parts: Sequence[Part], side: Side) -> list[str]:
    """Return the names of the parts that lie outside on a side."""
    return [part.name for part in parts if part.side is side]
