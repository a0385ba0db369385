"""The score of leads: how good its engine is on public data, what it costs, and all leads of the company scored anew.

    python -m benchmarks.scoring        the engine alone, on X Education (`TIEJUN_TRIAL_DATA`) and on made rows

Of the two public sets X Education is in the trial data; bank marketing is not, and is not measured.
"""

from __future__ import annotations

import csv
import math
import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import lightgbm
import numpy as np

from benchmarks import report
from benchmarks.report import Row
from tiejun.engines.scoring import measures
from tiejun.engines.scoring.apart import Judge
from tiejun.engines.scoring.learning import learned
from tiejun.engines.scoring.model import Model
from tiejun.engines.scoring.problem import Columns, Examples, Terms

if TYPE_CHECKING:
    from benchmarks.installation import Installation

FOLDS, MOST_AUC_GAP, MOST_LOSS, MOST_ERROR = 5, 0.87, 0.43, 0.02
OVER_BOOSTING, OF_BASE = 1.02, 0.97
RESCORED_S, SCORED, SCORED_CPU_S = 300, 40_000, 3.0
FILE = "optimisation/xeducation/leads.csv"
TARGET, NUMBERS = "Converted", ("TotalVisits", "Total Time Spent on Website", "Page Views Per Visit")
# Known only after the fact, or no more than a number of the row.
LEAKY = (
    "Prospect ID", "Lead Number", "Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity",
    "Asymmetrique Activity Index", "Asymmetrique Profile Index", "Asymmetrique Activity Score",
    "Asymmetrique Profile Score", "Unnamed: 37", TARGET,
)  # fmt: skip


def public() -> list[Row]:
    """Measure the engine on X Education: folds drawn by lot, and out of time."""
    folder = os.environ.get("TIEJUN_TRIAL_DATA", "")
    if not folder:
        return [Row("Lead score on X Education", "not measured: TIEJUN_TRIAL_DATA is not set", "–", holds=True)]
    with (Path(folder) / FILE).open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return [*_by_lot(list(rows)), _out_of_time(rows)]


def _by_lot(rows: list[dict[str, str]]) -> list[Row]:
    Random(3).shuffle(rows)
    said, plain, came = [], [], []
    for fold in range(FOLDS):
        seen = [row for at, row in enumerate(rows) if at % FOLDS != fold]
        unseen = rows[fold::FOLDS]
        model = Model.unpacked(learned(_examples(seen), Terms(most_share=10.0)).model)
        matrix = model.encoder.matrix(_columns(unseen))
        said += model.chances(matrix).tolist()
        data = lightgbm.Dataset(model.encoder.matrix(_columns(seen)), np.array(_outcomes(seen), dtype=np.float64))
        trees = lightgbm.train({"objective": "binary", "verbosity": -1, "num_threads": 1}, data, 100)
        plain += np.asarray(trees.predict(matrix, num_threads=1)).tolist()
        came += _outcomes(unseen)
    chances, reference, truth = (np.array(values, dtype=np.float64) for values in (said, plain, came))
    auc, loss = measures.area(chances, truth), measures.log_loss(chances, truth)
    error = measures.calibration_error(measures.tenths(chances, truth))
    other = measures.log_loss(reference, truth)
    work = f"Lead score on X Education ({len(rows):,} leads, {FOLDS} folds by lot)"
    return [
        Row(f"{work}: AUC", f"{auc:.3f}", f"≥ {MOST_AUC_GAP}", auc >= MOST_AUC_GAP),
        Row(f"{work}: log loss", f"{loss:.4f}", f"≤ {MOST_LOSS}", loss <= MOST_LOSS),
        Row(
            f"{work}: log loss against LightGBM as it comes",
            f"{loss:.4f}",
            f"≤ {OVER_BOOSTING} ×",
            loss <= OVER_BOOSTING * other,
            f"{other:.4f}",
            f"{loss / other:.3f} ×",
        ),
        Row(f"{work}: calibration error", f"{error:.4f}", f"≤ {MOST_ERROR}", error <= MOST_ERROR),
    ]


def _out_of_time(rows: list[dict[str, str]]) -> Row:
    card = learned(_examples(rows), Terms()).card
    assert card is not None
    words = f"log loss {card.log_loss:.3f}, base {card.base_log_loss:.3f}, AUC {card.auc:.3f}, slope {card.slope:.2f}"
    work = f"Lead score on X Education, newest fifth out of time ({card.tested:,} leads)"
    ratio = card.log_loss / card.base_log_loss
    return Row(work, words, f"≤ {OF_BASE} × base", ratio <= OF_BASE, ratio=f"{ratio:.2f} ×")


def _columns(rows: list[dict[str, str]]) -> Columns:
    numbers = {name: [float(row[name]) if row[name] else None for row in rows] for name in NUMBERS}
    words = {name: [row[name] for row in rows] for name in rows[0] if name not in (*NUMBERS, *LEAKY)}
    return Columns(numbers, words)


def _outcomes(rows: list[dict[str, str]]) -> list[int]:
    return [int(row[TARGET]) for row in rows]


def _examples(rows: list[dict[str, str]]) -> Examples:
    return Examples(_columns(rows), _outcomes(rows))


def made(rows: int) -> Examples:
    """Draw rows in the product's own features, with something to learn in them."""
    from tiejun.leads.rules import scoring as known  # noqa: PLC0415 -- the engine's part needs no product

    chance = Random(5)
    words = {str(name): [f"{name} {chance.randrange(8)}" for _row in range(rows)] for name in known.WORDS}
    numbers: dict[str, list[float | None]] = {
        str(name): [float(chance.randrange(1000)) for _row in range(rows)] for name in known.NUMBERS
    }
    first, second = str(known.WORDS[0]), str(known.NUMBERS[0])
    outcomes = []
    for at in range(rows):
        odds = -2.5 + 0.4 * int(words[first][at].split()[-1]) - 0.3 * math.log1p(numbers[second][at] or 0.0)
        outcomes.append(int(chance.random() < 1 / (1 + math.exp(-odds))))
    return Examples(Columns(numbers, words), outcomes)


def cost() -> Row:
    """Score 40,000 leads by one model in its own process; the processor time of that process, its start included."""
    examples = made(SCORED)
    model = learned(Examples(*_part(examples, 8_000)), Terms()).model
    before = _children()
    with Judge({"SIGN": model}) as judge:
        judge.judged(examples.columns)
    spent = _children() - before
    work = f"{SCORED:,} leads scored with reasons, in a process of its own"
    return Row(work, f"{spent:.1f} s CPU", f"≤ {SCORED_CPU_S:.0f} s CPU", spent <= SCORED_CPU_S)


def _part(examples: Examples, rows: int) -> tuple[Columns, list[int]]:
    columns = examples.columns
    numbers = {name: values[:rows] for name, values in columns.numbers.items()}
    words = {name: values[:rows] for name, values in columns.words.items()}
    return Columns(numbers, words), list(examples.outcomes[:rows])


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(installation: Installation) -> list[Row]:
    """Measure the engine, then score all open leads of the company twice: the second time nothing has changed."""
    from benchmarks.meters import cpu_seconds  # noqa: PLC0415 -- after Django's set-up
    from tiejun.access.scope import Scope  # noqa: PLC0415 -- after Django's set-up
    from tiejun.foundation.clock import Occasion  # noqa: PLC0415 -- after Django's set-up
    from tiejun.insight import actions, jobs, queries  # noqa: PLC0415 -- after Django's set-up
    from tiejun.org.queries import company_id  # noqa: PLC0415 -- after Django's set-up

    now = datetime.now(UTC)
    company = company_id(Scope.system("benchmark"))
    scope = Scope.system("insight.scores", unit_chain=[company], zone="Asia/Shanghai")
    verdict = learned(made(8_000), Terms())
    lesson = queries.Lesson(Examples(Columns(), []), now - timedelta(days=400), now - timedelta(days=90), 90)
    actions.keep_verdict(scope, target="SIGN", verdict=verdict, lesson=lesson, now=now)
    rows = [*public(), cost()]
    for words in ("all anew", "nothing changed"):
        own, spent, child, started = (
            time.process_time(),
            cpu_seconds(installation.database_pid),
            _children(),
            time.monotonic(),
        )
        outcome = jobs.refresh_scores(Occasion(scope, company, now.date(), now, now))
        wall = time.monotonic() - started
        told = (
            f"{wall:.0f} s ({time.process_time() - own:.0f} s CPU of the worker, {_children() - child:.0f} s of the "
            f"engine, {cpu_seconds(installation.database_pid) - spent:.0f} s of the database), {outcome['changed']:,} written"
        )
        work = f"{outcome['scored']:,} leads scored and written, {words}"
        rows.append(Row(work, told, f"≤ {RESCORED_S} s", wall <= RESCORED_S))
    return rows


if __name__ == "__main__":
    found = [*public(), cost()]
    sys.stdout.write(report.table(found) + "\n")
    sys.exit(0 if all(row.holds for row in found) else 1)
