"""The forecasts of the demo company: the engine beside the season's naive guess and beside what the people themselves said.

    python -m benchmarks.forecast_demo FOLDER    builds the demo there (kept for the next time), measures, prints the rows as JSON

The company is drawn, so the figures tell that the engine, the naive guess and the people's own word are compared as the product
keeps them; how near an engine comes on what people really sold, the public series say.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.report import Row
from tiejun.foundation.environment import ROOT

DAYS = 60  # working days of the demo's history: so many weeks lie behind that each can be forecast from those before


def measure() -> list[Row]:
    """Build the demo in a folder of its own and measure it in a process of its own, as Django knows one database."""
    with tempfile.TemporaryDirectory(prefix="tiejun-demo-") as folder:
        Path(folder).chmod(0o755)  # the database's own user must reach its folder below
        command = [sys.executable, "-m", "benchmarks.forecast_demo", folder]
        done = subprocess.run(command, cwd=ROOT, env=_environment(folder), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-800:])
    return [Row(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def _environment(folder: str) -> dict[str, str]:
    """The environment without the addresses of another database."""
    other = {"DATABASE_URL", "DATABASE_OWNER_URL", "TIEJUN_MODE", "TIEJUN_PROCESS", "SECRET_KEY", "DATA_KEYS"}
    kept = {name: value for name, value in os.environ.items() if name not in other}
    return kept | {"TIEJUN_DATA": folder, "DJANGO_SETTINGS_MODULE": "tiejun.settings"}


def main(folder: str) -> int:
    """Build the demo where it is not built, and measure."""
    os.environ.update(_environment(folder))
    if not (Path(folder) / "demo.json").exists():
        for command in (["migrate", "--quiet"], ["seed", "--days", str(DAYS)]):
            subprocess.run(
                [sys.executable, "-m", "tiejun.cli", *command], cwd=ROOT, env=os.environ, stdout=sys.stderr, check=True
            )
    from tiejun.cli.embedded import database  # noqa: PLC0415 -- on the environment of the folder

    with database("worker"):
        from benchmarks.forecast_demo_weeks import measured  # noqa: PLC0415 -- models are imported on a Django that is set up

        rows = measured()
    print(json.dumps([asdict(row) for row in rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
