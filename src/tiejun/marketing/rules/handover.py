"""Decisions about what became of a hand-over, about disputes, and which invalid marks are checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.foundation.refusals import Words

PERCENT = 100
_DISPOSITIONS: dict[str, Words] = {}


def register_dispositions(words: Mapping[str, Words]) -> None:
    """Register the words of why sales closes a lead; called once by the `texts.py` of the module that closes leads."""
    _DISPOSITIONS.update(words)


def words_of_disposition(code: str) -> str:
    """Return why sales closed a lead, in the active language; the code where there are no words."""
    return str(_DISPOSITIONS.get(code, code))


class Refusal(refusals.Refusal):
    """Why a dispute or a check is not possible."""

    NOT_INVALID = "NOT_INVALID"
    DISPUTED_ALREADY = "DISPUTED_ALREADY"
    DISPUTE_DECIDED = "DISPUTE_DECIDED"
    REASON_MISSING = "REASON_MISSING"
    OWN_MARK = "OWN_MARK"
    CHECKED_ALREADY = "CHECKED_ALREADY"
    NOTHING_TO_DRAW = "NOTHING_TO_DRAW"


class Column(StrEnum):
    """The columns of the hand-over board, from left to right."""

    RECEIVED = "RECEIVED"
    CHECKING = "CHECKING"
    ACCEPTED = "ACCEPTED"
    CONTACTED = "CONTACTED"
    EFFECTIVE = "EFFECTIVE"
    SIGNED = "SIGNED"
    INVALID = "INVALID"


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """What a customer said of a company they named, who of them did, and whether they agree to be named there."""

    note: str = ""
    named_by: str = ""
    may_name: bool = False


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead that was made of a source's company; `registered_on` where the register says it."""

    lead_id: UUID
    company_id: UUID
    company_name: str
    industry: str = ""
    district_code: str = ""
    intent: str = "UNKNOWN"
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Disposition:
    """What sales says about a lead that was closed: INVALID or LOST, why, on what evidence, who and when."""

    outcome: str
    reason: str
    evidence: str
    person_id: UUID | None
    at: datetime


# A later stage is never taken back by an earlier fact that arrives late.
ORDER = ("HANDED", "CONTACTED", "EFFECTIVE", "SIGNED")


def next_stage(known: str, told: str) -> str:
    """Return the stage after a fact of the field: it only moves forward, and work on a closed lead opens it again."""
    if known not in ORDER:
        return told
    return max(known, told, key=ORDER.index)


def why_not_dispute(stage: str, reason: str, *, is_disputed: bool) -> Refusal | None:
    """Return why marketing cannot dispute a mark: only an "invalid", once, with a reason (domain 11.20)."""
    if is_disputed:
        return Refusal.DISPUTED_ALREADY
    if stage != "INVALID":
        return Refusal.NOT_INVALID
    return None if reason.strip() else Refusal.REASON_MISSING


def why_not_decide(status: str, note: str, *, is_own_mark: bool) -> Refusal | None:
    """Return why a dispute cannot be decided: open, not by who set the mark, and with a reason."""
    if status != "OPEN":
        return Refusal.DISPUTE_DECIDED
    if is_own_mark:
        return Refusal.OWN_MARK
    return None if note.strip() else Refusal.REASON_MISSING


def drawn(ids: Sequence[UUID], *, seed: str, percent: int) -> list[UUID]:
    """Draw a share of marks: the same seed over the same marks draws the same ones, whatever their order.

    Each mark gets a number from the seed and its own id, and the lowest are taken: at least one of a non-empty frame.
    """
    if not ids:
        return []
    count = max(1, (2 * len(ids) * percent + PERCENT) // (2 * PERCENT))
    return sorted(ids, key=lambda one: sha256(f"{seed}:{one}".encode()).digest())[:count]


def frame_digest(ids: Sequence[UUID]) -> str:
    """Return the digest of the marks that could be drawn, so that a draw can be repeated and compared."""
    return sha256("".join(sorted(str(one) for one in ids)).encode()).hexdigest()
