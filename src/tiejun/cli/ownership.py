"""One run per data folder: the second is told where the first one answers, and what a killed one left is cleaned up."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

from tiejun.cli.children import end_left_over
from tiejun.cli.failures import Failed

RUN_MARK = "TIEJUN_RUN"


@contextlib.contextmanager
def owned(folder: Path, address: str) -> Iterator[None]:
    """Hold the data folder for one run; raises `Failed` naming the address of a run that already holds it.

    The lock ends with the process, even a killed one; the processes it had started carry the folder's mark and are ended here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "run.json"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Failed(_already_running(path)) from error
        mark = str(folder)
        end_left_over(f"{RUN_MARK}={mark}")
        os.environ[RUN_MARK] = mark
        file.truncate(0)
        file.write(json.dumps({"address": address, "process": os.getpid()}))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def refuse_while_running(folder: Path) -> None:
    """Raise `Failed` when a run holds the folder (for commands that replace its database)."""
    path = folder / "run.json"
    if not path.exists():
        return
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Failed(_already_running(path)) from error


def _already_running(path: Path) -> str:
    try:
        run = json.loads(path.read_text())
    except ValueError:
        return f"another run holds {path.parent}; stop it, or choose another folder with TIEJUN_DATA."
    where = f"already running at {run['address']} (process {run['process']}) on {path.parent}"
    return f"{where}; stop it, or choose another folder with TIEJUN_DATA and another PORT."
