"""`tiejun seed`: fill an empty database with the demo company."""

import argparse
import json
import time
from dataclasses import asdict
from datetime import UTC, datetime

from tiejun.cli.embedded import database


def main(arguments: list[str]) -> int:
    """Build the demo company up to now; refuses a database that already holds a company."""
    parser = argparse.ArgumentParser(prog="tiejun seed")
    parser.add_argument("--seed", type=int, default=20100)
    parser.add_argument("--days", type=int, default=40, help="working days of history")
    options = parser.parse_args(arguments)
    with database("worker"):
        # Django must be set up before anything with models is imported.
        from tiejun.cli.demo.story import build  # noqa: PLC0415
        from tiejun.foundation.environment import environment  # noqa: PLC0415

        started = time.monotonic()
        logins = build(
            seed=options.seed,
            days=options.days,
            now=datetime.now(UTC),
            report=lambda text: print(f"  {text}", flush=True),
        )
        folder = environment().data_folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "demo.json").write_text(json.dumps([asdict(login) for login in logins], ensure_ascii=False))
        print(f"  The demo company is ready ({time.monotonic() - started:.0f} s).", flush=True)
    return 0
