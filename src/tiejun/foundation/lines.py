"""Rows that sums are taken of, as one question to the database however many tables they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet

if TYPE_CHECKING:
    from collections.abc import Sequence

Sql = tuple[str, list[Any]]
# What sums can be cut by, with the types of the columns.
KEYS = {
    "day": "date",
    "unit_id": "uuid",
    "person_id": "uuid",
    "source": "varchar",
    "currency": "varchar",
    "product_line_id": "uuid",
}
TEXTS = ("source", "currency")


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows that sums are taken of, not asked for yet: a queryset of values, `keys` first and then `measures`, in their order."""

    rows: Any
    keys: tuple[str, ...]
    measures: tuple[str, ...]


def compiled(lines: Sequence[Lines], measures: Sequence[str]) -> list[Sql]:
    """Return lines as SQL with the columns of KEYS and then `measures`, what a line does not have as nothing."""
    parts = []
    for line in lines:
        try:
            sql, params = line.rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        named = {name: f"c{place}" for place, name in enumerate((*line.keys, *line.measures))}
        keys = ", ".join(_key(name, named.get(name)) for name in KEYS)
        # Not cast: integers are summed faster than bigint.
        sums = ", ".join(named.get(name, "0") for name in measures)
        parts.append((f"SELECT {keys}, {sums} FROM ({sql}) AS part({', '.join(named.values())})", list(params)))
    return parts


def nothing(measures: Sequence[str]) -> Sql:
    """Return the SQL of no line at all."""
    keys = ", ".join(_key(name, None) for name in KEYS)
    return f"SELECT {keys}, {', '.join('0' for _name in measures)} WHERE false", []


def _key(name: str, column: str | None) -> str:
    value = f"{column or 'NULL'}::{KEYS[name]}"
    return f"COALESCE({value}, '') AS {name}" if name in TEXTS else f"{value} AS {name}"
