"""Decisions about scripts: whether a version may be published, and what its writer should look at."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.foundation.refusals import Refusal as RefusalList

if TYPE_CHECKING:
    from uuid import UUID

LONGEST_TITLE, LONGEST_BODY = 60, 3_000
_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9']+")


class Occasion(StrEnum):
    """When a script is said, in the order of the talk."""

    PITCH = "PITCH"
    DEMO = "DEMO"
    TRIAL_CLOSE = "TRIAL_CLOSE"
    OBJECTION = "OBJECTION"


class Refusal(RefusalList):
    """Why a script cannot be written or published."""

    SCRIPT_IS_RETIRED = "SCRIPT_IS_RETIRED"
    NOTHING_TO_PUBLISH = "NOTHING_TO_PUBLISH"
    OWN_WORDS = "OWN_WORDS"


class Advice(StrEnum):
    """What the writer of a script should look at; it stops nobody."""

    TOO_LONG = "TOO_LONG"
    ASKS_NOTHING = "ASKS_NOTHING"
    CHINESE_MISSING = "CHINESE_MISSING"
    ENGLISH_MISSING = "ENGLISH_MISSING"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a script in both languages; one of them is enough."""

    title: str
    body: str
    title_en: str = ""
    body_en: str = ""

    def in_language(self, *, english: bool) -> tuple[str, str]:
        """Return title and body in a language, in the other one where this one is missing."""
        first, second = (self.title, self.body), (self.title_en, self.body_en)
        if english:
            first, second = second, first
        return (first[0] or second[0], first[1] or second[1])


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast people speak (characters and words a minute), and how long a pitch may take."""

    characters: int
    words: int
    pitch_seconds: int


def seconds_to_say(text: str, pace: Pace) -> int:
    """Return how long a text takes to say: Chinese characters and Latin words each at their pace."""
    characters, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    return math.ceil(60 * (characters / pace.characters + words / pace.words))


def advice(occasion: str, words: Words, pace: Pace) -> list[Advice]:
    """Return what the writer should look at."""
    bodies = [body for body in (words.body, words.body_en) if body]
    found = []
    if occasion == Occasion.PITCH and any(seconds_to_say(body, pace) > pace.pitch_seconds for body in bodies):
        found.append(Advice.TOO_LONG)
    if occasion != Occasion.DEMO and any("?" not in body and "\uff1f" not in body for body in bodies):
        found.append(Advice.ASKS_NOTHING)
    if not words.body:
        found.append(Advice.CHINESE_MISSING)
    if not words.body_en:
        found.append(Advice.ENGLISH_MISSING)
    return found


def why_not_publish(
    *, has_draft: bool, is_retired: bool, writer_id: UUID | None, asker_id: UUID | None
) -> Refusal | None:
    """Return why a draft cannot be published: somebody else than its writer looks at it first."""
    if is_retired:
        return Refusal.SCRIPT_IS_RETIRED
    if not has_draft:
        return Refusal.NOTHING_TO_PUBLISH
    return Refusal.OWN_WORDS if asker_id is not None and writer_id == asker_id else None
