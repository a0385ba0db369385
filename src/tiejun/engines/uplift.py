"""What coaching brings: the change of those who were coached, minus that of peers who began where they did, with an interval.

Somebody is coached where a share is low, and a low share rises by itself (regression to the mean). So the change is held against
peers whose share was as low before and who were not coached on it: what is left is the uplift. M-C4 of the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

PEERS = 5
FEWEST_PEERS = 2
FEWEST_VISITS = 12  # a share of fewer visits says nothing
Z80 = 1.2816  # both ends of an interval of 80 %, as everywhere in the product


@dataclass(frozen=True, slots=True)
class Span:
    """Visits of a span of time, and at how many of them something was done."""

    done: int
    visits: int

    @property
    def share(self) -> float:
        """The share of visits; 0 without any."""
        return self.done / self.visits if self.visits else 0.0

    @property
    def noise(self) -> float:
        """The variance of the share, smoothed so that 0 of 12 is not certain."""
        smooth = (self.done + 1) / (self.visits + 2)
        return smooth * (1 - smooth) / max(1, self.visits)


@dataclass(frozen=True, slots=True)
class Course:
    """One person before and after the same moment."""

    key: str
    before: Span
    after: Span

    @property
    def change(self) -> float:
        return self.after.share - self.before.share

    @property
    def noise(self) -> float:
        return self.before.noise + self.after.noise

    @property
    def is_telling(self) -> bool:
        """Whether both spans hold enough visits."""
        return min(self.before.visits, self.after.visits) >= FEWEST_VISITS


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody who was coached on something, and everybody who was not, over the same spans."""

    coached: Course
    others: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class CaseEffect:
    """One case: the coached person's change, the peers' mean change, and who they are."""

    key: str
    change: float
    peers_change: float
    noise: float
    peers: tuple[Course, ...]

    @property
    def uplift(self) -> float:
        return self.change - self.peers_change


@dataclass(frozen=True, slots=True)
class Effect:
    """The mean uplift of cases as a share of visits, with its 80 % interval; None without a telling case."""

    cases: int
    left_out: int
    uplift: float | None
    low: float | None
    high: float | None
    change: float | None
    peers_change: float | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def peers_of(case: Case) -> tuple[Course, ...]:
    """Return the others who began nearest to the coached person, at most `PEERS`; ties go by key."""
    telling = [one for one in case.others if one.is_telling and one.key != case.coached.key]
    start = case.coached.before.share
    return tuple(sorted(telling, key=lambda one: (round(abs(one.before.share - start), 9), one.key))[:PEERS])


def effect_of(case: Case) -> CaseEffect | None:
    """Return the effect of one case, None where the visits or the peers are too few."""
    peers = peers_of(case)
    if not case.coached.is_telling or len(peers) < FEWEST_PEERS:
        return None
    return CaseEffect(
        key=case.coached.key,
        change=case.coached.change,
        peers_change=fmean(one.change for one in peers),
        noise=case.coached.noise,
        peers=peers,
    )


def effect(cases: Sequence[Case]) -> Effect:
    """Return the mean uplift of cases with its interval: the noise of the visits, or the spread of the cases where that is wider."""
    found = [one for one in map(effect_of, cases) if one is not None]
    if not found:
        return Effect(0, len(cases), None, None, None, None, None)
    uplifts = [one.uplift for one in found]
    mean = fmean(uplifts)
    noise = sum(one.noise for one in found) / len(found) ** 2 + _peers_noise(found)
    spread = variance(uplifts) / len(found) if len(found) > 2 else 0.0
    half = Z80 * sqrt(max(noise, spread))
    return Effect(
        cases=len(found),
        left_out=len(cases) - len(found),
        uplift=mean,
        low=mean - half,
        high=mean + half,
        change=fmean(one.change for one in found),
        peers_change=fmean(one.peers_change for one in found),
    )


def _peers_noise(found: Sequence[CaseEffect]) -> float:
    """Return what the peers' chance adds to the variance of the mean: who stands beside several cases errs in all of them at once."""
    weights: dict[Course, float] = {}
    for one in found:
        for peer in one.peers:
            weights[peer] = weights.get(peer, 0.0) + 1 / (len(one.peers) * len(found))
    return sum(weight**2 * peer.noise for peer, weight in weights.items())
