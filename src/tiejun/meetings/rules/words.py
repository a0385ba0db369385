"""The words of agenda items: each module that puts something on an agenda registers its own codes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

    Words = str | Promise

_WORDS: dict[str, Words] = {}
MISSING = "\N{HORIZONTAL ELLIPSIS}"


def register_agenda(words: Mapping[str, Words]) -> Mapping[str, Words]:
    """Register the words of agenda codes (`module.topic` → text with `%(fact)s`); called once by a module's `texts.py`."""
    _WORDS.update(words)
    return words


def is_registered(code: str) -> bool:
    """Tell whether an agenda code has words."""
    return code in _WORDS


def words_of_item(code: str, facts: Mapping[str, Any]) -> str:
    """Return an item's words in the active language; a fact that it lacks reads as an ellipsis."""
    text = str(_WORDS.get(code, code))
    filled: defaultdict[str, Any] = defaultdict(lambda: MISSING, facts)
    return text % filled if code in _WORDS else text
