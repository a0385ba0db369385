"""What win/loss reviews decide, without a database: which deals are reviewed, who sees which view, when a review may close."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID


class Refusal(refusals.Refusal):
    """Why a review says no."""

    NOT_DECIDED = "NOT_DECIDED"
    REVIEW_EXISTS = "REVIEW_EXISTS"
    REVIEW_CLOSED = "REVIEW_CLOSED"
    VIEW_GIVEN = "VIEW_GIVEN"
    OWN_REVIEW = "OWN_REVIEW"
    NOT_OWN_REVIEW = "NOT_OWN_REVIEW"
    VIEW_FIRST = "VIEW_FIRST"
    ASKED_RECENTLY = "ASKED_RECENTLY"
    VIEWS_MISSING = "VIEWS_MISSING"
    NOTHING_LEARNED = "NOTHING_LEARNED"
    LESSON_DONE = "LESSON_DONE"
    NOT_OWN_LESSON = "NOT_OWN_LESSON"
    USED_TODAY = "USED_TODAY"
    SURVEY_OVER = "SURVEY_OVER"


class Outcome(StrEnum):
    """How the deal ended."""

    WON = "WON"
    LOST = "LOST"


class Selection(StrEnum):
    """Why the deal is reviewed."""

    THRESHOLD = "THRESHOLD"
    RANDOM = "RANDOM"
    REQUESTED = "REQUESTED"


class Side(StrEnum):
    """Whose view it is."""

    REP = "REP"
    MANAGER = "MANAGER"
    CUSTOMER = "CUSTOMER"


class Factor(StrEnum):
    """What decided, in the same words for all three sides, so that their answers can be compared."""

    PRICE = "PRICE"
    PRODUCT = "PRODUCT"
    PERSON = "PERSON"
    SERVICE = "SERVICE"
    TRUST = "TRUST"
    COMPETITOR = "COMPETITOR"
    TIMING = "TIMING"
    BUDGET = "BUDGET"
    NEED = "NEED"
    OTHER = "OTHER"


class LessonKind(StrEnum):
    """What a lesson changes."""

    SCRIPT = "SCRIPT"
    OBJECTION = "OBJECTION"
    PRODUCT = "PRODUCT"
    PRICE = "PRICE"
    PERSON = "PERSON"


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """One side's view: what decided, in whose words, and for the customer the name of who answered."""

    factor: Factor
    words: str = ""
    contact_name: str = ""


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """A lesson: what it changes, what is to be done, by whom and until when."""

    kind: LessonKind
    words: str
    owner_id: UUID
    due_on: date


def selection_of(
    outcome: Outcome, amount_minor: int, *, threshold_minor: int, win_percent: int, chance: float
) -> Selection | None:
    """Tell why a decided deal is reviewed; None when it is not.

    Each loss from the threshold on (minor units) is; a win is when its `chance` (0 to 1, drawn once for the deal) falls
    into the share. Nobody can steer which (domain 3.20).
    """
    if outcome is Outcome.LOST:
        return Selection.THRESHOLD if amount_minor >= threshold_minor else None
    return Selection.RANDOM if chance * 100 < win_percent else None


def visible_sides(given: Collection[Side], *, is_owner: bool, may_lead: bool, is_closed: bool) -> frozenset[Side]:
    """Return the views that somebody may read: who still owes one reads nobody else's before.

    The owner owes the rep's, who leads the review the manager's; everybody else in reach owes none.
    """
    owed = Side.REP if is_owner else Side.MANAGER if may_lead else None
    if is_closed or owed is None or owed in given:
        return frozenset(given)
    return frozenset()


def differs(factors: Mapping[Side, Factor]) -> bool:
    """Tell whether the sides that spoke name different reasons."""
    return len(set(factors.values())) > 1


def owed_sides(given: Collection[Side], *, is_closed: bool) -> list[Side]:
    """Return the views that are still owed by people of ours; the customer owes none."""
    return [] if is_closed else [side for side in (Side.REP, Side.MANAGER) if side not in given]
