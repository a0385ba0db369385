"""A list on its way out through the real path: asked for, written by a real worker, kept in the database, fetched."""

import time
from datetime import UTC, datetime

from benchmarks.importing import scope_of_member
from benchmarks.installation import Installation
from benchmarks.meters import cpu_seconds, pss_megabytes
from benchmarks.million import DISTRICTS
from benchmarks.report import Row
from benchmarks.world import World
from tiejun.exchange.actions import exports as actions
from tiejun.exchange.models import TableExport
from tiejun.exchange.rules.exports import FileKind
from tiejun.foundation import files

LEAST = 10_000
ALL_ROWS = 150_000
PATIENCE_S = 300
MOST_GROWTH_MB = 60


def measure(installation: Installation, world: World, leads: int) -> list[Row]:
    """The public pool as CSV and as a workbook: all of it, or one district of a large one."""
    worker = installation.start_worker()
    try:
        address = "" if leads <= ALL_ROWS else f"district={DISTRICTS[0]}"
        pids = (worker.pid, installation.database_pid)
        _written(
            FileKind.CSV, f"district={DISTRICTS[1]}", world
        )  # a worker that has just begun is still reading its code
        return [row for kind in FileKind for row in _measured(kind, address, world, pids)]
    finally:
        installation.stop(worker)


def _written(kind: FileKind, address: str, world: World) -> TableExport:
    row = actions.ask_export(
        scope_of_member(world.importer), kind="leads.pool", address=address, file_kind=kind, language="zh-hans",
        now=datetime.now(UTC),
    )  # fmt: skip
    started = time.monotonic()
    while row.is_under_way:
        if time.monotonic() - started > PATIENCE_S:
            raise TimeoutError(f"the export is {row.state}")
        time.sleep(0.05)
        row = TableExport.objects.select_related("file").get(pk=row.pk)
    assert row.file is not None, row.fault
    return row


def _measured(kind: FileKind, address: str, world: World, pids: tuple[int, int]) -> list[Row]:
    before, memory = cpu_seconds(*pids), pss_megabytes(pids[0])
    started = time.monotonic()
    row = _written(kind, address, world)
    took, spent = time.monotonic() - started, cpu_seconds(*pids) - before
    grown = pss_megabytes(pids[0]) - memory
    fetched = time.monotonic()
    assert row.file is not None
    size = sum(len(chunk) for chunk in files.read(row.file.pk))
    fetching = time.monotonic() - fetched
    rate, per_cpu = row.rows_done / took, row.rows_done / spent
    product = (
        f"{rate:,.0f} rows/s, {per_cpu:,.0f} rows per second of CPU ({took:.1f} s, {spent:.1f} s of CPU, "
        f"{size / 1e6:.0f} MB, fetched in {fetching:.1f} s)"
    )
    title = f"Export of {row.rows_done:,} leads of the pool as {kind.upper()}"
    return [
        Row(title, product, f"≥ {LEAST:,} rows/s, or per second of CPU", max(rate, per_cpu) >= LEAST),
        Row(
            "the same: memory that the worker grew by", f"{grown:.0f} MB", f"≤ {MOST_GROWTH_MB} MB",
            grown <= MOST_GROWTH_MB,
        ),
    ]  # fmt: skip
