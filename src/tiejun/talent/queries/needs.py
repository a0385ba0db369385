"""What people should practise next, from their own lost sales, coaching, drills, visits and levels, beside the sums of their group."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.coaching.queries.points import open_points_of
from tiejun.coaching.queries.progress import skills_of
from tiejun.foundation.times import at_local, business_day
from tiejun.meetings.queries.drilled import drills_played
from tiejun.meetings.rules.drilling import DRILLABLE, UseState
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import lost_reasons
from tiejun.talent.queries.levels import standings
from tiejun.talent.queries.policy import talent_policy
from tiejun.talent.rules import BY_CODE, Source
from tiejun.talent.rules.needs import Lost, NeedFacts, OpenPoint, Share, needs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.coaching.queries.mine import PointRow
    from tiejun.meetings.queries.drilled import PlayedDrill
    from tiejun.meetings.rules.drilling import Subject
    from tiejun.talent.queries.policy import TalentPolicy
    from tiejun.talent.rules.needs import Need


def needs_of(scope: Scope, person_ids: Collection[UUID], unit_id: UUID, *, now: datetime) -> dict[UUID, list[Need]]:
    """Return what persons of one unit that the asker reaches should practise, the most urgent first.

    Of the others in the group only sums are used, and none where they are few. The number of queries does not depend on the people.
    """
    today, policy = business_day(now, scope.zone), talent_policy(scope, now)
    since = today - timedelta(days=policy.number("needs_days"))
    sums = Scope.system("talent.needs", unit_chain=scope.unit_chain, zone=scope.zone)
    group = {one.person_id for one in org.members_in_reach(sums, Ability.VIEW_SKILLS, on=today, unit_id=unit_id)}
    everybody = sorted(group | set(person_ids))
    begins, ends = at_local(since, "00:00", scope.zone), at_local(today + timedelta(days=1), "00:00", scope.zone)
    lost = lost_reasons(sums, everybody, since=begins, until=ends)
    views = skills_of(sums, everybody, today)
    ability = Ability.VIEW_COACHING
    points = open_points_of(scope, person_ids, ability) if scope.can(ability) else {}
    drills = drills_played(scope, person_ids, since=since, now=now) if scope.can(Ability.VIEW_MEETINGS) else {}
    levels = standings(scope, person_ids, source=Source.LEADER, until=today)
    found = {}
    for person_id in person_ids:
        others = group - {person_id}
        speaks = len(others) >= policy.number("group_least")
        facts = NeedFacts(
            lost=_lost(lost, person_id, others if speaks else (), policy),
            points=[_point(one) for one in points.get(person_id, ())],
            weak=[
                Share(BY_CODE[one.skill.value], one.percent, one.group_percent)
                for one in views[person_id].weak
                if speaks and one.skill.value in BY_CODE
            ],
            unused_drills=_unused(drills.get(person_id, ())),
            levels={skill: one.level for skill, one in levels[person_id].items()},
        )
        found[person_id] = needs(facts, policy.needs)
    return found


def _lost(
    lost: Mapping[UUID, Counter[str]], person_id: UUID, others: Iterable[UUID], policy: TalentPolicy
) -> list[Lost]:
    own = lost.get(person_id, Counter())
    group: Counter[str] = Counter()
    for one in others:
        group.update(lost.get(one, Counter()))
    if group.total() < policy.number("losses_least"):
        group = Counter()
    return [
        Lost(subject, own[subject.value], own.total(), group[subject.value], group.total())
        for subject in sorted(DRILLABLE)
        if own[subject.value]
    ]


def _point(row: PointRow) -> OpenPoint:
    return OpenPoint(
        row.point.pk, BY_CODE.get(row.point.skill), row.point.title, row.application.used, row.application.not_used
    )


def _unused(played: Iterable[PlayedDrill]) -> list[Subject]:
    """Return the subjects whose newest drill was not used on the day after."""
    newest: dict[Subject, UseState] = {}
    for one in played:
        newest.setdefault(one.subject, one.use.state)
    return [subject for subject, state in newest.items() if state is UseState.NOT_USED]
