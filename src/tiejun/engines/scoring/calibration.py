"""What a method says → how often it is so: a logistic curve through the log odds (Platt), learned on rows it has not seen."""

import numpy as np

from tiejun.engines.scoring.encoding import Floats
from tiejun.engines.scoring.logistic import fitted, sigmoid


def learned(log_odds: Floats, outcomes: Floats) -> tuple[float, float]:
    """Return shift and slope of the curve."""
    shift, slope = fitted(log_odds[:, None], outcomes, penalty=1e-3)
    return float(shift), float(slope)


def calibrated(log_odds: Floats, curve: tuple[float, float]) -> Floats:
    """Return chances."""
    return np.clip(sigmoid(curve[0] + curve[1] * log_odds), 1e-6, 1 - 1e-6)
