"""What is measured: a durable PostgreSQL of its own, the product's web process and worker, and the floor's web process."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tiejun.cli.embedded import addresses, kept_secrets, prepare
from tiejun.cli.postgres import SUPERUSER, Postgres
from tiejun.cli.web import web_command
from tiejun.foundation.environment import ROOT, environment

# The anchors of other products were measured with these; everything else is the server's default, durability included.
SETTINGS = {"shared_buffers": "1GB", "effective_cache_size": "8GB"}
PATIENCE_S = 120


@dataclass
class Server:
    """A running server: the root of its processes, its port, and where it writes."""

    pid: int
    port: int
    log: Path


@dataclass
class Installation:
    """Everything that runs for one benchmark; `stop()` ends it all."""

    folder: Path
    postgres: Postgres = field(init=False)
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_database(self) -> None:
        """Start the database with the settings above, and put its addresses and secrets into this process's environment."""
        self.postgres = Postgres(self.folder / "postgres")
        prepare(self.postgres)
        with self.superuser() as connection:
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self.postgres.stop()
        self.postgres.start()
        os.environ.update(addresses(self.postgres) | kept_secrets(self.folder))
        os.environ.update(TIEJUN_DATA=str(self.folder), TIEJUN_MODE="production", TIEJUN_PROCESS="owner")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiejun.settings")

    def superuser(self, database: str = "tiejun") -> psycopg.Connection:
        """A connection that may everything."""
        target = self.postgres.url(SUPERUSER, database if self._has(database) else "postgres")
        return psycopg.connect(target, autocommit=True)

    def _has(self, database: str) -> bool:
        with psycopg.connect(self.postgres.url(SUPERUSER, "postgres")) as connection:
            return connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is not None

    @property
    def database_pid(self) -> int:
        """The database's first process."""
        return int((self.postgres.data / "postmaster.pid").read_text().split()[0])

    def migrate(self) -> None:
        """Bring the tables up to date as `tiejun migrate` does."""
        subprocess.run([sys.executable, "-m", "tiejun.cli", "migrate", "--quiet"], cwd=ROOT, check=True)

    def start_web(self) -> Server:
        """Start the product's web process as `tiejun web` does."""
        port = free_port()
        return self._start("web", [sys.executable, "-m", "tiejun.cli", "web"], port)

    def start_floor(self) -> Server:
        """Start the floor with the same server settings."""
        port = free_port()
        env = environment(os.environ | {"PORT": str(port)})
        return self._start("floor", [*web_command(env)[:-1], "benchmarks.floor:application"], port)

    def start_worker(self) -> Server:
        """Start the product's worker; it has no port."""
        return self._start("worker", [sys.executable, "-m", "tiejun.cli", "worker"], 0)

    def _start(self, name: str, command: list[str], port: int) -> Server:
        log = self.folder / f"{name}.log"
        given = os.environ | {"PORT": str(port or 8000), "BENCHMARK_KEY": secrets.token_hex(25)}
        given.pop("TIEJUN_PROCESS", None)
        with log.open("wb") as output:
            running = subprocess.Popen(
                command,
                cwd=ROOT,
                env=given,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._running.append(running)
        if not port:
            time.sleep(3)
            if running.poll() is not None:
                raise RuntimeError(f"{name} ended: {log.read_text()[-400:]}")
        else:
            wait_for(f"http://127.0.0.1:{port}/healthz", running)
        return Server(running.pid, port, log)

    def stop(self, server: Server | None = None) -> None:
        """End one server, or all of them and the database."""
        for running in list(self._running):
            if server is None or running.pid == server.pid:
                end(running)
                self._running.remove(running)
        if server is None:
            self.postgres.stop()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    """Wait until an address answers 200; raises `TimeoutError`, or `RuntimeError` when the process ended instead."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if running.poll() is not None:
            raise RuntimeError(f"{running.args} ended with code {running.returncode}")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.02)
    raise TimeoutError(address)


def end(running: subprocess.Popen[bytes]) -> None:
    """Ask a process group to end, then end it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGTERM)
    try:
        running.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
