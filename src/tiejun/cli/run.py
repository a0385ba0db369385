"""`tiejun run`: one process that starts everything and, whatever happens, stops everything."""

import contextlib
import json
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType, TracebackType

import psycopg

from tiejun.cli.children import Children, command_of
from tiejun.cli.embedded import addresses, kept_secrets, prepare
from tiejun.cli.failures import Failed
from tiejun.cli.ownership import owned
from tiejun.cli.postgres import SUPERUSER, Postgres
from tiejun.cli.safety import refuse_unsafe_start
from tiejun.cli.sources import fingerprint, newest_change
from tiejun.foundation.environment import ROOT, Environment, environment

_PATIENCE_S = 180  # a busy machine may need a minute to load everything
_TICK_S = 0.2


def main(arguments: list[str]) -> int:  # noqa: ARG001 -- every command has the same signature
    """Start the database (unless DATABASE_URL names one), migrations, the demo, web and worker; returns after a stop signal."""
    started = time.monotonic()
    env = environment()
    with owned(env.data_folder, _address(env)), StopSignal() as stop:
        _refuse_taken_port(env)
        server = Postgres(env.data_folder / "postgres") if env.is_embedded else None
        children = Children()
        try:
            if server:
                env = _embedded(server, env, children)
            refuse_unsafe_start(env)
            _prepare(env, server, children)
            children.start("web", command_of("web"))
            _wait_until_ready(env, children)
            # After the web, so that the first page does not wait for both to load.
            children.start("worker", command_of("worker"))
            _greet(env, server, time.monotonic() - started)
            _watch(env, server, children)
        finally:
            stop.disarm()
            children.stop()
            if server:
                server.stop()
    print("Stopped.", flush=True)
    return 0


def _embedded(server: Postgres, env: Environment, children: Children) -> Environment:
    prepare(server)
    if _seeding_mark(env).exists():
        # The last start was ended while it built the demo: a half-built company is worth nothing.
        with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE tiejun WITH (FORCE)")
        server.create_database()
        _migrated_mark(env).unlink(missing_ok=True)
    children.environment.update(addresses(server) | kept_secrets(env.data_folder))
    return environment(children.environment)


def _prepare(env: Environment, server: Postgres | None, children: Children) -> None:
    # Loading every migration to find that none is missing takes longer than everything else of a warm start.
    mark, sources = _migrated_mark(env), fingerprint(ROOT)
    if server is None or not mark.exists() or mark.read_text() != sources:
        _finish(children, "migrate", "--quiet")
        mark.write_text(sources)
    if server is None or not env.demo or not _is_empty(env):
        return
    seeding = _seeding_mark(env)
    seeding.touch()
    print("Building the demo company (once) …", flush=True)
    _finish(children, "seed")
    seeding.unlink()


def _finish(children: Children, *command: str) -> None:
    children.start(command[0], command_of(*command))
    code = children.wait(command[0])
    if code:
        raise Failed(f"'tiejun {command[0]}' ended with code {code}; its message stands above.")


def _is_empty(env: Environment) -> bool:
    with psycopg.connect(env.database_owner_url or env.database_url) as connection:
        return connection.execute("SELECT EXISTS (SELECT FROM org_unit)").fetchone() == (False,)


def _seeding_mark(env: Environment) -> Path:
    return env.data_folder / "seeding"


def _migrated_mark(env: Environment) -> Path:
    return env.data_folder / "migrated"


def _address(env: Environment) -> str:
    host = "localhost" if env.host in {"127.0.0.1", "0.0.0.0", "::"} else env.host  # noqa: S104 -- compared, not bound
    return env.site_url or f"http://{host}:{env.port}"


def _refuse_taken_port(env: Environment) -> None:
    family = socket.AF_INET6 if ":" in env.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((env.host, env.port))
        except OSError as error:
            advice = f"start with another one, for example: PORT={env.port + 1} make run"
            raise Failed(f"port {env.port} on {env.host} cannot be used ({error.strerror}); {advice}") from error


def _wait_until_ready(env: Environment, children: Children) -> None:
    host = "127.0.0.1" if env.host == "0.0.0.0" else env.host  # noqa: S104 -- compared, not bound
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{host}:{env.port}/readyz", timeout=5):
            return
        if time.monotonic() > deadline:
            raise Failed("the web process does not answer; its messages stand above.")
        children.revive()
        time.sleep(0.05)


def _greet(env: Environment, server: Postgres | None, seconds: float) -> None:
    print(f"\nTiejun is ready at {_address(env)}  ({seconds:.1f} s)")
    if server:
        print(f"Database: {server.data}")
    logins = env.data_folder / "demo.json"
    if server and logins.exists():
        print("\nDemo logins:")
        for row in json.loads(logins.read_text()):
            role = row["role"].replace("_", " ").lower()
            print(f"  {role:<22}{row['login']:<18}{row['password']}")
    print("\nStop with Ctrl-C.", flush=True)


def _watch(env: Environment, server: Postgres | None, children: Children) -> None:
    seen = newest_change(ROOT) if env.mode == "development" else 0.0
    while True:
        time.sleep(_TICK_S)
        if server and not server.has_process():
            print("The database stopped; starting it again.", file=sys.stderr, flush=True)
            server.start()
        children.revive()
        if env.mode == "development" and (change := newest_change(ROOT)) > seen:
            seen = change
            print("Sources changed; starting again.", flush=True)
            children.restart()


class _Stop(BaseException):
    """A stop signal arrived; unlike an Exception, nothing on the way mistakes it for a failure."""


class StopSignal:
    """Turns the first Ctrl-C, SIGTERM or SIGHUP into the end of the `with` block, wherever it stands; the clean-up is left alone."""

    def __init__(self) -> None:
        self._armed = False

    def __enter__(self) -> "StopSignal":
        self._armed = True
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return kind is _Stop

    def disarm(self) -> None:
        """From here on signals are ignored: everything is being stopped already."""
        self._armed = False

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- the signal module's signature
        if self._armed:
            self._armed = False
            raise _Stop
