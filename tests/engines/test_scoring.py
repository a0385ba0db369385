"""Learning whether something comes to pass: calibrated where there is something to learn, silent where there is not."""

import math
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tiejun.engines.scoring import measures
from tiejun.engines.scoring.apart import Judge, LearnerMissing, ScoringFailed, learned_apart
from tiejun.engines.scoring.encoding import Encoder
from tiejun.engines.scoring.learning import learned, part
from tiejun.engines.scoring.logistic import fitted
from tiejun.engines.scoring.model import Model
from tiejun.engines.scoring.problem import Columns, Examples, Terms, Why

ROWS = 3_000


def world(rows: int = ROWS, *, strength: float = 1.0, turn: float = 1.0, seed: int = 5) -> Examples:
    """Draw rows whose chance hangs on a word and on a number; after four fifths of them both count `turn` times as much."""
    chance = random.Random(seed)
    words, ages, outcomes = [], [], []
    for row in range(rows):
        word, age = chance.choice(["REFERRAL", "WEB", "IMPORT"]), chance.uniform(1, 2000)
        push = {"REFERRAL": 1.2, "WEB": 0.2, "IMPORT": -1.0}[word] + 0.5 * (5.5 - math.log1p(age))
        odds = -1.4 + strength * push * (turn if row >= rows * 0.8 else 1.0)
        words.append(word)
        ages.append(age)
        outcomes.append(int(chance.random() < 1 / (1 + math.exp(-odds))))
    return Examples(Columns({"age": ages}, {"source": words}), outcomes)


@pytest.fixture(scope="module")
def known() -> tuple[Examples, Model]:
    examples = world()
    verdict = learned(examples, Terms())
    assert verdict.is_live
    return examples, Model.unpacked(verdict.model)


def test_a_model_that_beats_the_base_rate_out_of_time_is_live_and_calibrated() -> None:
    verdict = learned(world(), Terms())

    assert (verdict.is_live, verdict.why, verdict.rows) == (True, Why.BEATS_BASE, ROWS)
    card = verdict.card
    assert card is not None
    assert card.tested == ROWS / 5
    assert card.log_loss <= 0.97 * card.base_log_loss
    assert card.auc > 0.7
    assert card.calibration_error <= 0.05  # 600 rows in ten parts: chance alone makes about 0.035
    assert set(card.rivals) == {"BOOSTING", "LOGISTIC"}
    assert [name for name, _share in card.weights] in (["source", "age"], ["age", "source"])
    assert sum(part.rows for part in card.bins) == card.tested


def test_what_is_learned_of_the_world_is_what_was_put_in(known: tuple[Examples, Model]) -> None:
    _examples, model = known
    fresh = world(8_000, seed=77)
    outcomes = np.array(fresh.outcomes, dtype=np.float64)
    said = model.chances(model.encoder.matrix(fresh.columns))

    assert measures.calibration_error(measures.tenths(said, outcomes)) <= 0.02
    assert 0.8 <= measures.slope(said, outcomes) <= 1.2


@pytest.mark.parametrize(
    ("examples", "why"),
    [
        (world(900), Why.TOO_FEW_ROWS),
        (replace(world(1200), outcomes=[0] * 1180 + [1] * 20), Why.TOO_FEW_OUTCOMES),
        (world(strength=0.0), Why.NO_BETTER_THAN_BASE),
        (world(turn=-1.5), Why.NO_BETTER_THAN_BASE),
    ],
    ids=["few rows", "few outcomes", "pure chance", "the future turned against the past"],
)
def test_without_something_to_learn_there_is_no_score(examples: Examples, why: Why) -> None:
    verdict = learned(examples, Terms())

    assert (verdict.is_live, verdict.why, verdict.model) == (False, why, b"")


def test_logistic_regression_reaches_the_point_where_the_slope_is_nought() -> None:
    examples = world(800)
    matrix = Encoder.of(examples.columns).matrix(examples.columns)
    outcomes = np.array(examples.outcomes, dtype=np.float64)
    found = fitted(matrix, outcomes, penalty=1.0)
    rows = np.hstack([np.ones((len(matrix), 1)), matrix])
    chance = 1 / (1 + np.exp(-rows @ found))

    assert np.abs(rows.T @ (chance - outcomes) + np.concatenate([[0.0], found[1:]])).max() < 1e-6


def test_the_area_is_that_of_all_pairs() -> None:
    said, came = np.array([0.1, 0.4, 0.4, 0.8, 0.3]), np.array([0.0, 1.0, 0.0, 1.0, 0.0])
    pairs = [(a > b) + 0.5 * (a == b) for a in said[came > 0] for b in said[came < 1]]

    assert measures.area(said, came) == pytest.approx(sum(pairs) / len(pairs))


def test_a_word_never_seen_and_a_number_not_known_are_scored_all_the_same(known: tuple[Examples, Model]) -> None:
    _examples, model = known
    strange = Columns({"age": [None, 1e12]}, {"source": ["NEVER SEEN", ""]})

    chances = model.chances(model.encoder.matrix(strange))

    assert ((chances > 0) & (chances < 1)).all()


def test_another_process_judges_part_after_part_with_reasons(known: tuple[Examples, Model]) -> None:
    examples, model = known
    both = [part(examples.columns, 0, 40), part(examples.columns, 40, 50)]

    with Judge({"SIGN": model.packed()}) as judge:
        found = [judge.judged(columns)["SIGN"] for columns in both]

    said = [row.chance for rows in found for row in rows]
    expected = model.chances(model.encoder.matrix(part(examples.columns, 0, 50)))
    assert said == [round(value, 4) for value in expected.tolist()]
    referral = examples.columns.words["source"].index("REFERRAL")
    pushes = {push.feature: push for push in found[0][referral].pushes}
    assert (pushes["source"].value, pushes["source"].times > 1.5) == ("REFERRAL", True)


def test_the_same_rows_give_the_same_model_in_any_process() -> None:
    examples = world(1_200)

    assert learned_apart(examples, Terms()) == learned(examples, Terms()) == learned(world(1_200), Terms())


def test_too_few_rows_start_no_process() -> None:
    few = world(100)

    assert learned_apart(few, Terms(), most_seconds=0.001) == learned(few, Terms())


def test_a_process_that_fails_says_so(known: tuple[Examples, Model]) -> None:
    with pytest.raises(ScoringFailed), Judge({"SIGN": known[1].packed()}) as judge:
        judge.judged(Columns({}, {"source": ["WEB"]}))
    with pytest.raises(ScoringFailed):
        learned_apart(world(1_200), Terms(), most_seconds=0.001)


def test_a_machine_without_the_learners_library_is_named(
    known: tuple[Examples, Model], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lightgbm.py").write_text('raise OSError("libgomp.so.1: cannot open shared object file")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(LearnerMissing):
        learned_apart(world(1_200), Terms())
    with pytest.raises(LearnerMissing), Judge({"SIGN": known[1].packed()}) as judge:
        judge.judged(Columns({}, {"source": ["WEB"]}))


def test_asking_for_scores_loads_neither_numpy_nor_the_trees() -> None:
    script = "import sys; import tiejun.engines.scoring.apart; print({'numpy', 'lightgbm', 'scipy'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)

    assert told.stdout.strip() == "set()"
