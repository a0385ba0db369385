"""What somebody should practise next, and why: facts of the own selling and coaching in, an ordered list out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.talent.rules import PRACTICAL, SHOWN_BY, Level, Skill, shown_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tiejun.meetings.rules.drilling import Subject


class NeedReason(StrEnum):
    """Why a skill should be practised; each has its words, filled with numbers."""

    LOST_TO = "LOST_TO"
    LOST_ALONE = "LOST_ALONE"
    UNUSED_POINT = "UNUSED_POINT"
    OPEN_POINT = "OPEN_POINT"
    BELOW_GROUP = "BELOW_GROUP"
    DRILL_UNUSED = "DRILL_UNUSED"
    BELOW_TARGET = "BELOW_TARGET"
    NEVER_RATED = "NEVER_RATED"


# Where the group says nothing: what one of four common reasons would take.
EVEN_SHARE = 0.25
WEIGHTS: dict[NeedReason, float] = {
    NeedReason.LOST_TO: 4.0,
    NeedReason.LOST_ALONE: 4.0,
    NeedReason.UNUSED_POINT: 3.0,
    NeedReason.BELOW_GROUP: 2.0,
    NeedReason.DRILL_UNUSED: 2.0,
    NeedReason.OPEN_POINT: 1.5,
    NeedReason.BELOW_TARGET: 1.0,
    NeedReason.NEVER_RATED: 0.5,
}


@dataclass(frozen=True, slots=True)
class Lost:
    """Sales lost to a reason: `own` of `own_all` of the person, `group` of `group_all` of the others (0 of 0: too few to say)."""

    subject: Subject
    own: int
    own_all: int
    group: int
    group_all: int

    @property
    def share(self) -> float:
        return self.own / self.own_all if self.own_all else 0.0

    @property
    def group_share(self) -> float:
        return self.group / self.group_all if self.group_all else EVEN_SHARE


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A point of coaching that is still open: how often checks found it used, and not."""

    point_id: UUID
    skill: Skill | None
    title: str
    used: int
    not_used: int


@dataclass(frozen=True, slots=True)
class Share:
    """At how much of the visits something was done, in percent, beside the group."""

    skill: Skill
    percent: int
    group_percent: int


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What is known of a person. `unused_drills`: subjects that were drilled and not used on the day after though there was a chance."""

    lost: Sequence[Lost] = ()
    points: Sequence[OpenPoint] = ()
    weak: Sequence[Share] = ()
    unused_drills: Sequence[Subject] = ()
    levels: Mapping[Skill, Level] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NeedPolicy:
    """`losses_least`: fewer lost sales say nothing; `apart`: by so many points of percent a share departs; `target`: the level to reach."""

    losses_least: int
    apart: int
    target: Level
    shown: int


@dataclass(frozen=True, slots=True)
class NeedCause:
    """A reason with what fills its words; `subject`: the objection, `point`: the title of the point it is about."""

    reason: NeedReason
    numbers: Mapping[str, int] = field(default_factory=dict)
    subject: Subject | None = None
    point: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A skill to practise with its reasons, the weightiest first; `drill`: what to play, `point_id`: the open point it goes on with."""

    skill: Skill
    score: float
    causes: tuple[NeedCause, ...]
    drill: Subject | None
    point_id: UUID | None


def needs(facts: NeedFacts, policy: NeedPolicy) -> list[Need]:
    """Return what to practise, the most urgent first. A level alone is a reason, though never before what selling says."""
    found: dict[Skill, list[NeedCause]] = {}
    points: dict[Skill, UUID] = {}
    for one in facts.lost:
        if one.own_all >= policy.losses_least and 100 * (one.share - one.group_share) >= policy.apart:
            numbers = {"own": one.own, "of": one.own_all, "group": one.group, "group_of": one.group_all}
            reason = NeedReason.LOST_TO if one.group_all else NeedReason.LOST_ALONE
            found.setdefault(Skill.OBJECTION, []).append(NeedCause(reason, numbers, one.subject))
    for point in facts.points:
        if point.skill is None:
            continue
        unused = point.not_used > point.used
        reason = NeedReason.UNUSED_POINT if unused else NeedReason.OPEN_POINT
        numbers = {"used": point.used, "checked": point.used + point.not_used}
        found.setdefault(point.skill, []).append(NeedCause(reason, numbers, point=point.title))
        points.setdefault(point.skill, point.point_id)
    for share in facts.weak:
        numbers = {"percent": share.percent, "group": share.group_percent}
        found.setdefault(share.skill, []).append(NeedCause(NeedReason.BELOW_GROUP, numbers))
    for subject in facts.unused_drills:
        found.setdefault(shown_by(subject), []).append(NeedCause(NeedReason.DRILL_UNUSED, subject=subject))
    _add_levels(found, facts.levels, policy.target)
    rows = [_need(skill, causes, points.get(skill)) for skill, causes in found.items()]
    return sorted(rows, key=lambda one: (-one.score, list(Skill).index(one.skill)))[: policy.shown]


def _add_levels(found: dict[Skill, list[NeedCause]], levels: Mapping[Skill, Level], target: Level) -> None:
    for skill in PRACTICAL:
        level = levels.get(skill)
        if level is None:
            found.setdefault(skill, []).append(NeedCause(NeedReason.NEVER_RATED))
        elif level < target:
            numbers = {"level": level.value, "target": target.value}
            found.setdefault(skill, []).append(NeedCause(NeedReason.BELOW_TARGET, numbers))


def _need(skill: Skill, causes: Sequence[NeedCause], point_id: UUID | None) -> Need:
    ordered = tuple(sorted(causes, key=lambda one: (-WEIGHTS[one.reason], -one.numbers.get("own", 0))))
    drill = next((one.subject for one in ordered if one.subject is not None), None)
    if drill is None:
        drill = next((subject for subject, shown in SHOWN_BY.items() if shown is skill), None)
    # Each further cause of a kind counts for half, so that four small things do not outweigh one that loses sales.
    seen: dict[NeedReason, int] = {}
    score = 0.0
    for one in ordered:
        score += WEIGHTS[one.reason] / 2 ** seen.get(one.reason, 0)
        seen[one.reason] = seen.get(one.reason, 0) + 1
    return Need(skill, round(score, 2), ordered, drill, point_id)
