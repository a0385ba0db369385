"""How Chinese characters are read: the only file that knows the library ``pypinyin``.

The library keeps every phrase with tone marks in memory (57 MB). Names need plain syllables
and those phrases alone that change the reading of a character, so its two tables are read
once from its package, cut to that (17 MB), and never imported. A character's ordinary
reading is the one it has in most phrases. ``data/readings.json`` adds what company and place
names need.
"""

import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from importlib.util import find_spec
from itertools import chain, pairwise
from pathlib import Path

LONGEST_PHRASE = 4
Phrase = tuple[str, tuple[str, ...]]

_LAST_CODE = 0xFFFF
_CHARACTER = re.compile(r'"(\d+)":\s*"([^",]+)')
_PHRASE = re.compile(r'"([^"\\]{2,4})":\s*')
_SYLLABLE = re.compile(r'\[\s*"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Readings:
    """``syllables`` and ``initials`` are tables for ``str.translate``, by code point.

    ``phrases`` maps phrases of two to four characters to their syllables, or to None where
    the ordinary readings hold and no shorter phrase inside may change them.
    ``ambiguous`` are the characters for which phrases must be asked at all.
    """

    syllables: dict[int, str]
    initials: dict[int, str]
    phrases: dict[str, tuple[str, ...] | None]
    ambiguous: frozenset[str]


@cache
def readings() -> Readings:
    """The tables, made at first use (about half a second)."""
    # Read again for each question and never held as a whole: what is kept would lie scattered among what is not.
    every = partial(_phrases, _library_file("phrases_dict.json"))
    ordinary = _first_readings()
    ordinary.update(_usual_readings(ordinary, every()))
    own = json.loads(files("tiejun.engines.data").joinpath("readings.json").read_bytes())
    ordinary.update(own["chars"])
    changed = {phrase: syllables for phrase, syllables in every() if syllables != tuple(map(ordinary.get, phrase))}
    changed.update({phrase: tuple(text.split()) for phrase, text in own["phrases"].items()})
    ambiguous = frozenset(
        character
        for phrase, syllables in changed.items()
        for character, syllable in zip(phrase, syllables, strict=True)
        if ordinary.get(character) != syllable
    )
    phrases: dict[str, tuple[str, ...] | None] = {
        phrase: None for phrase, _ in every() if not ambiguous.isdisjoint(phrase)
    }
    phrases.update(changed)
    table = {ord(character): syllable for character, syllable in ordinary.items()}
    return Readings(
        syllables=table,
        initials={code: syllable[0] for code, syllable in table.items()},
        phrases=phrases,
        ambiguous=ambiguous,
    )


def _first_readings() -> dict[str, str]:
    found = (entry.groups() for entry in _CHARACTER.finditer(_library_file("pinyin_dict.json")))
    return {chr(int(code)): _plain(marked) for code, marked in found if int(code) <= _LAST_CODE}


def _usual_readings(ordinary: dict[str, str], every: Iterator[Phrase]) -> dict[str, str]:
    """The reading most phrases give a character, where it is not the first one listed."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for phrase, syllables in every:
        for character, syllable in zip(phrase, syllables, strict=True):
            counts[character][syllable] += 1
    usual: dict[str, str] = {}
    for character, count in counts.items():
        [(syllable, often)] = count.most_common(1)
        if often > count[ordinary.get(character, "")]:
            usual[character] = syllable
    return usual


def _phrases(text: str) -> Iterator[Phrase]:
    """Phrases of two to four characters with plain syllables."""
    for here, following in pairwise(chain(_PHRASE.finditer(text), [None])):
        if here is None:
            return
        end = following.start() if following else len(text)
        syllables = tuple(map(_plain, _SYLLABLE.findall(text, here.end(), end)))
        if len(syllables) == len(here[1]):
            yield here[1], syllables


def _library_file(name: str) -> str:
    spec = find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pypinyin is not installed")
    return Path(spec.origin).with_name(name).read_text(encoding="utf-8")


@cache
def _plain(marked: str) -> str:
    """A syllable without its tone mark, with v for the u-umlaut."""
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFC", marked))
    umlaut = letters.replace("u\u0308", "v")
    return sys.intern("".join(letter for letter in umlaut if letter.isascii()))
