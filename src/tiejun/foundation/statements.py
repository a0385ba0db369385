"""Statements that every request makes: PostgreSQL plans them once per connection instead of each time."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Model

Row = TypeVar("Row", bound="Model")


def asked(statement: str, parameters: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a hand-written statement and return its rows.

    Django sends its statements with the values written in, so that each is planned anew. This one is sent with its values
    apart, and is prepared after some repetitions where the process keeps its own connections (`prepare_threshold`);
    behind pgbouncer it never is.
    """
    connection.ensure_connection()
    # Django's wrapping keeps what tests count and rendering forbids.
    wrapped: Any = connection
    with wrapped._prepare_cursor(psycopg.Cursor(connection.connection)) as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def asked_rows(table: type[Row], which: str, parameters: Mapping[str, Any]) -> list[Row]:
    """Return the rows of a table that a hand-written `WHERE … ORDER BY …` names, as `asked` runs it.

    For the few rows that every page reads: a queryset costs more to put into words than PostgreSQL needs to answer it.
    """
    names, columns, conversions = _read_as(table)
    found = asked(f"SELECT {columns} FROM {table._meta.db_table} {which}", parameters)  # noqa: S608 -- names of our own tables
    for place, convert in conversions:
        found = [(*row[:place], convert(row[place]), *row[place + 1 :]) for row in found]
    return [table.from_db(connection.alias, names, row) for row in found]


@cache
def _read_as(table: type[Model]) -> tuple[list[str], str, list[tuple[int, partial[Any]]]]:
    """The names and columns of a table, and what Django makes of a value at some places."""
    fields = table._meta.concrete_fields
    conversions = [
        (place, partial(convert, expression=None, connection=connection))
        for place, field in enumerate(fields)
        for convert in field.get_db_converters(connection)
    ]
    return [field.attname for field in fields], ", ".join(str(field.column) for field in fields), conversions


def check_keys() -> None:
    """Check the foreign keys of what was written so far: for the end of an action that writes hundreds of rows.

    Left to the commit they would be checked with the head of the audit chain locked, and everybody who writes anything would
    wait for it. Raises `IntegrityError`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
