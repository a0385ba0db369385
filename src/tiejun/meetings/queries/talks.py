"""The week's talks between two: who is due, what the numbers say, what was agreed before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.forecast.queries.evening import coverage
from tiejun.forecast.queries.people import group_in_reach, groups_in_reach
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.meetings.models import ActionItem, Meeting, OneToOne
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules import ActionState, Kind, Missing
from tiejun.meetings.rules.talks import TalkKind
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import signed_by_day
from tiejun.visits.queries.technique import Technique, techniques

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit
    from tiejun.org.queries import TeamMember

WEEK = timedelta(days=7)
EARLIER = 3
ROLES = {TalkKind.WEEKLY: Role.REP, TalkKind.COACHING: Role.SUPERVISOR}


@dataclass(frozen=True, slots=True)
class TalkLine:
    """Somebody who is due a talk this week; `talk` once it was held."""

    member: TeamMember
    kind: TalkKind
    talk: OneToOne | None


@dataclass(frozen=True, slots=True)
class TalksPage:
    """A week's talks: those to hold, and one's own; `is_due`: the team is small enough that each has one a week."""

    week: date
    unit: Unit | None
    units: list[Unit]
    lines: list[TalkLine]
    is_due: bool
    mine: list[OneToOne]


def week_of(scope: Scope, now: datetime) -> date:
    """Return the Monday of the running week."""
    today = business_day(now, scope.zone)
    return today - timedelta(days=today.weekday())


def talks_page(scope: Scope, *, unit_id: UUID | None = None, now: datetime) -> TalksPage:
    """Return the talks of the running week that the asker may hold in a unit, and the own last ones. Raises `NotFound`."""
    scope.require(Ability.VIEW_ONE_TO_ONES)
    week = week_of(scope, now)
    mine = OneToOne.objects.filter(person=scope.person_id).select_related("held_by").order_by("-week", "-kind")
    units = groups_in_reach(scope, Ability.HOLD_ONE_TO_ONE)
    if not units:
        if unit_id is not None:
            raise NotFound
        return TalksPage(week, None, [], [], is_due=False, mine=list(mine[:EARLIER]))
    unit = group_in_reach(scope, Ability.HOLD_ONE_TO_ONE, unit_id)
    held = {(row.kind, row.person_id): row for row in OneToOne.objects.filter(unit_id=unit.pk, week=week)}
    lines = [
        TalkLine(member, kind, held.get((kind, member.person_id)))
        for kind in (TalkKind.COACHING, TalkKind.WEEKLY)
        for member in _members(scope, unit.pk, kind, now)
        if member.person_id != scope.person_id
    ]
    most = meeting_policy(scope, unit.pk, zone=unit.zone, now=now).number("weekly_team_most")
    people = sum(line.kind is TalkKind.WEEKLY for line in lines)
    return TalksPage(week, unit, units, lines, is_due=people <= most, mine=list(mine[:EARLIER]))


def _members(scope: Scope, unit_id: UUID, kind: TalkKind, now: datetime) -> list[TeamMember]:
    today = business_day(now, scope.zone)
    return org.members_in_reach(scope, Ability.HOLD_ONE_TO_ONE, on=today, role=ROLES[kind], unit_id=unit_id)


@dataclass(frozen=True, slots=True)
class TalkSheet:
    """Everything for one talk: the person, the numbers of the week, open actions, and what was agreed before."""

    member: TeamMember
    kind: TalkKind
    week: date
    facts: dict[str, int]
    actions: list[ActionItem]
    talk: OneToOne | None
    earlier: list[OneToOne]


def talk_sheet(scope: Scope, person_id: UUID, kind: TalkKind, *, now: datetime) -> TalkSheet:
    """Return the sheet of a talk with somebody within reach; raises `NotFound`, for oneself too."""
    scope.require(Ability.HOLD_ONE_TO_ONE)
    week, today = week_of(scope, now), business_day(now, scope.zone)
    unit_id = org.unit_of_person(scope, person_id, on=today)
    members = _members(scope, unit_id, kind, now)
    member = next((one for one in members if one.person_id == person_id and person_id != scope.person_id), None)
    if member is None:
        raise NotFound
    rows = OneToOne.objects.filter(person=person_id, kind=kind).select_related("held_by").order_by("-week")
    found = list(rows[: EARLIER + 1])
    talk = next((row for row in found if row.week == week), None)
    actions = ActionItem.objects.filter(owner=person_id, state=ActionState.OPEN).select_related("owner")
    return TalkSheet(
        member=member,
        kind=kind,
        week=week,
        facts=_rep_facts(scope, person_id, week)
        if kind is TalkKind.WEEKLY
        else _leader_facts(scope, unit_id, week, now),
        actions=list(actions.order_by("due_on", "pk")),
        talk=talk,
        earlier=[row for row in found if row.week != week][:EARLIER],
    )


def _rep_facts(scope: Scope, person_id: UUID, week: date) -> dict[str, int]:
    seen = techniques(scope, [person_id], since=week, until=week + WEEK).get(person_id, Technique())
    sales = signed_by_day(scope, [person_id], since=week, until=week + WEEK).values()
    return {
        "visits": seen.visits,
        "effective": seen.effective,
        "new_effective": seen.new_effective,
        "trial_closed": seen.trial_closed,
        "deals": sum(one.deals for one in sales),
    }


def _leader_facts(scope: Scope, unit_id: UUID, week: date, now: datetime) -> dict[str, int]:
    """What a supervisor's week says about the coaching: reviews, meetings, actions."""
    today = business_day(now, scope.zone)
    people = [one.person_id for one in org.members_in_reach(scope, Ability.HOLD_ONE_TO_ONE, on=today, unit_id=unit_id)]
    chain = org.unit_chain(scope, unit_id)
    reviews = coverage(scope, people, chain=chain, day=today, now=now).values()
    held = Meeting.objects.filter(
        unit_id=unit_id, kind=Kind.EVENING, business_day__gte=week, business_day__lt=week + WEEK
    )
    gaps = Counter(code for codes in held.values_list("missing", flat=True) for code in codes)
    return {
        "people": len(people),
        "reviews_done": sum(min(one.done, one.due) for one in reviews),
        "reviews_due": sum(one.due for one in reviews),
        "evenings": held.filter(opened_at__isnull=False).count(),
        "without_drill": gaps[Missing.DRILL] + gaps[Missing.NOT_HELD],
        "open_actions": ActionItem.objects.filter(unit_id=unit_id, state=ActionState.OPEN).count(),
    }


def talk_in_reach(scope: Scope, talk_id: UUID) -> OneToOne:
    """Return a talk within reach: the own ones, and those of people one leads; raises `NotFound`."""
    rows = OneToOne.objects.within(scope, Ability.VIEW_ONE_TO_ONES).select_related("person", "held_by", "unit")
    row = rows.filter(pk=talk_id).first()
    if row is None:
        raise NotFound
    return row
