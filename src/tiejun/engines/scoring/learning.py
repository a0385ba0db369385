"""A model from examples: both methods tried on rows they have not seen, calibrated, and the better one judged on the newest."""

from dataclasses import dataclass

import numpy as np

from tiejun.engines.scoring import boosting, calibration, logistic, measures
from tiejun.engines.scoring.encoding import Encoder, Floats
from tiejun.engines.scoring.model import Model, gathering
from tiejun.engines.scoring.problem import Card, Columns, Examples, Method, Terms, Verdict, Why

OLDER = 0.8  # share of the rows, oldest first, that a model learns from when it is judged on the rest
RECENT = (
    0.5  # share of the rows, newest first, that the curve is learned from: how often it comes to pass changes with time
)
FOLDS = 4


@dataclass(frozen=True, slots=True)
class _Trial:
    """The log odds that a method gave to each row without having seen it, and for trees how many were best."""

    method: Method
    odds: Floats
    trees: int = 0


def learned(examples: Examples, terms: Terms) -> Verdict:
    """Return a model that may be used, or why there is none.

    A model of the older four fifths is judged on the newest fifth: one that explains the past and loses to the base rate on
    what came after is refused (`NO_BETTER_THAN_BASE`). One that is used is made again, in the same way, of all rows.
    """
    outcomes = np.array(examples.outcomes, dtype=np.float64)
    rows, positives = len(outcomes), int(outcomes.sum())
    if rows < terms.least_rows:
        return Verdict(is_live=False, why=Why.TOO_FEW_ROWS, rows=rows, positives=positives)
    cut = int(rows * OLDER)
    if min(_fewest(outcomes[:cut]), 4 * _fewest(outcomes[cut:])) < terms.least_each:
        return Verdict(is_live=False, why=Why.TOO_FEW_OUTCOMES, rows=rows, positives=positives)
    older, rivals = _made(part(examples.columns, 0, cut), outcomes[:cut], terms.seed)
    newest = part(examples.columns, cut, rows)
    card = _card(older, rivals, older.encoder.matrix(newest), outcomes, cut)
    is_live = card.log_loss <= terms.most_share * card.base_log_loss
    why = Why.BEATS_BASE if is_live else Why.NO_BETTER_THAN_BASE
    kept = _made(examples.columns, outcomes, terms.seed)[0].packed() if is_live else b""
    return Verdict(is_live=is_live, why=why, rows=rows, positives=positives, method=older.method, card=card, model=kept)


def part(columns: Columns, first: int, after: int) -> Columns:
    """Return rows from one place up to before another."""
    return Columns(
        {name: values[first:after] for name, values in columns.numbers.items()},
        {name: values[first:after] for name, values in columns.words.items()},
    )


def _fewest(outcomes: Floats) -> int:
    return int(min(outcomes.sum(), len(outcomes) - outcomes.sum()))


def _made(columns: Columns, outcomes: Floats, seed: int) -> tuple[Model, dict[str, float]]:
    """Return the better of both methods, fitted on all rows and calibrated on the recent ones; also the loss of each."""
    encoder = Encoder.of(columns)
    matrix = encoder.matrix(columns)
    trials = _trials(matrix, outcomes, seed)
    recent = slice(int(len(outcomes) * (1 - RECENT)), None)
    curves = {row.method: calibration.learned(row.odds[recent], outcomes[recent]) for row in trials}
    losses = {
        row.method: measures.log_loss(calibration.calibrated(row.odds, curves[row.method])[recent], outcomes[recent])
        for row in trials
    }
    best = min(trials, key=lambda row: losses[row.method])
    coefficients = logistic.fitted(matrix, outcomes)
    usual = (matrix * coefficients[1:]).mean(axis=0) @ gathering(encoder)
    is_trees = best.method is Method.BOOSTING
    model = Model(
        method=best.method,
        encoder=encoder,
        curve=curves[best.method],
        coefficients=tuple(coefficients.tolist()),
        usual=tuple(usual.tolist()),
        trees=boosting.fitted(matrix, outcomes, trees=best.trees, seed=seed) if is_trees else "",
    )
    return model, {method.value: round(loss, 6) for method, loss in losses.items()}


def _trials(matrix: Floats, outcomes: Floats, seed: int) -> list[_Trial]:
    """Return what each method says of rows that it has not seen: of each fold after learning from the others.

    Folds are drawn by lot: cut along the time, the odds of one fold would not compare with those of the next.
    """
    folds = np.random.default_rng(seed).permutation(len(outcomes)) % FOLDS
    trees, plain, counts = np.zeros(len(outcomes)), np.zeros(len(outcomes)), []
    for fold in range(FOLDS):
        seen, unseen = folds != fold, folds == fold
        trees[unseen], count = boosting.tried(matrix[seen], outcomes[seen], matrix[unseen], outcomes[unseen], seed=seed)
        counts.append(count)
        plain[unseen] = logistic.odds(matrix[unseen], logistic.fitted(matrix[seen], outcomes[seen]))
    # With all rows instead of most of them, as many more trees are worth their while.
    most = round(sum(counts) / FOLDS * FOLDS / (FOLDS - 1))
    return [_Trial(Method.BOOSTING, trees, most), _Trial(Method.LOGISTIC, plain)]


def _card(model: Model, rivals: dict[str, float], matrix: Floats, outcomes: Floats, cut: int) -> Card:
    newest, said = outcomes[cut:], model.chances(matrix)
    bins = measures.tenths(said, newest)
    base = np.full(len(newest), outcomes[:cut].mean())
    return Card(
        rows=len(outcomes),
        positives=int(outcomes.sum()),
        tested=len(newest),
        auc=round(measures.area(said, newest), 4),
        log_loss=round(measures.log_loss(said, newest), 6),
        base_log_loss=round(measures.log_loss(base, newest), 6),
        calibration_error=round(measures.calibration_error(bins), 5),
        slope=round(measures.slope(said, newest), 3),
        bins=bins,
        weights=model.weights(matrix),
        rivals=rivals,
    )
