"""Pinyin of names: initials for searching, a key for sorting.

Characters are read from a table; phrases are asked only where a name holds a character that
some phrase reads differently, and then the longest phrase around it decides (Chongqing, not
Zhongqing; bank, not "yinxing").
"""

from tiejun.engines.names.folding import folded
from tiejun.engines.names.readings import LONGEST_PHRASE, readings

SORT_KEY_LENGTH = 160


def pinyin_initials(name: str) -> str:
    """The first letter of every syllable, lower case; letters and digits of the name stay."""
    return initials_of(folded(name))


def pinyin_sort_key(name: str, length: int = SORT_KEY_LENGTH) -> str:
    """Syllables with blanks between them, for ordering names by pinyin in byte order.

    Cut to ``length`` characters, so that it fits an index.
    """
    return sort_key_of(folded(name), length)


def initials_of(text: str) -> str:
    """``pinyin_initials`` of a text that is folded already."""
    tables = readings()
    letters = text.translate(tables.initials)
    if tables.ambiguous.isdisjoint(text):
        return letters
    changed = list(letters)
    for at, syllable in _changes(text):
        changed[at] = syllable[0]
    return "".join(changed)


def sort_key_of(text: str, length: int = SORT_KEY_LENGTH) -> str:
    """``pinyin_sort_key`` of a text that is folded already."""
    tables = readings()
    changes = {} if tables.ambiguous.isdisjoint(text) else dict(_changes(text))
    parts: list[str] = []
    run = ""
    for at, character in enumerate(text):
        syllable = changes.get(at) or tables.syllables.get(ord(character))
        if syllable is None:
            run += character
            continue
        if run:
            parts.append(run)
            run = ""
        parts.append(syllable)
    if run:
        parts.append(run)
    return " ".join(parts)[:length]


def _changes(text: str) -> list[tuple[int, str]]:
    """Positions whose reading a phrase changes, with the syllable there."""
    tables = readings()
    changes: list[tuple[int, str]] = []
    ambiguous = tables.ambiguous
    for at in [at for at, character in enumerate(text) if character in ambiguous]:
        start, syllables = _longest_phrase(text, at)
        if syllables:
            changes.append((at, syllables[at - start]))
    return changes


def _longest_phrase(text: str, at: int) -> tuple[int, tuple[str, ...] | None]:
    phrases = readings().phrases
    for length in range(LONGEST_PHRASE, 1, -1):
        for start in range(max(0, at - length + 1), min(at, len(text) - length) + 1):
            part = text[start : start + length]
            if part in phrases:
                return start, phrases[part]
    return at, None
