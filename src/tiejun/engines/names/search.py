"""Grams for finding a company by any two or more characters of its name or pinyin initials.

A name is stored with two kinds of grams, packed into 32-bit integers (an ``int[]`` column under a GIN index):

- the *pairs* of neighbouring characters of its folded form, as their two code points side by side; pairs of letters and
  digits alone are left out, for the initials hold them;
- the *triples* of its initials, a byte for each of them. There are few pairs of letters, and each stands in every fiftieth
  name; a triple of letters is as rare as a pair of Chinese characters. The last two letters count with the end behind
  them, so that two letters are found as the triples that begin with them.

A query is cut alike. A row that holds its grams is a candidate; whether they really stand together is for the caller to
see: the text of a query of letters in the initials, any other in the folded name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from string import ascii_lowercase, digits
from struct import unpack_from

from tiejun.engines.names.company import normalised_name, short_name
from tiejun.engines.names.folding import folded
from tiejun.engines.names.pinyin import initials_of, sort_key_of

SHORTEST_QUERY = 2

_LETTERS = ascii_lowercase + digits
_OTHER = len(_LETTERS) + 1  # what is neither letter nor digit; 0 is the end
_KINDS = _OTHER + 1
_NUMBERS = bytes(_LETTERS.find(chr(code)) + 1 or _OTHER for code in range(256))
_THIRD, _THREE = 1 << 16, (1 << 24) - 1
_NOT_ASCII = ~0x7F007F


@dataclass(frozen=True, slots=True)
class CompanyName:
    """Everything derived from a company's name, in one pass."""

    name: str
    normalised: str
    short: str
    folded: str
    initials: str
    sort_key: str
    grams: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NameQuery:
    """A typed part of a name: its folded `text`, and the grams of which a candidate holds all, or one where `any_will_do`.

    The grams stand in the order of the text; two that are neighbours overlap by the lower 16 bits of the second.
    `is_letters`: the text is looked for in the initials (which hold the name's own letters and digits too), else in the name.
    """

    text: str
    grams: tuple[int, ...]
    is_letters: bool = False
    any_will_do: bool = False


def company_name(name: str) -> CompanyName:
    """All derived values of a name at once (about 35 us a name)."""
    text = folded(name)
    initials = initials_of(text)
    return CompanyName(
        name=name,
        normalised=normalised_name(name),
        short=short_name(name),
        folded=text,
        initials=initials,
        sort_key=sort_key_of(text),
        grams=tuple(search_grams(text, initials)),
    )


def search_grams(text: str, initials: str) -> list[int]:
    """The grams to store with a name, each once: pairs of the folded text, triples of its initials."""
    return [*_pairs(text), *_triples(initials, end=True)]


def name_query(query: str) -> NameQuery | None:
    """What to look for; None when the query has less than two letters or characters: then there is nothing to search by."""
    text = folded(query)
    if len(text) < SHORTEST_QUERY:
        return None
    if not text.isascii():
        found, at = _pairs(text), text.encode("utf-16-le", "surrogatepass")
        return NameQuery(text, _in_order(found, [at[n : n + 4] for n in range(0, len(at) - 2, 2)]))
    if len(text) > SHORTEST_QUERY:
        found, at = _triples(text), text.encode("ascii").translate(_NUMBERS)
        return NameQuery(text, _in_order(found, [at[n : n + 3] for n in range(len(at) - 2)]), is_letters=True)
    (first,) = _triples(text, end=True)
    return NameQuery(text, tuple(range(first, first + _THIRD * _KINDS, _THIRD)), is_letters=True, any_will_do=True)


def _in_order(grams: set[int], parts: list[bytes]) -> tuple[int, ...]:
    ordered = (int.from_bytes(part, "little", signed=len(part) == 4) for part in parts)
    return tuple(dict.fromkeys(gram for gram in ordered if gram in grams))


def _pairs(text: str) -> set[int]:
    units = text.encode("utf-16-le", "surrogatepass")
    found = set(_windows(units, len(units), 2))
    return found if not text or min(text) > "\x7f" else {pair for pair in found if pair & _NOT_ASCII}


def _triples(letters: str, *, end: bool = False) -> set[int]:
    codes = letters.encode("ascii", "replace").translate(_NUMBERS) + (b"\0\0" if end else b"\0")
    # Four letters from each place on, of which the last does not count.
    return {four & _THREE for four in _windows(codes, len(codes), 1)}


def _windows(content: bytes, size: int, step: int) -> Iterator[int]:
    """Read the four bytes from every `step`-th place on as a number: a fraction of the time of joining them one by one."""
    places = range(0, min(4, size), step)
    return chain.from_iterable(unpack_from(f"<{(size - place) // 4}i", content, place) for place in places)
