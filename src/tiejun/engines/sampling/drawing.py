"""The draw: the riskiest for certain, the rest at random with probabilities that grow with the root of the risk.

Everything that is chance comes from one secret seed, whose hash was published before: whoever knows the seed afterwards repeats
the draw and finds the same visits. Every candidate has a probability above zero, and it is known.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter, defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A visit without any sign still has this share of the average probability: what nobody suspects is looked at, too.
FLOOR_SHARE = 0.3
ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A visit that may be drawn: `risk` is the probability (0 to 1) that it is not true, `is_suspect` whether any sign stands out."""

    key: str
    stratum: str
    risk: float
    is_suspect: bool = True


@dataclass(frozen=True, slots=True)
class Rates:
    """Which share of the candidates is drawn at random, and which at most for their risk (each 0 to 1)."""

    random: float
    risk: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of a candidate: its probability of being drawn at all, and whether it was, as RISK or RANDOM."""

    key: str
    probability: float
    part: str = ""


def commitment(seed: bytes) -> bytes:
    """Return the hash that is published before: SHA-256 of the seed."""
    return hashlib.sha256(seed).digest()


def uniform(seed: bytes, key: str) -> float:
    """Return a number in [0, 1) that only the holder of the seed can foresee."""
    return int.from_bytes(hmac.digest(seed, key.encode(), "sha256")[:7]) / 2**56


def draw(candidates: Iterable[Candidate], *, seed: bytes, rates: Rates) -> list[Drawn]:
    """Draw a sample; the same candidates, seed and rates give the same one, in whatever order they come.

    The random part runs systematically through the strata, in secret order within each: a stratum gets its expected number,
    rounded up or down (systematic sampling with unequal probabilities, Madow 1949).
    """
    rows = sorted(candidates, key=lambda row: row.key)
    certain = _for_risk(rows, seed, rates)
    rest = [row for row in rows if certain.get(row.key, 0.0) < 1.0]
    chances = _random_chances(rest, rates, len(rows))
    taken = {row.key for row in rows if row.key in certain and _takes(row, certain, seed)}
    chosen = _systematic([row for row in rest if row.key not in taken], chances, seed)
    found = []
    for row in rows:
        share = certain.get(row.key, 0.0)
        part = "RISK" if row.key in taken else "RANDOM" if row.key in chosen else ""
        found.append(Drawn(row.key, share + (1.0 - share) * chances.get(row.key, 0.0), part))
    return found


def _for_risk(rows: Sequence[Candidate], seed: bytes, rates: Rates) -> dict[str, float]:
    """Return with which probability each of the riskiest is taken: 1, but among equals at the edge their share of the places."""
    places = int(rates.risk * len(rows) + uniform(seed, "places"))
    by_risk: dict[float, list[str]] = defaultdict(list)
    for row in rows:
        if row.is_suspect:
            by_risk[row.risk].append(row.key)
    shares: dict[str, float] = {}
    for risk in sorted(by_risk, reverse=True):
        equals = by_risk[risk]
        share = min(1.0, places / len(equals))
        if share <= 0:
            break
        shares |= dict.fromkeys(equals, share)
        places = max(0, places - len(equals))
    return shares


def _takes(row: Candidate, shares: dict[str, float], seed: bytes) -> bool:
    share = shares[row.key]
    if share >= 1:
        return True
    equals = sorted((key for key, value in shares.items() if value == share), key=lambda key: uniform(seed, key))
    return row.key in equals[: round(share * len(equals))]


def _random_chances(rows: Sequence[Candidate], rates: Rates, total: int) -> dict[str, float]:
    """Return probabilities in proportion to the root of the risk, none below the floor, that add up to the random share."""
    if not rows:
        return {}
    wanted = min(float(len(rows)), rates.random * total)
    if wanted <= 0:
        return dict.fromkeys((row.key for row in rows), 0.0)
    floor = FLOOR_SHARE * wanted / len(rows)
    roots = {row.key: sqrt(max(row.risk, 1e-6)) for row in rows}
    counts = Counter(roots.values())
    low, high = 0.0, 1.0 / min(counts)
    for _round in range(ROUNDS):
        factor = (low + high) / 2
        reached = sum(count * min(1.0, max(floor, factor * root)) for root, count in counts.items())
        low, high = (factor, high) if reached < wanted else (low, factor)
    return {key: min(1.0, max(floor, high * root)) for key, root in roots.items()}


def _systematic(rows: Sequence[Candidate], chances: dict[str, float], seed: bytes) -> set[str]:
    ordered = sorted(rows, key=lambda row: (row.stratum, uniform(seed, f"order:{row.key}")))
    reached, next_at, chosen = 0.0, uniform(seed, "start"), set()
    for row in ordered:
        reached += chances[row.key]
        if reached > next_at:
            chosen.add(row.key)
            next_at += 1.0
    return chosen
