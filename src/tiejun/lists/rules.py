"""What a list is made of, and how an address becomes a view: only what the list itself names is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from tiejun.foundation.refusals import Refusal as RefusalList

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VIEW = "view"
PLAIN = "plain"
HIDDEN = "hide"
MOST_CHARACTERS = 1_000
LONGEST_VALUE = 200
MOST_VIEWS = 40
_FURTHER = re.compile(r"[a-z0-9_.]{1,50}")


class Refusal(RefusalList):
    """Why a view cannot be kept."""

    NAME_TAKEN = "NAME_TAKEN"
    TOO_MANY_VIEWS = "TOO_MANY_VIEWS"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be left out; `place` counts from 1 as the cells of a row do."""

    key: str
    words: Any
    place: int


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list of the product. `ability`: what opening it takes; `page`: the name of its route; `filters`: all that its address may carry.

    `prefix`: with what the names of further filters begin, where the list has such that sales operations define; empty for none.
    `name`: the list's name for people.
    """

    key: str
    ability: str
    page: str
    filters: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    prefix: str = ""
    name: Any = ""

    def knows(self, name: str) -> bool:
        """Tell whether the list's address may carry this name."""
        return name in self.filters or bool(self.prefix and name.startswith(self.prefix) and _FURTHER.fullmatch(name))

    def hidden(self, text: str) -> tuple[Column, ...]:
        """Return the columns that an address leaves out; what is no column of the list is not heard."""
        asked = set(text.split("."))
        return tuple(column for column in self.columns if column.key in asked)


KINDS: dict[str, ListKind] = {}


def register_list(kind: ListKind) -> ListKind:
    """Make a list known, so that views of it can be kept."""
    KINDS[kind.key] = kind
    return kind


def state_of(kind: ListKind, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the part of an address that is the list's own, in one spelling: empty values, cursors and strangers are left out.

    Two addresses that show the same give the same text, so that the active view can be told.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if kind.knows(name) and value.strip():
            found[name] = value.strip()[:LONGEST_VALUE]
        elif name == HIDDEN and (hidden := kind.hidden(value)):
            found[HIDDEN] = ".".join(column.key for column in hidden)
    return urlencode(sorted(found.items()))[:MOST_CHARACTERS]


def state_of_address(kind: ListKind, address: str) -> str:
    """Return the same of an address, or of the part after its question mark."""
    return state_of(kind, parse_qsl(address.partition("?")[2] or address, keep_blank_values=True))


def toggled(kind: ListKind, state: str, column: Column) -> str:
    """Return the state with a column left out or put back."""
    values: Mapping[str, str] = dict(parse_qsl(state))
    left_out = {hidden.key for hidden in kind.hidden(values.get(HIDDEN, ""))} ^ {column.key}
    rest = [(name, value) for name, value in values.items() if name != HIDDEN]
    return state_of(kind, [*rest, (HIDDEN, ".".join(left_out))])
