"""Gradient-boosted trees by LightGBM; kept as text, which no newer version misreads and nobody has to execute."""

from typing import Any

import lightgbm
import numpy as np

from tiejun.engines.scoring.encoding import Floats

MOST_TREES = 400
PATIENCE = 30
# Small trees of few columns each: of 4 to 31 leaves, 5 to 30 rows a leaf and 30 to 70 % of the columns they lose least on X Education,
# whichever lot draws the folds.
TERMS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 8,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    # One thread: the machine has others at work, and threads that wait for each other cost more than they bring.
    "num_threads": 1,
    "force_row_wise": True,
    "verbosity": -1,
}


def fitted(matrix: Floats, outcomes: Floats, *, trees: int, seed: int) -> str:
    """Return a number of trees from rows, as text."""
    data = lightgbm.Dataset(matrix, outcomes)
    return lightgbm.train({**TERMS, "seed": seed}, data, trees).model_to_string()


def tried(matrix: Floats, outcomes: Floats, others: Floats, came: Floats, *, seed: int) -> tuple[Floats, int]:
    """Return the log odds of other rows, and after how many trees their loss was least."""
    data = lightgbm.Dataset(matrix, outcomes)
    watched = lightgbm.Dataset(others, came, reference=data)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    terms = {**TERMS, "metric": "binary_logloss", "seed": seed}
    trees = lightgbm.train(terms, data, MOST_TREES, valid_sets=[watched], callbacks=[stop])
    return odds(trees, others), max(1, trees.best_iteration)


def read(text: str) -> Any:
    """Return trees from their text."""
    return lightgbm.Booster(model_str=text)


def odds(trees: Any, matrix: Floats) -> Floats:
    """Return the log odds of rows."""
    return np.asarray(trees.predict(matrix, raw_score=True, num_threads=1), dtype=np.float64)


def pushes(trees: Any, matrix: Floats) -> Floats:
    """Return by how much each column moves the log odds of each row from the mean (Shapley values, exact for trees)."""
    return np.asarray(trees.predict(matrix, pred_contrib=True, num_threads=1), dtype=np.float64)[:, :-1]
