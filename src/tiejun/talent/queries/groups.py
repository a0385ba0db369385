"""The skills of a group side by side, and their sums for who may see no names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.queries.desk import groups_led
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.talent.queries.levels import standings
from tiejun.talent.queries.needs import needs_of
from tiejun.talent.queries.policy import talent_policy
from tiejun.talent.rules import SKILLS, Level, Skill, Source

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit
    from tiejun.talent.queries.levels import Standing
    from tiejun.talent.rules.needs import Need


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member with the levels of the skills and what comes first to practise; `is_stale`: not rated for long."""

    person_id: UUID
    name: str
    levels: dict[Skill, Standing]
    need: Need | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class GroupSkills:
    """A group's map: its members by name, and how many have reached the target level of each skill."""

    unit: Unit
    units: list[Unit]
    today: date
    target: Level
    members: list[MemberLine]
    reached: dict[Skill, int]


def group_skills(scope: Scope, *, unit_id: UUID | None = None, now: datetime) -> GroupSkills:
    """Return the skills of a group within reach in a number of queries that does not depend on its people; raises `NotFound`."""
    scope.require(Ability.RATE_SKILLS)
    units = groups_led(scope, Ability.RATE_SKILLS)
    unit = next((one for one in units if unit_id in (None, one.pk)), None)
    if unit is None:
        raise NotFound
    today, policy = business_day(now, scope.zone), talent_policy(scope, now)
    members = [
        one
        for one in org.members_in_reach(scope, Ability.RATE_SKILLS, on=today, unit_id=unit.pk)
        if one.person_id != scope.person_id
    ]
    persons = [one.person_id for one in members]
    levels = standings(scope, persons, source=Source.LEADER, until=today)
    needed = needs_of(scope, persons, unit.pk, now=now)
    stale_before = today - timedelta(days=policy.number("review_days"))
    target = policy.needs.target
    return GroupSkills(
        unit=unit,
        units=units,
        today=today,
        target=target,
        members=[
            MemberLine(
                person_id=one.person_id,
                name=one.name,
                levels=levels[one.person_id],
                need=next(iter(needed[one.person_id]), None),
                is_stale=max((row.on for row in levels[one.person_id].values()), default=stale_before) <= stale_before,
            )
            for one in members
        ],
        reached={skill: sum(one[skill].level >= target for one in levels.values() if skill in one) for skill in SKILLS},
    )


@dataclass(frozen=True, slots=True)
class SkillTotals:
    """How many people stand at which level of each skill; `people` 0: too few to say without naming somebody."""

    people: int
    counts: dict[Skill, dict[Level, int]]


def skill_totals(scope: Scope, *, now: datetime) -> SkillTotals:
    """Return the levels of all representatives within reach as counts, in a fixed number of queries."""
    scope.require(Ability.VIEW_SKILL_TOTALS)
    today = business_day(now, scope.zone)
    persons = {one.person_id for one in org.members_in_reach(scope, Ability.VIEW_SKILL_TOTALS, on=today)}
    if len(persons) < talent_policy(scope, now).number("totals_least"):
        return SkillTotals(0, {})
    levels = standings(scope, persons, source=Source.LEADER, until=today)
    counts = {}
    for skill in SKILLS:
        seen = Counter(one[skill].level if skill in one else Level.NONE for one in levels.values())
        counts[skill] = {level: seen[level] for level in Level}
    return SkillTotals(len(persons), counts)
