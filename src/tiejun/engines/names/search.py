"""Grams for finding a company by any two or more characters of its name or pinyin initials.

A name is stored with the pairs of neighbouring characters of its folded form and of its
initials (a ``text[]`` column under a GIN index). A query is cut into the same pairs; a row
holding all of them is a candidate, and ``matches`` on its folded name and initials says
whether the pairs really stand together. Both alphabets share one column: initials are ASCII,
pairs of Chinese characters are not.
"""

from dataclasses import dataclass
from itertools import pairwise

from tiejun.engines.names.company import normalised_name, short_name
from tiejun.engines.names.folding import folded
from tiejun.engines.names.pinyin import initials_of, sort_key_of

SHORTEST_QUERY = 2


@dataclass(frozen=True, slots=True)
class CompanyName:
    """Everything derived from a company's name, in one pass."""

    name: str
    normalised: str
    short: str
    folded: str
    initials: str
    sort_key: str
    grams: tuple[str, ...]


def company_name(name: str) -> CompanyName:
    """All derived values of a name at once; the way to go for an import (about 35 us a name)."""
    text = folded(name)
    initials = initials_of(text)
    return CompanyName(
        name=name,
        normalised=normalised_name(name),
        short=short_name(name),
        folded=text,
        initials=initials,
        sort_key=sort_key_of(text),
        grams=tuple(sorted(_pairs(text) | _pairs(initials))),
    )


def search_grams(name: str) -> list[str]:
    """The pairs to store with a name, sorted, each once."""
    text = folded(name)
    return sorted(_pairs(text) | _pairs(initials_of(text)))


def query_grams(query: str) -> list[str]:
    """The pairs a row must hold to be a candidate for ``query``, sorted.

    Empty when the query is shorter than two letters or characters: then there is nothing to
    search by, and the caller asks for more.
    """
    return sorted(_pairs(folded(query)))


def matches(query: str, *, name: str, initials: str) -> bool:
    """Whether the folded query stands in the folded ``name`` or in its ``initials``."""
    text = folded(query)
    return text in folded(name) or text in initials


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(text)}
