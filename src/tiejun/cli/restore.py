"""`tiejun restore FILE [--replace]`: fill an empty database from a backup and bring it up to this version."""

import json
import shutil
import tarfile
import tempfile
from pathlib import Path

import psycopg
from django.conf import settings

from tiejun.cli.backup import DUMP, FILES, KEYS, MANIFEST, digest_of, run_client
from tiejun.cli.embedded import database
from tiejun.cli.failures import Failed
from tiejun.cli.migrate import migrate
from tiejun.cli.ownership import refuse_while_running
from tiejun.foundation import audit
from tiejun.foundation.environment import Environment, environment


def main(arguments: list[str]) -> int:
    """Restore; refuses a database that holds anything unless --replace is given, and a file that was damaged."""
    names = [argument for argument in arguments if not argument.startswith("--")]
    if len(names) != 1 or not Path(names[0]).is_file():
        raise Failed("name one existing backup file: tiejun restore FILE [--replace]")
    env = environment()
    refuse_while_running(env.data_folder)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _unpack(Path(names[0]), folder)
        # Before the database: the embedded installation's keys are read when Django starts.
        if env.is_embedded and (folder / KEYS).exists():
            _restore_keys(folder / KEYS, env.data_folder / KEYS, replace="--replace" in arguments)
        with database("owner"):
            restore(environment(), folder, replace="--replace" in arguments)
            faults = audit.verify()
    if faults:
        raise Failed(f"restored, but the audit chain is broken at entry {faults[0].seq} ({faults[0].why}).")
    print("Restored; the audit chain is whole.")
    return 0


def restore(env: Environment, folder: Path, *, replace: bool) -> None:
    """Load the unpacked backup in `folder` into the database of `env`, in one transaction, then migrate."""
    url = env.database_owner_url or env.database_url
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'audit')").fetchone()
        if tables != (0,):
            if not replace:
                raise Failed("the database is not empty; --replace deletes what it holds and restores the backup.")
            connection.execute("DROP SCHEMA IF EXISTS audit CASCADE")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    run_client(
        "pg_restore",
        url,
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        str(folder / DUMP),
    )
    migrate(verbosity=0)
    if (folder / FILES).exists():
        shutil.copytree(folder / FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                _extract(archive, member, folder)
        manifest = json.loads((folder / MANIFEST).read_text())
        whole = manifest["dump_sha256"] == digest_of(folder / DUMP)
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise Failed(f"{source} is not a complete Tiejun backup ({type(error).__name__}).") from error
    if not whole:
        raise Failed(f"{source} is damaged: the database dump does not match its checksum.")


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    # Python 3.11.2, which Debian 12 ships, has no extraction filters yet: only plain files inside the folder are taken.
    target = folder / member.name
    if member.isdir() or not target.resolve().is_relative_to(folder.resolve()):
        return
    content = archive.extractfile(member) if member.isfile() else None
    if content:
        target.parent.mkdir(parents=True, exist_ok=True)
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file)


def _restore_keys(source: Path, target: Path, *, replace: bool) -> None:
    if target.exists() and not replace and target.read_text() != source.read_text():
        raise Failed("this data folder has other keys than the backup; --replace takes the backup's.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)
