"""The processes of one run: started in groups of their own, revived when they die, stopped together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tiejun.foundation.environment import ROOT

_GRACE_S = 10.0
_LONGEST_PAUSE_S = 30.0
_SETTLED_S = 60.0
_PR_SET_PDEATHSIG = 1


def command_of(*arguments: str) -> list[str]:
    """The command line of another `tiejun` command in the same Python environment."""
    return [sys.executable, "-m", "tiejun.cli", *arguments]


@dataclass
class _Child:
    command: list[str]
    process: subprocess.Popen[bytes]
    started: float
    pause: float = 1.0
    revive_at: float = 0.0


@dataclass
class Children:
    """Starts, revives and stops; `environment` is what the children get to see."""

    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    _running: dict[str, _Child] = field(default_factory=dict)

    def start(self, name: str, command: list[str]) -> None:
        """Start a process under a name."""
        self._running[name] = _Child(command, self._spawn(command), time.monotonic())

    def wait(self, name: str) -> int:
        """Wait for a process that ends by itself; returns its exit code."""
        code = self._running[name].process.wait()
        del self._running[name]
        return code

    def revive(self) -> None:
        """Start every process that died again, after a pause that doubles while it keeps dying."""
        now = time.monotonic()
        for name, child in self._running.items():
            code = child.process.poll()
            if code is None:
                continue
            if not child.revive_at:
                child.pause = 1.0 if now - child.started > _SETTLED_S else min(child.pause * 2, _LONGEST_PAUSE_S)
                child.revive_at = now + child.pause
                _end_group(child.process.pid, signal.SIGKILL)
                print(f"The {name} process ended with code {code}; starting it again.", file=sys.stderr, flush=True)
            elif now >= child.revive_at:
                child.process, child.started, child.revive_at = self._spawn(child.command), now, 0.0

    def restart(self) -> None:
        """Stop and start all, for changed sources."""
        commands = {name: child.command for name, child in self._running.items()}
        self.stop()
        for name, command in commands.items():
            self.start(name, command)

    def stop(self) -> None:
        """Ask all to end, give them ten seconds, then end them."""
        for child in self._running.values():
            _end_group(child.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_S
        for child in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            _end_group(child.process.pid, signal.SIGKILL)
            child.process.wait()
        self._running.clear()

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops the children in order.
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 -- no threads here
        )


def end_left_over(marker: str) -> None:
    """End the processes that a killed run left behind (their environment holds `marker`), and wait until they are gone."""
    deadline = time.monotonic() + _GRACE_S
    while (left := _marked(marker)) and time.monotonic() < deadline:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


def _marked(marker: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if marker.encode() in (folder / "environ").read_bytes().split(b"\0") and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return found


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
