"""Empties the database after a test that commits.

Django's flush truncates every table and writes all content types again: a second or two for a database that holds ten rows.
Here only what a test filled is deleted, as the superuser with triggers and foreign keys off: history refuses to be deleted, and
rows that go together need no order.
"""

from functools import cache

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.throwaway_postgres import shared_addresses

# Made by migrating, not by tests.
_MADE_BY_MIGRATING = {"django_migrations", "django_content_type", "auth_permission"}


def empty_database() -> None:
    """Delete all rows that tests committed to the connected database, the audit log's too."""
    address = make_conninfo(shared_addresses()["superuser"], dbname=connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        filled = [name for (name,) in superuser.execute(_question())]
        for name in filled:
            superuser.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        superuser.execute("DELETE FROM audit.entry")
        superuser.execute("UPDATE audit.head SET seq = 0, hash = sha256('tiejun')")


@cache
def _question() -> sql.Composed:
    names = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    one = "SELECT {} WHERE EXISTS (SELECT 1 FROM {})"
    return sql.SQL(" UNION ALL ").join(
        sql.SQL(one).format(sql.Literal(name), sql.Identifier(name)) for name in sorted(names - _MADE_BY_MIGRATING)
    )
