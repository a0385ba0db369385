"""Puts a command onto its database: the one named in the environment, or the embedded one, started if nobody runs it."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import django

from tiejun.cli.postgres import OWNER, Postgres
from tiejun.foundation.environment import environment
from tiejun.foundation.starting import uncollected


@contextlib.contextmanager
def database(process: str) -> Iterator[None]:
    """Set up Django for a command: `process` is owner (may change tables), command, web or worker.

    Without DATABASE_URL the embedded server is used, and is stopped again when this command started it.
    """
    os.environ["TIEJUN_PROCESS"] = process
    server: Postgres | None = None
    env = environment()
    if env.is_embedded:
        server = Postgres(env.data_folder / "postgres")
        already_running = server.is_running()
        prepare(server)
        os.environ.update(addresses(server))
        os.environ.update(kept_secrets(env.data_folder))
        if already_running:
            server = None
    try:
        with uncollected():
            django.setup()
        yield
    finally:
        if server:
            server.stop()


def prepare(server: Postgres) -> None:
    """Start the embedded server and create its roles and its database where missing."""
    server.start()
    server.create_roles()
    server.create_database()


def addresses(server: Postgres) -> dict[str, str]:
    """The two database addresses of the embedded server, as environment variables."""
    return {"DATABASE_URL": server.url(), "DATABASE_OWNER_URL": server.url(OWNER)}


def kept_secrets(folder: Path) -> dict[str, str]:
    """The embedded installation's own secrets, made at first use; what the environment already sets is not replaced."""
    path = folder / "secrets.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATA_KEYS": secrets.token_urlsafe(32),
        }
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(made))
        partial.replace(path)
    return {name: value for name, value in json.loads(path.read_text()).items() if not os.environ.get(name)}
