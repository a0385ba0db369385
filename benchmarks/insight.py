"""The boards of a company with years behind it: how fast each answers, beside its own sums in plain SQL, and the nightly roll-up.

    python -m benchmarks.insight [--people 1000] [--days 250] [--rounds 11] [--data FOLDER]

Every person makes eight visits a day and has 500 leads and 100 orders in all: 10,000 people and 250 days are the 20 million visits, 5 million
leads and 1 million orders of the promise. Visits of closed days stand as what the hard lock froze of them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

from benchmarks import report
from benchmarks.installation import Installation
from benchmarks.meters import machine


def main() -> int:
    """Fill, roll up, measure and print; the exit code is 1 when a budget is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.insight", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--data", type=Path)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tiejun-benchmark-") as folder:
        Path(folder).chmod(0o755)  # the database's own user must reach its folder below
        installation = Installation(wish.data.absolute() if wish.data else Path(folder))
        try:
            installation.start_database()
            installation.migrate()
            django.setup()
            from benchmarks.boards import measured  # noqa: PLC0415 -- models are imported on a Django that is set up

            rows = measured(installation, wish)
        finally:
            installation.stop()
    print(f"\n{report.table(rows)}\n\nMeasured on {machine()}; load average {os.getloadavg()[1]:.1f}.")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
