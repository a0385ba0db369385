"""The words of notices: each module registers its own codes, and a notice is read in the language of its reader."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

    Words = str | Promise

_WORDS: dict[str, Words] = {}
SHOWN_AT_MOST = 99
MISSING = "\N{HORIZONTAL ELLIPSIS}"


def register_notices(words: Mapping[str, Words]) -> Mapping[str, Words]:
    """Register the words of notice codes (`module.past_tense` → text with `%(fact)s`); called once by a module's `texts.py`."""
    _WORDS.update(words)
    return words


def is_registered(code: str) -> bool:
    """Tell whether a notice code has words."""
    return code in _WORDS


def words_of_notice(code: str, facts: Mapping[str, Any]) -> str:
    """Return a notice's words in the active language; a fact that an old notice lacks reads as an ellipsis."""
    text = str(_WORDS.get(code, code))
    filled: defaultdict[str, Any] = defaultdict(lambda: MISSING, facts)
    return text % filled if code in _WORDS else text


def shown_count(unread: int) -> str:
    """Return the number on the bell: nothing for none, never more than two digits.

    Input: unread notices, counted up to one more than `SHOWN_AT_MOST`.
    """
    if unread <= 0:
        return ""
    return f"{SHOWN_AT_MOST}+" if unread > SHOWN_AT_MOST else str(unread)
