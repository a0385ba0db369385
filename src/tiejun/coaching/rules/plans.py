"""What a plan, its day in the field and its summary must fulfil: one function per step, the first reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.coaching.rules import DONE_STATES, SEALED_STATES, Phase, PlanState, Purpose, Rating, Refusal, Skill, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

DAYS_AHEAD = 14  # a plan follows from the month's progress, which is old news after two weeks
LEAST_VISITS = 2  # COA-11: one point is watched again and again through the day
NEW_DAYS = 90


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A point as planned: an open one by its id, or the words of a new one."""

    point_id: UUID | None = None
    skill: Skill = Skill.PITCH
    title: str = ""
    why: str = ""
    done_when: str = ""


@dataclass(frozen=True, slots=True)
class PlanWords:
    """What a supervisor writes before an accompanied visit; the first point is the primary one."""

    purpose: Purpose
    subject: Subject
    strengths: str
    weaknesses: str
    points: tuple[NewPoint, ...]


@dataclass(frozen=True, slots=True)
class DayFacts:
    """Who would be accompanied on which day."""

    is_self: bool
    is_gone: bool
    is_away: bool
    is_workday: bool
    day: date
    today: date


def subject_of(first_field_on: date | None, day: date) -> Subject:
    """Return whether somebody counts as new on a day: the first three months in the field."""
    return Subject.NEW if first_field_on is None or (day - first_field_on).days < NEW_DAYS else Subject.EXPERIENCED


def why_not_day(facts: DayFacts) -> Refusal | None:
    """Say why nobody can be accompanied like this."""
    if facts.is_self:
        return Refusal.COACH_ONESELF
    if facts.is_gone:
        return Refusal.PERSON_GONE
    if facts.day < facts.today:
        return Refusal.DAY_OVER
    if (facts.day - facts.today).days > DAYS_AHEAD:
        return Refusal.TOO_FAR_AHEAD
    if not facts.is_workday:
        return Refusal.NOT_A_WORKDAY
    return Refusal.PERSON_AWAY if facts.is_away else None


def why_not_points(
    wanted: Sequence[NewPoint], open_ids: Collection[UUID], *, others: Collection[UUID], most: int
) -> Refusal | None:
    """Say why these points cannot be planned. `open_ids`: points that may be taken up again; `others`: the person's open ones.

    An older open point counts though the plan leaves it out (rule 11): nobody works at more than `most` at a time.
    """
    if not wanted:
        return Refusal.NO_POINT
    chosen = [point.point_id for point in wanted if point.point_id is not None]
    if len(set(chosen)) != len(chosen) or not set(chosen) <= set(open_ids):
        return Refusal.POINT_NOT_OPEN
    return Refusal.TOO_MANY_POINTS if len(wanted) + len(set(others) - set(chosen)) > most else None


def why_not_change(state: str, *, is_coach: bool) -> Refusal | None:
    """Say why a plan cannot be changed or called off any more."""
    if not is_coach:
        return Refusal.NOT_YOUR_PLAN
    if state == PlanState.CANCELLED:
        return Refusal.PLAN_CANCELLED
    return None if state in SEALED_STATES else Refusal.PLAN_HAS_BEGUN


@dataclass(frozen=True, slots=True)
class RevealFacts:
    """A reveal as it arrives: `told_on`: the business day on which it was told; `hard_at`: when that day is locked."""

    state: str
    is_coach: bool
    is_gone: bool
    day: date
    told_on: date
    received_at: datetime
    hard_at: datetime


def why_not_reveal(facts: RevealFacts) -> Refusal | None:
    """Say why a plan cannot begin: on its own day alone, by its coach, and by the hard lock where the phone was offline."""
    if not facts.is_coach:
        return Refusal.NOT_YOUR_PLAN
    if facts.state == PlanState.CANCELLED:
        return Refusal.TOO_LATE if facts.told_on == facts.day else Refusal.PLAN_CANCELLED
    if facts.is_gone:
        return Refusal.PERSON_GONE
    if facts.told_on != facts.day:
        return Refusal.NOT_TODAY
    return Refusal.TOO_LATE if facts.received_at >= facts.hard_at else None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said right after a visit; `ratings` by point. `why_not_shown`: why the rep was watched before being shown."""

    phase: Phase
    ratings: Mapping[UUID, Rating]
    strength: str
    comment: str = ""
    why_not_shown: str = ""
    encouraged: bool = False


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """The day in the field so far: `new_points` were never coached before this day, `phases` were gone through already."""

    state: str
    is_coach: bool
    primary_id: UUID
    point_ids: frozenset[UUID]
    primary_is_new: bool
    phases: frozenset[Phase]


def why_not_feedback(facts: FieldFacts, given: Feedback) -> Refusal | None:
    """Say why a feedback cannot be kept: affirmation first (COA-16), the primary point each time, shown before watched."""
    if not facts.is_coach:
        return Refusal.NOT_YOUR_PLAN
    if facts.state != PlanState.IN_FIELD:
        return Refusal.NOT_IN_FIELD
    if not set(given.ratings) <= facts.point_ids:
        return Refusal.NOT_A_POINT_OF_THE_DAY
    if not given.strength.strip():
        return Refusal.STRENGTH_FIRST
    if facts.primary_id not in given.ratings:
        return Refusal.PRIMARY_NOT_RATED
    watches = given.phase in (Phase.YOU_DO, Phase.YOU_SAY)
    was_shown = bool({Phase.I_DO, Phase.I_SAY} & facts.phases)
    if watches and facts.primary_is_new and not was_shown and not given.why_not_shown.strip():
        return Refusal.SHOW_BEFORE_WATCHING
    return None


def why_not_summarise(state: str, *, may: bool, primary_visits: int, why_few: str) -> Refusal | None:
    """Say why the day cannot be summarised; with `why_few` one visit is enough, and it shows."""
    if not may:
        return Refusal.NOT_YOUR_PLAN
    if state in DONE_STATES:
        return Refusal.SUMMARY_SENT
    if state != PlanState.IN_FIELD:
        return Refusal.NOT_IN_FIELD
    if primary_visits == 0:
        return Refusal.NOTHING_WATCHED
    return Refusal.PRIMARY_NOT_REPEATED if primary_visits < LEAST_VISITS and not why_few.strip() else None
