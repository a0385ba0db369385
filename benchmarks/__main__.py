"""`make bench`: measures the product against its budgets and prints the table; `--write` renews docs/benchmarks.md.

Options: `--leads N` (1,000,000), `--rounds N` (12),
`--only lists,search,create,counts,rivals,reclaim,import,memory,start,weight,allotment,evening,plans,routing,sampling,scores,flow,
duplicates,forecast,reviews,walls,exports`,
`--data FOLDER` keeps the filled database there and uses it again, `--write`.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import django

from benchmarks import report
from benchmarks.installation import SETTINGS, Installation
from benchmarks.meters import machine

PARTS = (
    "import",
    "exports",
    "create",
    "lists",
    "counts",
    "search",
    "rivals",
    "reclaim",
    "memory",
    "start",
    "weight",
    "allotment",
    "evening",
    "plans",
    "routing",
    "sampling",
    "scores",
    "flow",
    "duplicates",
    "forecast",
    "reviews",
    "walls",
)


@dataclass(frozen=True)
class Wish:
    """What the command line asks for."""

    leads: int
    rounds: int
    only: list[str]


def main() -> int:
    """Measure and print; the exit code is 1 when a budget is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    wish = Wish(options.leads, options.rounds, options.only)
    if options.data:
        options.data.mkdir(parents=True, exist_ok=True)
        rows = run(options.data.absolute(), wish)
    else:
        with tempfile.TemporaryDirectory(prefix="tiejun-benchmark-") as folder:
            Path(folder).chmod(0o755)  # the database's own user must reach its folder below
            rows = run(Path(folder), wish)
    load = f"the machine's load average was {os.getloadavg()[1]:.1f}, the benchmark's own work included"
    setting = f"{machine()}, with {wish.leads:,} leads; PostgreSQL {settings_in_words()}; {load}"
    measured = f"{report.table(rows)}\n\nMeasured on {setting}."
    print(f"\n{measured}")
    if options.write:
        report.write(measured)
    return 0 if all(row.holds for row in rows) else 1


def run(folder: Path, wish: Wish) -> list[report.Row]:
    """Start everything, measure what is wished, stop everything."""
    installation = Installation(folder)
    try:
        installation.start_database()
        installation.migrate()
        django.setup()
        return measured(installation, wish)
    finally:
        installation.stop()


def measured(installation: Installation, wish: Wish) -> list[report.Row]:
    """Fill where needed, then measure part by part."""
    from benchmarks import (  # noqa: PLC0415 -- models are imported on a Django that is set up, on a database that exists
        allotment,
        duplicates,
        evening,
        exporting,
        footprint,
        forecast,
        importing,
        lead_flow,
        million,
        planning,
        reclaim,
        reviews,
        rivals,
        routing,
        sampling,
        scoring,
        speed,
        walls,
        world,
    )

    kept = installation.folder / "world.json"
    if kept.exists():
        people = world.restored(json.loads(kept.read_text()))
    else:
        people = world.build()
        with installation.superuser() as connection:
            million.fill(connection, people, wish.leads, say)
        kept.write_text(json.dumps(world.stored(people), default=str))
    with installation.superuser() as connection:
        million.copy_for_the_floor(connection)
    web, floor = installation.start_web(), installation.start_floor()
    at = speed.Speed(installation, people, web, floor, wish.rounds)
    parts: dict[str, Callable[[], list[report.Row]]] = {
        "import": lambda: importing.measure(installation, people),
        "exports": lambda: exporting.measure(installation, people, wish.leads),
        "create": at.create,
        "lists": at.lists,
        "counts": at.counts,
        "search": at.searches,
        "rivals": lambda: rivals.measure(people, web),
        "reclaim": lambda: reclaim.measure(installation, people, web, wish.leads),
        "memory": lambda: footprint.memory(installation, web),
        "start": footprint.first_page,
        "weight": lambda: footprint.weights(people, web),
        "evening": lambda: evening.measure(people, web),
        "plans": lambda: planning.measure(installation, people, web),
        "routing": routing.measure,
        "sampling": sampling.measure,
        "allotment": lambda: allotment.measure(installation, people),
        "scores": lambda: scoring.measure(installation),
        "flow": lambda: lead_flow.measure(leads=100_000, people=60, days=60, seed=1),
        "duplicates": duplicates.measure,
        "forecast": forecast.measure,
        "reviews": lambda: reviews.measure(installation, people, web),
        "walls": lambda: walls.measure(installation, people, web),
    }
    rows = []
    for name in PARTS:
        if name in wish.only:
            with installation.superuser() as connection:
                million.settle(connection)
            found = parts[name]()
            rows += found
            say(report.table(found))
    return rows


def say(text: str) -> None:
    """Tell how far it is; the table comes at the end."""
    print(text, file=sys.stderr, flush=True)


def settings_in_words() -> str:
    """The database's settings that are not the default."""
    return "durable, " + ", ".join(f"{name} {value}" for name, value in SETTINGS.items())


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    began = time.monotonic()
    code = main()
    say(f"{time.monotonic() - began:.0f} s")
    sys.exit(code)
