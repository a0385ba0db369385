"""RS-02: production does not start on settings or servers that lose or expose data; each fault is planted once."""

import shutil

import psycopg
import pytest
from psycopg import sql

from tests.cli.running import open_to_the_database, tiejun
from tiejun.cli.postgres import OWNER, SUPERUSER, Postgres
from tiejun.cli.safety import ServerSettings, server_reasons, setting_reasons
from tiejun.foundation.environment import environment

SECRETS = {"SECRET_KEY": "s" * 50, "DATA_KEYS": "k" * 43}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is the default or too short; set 50 random characters."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is the default or too short; set 50 random characters."),
        ({"DATA_KEYS": ""}, "DATA_KEYS is the default or too short; set 43 random characters per key."),
        (
            {"DATA_KEYS": "k" * 43 + ",short"},
            "DATA_KEYS is the default or too short; set 43 random characters per key.",
        ),
        ({"DEBUG": "1"}, "DEBUG shows source and values to visitors; unset it."),
    ],
)
def test_unsafe_setting_is_named(fault, reason):
    assert setting_reasons(environment(SECRETS | fault)) == [reason]


def test_safe_settings_have_no_reason():
    assert setting_reasons(environment(SECRETS)) == []


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"])
def test_unsafe_server_is_named(name):
    safe = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}

    reasons = server_reasons(ServerSettings(safe | {name: "off"}, 18))

    assert [reason.partition(":")[0] for reason in reasons] == [f"PostgreSQL has {name} off"]
    assert server_reasons(ServerSettings(safe, 15)) == []


def test_old_server_is_named():
    assert server_reasons(ServerSettings({}, 14)) == ["PostgreSQL is version 14; version 15 or newer is needed."]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = open_to_the_database(tmp_path_factory.mktemp("unsafe"))
    server = Postgres(folder / "postgres")
    server.start()
    server.create_roles()
    server.create_database()
    yield server
    server.destroy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("command", ["web", "worker"])
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_start_is_refused_on_a_server_that_loses_data(server, command, setting):
    def switch(value):
        with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            words = sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(setting), sql.Literal(value))
            connection.execute(words)
            connection.execute("SELECT pg_reload_conf()")

    switch("off")
    try:
        result = tiejun(command, DATABASE_URL=server.url(), DATABASE_OWNER_URL=server.url(OWNER), **SECRETS)
    finally:
        switch("on")

    assert result.returncode == 1
    assert result.stderr.startswith(f"tiejun {command}: refused to start: PostgreSQL has {setting} off: ")
