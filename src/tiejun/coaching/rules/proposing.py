"""Whom to accompany next: facts of each representative in, an ordered proposal with reasons out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.coaching.rules import Purpose, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tiejun.coaching.rules.skills import Finding

BEHIND = 0.75  # less of the month than this share of what the days gone by ask for
A_DEAL = 1.0  # behind by less than a deal is nobody: in the first days of a month nothing is due yet
LONG_AGO = 10  # working days since the last accompanied visit
LOST_HEART = 3  # working days in a row below the floor


class Why(StrEnum):
    """Why somebody should be accompanied; each has its words, filled with numbers."""

    NEVER = "NEVER"
    LONG_AGO = "LONG_AGO"
    DUE = "DUE"
    NEW = "NEW"
    BEHIND = "BEHIND"
    NOT_USED = "NOT_USED"
    BELOW_FLOOR = "BELOW_FLOOR"
    WEAK_SKILL = "WEAK_SKILL"


class WhyNot(StrEnum):
    """Why somebody cannot be accompanied on the day."""

    AWAY = "AWAY"
    PLANNED = "PLANNED"


WEIGHTS: dict[Why, float] = {
    Why.NEVER: 3.0,
    Why.BEHIND: 3.0,
    Why.NOT_USED: 2.5,
    Why.BELOW_FLOOR: 2.5,
    Why.NEW: 2.0,
    Why.LONG_AGO: 2.0,
    Why.DUE: 1.5,
    Why.WEAK_SKILL: 1.0,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A representative on the eve of a day.

    `days_since`: working days since the last accompanied visit, None for never; `week_count` of `week_due` in this week;
    `signed` deals of the month, `asked` by now at an even pace towards `said`; `unused`: points that checks found unused;
    `days_below`: working days in a row below the floor.
    """

    person_id: UUID
    name: str
    subject: Subject
    days_since: int | None
    week_count: int
    week_due: int
    signed: int
    said: int
    asked: float
    unused: int
    days_below: int
    is_away: bool
    is_planned: bool
    weak: Sequence[Finding] = field(default=())


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of the proposal; `why_not` excludes the person on this day."""

    person_id: UUID
    name: str
    score: float
    purpose: Purpose
    subject: Subject
    reasons: tuple[tuple[Why, tuple[tuple[str, int | str], ...]], ...]
    why_not: WhyNot | None


def proposals(candidates: Sequence[Candidate]) -> list[Proposal]:
    """Return everybody, who most needs company first, who cannot be accompanied last."""
    found = [_proposal(one) for one in candidates]
    return sorted(found, key=lambda one: (one.why_not is not None, -one.score, one.name, str(one.person_id)))


def _proposal(one: Candidate) -> Proposal:
    reasons = tuple(_reasons(one))
    lost_heart = one.days_below >= LOST_HEART
    return Proposal(
        person_id=one.person_id,
        name=one.name,
        score=round(sum(WEIGHTS[why] for why, _numbers in reasons), 2),
        purpose=Purpose.CONFIDENCE if lost_heart and not one.unused else Purpose.SKILL,
        subject=one.subject,
        reasons=reasons,
        why_not=WhyNot.AWAY if one.is_away else WhyNot.PLANNED if one.is_planned else None,
    )


def _reasons(one: Candidate) -> list[tuple[Why, tuple[tuple[str, int | str], ...]]]:
    found: list[tuple[Why, tuple[tuple[str, int | str], ...]]] = []
    if one.said and one.signed < one.asked * BEHIND and one.asked - one.signed >= A_DEAL:
        found.append((Why.BEHIND, (("signed", one.signed), ("said", one.said), ("asked", round(one.asked)))))
    if one.unused:
        found.append((Why.NOT_USED, (("points", one.unused),)))
    if one.days_below >= LOST_HEART:
        found.append((Why.BELOW_FLOOR, (("days", one.days_below),)))
    if one.subject is Subject.NEW:
        found.append((Why.NEW, ()))
    if one.days_since is None:
        found.append((Why.NEVER, ()))
    elif one.days_since >= LONG_AGO:
        found.append((Why.LONG_AGO, (("days", one.days_since),)))
    elif one.week_count < one.week_due:
        found.append((Why.DUE, (("count", one.week_count), ("due", one.week_due))))
    if one.weak:
        worst = one.weak[0]
        numbers = (("skill", worst.skill.value), ("percent", worst.percent), ("group", worst.group_percent))
        found.append((Why.WEAK_SKILL, numbers))
    return found
