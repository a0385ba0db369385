"""RS-19: a corpus of hostile and odd files, each with a clear answer, in bounded memory and time, and nothing half-written."""

from __future__ import annotations

import resource
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.exchange.hostile_files import FILES
from tests.factories.leads import make_pool, make_source
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.engines import workbooks
from tiejun.engines.tabular.sniff import Encoding, EncodingReason
from tiejun.exchange import jobs
from tiejun.exchange.actions import imports as actions
from tiejun.exchange.models import ImportFault
from tiejun.exchange.queries import tables
from tiejun.foundation.refusals import Refused
from tiejun.leads.models import Lead

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.django_db

MOST_MEMORY_KB = 600 << 10
MOST_CPU_S = 30


@pytest.fixture
def world() -> SimpleNamespace:
    tree = make_company_tree()
    ops = make_person(role=Role.SALES_OPS, unit=tree.company)
    return SimpleNamespace(scope=scope_for(ops), pool=make_pool(), source=make_source())


def answer(world: SimpleNamespace, content: bytes) -> str | tuple[int, int, int]:
    """Bring a file in as the pages do and return what was said: the file's error, or its new, known and faulty rows."""
    row = actions.upload_import(
        world.scope,
        name="leads.xlsx",
        content_type="",
        chunks=[content],
        pool_id=world.pool.pk,
        source_id=world.source.pk,
        now=NOW,
    )
    jobs.read_import(str(row.pk), "")
    row.refresh_from_db()
    if row.state != "READ":
        return row.error
    try:
        actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)
    except Refused as refused:
        return str(refused.refusal)
    jobs.run_import(str(row.pk))
    row.refresh_from_db()
    assert row.state == "DONE"
    assert row.faulty_count == ImportFault.objects.exclude(code="REPEATED_IN_FILE").values("row").distinct().count()
    return (row.created_count, row.known_count, row.faulty_count)


# A child starts with its parent's peak, and this process is large: a small one in between starts the child and tells its own.
WATCHER = """
import pathlib, resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
with pathlib.Path(sys.argv[1]).open("a") as file: file.write(f"{peak}\\n")
sys.exit(code if code >= 0 else 128 - code)
"""


def watched(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Callable[[], list[int]]:
    """Let the processes that read workbooks be started by a watcher; the function tells their peaks of memory in KiB."""
    peaks, run = folder / "peaks", subprocess.run

    def run_watched(command: list[str], **more: Any) -> subprocess.CompletedProcess[bytes]:
        done = run([sys.executable, "-c", WATCHER, str(peaks), *command], **more)
        return subprocess.CompletedProcess(
            command, 128 - done.returncode if done.returncode > 128 else done.returncode, done.stdout, done.stderr
        )

    monkeypatch.setattr(workbooks.subprocess, "run", run_watched)
    return lambda: [int(line) for line in peaks.read_text().split()] if peaks.exists() else []


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_gets_its_answer(
    world: SimpleNamespace, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make, expected = FILES[name]
    content = make()
    peaks = watched(monkeypatch, tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)

    said = answer(world, content)

    after = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    assert said == expected
    assert Lead.objects.count() == (expected[0] if isinstance(expected, tuple) else 0)
    spent = sum(
        late.ru_utime + late.ru_stime - early.ru_utime - early.ru_stime
        for early, late in zip(before, after, strict=True)
    )
    assert spent < MOST_CPU_S
    assert max(peaks(), default=0) <= MOST_MEMORY_KB


@pytest.mark.parametrize(
    ("name", "place", "blind"),
    [
        ("a PDF", "FAULTS", {}),
        ("UTF-16, the big end first", "sniff_encoding", lambda _head: Encoding("utf-8", EncodingReason.VALID_UTF8)),
    ],
)
def test_a_planted_reader_that_looks_away_is_found(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, name: str, place: str, blind: object
) -> None:
    """What workbooks hide is planted beside their reader, in `test_workbooks.py`."""
    monkeypatch.setattr(tables, place, blind)
    make, expected = FILES[name]

    assert answer(world, make()) != expected
