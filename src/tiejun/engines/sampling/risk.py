"""How likely a visit is not true: a logit over its signs, learned from what audits found, beginning with the rules.

The rules' weights are the centre of the prior (a Gaussian one), so without any audit the model is the rules, and each finding
moves it. The representative's own record enters as the log-odds of a beta posterior.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SIGNALS = (
    "NO_POSITION",
    "FAR",
    "FAST",
    "SAME_NOTE",
    "SAME_PHOTO",
    "BURST",
    "PERFECT",
    "COLLEAGUE_PHONE",
    "LATE",
    "NO_EVIDENCE",
)
RECORD = "RECORD"
# Log-odds that each sign adds, before anything was audited; the record of the person counts once.
RULES: Mapping[str, float] = {
    "NO_POSITION": 0.7,
    "FAR": 0.9,
    "FAST": 1.6,
    "SAME_NOTE": 1.6,
    "SAME_PHOTO": 2.4,
    "BURST": 0.9,
    "PERFECT": 0.6,
    "COLLEAGUE_PHONE": 1.4,
    "LATE": 0.6,
    "NO_EVIDENCE": 0.6,
    RECORD: 1.0,
}
BASE_RATE = 0.02
PRIOR_WEIGHT = 25.0  # audits of a person that count as much as the company's rate
PRIOR_SPREAD = 1.0  # standard deviation of a weight around its rule
MOST_STEPS = 25


@dataclass(frozen=True, slots=True)
class Audited:
    """An audited visit: its signs, the record of its person before it (`posterior_logit`), and whether it was not true."""

    signals: frozenset[str]
    record: float
    is_untrue: bool


@dataclass(frozen=True, slots=True)
class RiskModel:
    """A fitted logit: `weights` by sign, `intercept` in log-odds."""

    intercept: float
    weights: Mapping[str, float]

    def risk(self, signals: Iterable[str], record: float = 0.0) -> float:
        """Return the probability (0 to 1) that a visit with these signs is not true."""
        odds = self.intercept + self.weights[RECORD] * record + sum(self.weights.get(name, 0.0) for name in signals)
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))


def posterior_logit(untrue: float, audited: float, base: float = BASE_RATE) -> float:
    """Return the log-odds of a person's beta posterior above the company's rate: 0 without audits.

    `untrue` of `audited` findings; the prior weighs as `PRIOR_WEIGHT` audits at the rate `base`.
    """
    mean = (base * PRIOR_WEIGHT + untrue) / (PRIOR_WEIGHT + audited)
    return log(mean / (1 - mean)) - log(base / (1 - base))


def fitted(audits: Sequence[Audited]) -> RiskModel:
    """Fit the model: maximum a posteriori by Newton's method (iteratively reweighted least squares)."""
    import numpy  # noqa: PLC0415 -- only the worker that draws needs it

    names = (*SIGNALS, RECORD)
    centre = numpy.array([log(BASE_RATE / (1 - BASE_RATE)), *(RULES[name] for name in names)])
    if not audits:
        return RiskModel(float(centre[0]), dict(RULES))
    table = numpy.array([[1.0, *(float(name in row.signals) for name in SIGNALS), row.record] for row in audits])
    outcome = numpy.array([float(row.is_untrue) for row in audits])
    precision = numpy.full(len(centre), 1.0 / PRIOR_SPREAD**2)
    weights = centre.copy()
    for _step in range(MOST_STEPS):
        chance = 1.0 / (1.0 + numpy.exp(-numpy.clip(table @ weights, -30, 30)))
        slope = table.T @ (outcome - chance) - precision * (weights - centre)
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + numpy.diag(precision)
        step = numpy.linalg.solve(bend, slope)
        weights = weights + step
        if float(numpy.abs(step).max()) < 1e-8:
            break
    return RiskModel(float(weights[0]), {name: float(value) for name, value in zip(names, weights[1:], strict=True)})
