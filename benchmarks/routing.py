"""The rep's day against proven optima, the literature, PyVRP and greedy insertion; `python -m benchmarks.routing` prints it all.

Reads `optimisation/dayplan`, `optimisation/toptw` and `shanghai-buildings` from the folder in TIEJUN_TRIAL_DATA. Every answer is
judged by `engines.routing.checking`, which shares no code with the search. CPU seconds are those of this process. PyVRP comes with
`uv sync --group bench`; without it its lines are left out. `--quick` skips the literature.
"""

import argparse
import csv
import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.report import Row, table
from tiejun.engines.geo import Datum, Point, converted, distance_m
from tiejun.engines.routing.checking import lost, violations
from tiejun.engines.routing.compiling import compile_kernel
from tiejun.engines.routing.problem import Lunch, Problem, Roads, Shape, Stop
from tiejun.engines.routing.solving import answered, ordered
from tiejun.engines.routing.timetable import timed

DAY_S, LITERATURE_S = 0.2, 1.0
PROBE = 3000  # rounds by which the speed of an instance is measured
REAL_DAYS, REPS = 20, 1000
SPEED_KMH, DETOUR = 25, 1.28
PACE = (*(1.5,) * 6, 1.28, 0.8, 0.8, *(1.0,) * 7, 0.88, 0.72, 0.72, 0.96, *(1.2,) * 4)


@dataclass(frozen=True)
class Known:
    """An instance with the best value that is known or proven for it."""

    name: str
    best: float
    problem: Problem


def measure(folder: Path | None = None, *, quick: bool = False) -> list[Row]:
    """Measure everything and return the lines; none without the trial data."""
    folder = folder or trial_data()
    if folder is None:
        print("TIEJUN_TRIAL_DATA names no folder of trial data: no routing.", file=sys.stderr)
        return []
    begun = time.process_time()
    arrays = compile_kernel()
    ordered(next(day_plans(folder)).problem, rounds=1, arrays=arrays)
    print(f"kernel ready after {time.process_time() - begun:.1f} CPU s", file=sys.stderr)
    rows = _days(folder, arrays)
    if not quick:
        rows += _literature(folder, arrays)
    return rows + _buildings(folder, arrays)


def _days(folder: Path, arrays: Any) -> list[Row]:
    gaps, lost_stops, faults, greedy_gaps, spent = [], 0, 0, [], []
    for known in day_plans(folder):
        answer, seconds = _searched(known.problem, DAY_S, arrays)
        day = timed(known.problem, answer.order)
        faults += len(violations(known.problem, day))
        lost_stops += len(answer.missing) + len(lost(known.problem, day, tuple(one.key for one in answer.missing)))
        gaps.append(_gap(known.best, answer.value))
        greedy_gaps.append(_gap(known.best, _greedily(known.problem, arrays)))
        spent.append(seconds)
    again = next(day_plans(folder)).problem
    same = ordered(again, rounds=PROBE, arrays=arrays) == ordered(again, rounds=PROBE, arrays=arrays)
    cpu = f"{mean(spent):.2f} CPU s"
    return [
        Row("Days with proven optima: mean gap", f"{mean(gaps):.2f} % ({cpu})", "≤ 0.3 %", mean(gaps) <= 0.3,
            f"greedy {mean(greedy_gaps):.1f} %"),
        Row("… worst gap", f"{max(gaps):.2f} %", "≤ 2 %", max(gaps) <= 2),
        Row("… required visits lost, rules broken", f"{lost_stops}, {faults}", "0, 0", lost_stops + faults == 0),
        Row("… same seed, same day", "yes" if same else "no", "yes", same),
    ]  # fmt: skip


def _literature(folder: Path, arrays: Any) -> list[Row]:
    ours, theirs, cordeau, faults = [], [], [], 0
    for known in orienteering(folder):
        answer, _seconds = _searched(known.problem, LITERATURE_S, arrays)
        faults += len(violations(known.problem, timed(known.problem, answer.order)))
        ours.append(_gap(known.best, answer.value))
        cordeau += [ours[-1]] if known.name.startswith("pr") else []
        rival = by_pyvrp(known.problem, LITERATURE_S)
        theirs += [] if rival is None else [_gap(known.best, rival)]
        shown = f", PyVRP {theirs[-1]:.2f} %" if theirs else ""
        print(f"{known.name}: {ours[-1]:.2f} %{shown}", file=sys.stderr)
    rows = [
        Row(
            "Orienteering with windows, one tour: mean gap",
            f"{mean(ours):.2f} % (1 CPU s)",
            "≤ 1.5 %",
            mean(ours) <= 1.5,
        ),
        Row("… the `pr` set", f"{mean(cordeau):.2f} %", "≤ 4 %", mean(cordeau) <= 4),
        Row("… rules broken", str(faults), "0", faults == 0),
    ]
    if theirs:
        ratio = mean(ours) / mean(theirs)
        rows.insert(1, Row("… against PyVRP in the same run", f"{mean(ours):.2f} %", "≤ 0.5 ×", ratio <= 0.5,
                           f"{mean(theirs):.2f} %", f"{ratio:.2f} ×"))  # fmt: skip
    return rows


def _buildings(folder: Path, arrays: Any) -> list[Row]:
    gains, spent, counts, faults = [], [], [], 0
    for problem in real_days(folder):
        before = time.process_time()
        order = ordered(problem, rounds=problem.rounds, arrays=arrays)
        spent.append(time.process_time() - before)
        answer = answered(problem, order, "search")
        faults += len(violations(problem, timed(problem, answer.order)))
        first = _greedily(problem, arrays)
        gains.append((answer.value - first) / first * 100)
        counts.append(len(answer.order))
    total = mean(spent) * REPS
    return [
        Row(f"{REAL_DAYS} days of 50 real buildings: value over greedy", f"+{mean(gains):.1f} %", "≥ 0 %", min(gains) >= 0),
        Row("… visits a day, rules broken", f"{min(counts)} to {max(counts)}, {faults}", "≥ 8, 0", min(counts) >= 8 and not faults),
        Row("… plans for 1,000 representatives", f"{total:.0f} CPU s", "≤ 300 CPU s", total <= 300),
    ]  # fmt: skip


def _searched(problem: Problem, seconds: float, arrays: Any) -> Any:
    """The answer after about so many CPU seconds, and the seconds it took."""
    rounds = PROBE
    for share in (0.1, 1.0):  # the first rounds, from a greedy day, are not as long as the later ones
        before = time.process_time()
        ordered(problem, rounds=rounds, arrays=arrays)
        rounds = max(1, int(rounds * seconds * share / (time.process_time() - before)))
    before = time.process_time()
    order = ordered(problem, rounds=rounds, arrays=arrays)
    spent = time.process_time() - before
    return answered_by_lists(problem, order), spent


def answered_by_lists(problem: Problem, order: list[int]) -> Any:
    """The answer with its value; what is missing is looked up without the reasons, which need the uncompiled kernel."""
    free = replace(problem, stops=tuple(replace(stop, is_required=False) for stop in problem.stops))
    answer = answered(free, order, "search")
    missing = [stop for number, stop in enumerate(problem.stops) if stop.is_required and number not in order]
    return replace(answer, missing=tuple(missing))


def _greedily(problem: Problem, arrays: Any) -> float:
    return sum(problem.stops[number].value for number in ordered(problem, rounds=0, arrays=arrays))


def _gap(best: float, found: float) -> float:
    return (best - found) / best * 100


def day_plans(folder: Path) -> Iterator[Known]:
    """The generated days with proven optima; minutes after 08:30."""
    for path in sorted((folder / "optimisation" / "dayplan").glob("day*.json")):
        row = json.loads(path.read_text())
        ways, lunch = row["travel_minutes"], row["lunch"]
        stops = tuple(
            Stop(str(n), row["service_minutes"][n], row["prize"][n], tuple(map(tuple, row["start_windows"][n])), row["required"][n])
            for n in range(1, len(ways))
        )  # fmt: skip
        lunch_hour = Lunch(lunch["earliest_start"], lunch["latest_start"], lunch["minutes"])
        yield Known(
            row["name"], row["proven_optimum"], Problem(stops, _roads(ways), 0, row["minutes_in_day"], lunch_hour)
        )


def orienteering(folder: Path) -> Iterator[Known]:
    """Solomon's and Cordeau's instances with one tour, and the best values known."""
    place = folder / "optimisation" / "toptw"
    best: dict[str, float] = {}
    for name, column in (("refs_found.csv", "value"), ("bks.csv", "BKS")):
        with (place / name).open() as file:
            best |= {row["instance"]: float(row[column]) for row in csv.DictReader(file) if row["m"] == "1"}
    for name, value in sorted(best.items()):
        path = place / f"{name}.txt"
        if not path.exists() or name.startswith("t"):
            continue
        rows = [line.split() for line in path.read_text().splitlines()[2:] if line.strip()]
        spots = [[float(row[at]) for at in (1, 2, 3, 4, -2, -1)] for row in rows]
        grain = 100 if name.startswith("pr") else 10
        ways = [[math.floor(math.dist(a[:2], b[:2]) * grain + 1e-9) / grain for b in spots] for a in spots]
        stops = tuple(Stop(str(n), spot[2], spot[3], ((spot[4], spot[5]),)) for n, spot in enumerate(spots) if n)
        yield Known(name, value, Problem(stops, _roads(ways), spots[0][4], spots[0][5]))


def real_days(folder: Path) -> Iterator[Problem]:
    """Days of 50 candidates among real buildings around a random one, with the product's hours, lunch, pace and shape."""
    with (folder / "shanghai-buildings" / "buildings_gcj02.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if 30.6 < float(row["lat_gcj02"]) < 31.9]
    spots = [
        Point(float(row["lng_gcj02"]), float(row["lat_gcj02"]))
        for row in rows
        if 120.8 < float(row["lng_gcj02"]) < 122.2
    ]
    places = [converted(spot, Datum.GCJ02, Datum.WGS84) for spot in spots]
    dice = random.Random(2026)
    for number in range(REAL_DAYS):
        centre = dice.choice(places)
        near = sorted(places, key=lambda spot: distance_m(centre, spot))[:400]
        chosen = dice.sample(near, 50)
        ways = [[distance_m(a, b) * DETOUR / 1000 / SPEED_KMH * 60 for b in chosen] for a in chosen]
        for row in ways:
            row += [0.0, 0.0]
        drive = tuple(tuple(row) for row in [*ways, [0.0] * 52, [0.0] * 52])
        stops = tuple(_candidate(str(n), dice) for n in range(50))
        yield Problem(
            stops, Roads(drive, PACE, 5.0), 560, 1020, Lunch(690, 780, 60), Shape(3, 5, 750, 800, 8000), minute=1.2, most=10,
            seed=number + 1, rounds=5000,
        )  # fmt: skip


def _candidate(key: str, dice: random.Random) -> Stop:
    """A company of a class with its value in yuan; every eighth has a fixed time, every third of these must be kept."""
    value = dice.choices([12_800, 5_600, 2_240, 1_280], [1, 3, 8, 20])[0]
    if dice.random() < 0.125:
        at = dice.choice([570, 600, 630, 840, 870, 900, 930])
        return Stop(key, 30, value, ((at, at + 10),), dice.random() < 0.05)
    return Stop(key, 30, value, ((540, 690), (810, 1050)))


def _roads(ways: list[list[float]]) -> Roads:
    """The place 0 of a table is both start and finish."""
    order = [*range(1, len(ways)), 0, 0]
    return Roads(tuple(tuple(float(ways[a][b]) if a != b else 0.0 for b in order) for a in order))


class _CpuSeconds:
    def __init__(self, seconds: float) -> None:
        self.until = time.process_time() + seconds

    def __call__(self, best_cost: float) -> bool:  # noqa: ARG002 -- how PyVRP asks
        return time.process_time() >= self.until


def by_pyvrp(problem: Problem, seconds: float) -> float | None:
    """The summed value that PyVRP finds in the same CPU seconds, or None without PyVRP."""
    try:
        from pyvrp import Model  # noqa: PLC0415 -- of the bench group alone
    except ImportError:
        return None
    model, grain, weight = Model(), 100, 10_000
    places = [model.add_location(0, 0) for _ in range(len(problem.stops) + 1)]
    depot = model.add_depot(places[-1], tw_early=0, tw_late=round(problem.ends * grain))
    for place, stop in zip(places, problem.stops, strict=False):
        (opens, closes) = stop.windows[0]
        model.add_client(
            place, service_duration=round(stop.minutes * grain), tw_early=round(opens * grain),
            tw_late=round(closes * grain), prize=round(stop.value * weight), required=False,
        )  # fmt: skip
    model.add_vehicle_type(1, start_depot=depot, end_depot=depot, tw_late=round(problem.ends * grain))
    for row, here in enumerate(places):
        for column, there in enumerate(places):
            minutes = round(problem.roads.drive[row][column] * grain)
            if row != column:
                model.add_edge(here, there, distance=minutes // 10, duration=minutes)
    found = model.solve(_CpuSeconds(seconds), seed=1, collect_stats=False, display=False).best
    return float(found.prizes()) / weight if found.is_feasible() else 0.0


def main() -> int:
    """Print the table; the exit code is 1 when a figure is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rows = measure(quick=options.quick)
    print(table(rows))
    return 0 if rows and all(row.holds for row in rows) else 1


def trial_data() -> Path | None:
    """The folder of trial data, if it is at hand."""
    named = os.environ.get("TIEJUN_TRIAL_DATA", "")
    return Path(named) if named else None


if __name__ == "__main__":
    sys.exit(main())
