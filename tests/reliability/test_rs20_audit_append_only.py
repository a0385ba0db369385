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


REFUSED = ("42501", "P0001")  # insufficient privilege; refused by a trigger


def went_through(application: Any) -> list[str]:
    """Which of the statements the application role could run against the log; each is rolled back."""
    application.execute("SELECT audit.append(%s::jsonb)", [entry()])
    found = []
    for statement in STATEMENTS:
        try:
            with application.transaction(force_rollback=True):
                application.execute(statement)
        except psycopg.errors.Error as refused:
            if refused.sqlstate in REFUSED:
                continue
        found.append(statement)
    return found


def changeable(application: Any) -> list[str]:
    """Which ledgers the application role can rewrite, and how; each statement is rolled back."""
    found = []
    for table in ledger_tables():
        for words in ("UPDATE {t} SET ctid = ctid", "DELETE FROM {t}", "TRUNCATE {t}"):
            statement = words.replace("ctid", _a_column(table)).replace("{t}", connection.ops.quote_name(table))
            try:
                with application.transaction(force_rollback=True):
                    application.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                continue
            found.append(statement)
    return found


def _a_column(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table])
        return connection.ops.quote_name(cursor.fetchone()[0])


def test_the_application_role_can_change_nothing_of_the_log(application: Any) -> None:
    assert went_through(application) == []


@pytest.mark.parametrize(
    ("planted", "undone", "found"),
    [
        (
            "GRANT UPDATE ON audit.entry TO {role}; ALTER TABLE audit.entry DISABLE TRIGGER USER",
            "REVOKE UPDATE ON audit.entry FROM {role}; ALTER TABLE audit.entry ENABLE TRIGGER USER",
            ["UPDATE audit.entry SET actor = 'x'"],
        ),
        ("GRANT UPDATE ON audit.head TO {role}", "REVOKE UPDATE ON audit.head FROM {role}", ["UPDATE audit.head SET seq = 0"]),
        (
            "GRANT INSERT ON audit.entry TO {role}; ALTER TABLE audit.entry DISABLE TRIGGER USER",
            "REVOKE INSERT ON audit.entry FROM {role}; ALTER TABLE audit.entry ENABLE TRIGGER USER",
            ["INSERT INTO audit.entry SELECT * FROM audit.entry LIMIT 0"],
        ),
    ],
)  # fmt: skip
def test_a_planted_right_on_the_log_is_found(application: Any, planted: str, undone: str, found: list[str]) -> None:
    as_owner(planted, application)
    try:
        assert went_through(application) == found
    finally:
        as_owner(undone, application)


def test_ledgers_only_grow(application: Any) -> None:
    assert changeable(application) == []


def test_a_planted_right_on_a_ledger_is_found(application: Any) -> None:
    table = connection.ops.quote_name(ledger_tables()[0])
    as_owner(f"GRANT DELETE ON {table} TO {{role}}", application)
    try:
        assert changeable(application) == [f"DELETE FROM {table}"]
    finally:
        as_owner(f"REVOKE DELETE ON {table} FROM {{role}}", application)


def as_owner(words: str, application: Any) -> None:
    role = sql.Identifier(application.info.user)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(words).format(role=role).as_string())


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
