"""How good chances are."""

import numpy as np

from tiejun.engines.scoring.calibration import learned
from tiejun.engines.scoring.encoding import Floats
from tiejun.engines.scoring.problem import Bin

BINS = 10


def log_loss(chances: Floats, outcomes: Floats) -> float:
    """Return the mean of −ln of the chance given to what came to pass; less is better."""
    said = np.clip(chances, 1e-9, 1 - 1e-9)
    return float(-(outcomes * np.log(said) + (1 - outcomes) * np.log(1 - said)).mean())


def area(chances: Floats, outcomes: Floats) -> float:
    """Return the area under the curve: how often a row that came to pass was given more than one that did not; ties half."""
    ones = float(outcomes.sum())
    others = len(outcomes) - ones
    if not ones or not others:
        return 0.5
    _values, places, counts = np.unique(chances, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((ranks[places][outcomes > 0].sum() - ones * (ones + 1) / 2) / (ones * others))


def tenths(chances: Floats, outcomes: Floats) -> tuple[Bin, ...]:
    """Return the rows in ten parts of equal size by rising chance."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    return tuple(Bin(float(chances[part].mean()), float(outcomes[part].mean()), len(part)) for part in parts)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Return the expected calibration error: the mean distance of what was said and what came, by rows."""
    rows = sum(part.rows for part in bins)
    return sum(part.rows * abs(part.said - part.came) for part in bins) / rows if rows else 0.0


def slope(chances: Floats, outcomes: Floats) -> float:
    """Return the slope of outcomes over said log odds: below 1 too bold, above 1 too timid."""
    return learned(np.log(chances / (1 - chances)), outcomes)[1]
