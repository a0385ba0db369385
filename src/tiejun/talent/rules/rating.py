"""When a level may change: by whom, one at a time, resting on what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.talent.rules import PRACTICAL, EvidenceKind, Level, Refusal, Skill

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Proof:
    """Something a rating can name."""

    kind: EvidenceKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Offered:
    """Something that was seen of the person; `is_spent`: an earlier rating of the same skill rests on it already."""

    proof: Proof
    on: date
    words: str
    is_spent: bool


@dataclass(frozen=True, slots=True)
class RatingFacts:
    """What the rule looks at: `was` and `level` before and after, `named` evidence, and what there is (`offered`)."""

    is_self: bool
    is_gone: bool
    skill: Skill
    was: Level
    level: Level
    named: Collection[Proof]
    offered: Collection[Offered]
    needed_for_c: int


def why_not_rate(facts: RatingFacts) -> Refusal | None:
    """Say why a level cannot be set: never by oneself, one step up at a time, and never without fresh evidence.

    A drill alone shows level a of a practical skill; b and c are seen at customers. c takes `needed_for_c` pieces.
    """
    if facts.is_self:
        return Refusal.RATE_ONESELF
    if facts.is_gone:
        return Refusal.PERSON_GONE
    if facts.level > facts.was + 1:
        return Refusal.LEVEL_SKIPPED
    return _why_not_proven(facts)


def _why_not_proven(facts: RatingFacts) -> Refusal | None:
    if not facts.named:
        return Refusal.NO_EVIDENCE
    there = {one.proof: one for one in facts.offered}
    if any(one not in there for one in facts.named):
        return Refusal.NOT_THEIR_EVIDENCE
    if any(there[one].is_spent for one in facts.named):
        return Refusal.EVIDENCE_SPENT
    drilled = all(one.kind is EvidenceKind.DRILL for one in facts.named)
    if drilled and facts.skill in PRACTICAL and facts.level >= Level.B:
        return Refusal.ONLY_DRILLED
    if facts.level is Level.C and len(set(facts.named)) < facts.needed_for_c:
        return Refusal.MORE_EVIDENCE
    return None


def may_rise_to(was: Level) -> tuple[Level, ...]:
    """Return the levels that can be set where one stands: the next one, the same again, and those below."""
    return tuple(one for one in Level if one <= was + 1)
