"""The commitment of a month: may it be signed, what does it ask of each day, does it depart from history (domain 11, 9 and 14)."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from tiejun.engines.golden import Need, Prior, customers_needed, day_need, golden_ratio
from tiejun.forecast.rules import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_DEALS = 300
SEED_RATIO = 8.0
HISTORY_MONTHS = 3
RATE_WEIGHT = 60.0  # visits that the group's rate weighs beside the own


class MonthState(StrEnum):
    """Where an edition stands; only signatures lead from TALKED to SIGNED to PUBLISHED."""

    DRAFT = "DRAFT"
    TALKED = "TALKED"
    SIGNED = "SIGNED"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"


class Support(StrEnum):
    """What makes a number possible that the own history does not."""

    NONE = "NONE"
    RATIO = "RATIO"
    COACHING = "COACHING"
    LEADS = "LEADS"


@dataclass(frozen=True, slots=True)
class Rates:
    """What a person's history says: signed per effective customer (``signed`` of ``effective``), effective customers per visit.

    ``open_effective``: effective customers of the span that have not signed yet.
    """

    signed: int
    effective: int
    visits: int
    new_effective: int
    group_rate: float
    open_effective: int = 0

    @property
    def effective_rate(self) -> float:
        """The own rate e' shrunk to the group's."""
        return (self.new_effective + RATE_WEIGHT * self.group_rate) / (self.visits + RATE_WEIGHT)


@dataclass(frozen=True, slots=True)
class Tree:
    """A number of deals taken apart down to the hour, by the own ratio and by the seed's 8:1 (M-G2 to M-G4).

    `days`: working days of the person in the span; `per_hour`: visits an hour over the field hours of a day.
    """

    deals: int
    signed: int
    ratio: float
    effective_rate: float
    days: int
    capacity: int
    need: int
    per_day: int | None
    visits: int | None
    visits_per_day: int | None
    morning: int | None
    afternoon: int | None
    per_hour: float | None
    feasibility: float | None
    possible_deals: int
    seed_need: int
    seed_per_day: int | None
    is_assumed: bool = False

    @property
    def is_possible(self) -> bool:
        return self.feasibility is None or self.feasibility >= 1.0


def taken_apart(
    deals: int, *, signed: int, rates: Rates, prior: Prior, days: int, capacity: int, hours: float, is_assumed: bool
) -> Tree:
    """Take a number of deals apart.

    `capacity`: visits that a day can hold; `hours`: field hours of a day; `is_assumed`: the calendar of the month is not
    announced yet, ordinary weekdays stand in. `feasibility` None: nothing is needed any more.
    """
    golden = golden_ratio(signed=min(rates.signed, rates.effective), effective_customers=rates.effective, prior=prior)
    chances = [golden.p] * rates.open_effective
    need = customers_needed(target=deals, signed=signed, open_chances=chances, p=golden.p)
    asked = day_need(need=need, remaining_days=days, effective_rate=rates.effective_rate, capacity=capacity)
    seed = customers_needed(target=deals, signed=signed, p=1 / SEED_RATIO)
    yields = days * capacity * rates.effective_rate * golden.p
    return Tree(
        deals=deals,
        signed=signed,
        ratio=round(golden.ratio, 2),
        effective_rate=round(rates.effective_rate, 4),
        days=days,
        capacity=capacity,
        need=need,
        per_day=asked.per_day,
        visits=math.ceil(need / rates.effective_rate - 1e-9) if rates.effective_rate > 0 else None,
        visits_per_day=asked.visits_per_day,
        morning=asked.morning,
        afternoon=asked.afternoon,
        per_hour=_per_hour(asked, hours),
        feasibility=None if math.isinf(asked.feasibility) else round(asked.feasibility, 3),
        possible_deals=signed + math.floor(yields + math.fsum(chances) + 1e-9),
        seed_need=seed,
        seed_per_day=math.ceil(seed / days) if days else None,
        is_assumed=is_assumed,
    )


def _per_hour(asked: Need, hours: float) -> float | None:
    return round(asked.visits_per_day / hours, 1) if asked.visits_per_day is not None and hours > 0 else None


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far a number lies from history (G11): from the last three months, or from what the group's people do."""

    base: float
    limit: float
    distance: float
    months: int

    @property
    def is_large(self) -> bool:
        return self.distance > self.limit + 1e-9


def deviation(deals: int, months: Sequence[int], expected: float, *, share: float, sigmas: float) -> Deviation:
    """Return the deviation of a number from the last months' deals (the newest last).

    With fewer than three months the engine's expectation, which is the group's for who is new, stands in.
    """
    recent = list(months)[-HISTORY_MONTHS:]
    enough = len(recent) >= HISTORY_MONTHS
    base = fmean(recent) if enough else expected
    spread = pstdev(recent) if enough else math.sqrt(max(expected, 0.0))
    return Deviation(base, max(share * base, sigmas * spread), abs(deals - base), len(recent))


@dataclass(frozen=True, slots=True)
class SigningFacts:
    """What a signature asks of an edition."""

    state: MonthState
    is_possible: bool
    has_support: bool
    has_exception: bool
    deviates: bool
    explains: bool
    plans_improvement: bool
    texts: tuple[str, ...]


def why_not_sign(facts: SigningFacts) -> Refusal | None:
    """Return why the person cannot sign, None when nothing stands against it."""
    if facts.state not in (MonthState.TALKED, MonthState.SIGNED):
        return Refusal.NOT_TALKED
    if any(sanction_in(text) for text in facts.texts):
        return Refusal.SANCTION_CLAUSE
    if not (facts.is_possible or facts.has_support or facts.has_exception):
        return Refusal.IMPOSSIBLE_NUMBER
    if facts.deviates and not facts.explains:
        return Refusal.DEVIATION_UNEXPLAINED
    if facts.deviates and not facts.plans_improvement:
        return Refusal.NO_IMPROVEMENT_PLAN
    return None


@cache
def _sanctions() -> tuple[str, ...]:
    text = files("tiejun.forecast").joinpath("sanctions.json").read_text(encoding="utf-8")
    return tuple(word.casefold() for word in json.loads(text))


def sanction_in(text: str) -> str:
    """Return the words of a text that threaten a consequence (dismissal, a deduction), empty when it has none (G19)."""
    plain = "".join(text.casefold().split())
    return next((word for word in _sanctions() if "".join(word.split()) in plain), "")


def content_hash(content: dict[str, Any]) -> str:
    """Return SHA-256 over what is signed, as hexadecimal text; the same content always gives the same hash."""
    body = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def tree_values(tree: Tree) -> dict[str, Any]:
    """Return a tree as plain JSON values."""
    return asdict(tree) | {"is_possible": tree.is_possible}
