"""Which row is the header, and what each column means."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice

from tiejun.engines.names.folding import folded
from tiejun.engines.tabular.values import cell_text, is_empty
from tiejun.engines.tabular.words import column_words

FIELDS = tuple(column_words().fields)
ROWS_TO_LOOK_AT = 30

_BRACKETS = re.compile(r"\([^)]*\)?|\[[^\]]*\]?|\u3010[^\u3011]*\u3011?")
_LEAST_KNOWN = 2
_LONGEST_HEADER = 30
_SHORTEST_INSIDE = 3


class MatchReason(StrEnum):
    """Why a column was given its field, or none."""

    KNOWN_HEADER = "KNOWN_HEADER"
    HEADER_CONTAINS = "HEADER_CONTAINS"
    UNKNOWN_HEADER = "UNKNOWN_HEADER"
    NO_HEADER = "NO_HEADER"
    DUPLICATE_HEADER = "DUPLICATE_HEADER"
    FIELD_TAKEN = "FIELD_TAKEN"


class HeaderReason(StrEnum):
    """Why a row was taken as the header."""

    KNOWN_HEADERS = "KNOWN_HEADERS"
    LOOKS_LIKE_ONE = "LOOKS_LIKE_ONE"


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column. ``position`` counts from 0; ``candidate``: the field its header means when another column has it."""

    position: int
    header: str
    field: str | None
    reason: MatchReason
    candidate: str | None = None


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """``index``: the row's number from 0 among the rows looked at; its columns and the reason."""

    index: int
    columns: tuple[ColumnMatch, ...]
    reason: HeaderReason

    @property
    def positions(self) -> dict[str, int]:
        """Column positions by field, for the fields that were found."""
        return {column.field: column.position for column in self.columns if column.field}


def find_header_row(rows: Iterable[Sequence[object]], limit: int = ROWS_TO_LOOK_AT) -> HeaderRow | None:
    """The header among the first rows, or None when no row can be one.

    The row with the most known headers wins, at least two, the first of equals. Without such a
    row, the first whose cells are all different, short texts without digits alone is taken,
    when it has two cells or more. Titles and notes above the header are so passed over.
    """
    looked_at = [[cell_text(cell) for cell in row] for row in islice(rows, limit)]
    known = [sum(field_of_header(cell) is not None for cell in set(row)) for row in looked_at]
    if known and max(known) >= _LEAST_KNOWN:
        index = known.index(max(known))
        return HeaderRow(index, match_columns(looked_at[index]), HeaderReason.KNOWN_HEADERS)
    for index, row in enumerate(looked_at):
        if _looks_like_header(row):
            return HeaderRow(index, match_columns(row), HeaderReason.LOOKS_LIKE_ONE)
    return None


def match_columns(headers: Sequence[str]) -> tuple[ColumnMatch, ...]:
    """What each column means. A field is given once, to the column whose header says it best."""
    ranked = [_ranked_field(header) for header in headers]
    owner: dict[str, int] = {}
    for position, found in enumerate(ranked):
        if found and (found[0] not in owner or found[1] < _rank(ranked[owner[found[0]]])):
            owner[found[0]] = position
    columns: list[ColumnMatch] = []
    seen: set[str] = set()
    for position, (header, found) in enumerate(zip(headers, ranked, strict=True)):
        key = header_key(header)
        columns.append(_column(position, header, found, owner, duplicate=key in seen))
        if key:
            seen.add(key)
    return tuple(columns)


def field_of_header(header: str) -> str | None:
    """The field a header means, or None; blanks, brackets, stars and width do not count."""
    found = _ranked_field(header)
    return found[0] if found else None


def header_key(header: str) -> str:
    """The form in which headers are compared: without remarks in brackets, blanks and marks."""
    plain = unicodedata.normalize("NFKC", header)
    return folded(_BRACKETS.sub("", plain)) or folded(plain)


def _column(
    position: int,
    header: str,
    found: tuple[str, int] | None,
    owner: dict[str, int],
    *,
    duplicate: bool,
) -> ColumnMatch:
    if not header_key(header):
        return ColumnMatch(position, header, None, MatchReason.NO_HEADER)
    if found is None:
        reason = MatchReason.DUPLICATE_HEADER if duplicate else MatchReason.UNKNOWN_HEADER
        return ColumnMatch(position, header, None, reason)
    field, rank = found
    if owner[field] != position:
        reason = MatchReason.DUPLICATE_HEADER if duplicate else MatchReason.FIELD_TAKEN
        return ColumnMatch(position, header, None, reason, candidate=field)
    exact = rank < _inside_rank()
    reason = MatchReason.KNOWN_HEADER if exact else MatchReason.HEADER_CONTAINS
    return ColumnMatch(position, header, field, reason)


def _ranked_field(header: str) -> tuple[str, int] | None:
    """The field and how well the header says it (lower is better), or None."""
    key = header_key(header)
    found = _known_headers().get(key)
    if found or len(key) > _LONGEST_HEADER:
        return found
    inside = [
        (word, field, rank)
        for word, (field, rank) in _known_headers().items()
        if len(word) >= _SHORTEST_INSIDE and not word.isascii() and word in key
    ]
    if not inside:
        return None
    _, field, rank = max(inside, key=lambda match: (len(match[0]), -match[2]))
    return field, rank + _inside_rank()


@cache
def _known_headers() -> dict[str, tuple[str, int]]:
    known: dict[str, tuple[str, int]] = {}
    for field, headers in column_words().fields.items():
        for rank, header in enumerate(headers):
            known.setdefault(header_key(header), (field, rank))
    return known


@cache
def _inside_rank() -> int:
    return max(rank for _, rank in _known_headers().values()) + 1


def _rank(found: tuple[str, int] | None) -> int:
    return found[1] if found else 2 * _inside_rank()


def _looks_like_header(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if not is_empty(cell)]
    return (
        len(filled) >= _LEAST_KNOWN
        and len(filled) == len(set(filled))
        and all(len(cell) <= _LONGEST_HEADER and not _is_number(cell) for cell in filled)
    )


def _is_number(cell: str) -> bool:
    return all(c.isdigit() or c in ".,-/:% " for c in cell)
