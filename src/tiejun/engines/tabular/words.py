"""The words of foreign tables: header names, empty marks, units and currencies, from data."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """``fields``: known headers by field, the likeliest first; ``datums``: what names a datum; the rest by word."""

    fields: dict[str, tuple[str, ...]]
    datums: dict[str, tuple[str, ...]]
    empty: frozenset[str]
    longest_empty: int
    units: dict[str, int]
    currencies: dict[str, str]
    date_marks: dict[int, str]


@cache
def column_words() -> ColumnWords:
    """The words, read once."""
    content = files("tiejun.engines.data").joinpath("column_words.json").read_bytes()
    words: dict[str, Any] = json.loads(content)
    return ColumnWords(
        fields={field: tuple(headers) for field, headers in words["fields"].items()},
        datums={code: tuple(names) for code, names in words["datums"].items()},
        empty=frozenset(words["empty"]),
        longest_empty=max(map(len, words["empty"])),
        units=dict(words["units"]),
        currencies={name: code for code, names in words["currencies"].items() for name in names},
        date_marks=str.maketrans(words["date_marks"]),
    )
