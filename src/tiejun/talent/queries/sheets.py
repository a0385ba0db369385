"""One person's skill map as of a day, with its history and what to practise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.meetings.queries.drilled import drills_played
from tiejun.org import queries as org
from tiejun.talent.models import SkillMap
from tiejun.talent.queries.evidence import evidence_of
from tiejun.talent.queries.levels import history, level_of, standings
from tiejun.talent.queries.needs import needs_of
from tiejun.talent.queries.policy import talent_policy
from tiejun.talent.rules import Level, Skill, Source
from tiejun.talent.rules.rating import may_rise_to

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.queries.drilled import PlayedDrill
    from tiejun.talent.queries.levels import RatingPage, Standing
    from tiejun.talent.rules.needs import Need
    from tiejun.talent.rules.rating import Offered

SHOWN_DRILLS = 6


@dataclass(frozen=True, slots=True)
class SkillSheet:
    """A person's map as of `day`: the line's word then (`now`), `compared` days `before`, and the person's `own`.

    `needs` and `drills` are of today. `previous` and `following`: the last days of the months beside, None after today.
    """

    person_id: UUID
    name: str
    version: int
    is_own: bool
    may_rate: bool
    may_assess: bool
    may_plan: bool
    day: date
    today: date
    previous: date
    following: date | None
    compared: date
    now: dict[Skill, Standing]
    before: dict[Skill, Standing]
    own: dict[Skill, Standing]
    ratings: RatingPage
    needs: list[Need]
    drills: list[PlayedDrill]

    @property
    def is_today(self) -> bool:
        return self.day == self.today


def skill_sheet(
    scope: Scope, person_id: UUID, *, day: date | None = None, cursor: str = "", now: datetime
) -> SkillSheet:
    """Return the skill map of a person within reach, the own one too, with a page of its history.

    Raises `NotFound`, for a day to come as well.
    """
    scope.require(Ability.VIEW_SKILLS)
    today, policy = business_day(now, scope.zone), talent_policy(scope, now)
    day = day or today
    if day > today:
        raise NotFound
    person = org.person_in_reach(scope, person_id, Ability.VIEW_SKILLS, on=today)
    unit_id = org.unit_of_person(scope, person_id, on=today)
    is_own = person_id == scope.person_id
    compared = day - timedelta(days=policy.number("compared_days"))
    following = _last_of_month((day.replace(day=28) + timedelta(days=4)).replace(day=1)) if day < today else None
    since = today - timedelta(days=policy.number("needs_days"))
    sees_drills = scope.can(Ability.VIEW_MEETINGS)
    played = drills_played(scope, [person_id], since=since, now=now)[person_id] if sees_drills else []
    return SkillSheet(
        person_id=person_id,
        name=person.name,
        version=version_of(scope, person_id),
        is_own=is_own,
        may_rate=not is_own and scope.covers(Ability.RATE_SKILLS, owner_id=None, unit_id=unit_id),
        may_assess=is_own and scope.can(Ability.ASSESS_ONESELF),
        may_plan=not is_own and scope.covers(Ability.COACH, owner_id=None, unit_id=unit_id),
        day=day,
        today=today,
        previous=day.replace(day=1) - timedelta(days=1),
        following=min(following, today) if following else None,
        compared=compared,
        now=standings(scope, [person_id], source=Source.LEADER, until=day)[person_id],
        before=standings(scope, [person_id], source=Source.LEADER, until=compared)[person_id],
        own=standings(scope, [person_id], source=Source.SELF, until=day)[person_id],
        ratings=history(scope, person_id, until=day, cursor=cursor),
        needs=needs_of(scope, [person_id], unit_id, now=now)[person_id],
        drills=played[:SHOWN_DRILLS],
    )


def own_sheet(scope: Scope, *, day: date | None = None, cursor: str = "", now: datetime) -> SkillSheet:
    """Return the asker's own skill map; raises `NotFound` for a day to come."""
    scope.require(Ability.ASSESS_ONESELF)
    return skill_sheet(scope, scope.own_id, day=day, cursor=cursor, now=now)


def version_of(scope: Scope, person_id: UUID) -> int:  # noqa: ARG001 -- of a person that the asker reaches
    """Return how often the line has rated a person."""
    return SkillMap.objects.filter(person=person_id).values_list("version", flat=True).first() or 0


def _last_of_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """What stands in the form of a rating: the level now, those that can be set, and what it can rest on."""

    person_id: UUID
    name: str
    skill: Skill
    was: Level
    levels: tuple[Level, ...]
    offered: list[Offered]
    version: int
    own: Level | None


def rating_sheet(scope: Scope, person_id: UUID, skill: Skill, *, now: datetime) -> RatingSheet:
    """Return the form of a rating of a person within reach; raises `NotFound`, for oneself as well."""
    scope.require(Ability.RATE_SKILLS)
    today = business_day(now, scope.zone)
    person = org.person_in_reach(scope, person_id, Ability.RATE_SKILLS, on=today)
    if person_id == scope.person_id:
        raise NotFound
    was = level_of(scope, person_id, skill, Source.LEADER)
    own = standings(scope, [person_id], source=Source.SELF, until=today)[person_id].get(skill)
    return RatingSheet(
        person_id=person_id,
        name=person.name,
        skill=skill,
        was=was,
        levels=may_rise_to(was),
        offered=evidence_of(scope, person_id, skill, now=now),
        version=version_of(scope, person_id),
        own=own.level if own else None,
    )


def own_standing(scope: Scope, skill: Skill, *, now: datetime) -> Standing | None:
    """Return at which level the asker last saw themselves, None before the first time."""
    scope.require(Ability.ASSESS_ONESELF)
    today = business_day(now, scope.zone)
    return standings(scope, [scope.own_id], source=Source.SELF, until=today)[scope.own_id].get(skill)


def needs_in_reach(scope: Scope, person_id: UUID, *, now: datetime) -> list[Need]:
    """Return what a person within reach should practise, the most urgent first; raises `NotFound`."""
    scope.require(Ability.VIEW_SKILLS)
    today = business_day(now, scope.zone)
    org.person_in_reach(scope, person_id, Ability.VIEW_SKILLS, on=today)
    return needs_of(scope, [person_id], org.unit_of_person(scope, person_id, on=today), now=now)[person_id]
