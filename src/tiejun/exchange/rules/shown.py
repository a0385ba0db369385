"""A table as it was shown to somebody: what a page hands back of it, checked, as the cells of a file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tiejun.engines.tabular.writing import Cell

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL, LONGEST_NAME = 5_000, 60, 2_000, 120
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})+|-?\d{1,15}")
_MINOR = re.compile(r"-?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed: the table's name, its header, its rows, none longer than the header."""

    name: str
    header: list[str]
    rows: list[list[Cell]]


def shown_from(text: str) -> Shown | None:
    """Return the table that a page handed back as JSON; None for what is no table or larger than a page shows."""
    try:
        given = json.loads(text)
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    header, rows = given.get("header"), given.get("rows")
    if not isinstance(header, list) or not isinstance(rows, list) or len(rows) > MOST_ROWS:
        return None
    if not all(map(_is_row, [header, *rows])):
        return None
    cells = [[_cell(one) for one in row] for row in rows]
    width = max((len(row) for row in [header, *cells]), default=0)
    names = [str(one)[:LONGEST_CELL] for one in header]
    return Shown(str(given.get("name") or "")[:LONGEST_NAME], names + [""] * (width - len(names)), cells)


def _is_row(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_COLUMNS and all(_is_cell(one) for one in value)


def _is_cell(value: Any) -> bool:
    if isinstance(value, dict):
        return value.keys() == {"minor"} and isinstance(value["minor"], str) and bool(_MINOR.fullmatch(value["minor"]))
    return isinstance(value, str)


def _cell(value: Any) -> Cell:
    """Return an amount in major units, a whole number as a number, anything else as the text it is."""
    if isinstance(value, dict):
        return Decimal(value["minor"]).scaleb(-2)
    # Numbers that begin with a zero are codes.
    if _NUMBER.fullmatch(value) and (value.lstrip("-") == "0" or not value.lstrip("-").startswith("0")):
        return int(value.replace(",", ""))
    return str(value)[:LONGEST_CELL]
