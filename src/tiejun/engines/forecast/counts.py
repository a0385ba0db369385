"""Counts of many people at once: each own history, shrunk to the group's, at the group's present level.

A person signs deals at a rate per working day. The rates of a group follow a gamma distribution; given the rate, deals are
Poisson. So a person's expected rate is the own history weighed against the group's, the more of it the longer it is, and
what comes next is negative binomial. Two forgetting factors (of the own history, and of the group's level) are chosen by
rolling origins: on a steady group long means win, on a collapsing one the recent weeks do. The same origins widen the
intervals until they would have held.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tiejun.engines.forecast.terms import History, Prediction, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FORGETTING = ((1.0, 1.0), (1.0, 0.9), (0.97, 0.97), (0.97, 0.85), (0.9, 0.8))
LEVEL = 0.8
FEWEST_PERIODS = 8  # before that nothing can be chosen or widened by the own past
ORIGINS = 12
WIDEST, NARROWEST = 2.5, 0.7
FEW_DEALS = 3
MOVED = 0.15
PRIOR_STRENGTH = (2.0, 400.0)  # days that the group's rate weighs, at least and at most


@dataclass(frozen=True, slots=True)
class _Model:
    rates: Floats
    shapes: Floats
    own: Floats
    moved: float


def predict(
    histories: Sequence[History], days_ahead: Mapping[str, float], *, level: float = LEVEL
) -> dict[str, Prediction]:
    """Forecast the people of one group together over their working days ahead.

    All histories have the same periods; a period in which somebody was not there has 0 days and 0 counts. ``level``: share of
    outcomes that the interval should hold. Raises ValueError for histories of different length or negative numbers.
    """
    if not histories:
        return {}
    counts, days = _matrices(histories)
    forgetting = _chosen(counts, days)
    widening = _widening(counts, days, forgetting, level)
    model = _fitted(counts, days, *forgetting)
    found = {}
    for place, history in enumerate(histories):
        ahead = max(0.0, days_ahead.get(history.key, 0.0))
        mean = float(model.rates[place] * ahead)
        low, high = interval(mean, float(model.shapes[place]), level, widening)
        reasons = _reasons(history, model.moved, ahead)
        found[history.key] = Prediction(
            history.key, mean, low, high, float(model.rates[place]), float(model.own[place]), reasons
        )
    return found


def _matrices(histories: Sequence[History]) -> tuple[Floats, Floats]:
    length = len(histories[0].counts)
    if any(len(one.counts) != length or len(one.days) != length for one in histories):
        raise ValueError("histories have the same periods")
    counts = np.array([one.counts for one in histories], dtype=np.float64).reshape(len(histories), length)
    days = np.array([one.days for one in histories], dtype=np.float64).reshape(len(histories), length)
    if (counts < 0).any() or (days < 0).any():
        raise ValueError("counts and days are not negative")
    return counts, days


def _fitted(counts: Floats, days: Floats, own_memory: float, level_memory: float) -> _Model:
    """Fit the gamma prior by moments of the discounted histories, then move everybody to the group's present level."""
    ages = np.arange(counts.shape[1])[::-1]
    weights = own_memory**ages
    seen, there = (counts * weights).sum(axis=1), (days * weights).sum(axis=1)
    rate = float(seen.sum() / there.sum()) if there.sum() > 0 else 0.0
    if rate <= 0:
        nothing = np.zeros(len(counts))
        return _Model(nothing, np.full(len(counts), 0.5), nothing, 0.0)
    strength = _strength(seen, there, rate)
    shapes, own = seen + rate * strength, there / (there + strength)
    rates = shapes / (there + strength)
    level = _level(counts, days, level_memory)
    share = float((rates * days.mean(axis=1)).sum())
    moved = level / share if share > 0 and level > 0 else 1.0
    # A mean over the whole memory is its own level: nothing is moved without forgetting.
    factor = moved if level_memory < 1.0 else 1.0
    return _Model(rates * factor, np.maximum(shapes, 0.5), own, _trend(counts, days, rate))


def _strength(seen: Floats, there: Floats, rate: float) -> float:
    """Return how many days the group's rate weighs (the prior's rate parameter), by the method of moments."""
    present = there > 0
    if present.sum() < 2:
        return PRIOR_STRENGTH[1]
    rates = seen[present] / there[present]
    noise = float((rate / there[present]).mean())
    spread = float(rates.var(ddof=1)) - noise
    if spread <= 0:
        return PRIOR_STRENGTH[1]
    return float(np.clip(rate / spread, *PRIOR_STRENGTH))


def _level(counts: Floats, days: Floats, memory: float) -> float:
    """Return the group's deals per period as of now."""
    weights = memory ** np.arange(counts.shape[1])[::-1]
    worked = (days.sum(axis=0) * weights).sum()
    usual = days.mean(axis=1).sum()
    return float((counts.sum(axis=0) * weights).sum() / worked * usual) if worked > 0 else 0.0


def _trend(counts: Floats, days: Floats, rate: float) -> float:
    """Return by what share the last quarter of the history departs from all of it."""
    recent = max(1, counts.shape[1] // 4)
    worked = days[:, -recent:].sum()
    return float(counts[:, -recent:].sum() / worked / rate - 1.0) if worked > 0 else 0.0


def _origins(length: int, ahead: int) -> range:
    return range(max(FEWEST_PERIODS // 2, length - ahead - ORIGINS + 1), length - ahead + 1)


def _ahead(length: int) -> int:
    return 4 if length >= 2 * FEWEST_PERIODS else 1


def _chosen(counts: Floats, days: Floats) -> tuple[float, float]:
    """Choose the forgetting whose forecasts of the past were nearest."""
    length = counts.shape[1]
    if length < FEWEST_PERIODS:
        return FORGETTING[0]
    ahead = _ahead(length)
    errors = []
    for memory in FORGETTING:
        error = 0.0
        for origin in _origins(length, ahead):
            model = _fitted(counts[:, :origin], days[:, :origin], *memory)
            expected = model.rates * days[:, origin : origin + ahead].sum(axis=1)
            error += float(np.abs(expected - counts[:, origin : origin + ahead].sum(axis=1)).sum())
        errors.append(error)
    return FORGETTING[int(np.argmin(errors))]


def _widening(counts: Floats, days: Floats, forgetting: tuple[float, float], level: float) -> float:
    """Return the factor by which intervals must grow so that they would have held at the past origins."""
    length = counts.shape[1]
    if length < FEWEST_PERIODS:
        return 1.25
    ahead = _ahead(length)
    scores = []
    for origin in _origins(length, ahead):
        model = _fitted(counts[:, :origin], days[:, :origin], *forgetting)
        worked = days[:, origin : origin + ahead].sum(axis=1)
        came = counts[:, origin : origin + ahead].sum(axis=1)
        for place in np.flatnonzero(worked > 0):
            mean = float(model.rates[place] * worked[place])
            spread = _spread(mean, float(model.shapes[place]))
            scores.append(abs(float(came[place]) - mean) / spread)
    if not scores:
        return 1.25
    needed = float(np.quantile(scores, min(1.0, level * (1 + 1 / len(scores)))))
    return float(np.clip(needed / _NORMAL_80, NARROWEST, WIDEST))


_NORMAL_80 = 1.2816


def _spread(mean: float, shape: float) -> float:
    """Return the standard deviation of the negative binomial."""
    return math.sqrt(max(mean + mean * mean / shape, 0.25))


def interval(mean: float, shape: float, level: float = LEVEL, widening: float = 1.0) -> tuple[int, int]:
    """Return the central interval of a negative binomial with this mean and shape, stretched about its middle.

    Both ends are counts that may occur. Widening stretches the distance of each end from the mean.
    """
    if mean <= 0:
        return 0, 0
    tail = (1 - level) / 2
    low, high = _quantile(mean, shape, tail), _quantile(mean, shape, 1 - tail)
    stretched_low = mean - (mean - low) * widening
    stretched_high = mean + (high - mean) * widening
    return max(0, math.floor(stretched_low + 0.5)), max(0, math.floor(stretched_high + 0.5))


def _quantile(mean: float, shape: float, share: float) -> int:
    """Return the smallest count whose cumulative probability reaches ``share``, by the recursion of the probabilities."""
    success = shape / (shape + mean)
    probability = math.exp(shape * math.log(success))
    if probability <= 0.0:
        return round(mean + _spread(mean, shape) * (_NORMAL_80 if share > 0.5 else -_NORMAL_80))
    total, count = probability, 0
    most = mean + 40 * _spread(mean, shape) + 10
    while total < share and count < most:
        probability *= (count + shape) / (count + 1) * (1 - success)
        count += 1
        total += probability
    return count


def _reasons(history: History, moved: float, ahead: float) -> tuple[Reason, ...]:
    if ahead <= 0:
        return (Reason.NO_DAYS,)
    found = []
    if sum(history.days) <= 0:
        found.append(Reason.NO_HISTORY)
    elif sum(history.counts) < FEW_DEALS:
        found.append(Reason.FEW_DEALS)
    else:
        found.append(Reason.OWN_HISTORY)
    if moved > MOVED:
        found.append(Reason.GROUP_RISING)
    elif moved < -MOVED:
        found.append(Reason.GROUP_FALLING)
    return tuple(found)
