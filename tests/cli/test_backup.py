"""What is backed up comes back; a damaged file or a full database is left alone."""

import tarfile

import psycopg
import pytest
from psycopg import sql

from tests.cli.running import tiejun
from tests.throwaway_postgres import TEMPLATE, shared_addresses
from tiejun.cli.postgres import OWNER
from tiejun.foundation.environment import parsed_database_url

ROW = """[{"actor": "t", "event": "t.done", "target_kind": "", "facts": {}, "reason": "", "origin": "", "request_id": ""}]"""


@pytest.fixture
def database():
    """Makes databases of the test's own on the run's server and drops them afterwards."""
    made = []

    def make(name, template):
        words = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        superuser(words.format(sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)))
        made.append(name)
        owner, application = (address_of(role, name) for role in ("owner", "application"))
        return {"DATABASE_OWNER_URL": owner, "DATABASE_URL": application}

    yield make
    for name in made:
        superuser(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def superuser(statement):
    with psycopg.connect(
        shared_addresses()["superuser"].replace("/tiejun?", "/postgres?"), autocommit=True
    ) as connection:
        connection.execute(statement)


def address_of(role, name):
    parts = parsed_database_url(shared_addresses()[role])
    return f"postgresql://{parts['USER']}@/{name}?host={parts['HOST']}"


def append(addresses):
    with psycopg.connect(addresses["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("SELECT audit.append(%s::jsonb)", [ROW])


def audit_rows(addresses):
    with psycopg.connect(addresses["DATABASE_OWNER_URL"]) as connection:
        return connection.execute("SELECT seq, event, encode(hash, 'hex') FROM audit.entry ORDER BY seq").fetchall()


@pytest.fixture
def saved(database, tmp_path):
    """A database with one audit row and its backup."""
    addresses = database("backup_source", TEMPLATE)
    append(addresses)
    file = tmp_path / "saved.tar"
    result = tiejun("backup", str(file), TIEJUN_DATA=str(tmp_path / "data"), **addresses)
    assert result.returncode == 0, result.stderr
    return addresses, file


def test_backup_is_complete_and_private(saved):
    _addresses, file = saved

    with tarfile.open(file) as archive:
        names = archive.getnames()
    assert names == ["manifest.json", "database.dump"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_restore_into_an_empty_database_brings_everything_back(saved, database, tmp_path):
    source, file = saved
    target = database("backup_target", "template0")

    result = tiejun("restore", str(file), TIEJUN_DATA=str(tmp_path / "other"), **target)

    assert (result.returncode, result.stdout) == (0, "Restored; the audit chain is whole.\n"), result.stderr
    assert audit_rows(target) == audit_rows(source) != []


def test_restore_over_data_is_refused_until_asked_for(saved, tmp_path):
    addresses, file = saved
    append(addresses)
    before = audit_rows(addresses)

    refused = tiejun("restore", str(file), TIEJUN_DATA=str(tmp_path), **addresses)
    unchanged = audit_rows(addresses)
    replaced = tiejun("restore", str(file), "--replace", TIEJUN_DATA=str(tmp_path), **addresses)

    assert refused.returncode == 1
    assert "the database is not empty; --replace deletes what it holds" in refused.stderr
    assert unchanged == before
    assert replaced.returncode == 0, replaced.stderr
    assert audit_rows(addresses) == before[:-1]


def test_damaged_backup_is_refused_and_changes_nothing(saved, tmp_path):
    addresses, file = saved
    before = audit_rows(addresses)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)

    result = tiejun("restore", str(file), "--replace", TIEJUN_DATA=str(tmp_path), **addresses)

    assert result.returncode == 1
    assert result.stderr == f"tiejun restore: {file} is damaged: the database dump does not match its checksum.\n"
    assert audit_rows(addresses) == before


def test_backup_never_overwrites(saved, tmp_path):
    addresses, file = saved

    result = tiejun("backup", str(file), TIEJUN_DATA=str(tmp_path), **addresses)

    assert (result.returncode, result.stderr) == (1, f"tiejun backup: {file} exists; name another file.\n")
