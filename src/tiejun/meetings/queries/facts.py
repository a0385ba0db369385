"""What a group's day says to its meeting, in a number of queries that does not depend on its people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from tiejun.access.abilities import Ability
from tiejun.forecast.queries.actuals import actuals_of
from tiejun.forecast.queries.tomorrow import forecasts_on
from tiejun.foundation.times import at_local
from tiejun.meetings.models import ActionItem, Decision, Meeting
from tiejun.meetings.rules import ActionState, Kind, MeetingState
from tiejun.meetings.rules.agenda import DayFacts, DueAction, Unbacked, Won
from tiejun.meetings.rules.drilling import Hardness
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import lost_reasons
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.queries.technique import Technique, techniques

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.forecast.queries.tomorrow import DayForecast
    from tiejun.meetings.queries.policy import MeetingPolicy
    from tiejun.org.queries import TeamMember

LOOKED_BACK = 20


@dataclass(frozen=True, slots=True)
class Evening:
    """What a day brings to its evening meeting: facts for the agenda, how hard it was for the drill, who comes."""

    members: list[TeamMember]
    day: DayFacts
    hardness: Hardness


def members_of(scope: Scope, unit_id: UUID, day: date) -> list[TeamMember]:
    """Return the representatives of a unit within reach on a day, by name."""
    return org.members_in_reach(scope, Ability.VIEW_MEETINGS, on=day, unit_id=unit_id)


def evening_of(scope: Scope, unit_id: UUID, day: date, *, policy: MeetingPolicy, now: datetime) -> Evening:
    """Return what a group's day brings to its evening meeting."""
    members = members_of(scope, unit_id, day)
    persons = [member.person_id for member in members]
    names = {member.person_id: member.name for member in members}
    actuals, _sales = actuals_of(scope, persons, day, now=now)
    field = field_policy(scope, now, chain=policy.chain, zone=policy.zone)
    lost = _lost(scope, persons, day, policy.zone)
    today = forecasts_on(scope, persons, day, now=now)
    tomorrow = forecasts_on(scope, persons, policy.next_day(day), now=now)
    facts = DayFacts(
        people=sum(field.floor(member.leave_part).visits > 0 for member in members),
        below=sum(actuals[member.person_id].visits < field.floor(member.leave_part).visits for member in members),
        said=sum(one.numbers.deals for one in today.values() if one.row is not None),
        came=sum(one.deals for one in actuals.values()),
        won=[
            Won(person_id, names[person_id], one.deals, one.amount_minor)
            for person_id, one in actuals.items()
            if one.deals
        ],
        lost=lost,
        unbacked=_unbacked(tomorrow, names),
        due=due_actions(scope, unit_id, day),
        fruitless=fruitless_meetings(scope, unit_id, day),
    )
    return Evening(members, facts, _hardness(scope, persons, day, lost))


def morning_of(scope: Scope, unit_id: UUID, day: date, *, now: datetime) -> tuple[list[TeamMember], DayFacts]:
    """Return who comes to a group's briefing, and what it must settle: deals of the day without a backup, actions that are due."""
    members = members_of(scope, unit_id, day)
    names = {member.person_id: member.name for member in members}
    unbacked = _unbacked(forecasts_on(scope, list(names), day, now=now), names)
    due = due_actions(scope, unit_id, day)
    return members, DayFacts(people=len(members), below=0, said=0, came=0, unbacked=unbacked, due=due)


def _unbacked(said: Mapping[UUID, DayForecast], names: Mapping[UUID, str]) -> list[Unbacked]:
    return [
        Unbacked(person_id, names[person_id], line.deal.company_id, line.name)
        for person_id, one in said.items()
        for line in one.lines
        if line.deal.lacks_backup
    ]


def _lost(scope: Scope, persons: Sequence[UUID], day: date, zone: str) -> Counter[str]:
    since, until = at_local(day, "00:00", zone), at_local(day + timedelta(days=1), "00:00", zone)
    sums: Counter[str] = Counter()
    for reasons in lost_reasons(scope, persons, since=since, until=until).values():
        sums.update(reasons)
    return sums


def _hardness(scope: Scope, persons: Sequence[UUID], day: date, lost: Counter[str]) -> Hardness:
    found: list[Technique] = list(techniques(scope, persons, since=day, until=day + timedelta(days=1)).values())
    return Hardness(
        lost=lost,
        visits=sum(one.visits for one in found),
        refused=sum(one.refused for one in found),
        demonstrated=sum(one.demonstrated for one in found),
        trial_closed=sum(one.trial_closed for one in found),
    )


def due_actions(scope: Scope, unit_id: UUID, day: date) -> list[DueAction]:  # noqa: ARG001 -- of a unit that was looked up in the scope
    """Return the open actions of a unit whose day has come, the oldest first."""
    rows = ActionItem.objects.filter(unit_id=unit_id, state=ActionState.OPEN, due_on__lte=day)
    found = rows.order_by("due_on", "pk").select_related("owner")
    return [DueAction(row.pk, row.owner_id, row.owner.name, row.words, row.due_on.isoformat()) for row in found]


def fruitless_meetings(scope: Scope, unit_id: UUID, day: date) -> int:  # noqa: ARG001 -- of a unit that was looked up in the scope
    """Return how many evening meetings of a unit in a row, the last before a day, ended without a decision or an action."""
    rows = Meeting.objects.filter(
        unit_id=unit_id, kind=Kind.EVENING, business_day__lt=day, state__in=(MeetingState.CLOSED, MeetingState.LOCKED)
    )
    brought = Exists(Decision.objects.filter(meeting=OuterRef("pk"))) | Exists(
        ActionItem.objects.filter(meeting=OuterRef("pk"))
    )
    ended = rows.filter(opened_at__isnull=False).annotate(brought=brought).order_by("-business_day")
    count = 0
    for has_brought in ended.values_list("brought", flat=True)[:LOOKED_BACK]:
        if has_brought:
            break
        count += 1
    return count
