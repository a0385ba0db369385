"""Closing a lead: what counts as a reason, what counts as evidence, and what stops it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tiejun.leads.rules import Refusal


class Outcome(StrEnum):
    """How a lead ends without an order."""

    INVALID = "INVALID"
    LOST = "LOST"


class InvalidReason(StrEnum):
    """Why a lead never was one."""

    WRONG_NUMBER = "WRONG_NUMBER"
    NOT_FOUND = "NOT_FOUND"
    MOVED_AWAY = "MOVED_AWAY"
    CLOSED_DOWN = "CLOSED_DOWN"
    NO_COMPANY = "NO_COMPANY"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"


class LostReason(StrEnum):
    """Why a real lead will not buy."""

    NO_NEED = "NO_NEED"
    NO_BUDGET = "NO_BUDGET"
    COMPETITOR = "COMPETITOR"
    TIMING = "TIMING"
    REFUSED = "REFUSED"
    OTHER = "OTHER"


class EvidenceKind(StrEnum):
    """What an "invalid" rests on: recorded calls, a recorded visit, what was seen where, the register, somebody's word."""

    CALLS = "CALLS"
    VISIT = "VISIT"
    SEEN = "SEEN"
    REGISTER = "REGISTER"
    TOLD = "TOLD"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was tried, in words (`note`), and what kind of evidence it is; for LOST both may be empty."""

    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tries:
    """What the holder has recorded in this holding: calls without an answer or to a wrong number, and visits."""

    failed_calls: int
    visits: int


# Which evidence can carry which reason; what a reader would not believe is not offered.
ACCEPTED: dict[InvalidReason, frozenset[EvidenceKind]] = {
    InvalidReason.WRONG_NUMBER: frozenset({EvidenceKind.CALLS}),
    InvalidReason.NOT_FOUND: frozenset({EvidenceKind.VISIT, EvidenceKind.SEEN}),
    InvalidReason.MOVED_AWAY: frozenset({EvidenceKind.VISIT, EvidenceKind.SEEN, EvidenceKind.TOLD}),
    InvalidReason.CLOSED_DOWN: frozenset({EvidenceKind.VISIT, EvidenceKind.SEEN, EvidenceKind.REGISTER}),
    InvalidReason.NO_COMPANY: frozenset({EvidenceKind.CALLS, EvidenceKind.VISIT, EvidenceKind.REGISTER}),
    InvalidReason.DUPLICATE: frozenset({EvidenceKind.REGISTER, EvidenceKind.SEEN, EvidenceKind.TOLD}),
    InvalidReason.OTHER: frozenset(EvidenceKind),
}


def is_reason(outcome: str, reason: str) -> bool:
    """Tell whether a reason belongs to an outcome."""
    return reason in list(InvalidReason if outcome == Outcome.INVALID else LostReason)


def why_not_close(
    kind: str, outcome: str, reason: str, evidence: Evidence, tries: Tries, *, calls_needed: int, note_length: int
) -> Refusal | None:
    """Return why a held lead may not be closed: a customer stays, and "invalid" needs evidence that carries its reason.

    Calls and visits are believed when they are recorded (`tries`), never when they are only told; `kind` is the holding's.
    """
    if kind == "PROTECTED":
        return Refusal.PROTECTED
    note = evidence.note.strip()
    if outcome == Outcome.LOST:
        return Refusal.REASON_MISSING if reason == LostReason.OTHER and not note else None
    if len(note) < note_length:
        return Refusal.NOTE_TOO_SHORT
    if evidence.kind not in ACCEPTED[InvalidReason(reason)]:
        return Refusal.WRONG_EVIDENCE
    if evidence.kind == EvidenceKind.CALLS and tries.failed_calls < calls_needed:
        return Refusal.CALLS_MISSING
    if evidence.kind == EvidenceKind.VISIT and not tries.visits:
        return Refusal.VISIT_MISSING
    return None
