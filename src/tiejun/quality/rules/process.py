"""What a finding, a panel and its members must fulfil: pure decisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.quality.rules.vocabulary import (
    CASE_STEPS,
    EVIDENCES_NEEDED,
    PANEL_SIZE,
    TASK_STEPS,
    CaseState,
    EvidenceKind,
    Finding,
    Outcome,
    Refusal,
    TaskState,
    Vote,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody belongs: the unit of each position, and whether it leads that unit."""

    person_id: UUID
    unit_id: UUID
    leads: bool


def is_outside(seats: Collection[Seat], *, person_id: UUID, chain: Sequence[UUID]) -> bool:
    """Tell whether somebody with these seats is independent of a person whose unit has this chain (up to the company).

    Not the person, nobody who leads a unit of the chain, nobody of the person's own group or region; the company at the
    top is everybody's.
    """
    below_top = set(chain[:-1]) if len(chain) > 1 else set()
    for seat in seats:
        if seat.person_id == person_id or seat.unit_id in below_top or (seat.leads and seat.unit_id in chain):
            return False
    return True


def may_step(before: TaskState, after: TaskState) -> bool:
    """Tell whether a task may go from one state to another."""
    return after in TASK_STEPS[before]


def may_move(before: CaseState, after: CaseState) -> bool:
    """Tell whether a case may go from one state to another."""
    return after in CASE_STEPS[before]


def why_not_find(state: TaskState, finding: Finding, note: str, *, is_mine: bool) -> Refusal | None:
    """Return why a finding may not be recorded: anything but a confirmation says why."""
    if not is_mine:
        return Refusal.NOT_YOURS
    if state is not TaskState.CONTACTING:
        return Refusal.WRONG_STEP
    if finding is not Finding.CONFIRMED and not note.strip():
        return Refusal.NOTE_MISSING
    return None


def why_not_open(state: TaskState, finding: str, kinds: Sequence[EvidenceKind]) -> Refusal | None:
    """Return why no case may be opened: a contradiction needs two independent evidences."""
    if finding != Finding.CONTRADICTED:
        return Refusal.NOT_CONTRADICTED
    if state is not TaskState.FOUND:
        return Refusal.WRONG_STEP
    return None if len(set(kinds)) >= EVIDENCES_NEEDED else Refusal.ONE_EVIDENCE


def why_not_answer(state: CaseState, due_at: datetime | None, now: datetime, *, is_answered: bool) -> Refusal | None:
    """Return why the person may not answer (any more)."""
    if is_answered:
        return Refusal.ANSWERED
    if state is not CaseState.NOTIFIED:
        return Refusal.WRONG_STEP
    return Refusal.TOO_LATE if due_at is not None and now > due_at else None


def why_not_appoint(
    state: CaseState, due_at: datetime | None, now: datetime, *, is_answered: bool, persons: Collection[UUID]
) -> Refusal | None:
    """Return why no panel may be appointed: the answer comes first, and it is three different people."""
    if state not in (CaseState.NOTIFIED, CaseState.APPEAL):
        return Refusal.WRONG_STEP
    if state is CaseState.NOTIFIED and not is_answered and due_at is not None and now <= due_at:
        return Refusal.ANSWER_STILL_DUE
    return None if len(set(persons)) == PANEL_SIZE else Refusal.THREE_ARE_NEEDED


def why_not_appeal(state: CaseState, due_at: datetime | None, now: datetime) -> Refusal | None:
    """Return why the person may not appeal (any more)."""
    if state is not CaseState.UPHELD:
        return Refusal.WRONG_STEP
    return Refusal.TOO_LATE if due_at is not None and now > due_at else None


def decided(votes: Sequence[tuple[Vote, int]]) -> tuple[Outcome, int] | None:
    """Return the outcome of a whole panel and its severity (0 to 3), or None while votes are missing.

    Two of three decide; the severity is the middle one of those who uphold, the milder of two.
    """
    if len(votes) < PANEL_SIZE:
        return None
    counts = Counter(vote for vote, _severity in votes)
    if counts[Vote.UPHOLD] * 2 <= len(votes):
        return Outcome.DISMISSED, 0
    severities = sorted(severity for vote, severity in votes if vote is Vote.UPHOLD)
    return Outcome.UPHELD, severities[(len(severities) - 1) // 2]
