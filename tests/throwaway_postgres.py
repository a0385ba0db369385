"""A pytest plugin: one throw-away PostgreSQL per test run, one migrated template database, cloned for every xdist worker.

The migrated server's folder is kept in `.build` under a hash of what made it, so that the next run copies instead of migrating.

Loaded with `-p tests.throwaway_postgres`, so that the mode stands in the environment before pytest-django reads the settings.
The server starts when the first test asks for the database: the pure tests never wait for it.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tiejun.cli.postgres import APPLICATION, DATABASE, OWNER, SUPERUSER, Postgres

TEMPLATE = "tiejun_template"
_ROOT = Path(__file__).parents[1]
_KEPT = _ROOT / ".build/test-database"
_MADE_BY = (
    "uv.lock",
    "src/tiejun/**/migrations/*.py",
    "src/tiejun/*/data/*.json",
    "src/tiejun/cli/*.py",
    "src/tiejun/foundation/environment.py",
)

os.environ["TIEJUN_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "tiejun.settings"
# Playwright's synchronous interface keeps an event loop in the main thread, in which Django would refuse to query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# Playwright's own node needs a library that bare Debian lacks.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(sys.executable).parent / "node"))
# Inherited by the xdist workers: all of one run share one folder.
os.environ.setdefault("TIEJUN_TEST_RUN", f"{Path(tempfile.gettempdir())}/tiejun-tests-{os.geteuid()}-{os.getpid()}")


def _server() -> Postgres:
    return Postgres(Path(os.environ["TIEJUN_TEST_RUN"]) / "postgres", durable=False)


def shared_addresses() -> dict[str, str]:
    """Start the run's server with its migrated template, unless a neighbour has, and return its addresses by role."""
    folder = Path(os.environ["TIEJUN_TEST_RUN"])
    folder.mkdir(exist_ok=True, mode=0o711)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = folder / "addresses.json"
        if not known.exists():
            known.write_text(json.dumps(_started(_server())))
        addresses: dict[str, str] = json.loads(known.read_text())
    return addresses


def migrated_server(data: Path, *, durable: bool = True) -> Postgres:
    """Start a server of a test's own in `data`, with the product's empty tables, which it may stop, kill and destroy."""
    server = Postgres(data, durable=durable)
    _bring(server)
    server.start()
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        words = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(words.format(sql.Identifier(TEMPLATE), sql.Identifier(DATABASE)))
    return server


def _started(server: Postgres) -> dict[str, str]:
    _bring(server)
    server.start()
    return {"owner": server.url(OWNER), "application": server.url(APPLICATION), "superuser": server.url(SUPERUSER)}


def _bring(server: Postgres) -> None:
    """Put the migrated folder in place of a new server's; the first time, make it there and keep a copy."""
    kept = _KEPT / _digest_of_makers()
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_KEPT / "lock").open("w") as lock:  # two runs in one checkout
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (kept / "complete").exists():
            _copy(kept / "data", server.data)
        else:
            _migrate(server)
            server.stop()  # only a stopped server's folder can be copied
            _keep(server.data, kept)


def _migrate(server: Postgres) -> None:
    server.start()
    server.create_roles(owner_may_create_databases=True)
    server.create_database(TEMPLATE)
    template = {"DATABASE_URL": server.url(APPLICATION, TEMPLATE), "DATABASE_OWNER_URL": server.url(OWNER, TEMPLATE)}
    command = [str(Path(sys.executable).parent / "tiejun"), "migrate", "--quiet"]
    result = subprocess.run(command, check=False, env=os.environ | template, capture_output=True, text=True)
    if result.returncode:
        server.destroy()
        pytest.exit(f"The migrations do not apply:\n{result.stderr[-4_000:]}", returncode=3)


def _digest_of_makers() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(path for pattern in _MADE_BY for path in _ROOT.glob(pattern)):
        digest.update(str(path.relative_to(_ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _keep(data: Path, kept: Path) -> None:
    for older in _KEPT.glob("*/"):
        shutil.rmtree(older)
    kept.mkdir()
    _copy(data, kept / "data")
    (kept / "complete").touch()


def _copy(source: Path, target: Path) -> None:
    # As an archive: the folder belongs to the server's own user, who wants it closed to others.
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the server and remove the run's folder; workers leave that to the run that started them."""
    folder = Path(os.environ["TIEJUN_TEST_RUN"])
    if "PYTEST_XDIST_WORKER" not in os.environ and folder.exists():
        server = _server()
        if server.data.exists():
            server.destroy()
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
