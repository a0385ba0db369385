"""Logistic regression with a quadratic penalty, by Newton's method."""

import numpy as np

from tiejun.engines.scoring.encoding import Floats

PENALTY = 1.0
STEPS = 40
CLOSE = 1e-8


def fitted(matrix: Floats, outcomes: Floats, *, penalty: float = PENALTY) -> Floats:
    """Return the coefficients, the intercept first and unpenalised; the loss is convex, so the answer is the only one."""
    rows = np.hstack([np.ones((len(matrix), 1)), matrix])
    ridge = np.full(rows.shape[1], penalty)
    ridge[0] = 1e-9
    rate = float(np.clip(outcomes.mean(), 1e-6, 1 - 1e-6))
    found = np.zeros(rows.shape[1])
    found[0] = np.log(rate / (1 - rate))
    for _step in range(STEPS):
        chance = sigmoid(rows @ found)
        slope = rows.T @ (chance - outcomes) + ridge * found
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        move = np.linalg.solve(curve, slope)
        # A long step is cut: far from the answer the parabola is a poor map.
        found -= move / max(1.0, float(np.abs(move).max()) / 4.0)
        if float(np.abs(move).max()) < CLOSE:
            break
    return found


def odds(matrix: Floats, coefficients: Floats) -> Floats:
    """Return the log odds of rows."""
    found: Floats = coefficients[0] + matrix @ coefficients[1:]
    return found


def sigmoid(log_odds: Floats) -> Floats:
    """Return chances from log odds, without overflow."""
    chances: Floats = 0.5 * (1.0 + np.tanh(0.5 * log_odds))
    return chances
