"""Search in a process of its own: the web server and the worker never load numba, and its memory goes back when it is idle.

The first search starts the process; until it has compiled its kernel, `solved_soon` answers greedily. One process serves one
asker at a time, and who would have to wait longer than a page may gets the greedy answer, too.
"""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
from contextlib import suppress

from tiejun.engines.routing.packing import packed
from tiejun.engines.routing.problem import Answer, Problem
from tiejun.engines.routing.solving import SEARCH, answered, greedy

MODULE = "tiejun.engines.routing"
READY = b"ready"
IDLE_SECONDS = 240.0
SOON_SECONDS = 0.7
MOST_SECONDS = 180.0
MOST_GIVEN_UP = 30


class SearchFailed(RuntimeError):
    """The process that searches gave no answer in time."""


class _Search:
    """The process, started when it is first needed and again after it ended."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.is_ready = False
        self.read = b""
        self.given_up = 0  # askers who stopped waiting since its last answer; it still owes the first of them a line

    def start(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.end()
            self.is_ready, self.read, self.given_up = False, b"", 0
            self.process = subprocess.Popen(
                [sys.executable, "-m", MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self.process

    def end(self) -> None:
        if self.process is None:
            return
        self.process.kill()
        with suppress(OSError), self.process:  # closes its pipes and waits for it
            self.process = None

    def order(self, problem: Problem, *, ready_within: float, within: float) -> list[int] | None:
        """The order found; None when the process is not ready in so many seconds, or still searches for who gave up.

        Raises `SearchFailed` when no answer comes in time. The process goes on then, and its late answer is thrown away: on a
        crowded machine, starting it anew would cost more than it is late. Only after many in vain is it ended.
        """
        process = self.start()
        if not self.is_ready:
            if self._line(process, ready_within) is None:
                return None
            self.is_ready = True
        try:
            if self.given_up and self._line(process, within) is None:
                self._give_up()
                return None
            self.given_up = 0
            assert process.stdin is not None
            process.stdin.write(packed(problem) + b"\n")
            process.stdin.flush()
            line = self._line(process, within)
        except OSError as broken:
            self.end()
            raise SearchFailed from broken
        if line is None:
            self._give_up()
            raise SearchFailed
        numbers: list[int] = json.loads(line)
        return numbers

    def _give_up(self) -> None:
        self.given_up += 1
        if self.given_up > MOST_GIVEN_UP or (self.process is not None and self.process.poll() is not None):
            self.end()

    def _line(self, process: subprocess.Popen[bytes], within: float) -> bytes | None:
        """The next line; an answer is short and comes in one piece, so that the patience is that of one wait."""
        assert process.stdout is not None
        while b"\n" not in self.read:
            if not select.select([process.stdout], [], [], within)[0]:
                return None
            got = os.read(process.stdout.fileno(), 1 << 16)
            if not got:
                return None
            self.read += got
        line, self.read = self.read.split(b"\n", 1)
        return line


_search = _Search()
atexit.register(_search.end)


def warm() -> None:
    """Start the process, if it does not run, so that a search soon to come finds it ready."""
    if _search.lock.acquire(blocking=False):
        try:
            _search.start()
        finally:
            _search.lock.release()


def solved_soon(problem: Problem) -> Answer:
    """Return the searched answer if it can be had within a page's patience, else the greedy one."""
    if not _search.lock.acquire(timeout=SOON_SECONDS / 4):
        return greedy(problem)
    try:
        order = _search.order(problem, ready_within=0.0, within=SOON_SECONDS)
    except SearchFailed:
        order = None
    finally:
        _search.lock.release()
    return greedy(problem) if order is None else answered(problem, order, SEARCH)


def solved(problem: Problem) -> Answer:
    """Return the searched answer, however long compiling takes; raises `SearchFailed` after three minutes."""
    with _search.lock:
        order = _search.order(problem, ready_within=MOST_SECONDS, within=MOST_SECONDS)
    if order is None:
        raise SearchFailed
    return answered(problem, order, SEARCH)
