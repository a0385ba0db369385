"""Solve in a process of its own: the worker never loads numpy or the solver, and the memory goes back when it ends."""

import subprocess
import sys

MODULE = "tiejun.engines.assignment"
MOST_SECONDS = 900


class SolvingFailed(RuntimeError):
    """The process that solves ended without an answer; `told` is the last of what it said."""

    def __init__(self, told: str) -> None:
        super().__init__("the assignment was not solved")
        self.told = told


def solved_apart(problem: bytes, *, most_seconds: float = MOST_SECONDS) -> bytes:
    """Return the packed answer of a packed problem; raises `SolvingFailed`, also when it takes longer than `most_seconds`."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", MODULE], input=problem, capture_output=True, timeout=most_seconds, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise SolvingFailed(f"no answer within {most_seconds:.0f} s") from late
    if done.returncode or not done.stdout:
        raise SolvingFailed(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout
