"""One row of a kind, multiplied in the database."""

from typing import Any
from uuid import UUID

import psycopg


def multiply(connection: psycopg.Connection[Any], model: Any, source: UUID, sql: str, **values: str) -> None:
    """Insert copies of a row: `sql` is what it is multiplied by, `values` the expressions of columns that differ."""
    names = [field.column for field in model._meta.concrete_fields]
    values = {"id": "gen_random_uuid()"} | values
    columns = ", ".join(f'"{name}"' for name in names)
    given = ", ".join(values.get(name, f'model."{name}"') for name in names)
    table = model._meta.db_table
    connection.execute(
        f"INSERT INTO {table} ({columns}) SELECT {given} FROM {table} model, {sql} WHERE model.id = %s", [source]
    )
    connection.execute(f"ANALYZE {table}")
