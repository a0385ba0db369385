"""Columns of a file that hold custom fields: how a mapping names them, and what their cells mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.engines.tabular.values import said
from tiejun.fields.rules import Subject, Unfit, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tiejun.fields.rules import FieldTerms, Value

# Of what a field is stands before its key.
PREFIXES = {"lead.": Subject.LEAD, "customer.": Subject.CUSTOMER}


def is_custom(name: str) -> bool:
    """Tell whether a mapping's name is that of a custom field."""
    return name.startswith(tuple(PREFIXES))


def custom_name(terms: FieldTerms) -> str:
    """Return what a mapping calls a custom field."""
    return next(prefix for prefix, subject in PREFIXES.items() if subject == terms.subject) + terms.key


def custom_columns(fields: Iterable[FieldTerms], columns: Sequence[str], used: Collection[int]) -> dict[str, int]:
    """Return which columns are headed by the name of a custom field, in any language; a column that holds something is left alone."""
    headers = {said(header).casefold(): n for n, header in reversed(list(enumerate(columns))) if n not in used}
    found: dict[str, int] = {}
    for terms in fields:
        for name in (terms.name, terms.name_en, terms.key):
            column = headers.get(name.casefold()) if name else None
            if column is not None and column not in found.values():
                found.setdefault(custom_name(terms), column)
    return found


@dataclass(frozen=True, slots=True)
class CustomColumns:
    """The custom fields that the columns of one table hold, each with its column from 0."""

    held: tuple[tuple[FieldTerms, int], ...]

    def __bool__(self) -> bool:
        return bool(self.held)

    def values(self, cells: Sequence[str], subject: Subject) -> dict[str, Value] | None:
        """Return what a row says of a lead or customer, by key; None where it says nothing."""
        found = {
            terms.key: value
            for terms, column in self.held
            if terms.subject == subject and (value := _value(terms, cells, column)) is not None
        }
        return found or None

    def unread(self, cells: Sequence[str]) -> list[tuple[int, str]]:
        """Return the columns whose cell says something that is no value of their field, with the cell."""
        return [
            (column, cell)
            for terms, column in self.held
            if (cell := _cell(cells, column)) and _value(terms, cells, column) is None
        ]


def columns_held(fields: Iterable[FieldTerms], mapping: Mapping[str, int]) -> CustomColumns:
    """Return which of the fields a mapping puts into a column."""
    return CustomColumns(tuple((terms, mapping[name]) for terms in fields if (name := custom_name(terms)) in mapping))


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column].strip() if column < len(cells) else ""


def _value(terms: FieldTerms, cells: Sequence[str], column: int) -> Value | None:
    try:
        return read(terms, said(_cell(cells, column)))
    except Unfit:
        return None
