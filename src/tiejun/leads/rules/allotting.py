"""Decisions about the nightly allotment: what a lead is worth, how a person converts, how many fit on a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.foundation.policies import PolicyBook

LEAST_FACTOR, MOST_FACTOR = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Prior:
    """Chance of signing by intent, and by how much a source changes it; both are policies."""

    by_intent: Mapping[str, float]
    by_source: Mapping[str, float]
    effective_times: float

    @classmethod
    def by_policy(cls, book: PolicyBook) -> Prior:
        """Read the policies in force, whose values are texts."""
        intents, sources = book.mapping("lead.prior_sign"), book.mapping("lead.prior_source")
        return cls(_numbers(intents), _numbers(sources), book.decimal("lead.prior_effective_times"))

    def p_sign(self, intent: str, source_code: str) -> float:
        """Return the chance that a lead of this intent and source signs."""
        chance = self.by_intent.get(intent, self.by_intent.get("UNKNOWN", 0.0)) * self.by_source.get(source_code, 1.0)
        return min(max(chance, 0.0), 0.95)

    def p_effective(self, intent: str, source_code: str) -> float:
        """Return the chance that such a lead becomes an effective customer: more often than a deal, by the golden ratio."""
        return min(self.p_sign(intent, source_code) * self.effective_times, 0.95)


def _numbers(texts: Mapping[str, str]) -> dict[str, float]:
    return {key: float(text) for key, text in texts.items()}


def shrunk(won: int, tried: int, mean: float, weight: float) -> float:
    """Return a rate pulled towards a mean by `weight` pseudo-tries (beta-binomial): few tries say little."""
    return (won + mean * weight) / (tried + weight) if tried + weight else mean


@dataclass(frozen=True, slots=True)
class Record:
    """What came of holdings: how many were tried, how many became customers."""

    tried: int = 0
    won: int = 0


def factors_of(own: Mapping[str, Record], company: Mapping[str, Record], weight: float) -> dict[str, float]:
    """Return a person's conversion over the company's, by industry; 1.0 = as everybody.

    The company's rate of an industry is shrunk to its rate of all, the person's to what the person's rate of all says about
    that industry: who converts well everywhere counts as good in an industry never tried.
    """
    overall = _rate(Record(sum(r.tried for r in company.values()), sum(r.won for r in company.values())), 0.02, weight)
    usual = {industry: _rate(record, overall, weight) for industry, record in company.items()}
    won = sum(record.won for record in own.values())
    expected = sum(record.tried * usual.get(industry, overall) for industry, record in own.items())
    lift = (won + overall * weight) / (expected + overall * weight)
    factors = {}
    for industry, rate in usual.items():
        mine = _rate(own.get(industry, Record()), min(rate * lift, 0.95), weight)
        factors[industry] = round(min(max(mine / rate, LEAST_FACTOR), MOST_FACTOR), 3)
    return factors


def _rate(record: Record, mean: float, weight: float) -> float:
    return max(shrunk(record.won, record.tried, mean, weight), 1e-6)


@dataclass(frozen=True, slots=True)
class ListPolicy:
    """How long a working list is (`least` to `most`), and the share of fresh leads of a person who is new, in percent."""

    least: int
    most: int
    fresh_percent: int

    @classmethod
    def by_policy(cls, book: PolicyBook, unit_chain: Sequence[UUID]) -> ListPolicy:
        """Read the policy in force for a unit."""
        keys = ("lead.allotment_min", "lead.allotment_max", "lead.new_rep_fresh_share")
        return cls(*(book.integer(key, unit_chain) for key in keys))

    def room(self, kept: int) -> int:
        """Return how many leads still fit."""
        return max(0, self.most - kept)

    def wanted(self, kept: int) -> int:
        """Return how many are missing to the least."""
        return max(0, self.least - kept)

    def fresh_wanted(self, kept: int, kept_fresh: int) -> int:
        """Return how many fresh ones a new person's full list still needs."""
        needed = -(-self.fresh_percent * self.most // 100)
        return min(max(0, needed - kept_fresh), self.room(kept))


@dataclass(frozen=True, slots=True)
class Allotted:
    """A lead to be given to a person: its worth and value in minor units, its tier (A best), why, and the lease's end."""

    lead_id: UUID
    person_id: UUID
    worth_minor: int = 0
    value_minor: int = 0
    minutes: int | None = None
    tier: str = "C"
    reasons: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What one person's list looks like by the answer of a run."""

    person_id: UUID
    unit_id: UUID
    is_newcomer: bool = False
    kept: int = 0
    planned: int = 0
    short: int = 0
    fresh: int = 0
    fresh_short: int = 0
    worth_minor: int = 0
    value_minor: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a lead: two probabilities (None where no model may be used) and why, as {code, facts}."""

    lead_id: UUID
    p_effective: float | None
    p_sign: float | None
    reasons: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Lease:
    """The terms of an allotted lead: until when it is kept, and the numbers of the policy that said so."""

    due_at: datetime
    facts: Mapping[str, Any]


def tiers_of(worths: Mapping[UUID, int]) -> dict[UUID, str]:
    """Return each lead's tier by worth among these: A the best fifth, B the next two fifths, C the rest."""
    ordered = sorted(worths, key=lambda key: (-worths[key], str(key)))
    count = len(ordered)
    return {
        key: "A" if 5 * place < count else "B" if 5 * place < 3 * count else "C" for place, key in enumerate(ordered)
    }


def dealt(lead_ids: list[UUID], rooms: Mapping[UUID, int]) -> tuple[dict[UUID, UUID], list[UUID]]:
    """Deal leads out in turn to persons who have room; returns lead → person, and the leads for which there was no room."""
    left = dict(rooms)
    given: dict[UUID, UUID] = {}
    waiting = list(lead_ids)
    while waiting and any(left.values()):
        for person_id in [key for key, room in left.items() if room]:
            if not waiting:
                break
            given[waiting.pop(0)] = person_id
            left[person_id] -= 1
    return given, waiting
