"""What an operator meets is told in one sentence: a full disk, whoever meets it first, and tables that are not there yet."""

import errno
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tiejun.cli import createuser, main
from tiejun.cli.postgres import Postgres, PostgresFailed


def _we() -> None:
    raise OSError(errno.ENOSPC, "write")


def _the_database() -> None:
    raise RuntimeError from psycopg.errors.DiskFull()


def _a_program() -> None:
    server = Postgres(Path("/nonexistent"))
    server.programs = Path("/bin")
    server.run("sh", "-c", "echo 'could not write: No space left on device'; exit 1")


@pytest.mark.parametrize("meets", [_we, _the_database, _a_program])
def test_a_full_disk_is_told_in_one_sentence(
    meets: Callable[[], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(createuser, "main", lambda _arguments: meets())
    monkeypatch.setattr("sys.argv", ["tiejun", "createuser"])

    assert main.main() == 1
    assert capsys.readouterr().err == (
        "tiejun createuser: The disk is full; free some space and start again. Nothing was lost.\n"
    )


def test_missing_tables_are_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def meet(_arguments: list[str]) -> int:
        raise RuntimeError from psycopg.errors.UndefinedTable()

    monkeypatch.setattr(createuser, "main", meet)
    monkeypatch.setattr("sys.argv", ["tiejun", "createuser"])

    assert main.main() == 1
    assert capsys.readouterr().err == (
        "tiejun createuser: the database's tables are missing or of another version; run 'tiejun migrate' first.\n"
    )


def test_another_failure_of_a_program_keeps_its_words() -> None:
    server = Postgres(Path("/nonexistent"))
    server.programs = Path("/bin")

    with pytest.raises(PostgresFailed, match="nothing to be done"):
        server.run("sh", "-c", "echo nothing to be done; exit 1")
