"""Empties the database after a test that commits.

Django's flush truncates every table and writes all content types again: a second or two for a database that holds ten rows.
Here only what a test filled is deleted, as the superuser with triggers and foreign keys off: history refuses to be deleted, and
rows that go together need no order. What every installation begins with, its sources and its first pool, is put back as it was.
"""

from functools import cache

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.throwaway_postgres import shared_addresses

# Made by migrating, changed by no test.
_MADE_BY_MIGRATING = {"django_migrations", "django_content_type", "auth_permission"}


_reference_rows: dict[str, bytes] = {}


def remember_reference_rows() -> None:
    """Keep the rows that the migrations put into the connected database: called before the first test."""
    with _superuser() as superuser:
        for name in _filled(superuser):
            with superuser.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as rows:
                _reference_rows[name] = b"".join(bytes(row) for row in rows)


def empty_database() -> None:
    """Delete all rows that tests committed to the connected database, the audit log's too; reference rows are as migrated."""
    with _superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        for name in _filled(superuser):
            superuser.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        for name, rows in _reference_rows.items():
            with superuser.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
                copy.write(rows)
        superuser.execute("DELETE FROM audit.entry")
        superuser.execute("UPDATE audit.head SET seq = 0, hash = sha256('tiejun')")


def _superuser() -> psycopg.Connection:
    address = make_conninfo(shared_addresses()["superuser"], dbname=connection.settings_dict["NAME"])
    return psycopg.connect(address, autocommit=True)


def _filled(superuser: psycopg.Connection) -> list[str]:
    return [name for (name,) in superuser.execute(_question())]


@cache
def _question() -> sql.Composed:
    names = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    one = "SELECT {} WHERE EXISTS (SELECT 1 FROM {})"
    return sql.SQL(" UNION ALL ").join(
        sql.SQL(one).format(sql.Literal(name), sql.Identifier(name)) for name in sorted(names - _MADE_BY_MIGRATING)
    )
