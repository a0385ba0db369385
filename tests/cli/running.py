"""Starts the real command on a database of its own and talks to it over HTTP."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 180


def command_environment(**more: str) -> dict[str, str]:
    """The environment of a fresh shell: nothing of the test run's database."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TIEJUN_BUILD"}}
    return kept | {"TIEJUN_DEMO": "0"} | more


def tiejun(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tiejun.cli", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=command_environment(**environment),
    )


def open_to_the_database(folder: Path) -> Path:
    """Let the database's own user reach a test's folder: as root, PostgreSQL runs as somebody else, and pytest's are closed."""
    for path in (folder, *folder.parents):
        if path == Path(tempfile.gettempdir()):
            break
        path.chmod(0o755)
    return folder


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Answer:
    """An HTTP answer with the parts the tests look at."""

    status: int
    headers: dict[str, str]
    body: str


def fetch(url: str, **headers: str) -> Answer:
    """GET a page; a refused connection is status 0."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=15) as response:
            return Answer(response.status, dict(response.headers), response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read().decode())
    except OSError:
        return Answer(0, {}, "")


def wait_until(condition: Callable[[], object]) -> None:
    """Poll until something is true; fails the test when it never is."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never came true: {condition}")
        time.sleep(0.1)


class Running:
    """A command that keeps running, with what it printed."""

    def __init__(self, log: Path, *arguments: str, **environment: str) -> None:
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tiejun.cli", *arguments],
                stdout=out,
                stderr=out,
                env=command_environment(**environment),
                start_new_session=True,
            )

    def said(self) -> str:
        """Everything it printed so far."""
        return self.log.read_text()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the exit code."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)
        return self.process.wait(PATIENCE_S)


def children_of(pid: int) -> dict[str, int]:
    """The web and worker processes of a supervisor, by the name of their command."""
    found = {}
    listing = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in map(int, listing):
        line = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
        for name in ("granian", "worker"):
            if any(part.rpartition("/")[2] == name for part in line):
                found[name] = child
    return found


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that ended but that nobody asked after (a container's first process may not) does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def run_file(folder: Path) -> dict[str, object]:
    """What a run says about itself in its data folder."""
    text = (folder / "run.json").read_text()
    content: dict[str, object] = json.loads(text) if text else {}
    return content
