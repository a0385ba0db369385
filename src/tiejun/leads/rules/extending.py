"""Asking for more days: once per holding, decided by who leads the unit."""

from __future__ import annotations

from dataclasses import dataclass

from tiejun.leads.rules import Refusal


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A holding for which more days are asked; `asked`: requests made for it, of which one may be open."""

    kind: str
    has_deadline: bool
    asked: int
    is_open: bool


def why_not_request(facts: RequestFacts, most: int, reason: str) -> Refusal | None:
    """Return why no extension can be asked for; `most` extensions of one holding are allowed by policy."""
    if facts.kind != "PRIVATE" or not facts.has_deadline:
        return Refusal.NO_DEADLINE
    if facts.is_open:
        return Refusal.EXTENSION_OPEN
    if facts.asked >= most:
        return Refusal.EXTENSION_USED
    return None if reason.strip() else Refusal.REASON_MISSING


def why_not_decide(*, is_open: bool, is_held: bool, is_own: bool, granted: bool, note: str) -> Refusal | None:
    """Return why a request cannot be decided: decided before, the holding has ended, or it is one's own; "no" needs words."""
    if not is_open:
        return Refusal.ALREADY_DECIDED
    if not is_held:
        return Refusal.NOT_HELD
    if is_own:
        return Refusal.OWN_REQUEST
    return None if granted or note.strip() else Refusal.REASON_MISSING
