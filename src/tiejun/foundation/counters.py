"""Running numbers without gaps or repeats, and how often something happened in an hour."""

from django.db import connection, models


def next_number(name: str) -> int:
    """Take the next number of a named series inside the running transaction; the series stays locked until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_counter AS c (name, value) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = c.value + 1 RETURNING value",
            [name],
        )
        return int(cursor.fetchone()[0])


def count_in_hour(model: type[models.Model], address: bytes, hour: int) -> int:
    """Count one request of an address in its hour (hours since 1970) and return how many there were, this one included.

    `model`: a table of `address`, `hour` and `used`, one row for both. It commits at once, being one statement outside any
    transaction: who is refused has spent it all the same.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS h (address, hour, used) VALUES (%s, %s, 1) "  # noqa: S608 -- a table of ours
            "ON CONFLICT (address, hour) DO UPDATE SET used = h.used + 1 RETURNING used",
            [address, hour],
        )
        return int(cursor.fetchone()[0])
