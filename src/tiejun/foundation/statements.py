"""Statements that every request makes: PostgreSQL plans them once per connection instead of each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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


def check_keys() -> None:
    """Check the foreign keys of what was written so far: for the end of an action that writes hundreds of rows.

    Left to the commit they would be checked with the head of the audit chain locked, and everybody who writes anything would
    wait for it. Raises `IntegrityError`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
