"""A file of leads through the real path: upload, reading and run by a real worker, into the full table."""

import csv
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.installation import Installation
from benchmarks.meters import cpu_seconds
from benchmarks.names import WORDS, Names, credit_code
from benchmarks.report import Row
from benchmarks.world import Member, World
from tiejun.access.scope import Scope
from tiejun.exchange.actions import imports as actions
from tiejun.exchange.models.imports import LeadImport
from tiejun.org.queries import scope_of_person

ROWS = 31_507
LEAST = 5_000
PATIENCE_S = 600
DOUBLED_ROWS = 120_000


def measure(installation: Installation, world: World) -> list[Row]:
    """A generated file with duplicates and faulty rows, one of which half repeats, and the real list where `TIEJUN_TRIAL_DATA` names it."""
    files = [
        ("Import, generated file", _written(installation.folder / "generated.csv")),
        ("Import, half of it repeats", _written(installation.folder / "doubled.csv", DOUBLED_ROWS, repeated=50)),
    ]
    trial = os.environ.get("TIEJUN_TRIAL_DATA")
    if trial:
        files.append(
            ("Import, real list of Hangzhou companies", Path(trial) / "enterprise-registration" / "hangzhou.csv")
        )
    worker = installation.start_worker()
    try:
        pids = (worker.pid, installation.database_pid)
        return [_measured(title, file, world, pids) for title, file in files]
    finally:
        installation.stop(worker)


def _measured(title: str, file: Path, world: World, pids: tuple[int, ...]) -> Row:
    scope = scope_of_member(world.importer)
    before = cpu_seconds(*pids)
    with file.open("rb") as content:
        row = actions.upload_import(
            scope,
            name=file.name,
            content_type="text/csv",
            chunks=iter(lambda: content.read(65_536), b""),
            pool_id=world.pool_id,
            source_id=world.source_id,
            now=datetime.now(UTC),
        )
    reading = _waited(row, {"READ", "FAILED"})
    row.refresh_from_db()
    actions.start_import(scope, import_id=row.pk, mapping=row.mapping, datum=row.datum or None, now=datetime.now(UTC))
    running = _waited(row, {"DONE", "FAILED", "CANCELLED"})
    row.refresh_from_db()
    rate = row.rows_total / (reading + running)
    outcome = f"{row.created_count:,} new, {row.known_count:,} known, {row.faulty_count:,} faulty"
    work = f"{title}: {row.rows_total:,} rows ({outcome})"
    spent = cpu_seconds(*pids) - before
    product = f"{rate:,.0f} rows/s ({reading:.1f} s reading, {running:.1f} s run, {spent:.1f} s of CPU)"
    return Row(work, product, f"≥ {LEAST:,} rows/s", row.state == "DONE" and rate >= LEAST)


def _waited(row: LeadImport, states: set[str]) -> float:
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_S:
        if LeadImport.objects.filter(pk=row.pk, state__in=states).exists():
            return time.monotonic() - started
        time.sleep(0.02)
    raise TimeoutError(f"the import is not {states}")


def scope_of_member(member: Member) -> Scope:
    """The scope that a member of the measured company has now."""
    return scope_of_person(member.person_id, at=datetime.now(UTC), origin="benchmark")


def _written(path: Path, rows: int = ROWS, repeated: int = 3) -> Path:
    """Write so many rows: `repeated` in 100 repeat an earlier row, 1 in 100 has a wrong credit code."""
    choose = random.Random(datetime.now(UTC).timestamp())
    names, seen = Names(choose.randrange(10**9)), []
    first = 10**8 + choose.randrange(8 * 10**8)
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(WORDS["header"])
        for n in range(rows):
            row = [
                names.name(),
                credit_code(first + n),
                f"136{n:08d}",
                f"{choose.choice(WORDS['roads'])}{n % 900}",
                choose.choice(WORDS["people"]),
            ]
            if seen and n % 100 < repeated:
                row = choose.choice(seen)
            elif n % 100 == 50:
                row[1] = row[1][:-1] + ("0" if row[1][-1] != "0" else "1")
            else:
                seen.append(row)
            sheet.writerow(row)
    return path
