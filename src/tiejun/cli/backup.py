"""`tiejun backup [FILE]`: the whole database, uploaded files and the keys that read them, in one file."""

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection

from tiejun.cli.embedded import database
from tiejun.cli.failures import Failed
from tiejun.cli.postgres import bundled_programs
from tiejun.foundation.environment import Environment, environment

DUMP, FILES, KEYS, MANIFEST = "database.dump", "files", "secrets.json", "manifest.json"


def main(arguments: list[str]) -> int:
    """Write the backup (default name: date and time in this folder); an interrupted one leaves no file behind."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target = Path(arguments[0] if arguments else f"tiejun-backup-{stamp}.tar").absolute()
    if target.exists():
        raise Failed(f"{target} exists; name another file.")
    with database("owner"):
        back_up(environment(), target)
    print(
        f"Wrote {target} ({target.stat().st_size / 1_000_000:.1f} MB). It holds the data keys: keep it where they may be kept."
    )
    return 0


def back_up(env: Environment, target: Path) -> None:
    """Write a consistent copy to `target`, readable by its owner alone; the site stays in use meanwhile."""
    partial = target.with_name(target.name + ".partial")
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        dump = Path(scratch) / DUMP
        url = env.database_owner_url or env.database_url
        run_client("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        manifest = Path(scratch) / MANIFEST
        manifest.write_text(json.dumps(_manifest(dump), indent=2))
        try:
            with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
                with tarfile.open(fileobj=file, mode="w") as archive:
                    archive.add(manifest, MANIFEST)
                    archive.add(dump, DUMP)
                    if (keys := env.data_folder / KEYS).exists():
                        archive.add(keys, KEYS)
                    if settings.MEDIA_ROOT.exists():
                        archive.add(settings.MEDIA_ROOT, FILES)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


def run_client(program: str, url: str, *arguments: str) -> None:
    """Run a bundled PostgreSQL client program on a database; raises `Failed` with its last line."""
    command = [str(bundled_programs() / program), f"--dbname={url}", *arguments]
    result = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"})
    if result.returncode:
        last = (result.stderr.strip() or "no message").splitlines()[-1]
        raise Failed(f"{program} stopped: {last}")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(dump: Path) -> dict[str, object]:
    return {
        "product": "tiejun",
        "version": version("tiejun"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "server_version": connection.cursor().connection.info.server_version,
        "dump_sha256": digest_of(dump),
    }
