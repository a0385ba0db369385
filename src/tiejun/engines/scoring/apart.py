"""Learn and judge in a process of its own: nobody else loads numpy or LightGBM, and the memory goes back when it ends."""

import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import IO

from tiejun.engines.scoring.packing import packed, packed_question, unpacked_chances, unpacked_verdict
from tiejun.engines.scoring.problem import Chance, Columns, Examples, Terms, Verdict, Why

MODULE = "tiejun.engines.scoring"
MOST_SECONDS = 900
NO_LEARNER = 3  # the code that a process ends with
_LENGTH = struct.Struct(">I")


class ScoringFailed(RuntimeError):
    """The process ended without an answer; `told` is the last of what it said."""

    def __init__(self, told: str) -> None:
        super().__init__("the process that scores gave no answer")
        self.told = told


def learned_apart(examples: Examples, terms: Terms, *, most_seconds: float = MOST_SECONDS) -> Verdict:
    """Return what was learned from examples; raises `ScoringFailed`. Where there are too few rows, no process is started."""
    rows = len(examples.outcomes)
    if rows < terms.least_rows:
        return Verdict(is_live=False, why=Why.TOO_FEW_ROWS, rows=rows, positives=sum(examples.outcomes))
    try:
        done = subprocess.run(
            [sys.executable, "-m", MODULE, "learn"],
            input=packed_question(examples, terms),
            capture_output=True,
            timeout=most_seconds,
            check=False,
            env=_alone(),
        )
    except subprocess.TimeoutExpired as late:
        raise ScoringFailed(f"no answer within {most_seconds:.0f} s") from late
    if done.returncode or not done.stdout:
        raise _failure(done.returncode, done.stderr.decode(errors="replace")[-2000:])
    return unpacked_verdict(done.stdout)


class LearnerMissing(ScoringFailed):
    """The process could not load what it learns with: LightGBM is linked against the system's OpenMP library (`libgomp`)."""


class Judge:
    """A process that holds models (packed, by name) and judges part after part of a long list; to be used in a `with`."""

    def __init__(self, models: Mapping[str, bytes]) -> None:
        self._models = models

    def __enter__(self) -> "Judge":
        self._running = subprocess.Popen(
            [sys.executable, "-m", MODULE, "judge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_alone(),
        )
        assert self._running.stdin is not None
        # A process that ended already says why when it is first asked.
        with suppress(OSError):
            write_frame(self._running.stdin, _LENGTH.pack(len(self._models)))
            for name, model in self._models.items():
                write_frame(self._running.stdin, name.encode())
                write_frame(self._running.stdin, model)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._running.kill()
        self._running.communicate()

    def judged(self, columns: Columns) -> dict[str, list[Chance]]:
        """Return the chance of each row by each model; raises `ScoringFailed`."""
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        try:
            write_frame(self._running.stdin, packed(columns))
            answer = read_frame(self._running.stdout)
        except OSError as error:
            raise _failure(self._running.wait(), str(error)) from error
        if answer is None:
            raise _failure(self._running.wait(), "no answer")
        return unpacked_chances(answer)


def _failure(code: int, told: str) -> ScoringFailed:
    return LearnerMissing(told) if code == NO_LEARNER else ScoringFailed(told or f"ended with code {code}")


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write bytes with their length before them."""
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Return the next bytes, None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    return stream.read(int(_LENGTH.unpack(head)[0]))


def _alone() -> dict[str, str]:
    # One thread each for the linear algebra and the trees: the night has other work, and small sums gain nothing from two.
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
