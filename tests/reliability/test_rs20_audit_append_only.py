"""RS-20: the application role can add to the audit log and to the ledgers, and can neither change nor remove anything."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.throwaway_postgres import shared_addresses
from tiejun.cli.grants import _GRANTS, ledger_tables
from tiejun.foundation.environment import parsed_database_url

STATEMENTS = (
    "UPDATE audit.entry SET actor = 'x'",
    "DELETE FROM audit.entry",
    "TRUNCATE audit.entry",
    "INSERT INTO audit.entry SELECT * FROM audit.entry LIMIT 0",
    "UPDATE audit.head SET seq = 0",
    "DELETE FROM audit.head",
    "ALTER TABLE audit.entry DISABLE TRIGGER ALL",
    "DROP TABLE audit.entry",
    "CREATE OR REPLACE FUNCTION audit.verify() RETURNS TABLE (seq bigint, why text) LANGUAGE sql AS 'SELECT 1::bigint, ''x'' WHERE false'",
)


@pytest.fixture
def application(transactional_db: None) -> Any:
    """A connection of the application role to the test database, with its grants."""
    role = parsed_database_url(shared_addresses()["application"])
    with connection.cursor() as cursor:
        for words in _GRANTS:
            cursor.execute(sql.SQL(words).format(role=sql.Identifier(role["USER"])).as_string())
        for table in ledger_tables():
            name = sql.SQL(connection.ops.quote_name(table))
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {t} FROM {r}")
                .format(t=name, r=sql.Identifier(role["USER"]))
                .as_string()
            )
    own = connection.settings_dict
    with psycopg.connect(
        host=own["HOST"],
        port=own["PORT"] or None,
        dbname=own["NAME"],
        user=role["USER"],
        password=role["PASSWORD"],
        autocommit=True,
    ) as opened:
        yield opened


def entry() -> str:
    facts = {
        "actor": "test",
        "event": "test.happened",
        "target_kind": "",
        "facts": {},
        "reason": "",
        "origin": "test",
        "request_id": "",
    }
    return json.dumps([facts | {"person_id": None, "on_behalf_of": None, "target_id": None}])


def test_the_application_role_can_append_and_verify(application: Any) -> None:
    before = application.execute("SELECT seq FROM audit.head").fetchone()[0]

    assert application.execute("SELECT audit.append(%s::jsonb)", [entry()]).fetchone()[0] == before + 1


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_application_role_can_change_nothing_of_the_log(application: Any, statement: str) -> None:
    application.execute("SELECT audit.append(%s::jsonb)", [entry()])

    with pytest.raises(psycopg.errors.Error) as refused:
        application.execute(statement)

    assert refused.value.sqlstate in ("42501", "P0001")


def test_ledgers_only_grow(application: Any) -> None:
    changeable = []
    for table in ledger_tables():
        for words in ("UPDATE {t} SET id = id", "DELETE FROM {t}", "TRUNCATE {t}"):
            try:
                application.execute(sql.SQL(words).format(t=sql.SQL(connection.ops.quote_name(table))))
            except psycopg.errors.InsufficientPrivilege:
                continue
            except psycopg.errors.UndefinedColumn:
                continue
            changeable.append(f"{table}: {words}")

    assert changeable == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.x (a int)",
        "CREATE SCHEMA x",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT * FROM pg_authid",
        "CREATE ROLE x",
        "DELETE FROM django_migrations",
    ],
)
def test_the_application_role_has_no_power_over_the_server(application: Any, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)
