"""Running numbers without gaps or repeats."""

from django.db import connection


def next_number(name: str) -> int:
    """Take the next number of a named series inside the running transaction; the series stays locked until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_counter AS c (name, value) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = c.value + 1 RETURNING value",
            [name],
        )
        return int(cursor.fetchone()[0])
