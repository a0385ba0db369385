"""Forecasts: how near the engine comes on public series, how often its intervals hold, which promises it flags.

    python -m benchmarks.forecast           the engine alone, on series of `TIEJUN_TRIAL_DATA` and on drawn months
    python -m benchmarks.forecast --demo    on the demo company too, which is built for it (minutes)

Nothing is tuned on the periods that are scored: each forecast knows only what lay before its origin.
"""

from __future__ import annotations

import csv
import math
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import fmean

from benchmarks import forecast_demo, report
from benchmarks.report import Row
from tiejun.engines.forecast.coherence import PARTS, rolled_up, spread
from tiejun.engines.forecast.commitments import judge, log_ratio
from tiejun.engines.forecast.counts import predict
from tiejun.engines.forecast.terms import History, Prediction

MOST_OF_LAST, HELD_FROM, HELD_TO, MOST_PINBALL = 0.75, 0.75, 0.88, 0.9
MOST_FALSE, LEAST_CAUGHT = 0.07, 0.9
WEEK_DAYS, AHEAD, FIRST_ORIGIN = 5.0, 4, 12
MAVEN, CARPARTS = "crm-maven", "optimisation/forecast/carparts.csv"

Case = tuple[Prediction, int, Sequence[int]]  # what was forecast, what came, and the history before


def measure() -> list[Row]:
    """Measure the engine on public series, on drawn months and on the demo company."""
    return [*public(), *drawn(), *forecast_demo.measure()]


def public() -> list[Row]:
    """Measure the engine on public series."""
    folder = os.environ.get("TIEJUN_TRIAL_DATA", "")
    if not folder:
        return [Row("Forecast on public series", "not measured: TIEJUN_TRIAL_DATA is not set", "–", holds=True)]
    return [*_four_weeks(Path(folder) / MAVEN), *_rare_counts(Path(folder) / CARPARTS)]


def _four_weeks(folder: Path) -> list[Row]:
    """Each agent's next four weeks, from every week on, against what the last four weeks brought."""
    groups = _agents(folder)
    cases = [case for group in groups for case in _cases(group, WEEK_DAYS, ahead=AHEAD, first=FIRST_ORIGIN)]
    own = fmean(abs(said.mean - came) for said, came, _past in cases)
    last = fmean(abs(sum(past[-AHEAD:]) - came) for _said, came, past in cases)
    quarter = fmean(abs(fmean(past[-12:]) * AHEAD - came) for _said, came, past in cases)
    held = fmean(said.low <= came <= said.high for said, came, _past in cases)
    work = f"Four weeks of each of {sum(map(len, groups))} agents (Maven, {len(cases)} forecasts)"
    return [
        Row(
            f"{work}: mean error in deals against the last four weeks", f"{own:.2f}", f"≤ {MOST_OF_LAST} ×",
            own <= MOST_OF_LAST * last, f"{last:.2f}", f"{own / last:.3f} ×",
        ),
        Row(
            f"{work}: against the mean of the last twelve weeks", f"{own:.2f}", "≤ 1 ×", own <= quarter,
            f"{quarter:.2f}", f"{own / quarter:.3f} ×",
        ),
        Row(f"{work}: intervals of 80 % that held", f"{held:.1%}", "75–88 %", HELD_FROM <= held <= HELD_TO),
    ]  # fmt: skip


def _agents(folder: Path) -> list[dict[str, list[int]]]:
    """Deals won per whole week, by agent, in the groups of their managers."""
    with (folder / "sales_teams.csv").open(encoding="utf-8-sig") as file:
        manager_of = {row["sales_agent"]: row["manager"] for row in csv.DictReader(file)}
    with (folder / "sales_pipeline.csv").open(encoding="utf-8-sig") as file:
        won = [row for row in csv.DictReader(file) if row["deal_stage"] == "Won"]
    days = [(row["sales_agent"], date(*time.strptime(row["close_date"], "%m/%d/%Y")[:3])) for row in won]
    first, last = min(day for _, day in days), max(day for _, day in days)
    weeks = ((last - first).days + 1) // 7
    counts = Counter((agent, (day - first).days // 7) for agent, day in days)
    groups: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for agent in sorted({agent for agent, _ in days}):
        groups[manager_of[agent]][agent] = [counts[agent, week] for week in range(weeks)]
    return list(groups.values())


def _cases(group: dict[str, list[int]], days: float, *, ahead: int, first: int) -> Iterator[Case]:
    length = len(next(iter(group.values())))
    for origin in range(first, length - ahead + 1):
        histories = [History(key, tuple(counts[:origin]), (days,) * origin) for key, counts in group.items()]
        found = predict(histories, dict.fromkeys(group, days * ahead))
        for key, counts in group.items():
            yield found[key], sum(counts[origin : origin + ahead]), counts[:origin]


def _rare_counts(file: Path) -> list[Row]:
    """Series of small counts, most months none: the ends of the interval against those of a Poisson of the own mean."""
    series = _carparts(file)
    own, plain, held, count = 0.0, 0.0, 0, 0
    for start in range(0, len(series), 20):
        group = {str(number): series[number] for number in range(start, min(start + 20, len(series)))}
        for said, came, past in _cases(group, 1.0, ahead=1, first=len(series[0]) - 6):
            low, high = _poisson_ends(fmean(past))
            own += _pinball(came, said.low, 0.1) + _pinball(came, said.high, 0.9)
            plain += _pinball(came, low, 0.1) + _pinball(came, high, 0.9)
            held, count = held + (said.low <= came <= said.high), count + 1
    work = f"Small counts of {len(series):,} series (car parts, {count:,} forecasts)"
    return [
        Row(
            f"{work}: pinball loss of the interval's ends against a Poisson of the own mean", f"{own / count:.3f}",
            f"≤ {MOST_PINBALL} ×", own <= MOST_PINBALL * plain, f"{plain / count:.3f}", f"{own / plain:.3f} ×",
        ),
        Row(f"{work}: intervals of 80 % that held", f"{held / count:.1%}", "≥ 75 %", held / count >= HELD_FROM),
    ]  # fmt: skip


def _carparts(file: Path) -> list[list[int]]:
    """The series without gaps: a column is a part, a line a month."""
    with file.open(encoding="utf-8-sig") as lines:
        columns = list(zip(*list(csv.reader(lines))[1:], strict=True))
    return [[int(float(cell)) for cell in column] for column in columns if all(cell[:1].isdigit() for cell in column)]


def _poisson_ends(mean: float) -> tuple[int, int]:
    def quantile(share: float) -> int:
        probability = total = math.exp(-mean)
        count = 0
        while total < share:
            count += 1
            probability *= mean / count
            total += probability
        return count

    return quantile(0.1), quantile(0.9)


def _pinball(came: float, quantile: float, share: float) -> float:
    return max(share * (came - quantile), (share - 1) * (came - quantile))


def drawn() -> list[Row]:
    """Measure coherence and the judgement of commitments on drawn companies."""
    return [_coherence(), *_commitments()]


def _coherence() -> Row:
    """Days, weeks and months of 1,000 people in 100 groups of one company: every sum must be its parts', to the thousandth."""
    chance = Random(7)
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(28) if number % 7 < WEEK_DAYS]
    above = {f"p{n}": f"g{n % 100}" for n in range(1000)} | {f"g{n}": "all" for n in range(100)}
    wanted = {f"p{n}": chance.uniform(0, 30) for n in range(1000)}
    bottom = {}
    for key, total in wanted.items():
        parts = spread(total, days, [chance.uniform(0.2, 1.0) for _day in days])
        bottom |= {(key, day): part for day, part in parts.items()}
    sums = rolled_up(bottom, above.get)
    wrong = sum(sum(bottom[key, day] for day in days) != round(total * PARTS) for key, total in wanted.items())
    for parent in set(above.values()):
        children = [key for key, over in above.items() if over == parent]
        wrong += sum(sums[parent, day] != sum(sums[child, day] for child in children) for day in days)
    work = "Sums from day to month and from person to company that differ (1,000 people)"
    return Row(work, str(wrong), "0", wrong == 0)


PEOPLE, MONTHS, KNOWN_MONTHS, ONE_IN = 12, 24, 12, 10


def _commitments() -> list[Row]:
    """Ordinary promises of people with habits, one in ten doubled or halved; the rule "30 % from last month" beside it."""
    chance = Random(11)
    false, ordinary, caught, planted, rule = 0, 0, 0, 0, 0
    for _company in range(25):
        for promised, expected, last, own, group, is_planted in _months(chance):
            flagged = judge(promised, expected, own, group).is_flagged
            if is_planted:
                planted, caught = planted + 1, caught + flagged
            else:
                ordinary, false = ordinary + 1, false + flagged
                rule += abs(promised - last) > 0.3 * last
    work = f"Commitments of drawn people ({ordinary + planted:,})"
    return [
        Row(
            f"{work}: ordinary ones that were flagged", f"{false / ordinary:.1%}", f"≤ {MOST_FALSE:.0%}",
            false <= MOST_FALSE * ordinary, f"{rule / ordinary:.0%}", "floor: 30 % from last month",
        ),
        Row(
            f"{work}: doubled or halved ones that were flagged", f"{caught / planted:.1%}", f"≥ {LEAST_CAUGHT:.0%}",
            caught >= LEAST_CAUGHT * planted,
        ),
    ]  # fmt: skip


def _months(chance: Random) -> Iterator[tuple[float, float, int, list[float], dict[str, list[float]], bool]]:
    """A group's promises month by month: what was promised, what the engine expected, and everybody's earlier ratios."""
    rates = {str(number): max(4.0, chance.gauss(16, 6)) for number in range(PEOPLE)}
    habits = {key: chance.gauss(0.1, 0.15) for key in rates}
    weeks: dict[str, list[int]] = {key: [] for key in rates}
    group: dict[str, list[float]] = {key: [] for key in rates}
    for month in range(MONTHS):
        if month >= 3:
            histories = [
                History(key, tuple(counts[-26:]), (WEEK_DAYS,) * len(counts[-26:])) for key, counts in weeks.items()
            ]
            found = predict(histories, dict.fromkeys(rates, WEEK_DAYS * AHEAD))
            for key, rate in rates.items():
                is_planted = month >= KNOWN_MONTHS and chance.randrange(ONE_IN) == 0
                leap = chance.choice((0.5, 2.0)) if is_planted else 1.0
                promised = float(max(1, round(rate * math.exp(habits[key] + chance.gauss(0, 0.12)) * leap)))
                expected = found[key].mean
                if month >= KNOWN_MONTHS:
                    yield promised, expected, sum(weeks[key][-AHEAD:]), list(group[key]), group, is_planted
                if not is_planted:
                    group[key].append(log_ratio(promised, expected))
        for key, rate in rates.items():
            weeks[key] += [_poisson(chance, rate / AHEAD) for _week in range(AHEAD)]


def _poisson(chance: Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


if __name__ == "__main__":
    found = measure() if "--demo" in sys.argv else [*public(), *drawn()]
    sys.stdout.write(report.table(found) + "\n")
    sys.exit(0 if all(row.holds for row in found) else 1)
