"""Refusals: the named answers "no" of the product, and the words that explain them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

    Words = str | Promise

_WORDS: dict[tuple[str, str], Words] = {}


class Refusal(StrEnum):
    """Base of each module's own list of refusals (in its `rules.py`)."""


class Refused(Exception):
    """An anticipated "no": nothing was written. `facts` fill the placeholders of its words."""

    def __init__(self, refusal: Refusal, **facts: Any) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.facts = facts

    @property
    def code(self) -> str:
        return self.refusal.value.lower()

    @property
    def message(self) -> str:
        return words_of(self.refusal, **self.facts)


class Forbidden(Exception):
    """The function is not for the asker's role at all (403); `access` raises its own kind of it."""

    ability: StrEnum


class NotFound(Exception):
    """The object does not exist, or is out of the asker's reach: both look the same (404)."""


class Stale(Exception):
    """Somebody changed the object since the form was opened (409); `current` is the object as it is now."""

    def __init__(self, current: object) -> None:
        super().__init__("stale version")
        self.current = current


class Invalid(Exception):
    """Input that a form or schema could not catch (422): field name → words."""

    def __init__(self, **errors: Words) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def register(words: Mapping[Any, Words]) -> Mapping[Any, Words]:
    """Register the words of refusals; called once by each module's `texts.py`. Placeholders: `%(name)s`."""
    for refusal, text in words.items():
        _WORDS[(type(refusal).__module__, refusal.value)] = text
    return words


def words_of(refusal: Refusal, **facts: Any) -> str:
    """Return the words of a refusal in the active language, with its facts filled in."""
    text = str(_WORDS.get((type(refusal).__module__, refusal.value), refusal.value))
    return text % facts if facts else text


def words_of_code(module: str, code: str) -> str:
    """Return the words of the refusal that a module (`insight`) gave under a code (`learner_missing`); empty where it has none."""
    for (where, value), text in _WORDS.items():
        if where.startswith(f"tiejun.{module}.") and value.lower() == code:
            return str(text)
    return ""


def has_words(refusal: Refusal) -> bool:
    """Tell whether the refusal has registered words."""
    return (type(refusal).__module__, refusal.value) in _WORDS
