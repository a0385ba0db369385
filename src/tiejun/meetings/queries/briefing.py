"""The morning: what the day is to bring, whom it is about, who has no backup, and where everybody goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.customers import queries as customers
from tiejun.forecast.queries.tomorrow import forecasts_on
from tiejun.meetings.queries.facts import members_of
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.pipeline.queries import month_money
from tiejun.visits.queries.field_days import plans_on
from tiejun.visits.queries.pace import briefing_shifts
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.customers.queries import CompanyBrief
    from tiejun.meetings.models import Meeting
    from tiejun.org.queries import TeamMember
    from tiejun.visits.queries.field_days import PlanOfDay
    from tiejun.visits.queries.policy import FieldPolicy

SHOWN_DISTRICTS = 3


@dataclass(frozen=True, slots=True)
class Target:
    """What a group's day is to bring, as its people said it, and how far the month is; amounts in minor units."""

    deals: int
    amount_minor: int
    visits: int
    floor: int
    month_deals: int
    month_minor: int


@dataclass(frozen=True, slots=True)
class ToSign:
    """A customer that is to sign today; without `backup` somebody must step in."""

    company: str
    name: str
    amount_minor: int
    backup: str


@dataclass(frozen=True, slots=True)
class RouteLine:
    """Where somebody goes: the first stop, the districts in their order; `starts_at`: later after a day that was too long."""

    name: str
    leave_part: str
    stops: int
    is_submitted: bool
    first: str
    first_at: datetime | None
    districts: tuple[str, ...]
    travel_metres: int
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class Briefing:
    """A group's morning. `lines`: the routes that the asker may see, everybody's for who leads, else the own one."""

    target: Target
    iron: list[ToSign]
    lines: list[RouteLine]

    @property
    def lacking(self) -> int:
        return sum(not deal.backup for deal in self.iron)


def briefing(scope: Scope, meeting: Meeting, *, now: datetime) -> Briefing:
    """Return the morning of a meeting's day (read in the scope), in a number of queries that does not depend on its people.

    The target and what is to be signed are the whole group's; a route is for who may see the plan.
    """
    day, unit = meeting.business_day, meeting.unit
    policy = meeting_policy(scope, unit.pk, zone=unit.zone, now=now)
    field = field_policy(scope, now, chain=policy.chain, zone=unit.zone)
    group = Scope.system("meetings.briefing", unit_chain=policy.chain, zone=unit.zone)
    members = members_of(group, unit.pk, day)
    persons = [member.person_id for member in members]
    said = forecasts_on(group, persons, day, now=now)
    money = month_money(group, persons, day).values()
    names = {member.person_id: member.name for member in members}
    iron = [
        ToSign(line.name, names[person_id], line.deal.amount_minor, line.backup_name or line.deal.backup_plan)
        for person_id, one in said.items()
        for line in one.iron
    ]
    target = Target(
        deals=sum(one.numbers.deals for one in said.values()),
        amount_minor=sum(one.numbers.amount_minor for one in said.values()),
        visits=sum(one.numbers.visits for one in said.values()),
        floor=sum(field.floor(member.leave_part).visits for member in members),
        month_deals=sum(one.deals for one in money),
        month_minor=sum(one.signed_minor for one in money),
    )
    seen = [one for one in members if scope.covers(Ability.VIEW_DAY_PLAN, owner_id=one.person_id, unit_id=one.unit_id)]
    iron.sort(key=lambda deal: (bool(deal.backup), deal.company))
    return Briefing(target, iron, _routes(scope, seen, meeting, field))


def _routes(scope: Scope, members: Sequence[TeamMember], meeting: Meeting, field: FieldPolicy) -> list[RouteLine]:
    persons, day = [member.person_id for member in members], meeting.business_day
    plans = plans_on(scope, persons, [day])
    shifts = briefing_shifts(scope, persons, day, field)
    briefs = customers.briefs(scope, {stop.company_id for plan in plans.values() for stop in plan.route})
    departure = field.moment(day, "clock.departure")
    return [
        _route(
            member,
            plans.get((member.person_id, day)),
            briefs,
            departure + shifts[member.person_id] if member.person_id in shifts else None,
        )
        for member in members
    ]


def _route(
    member: TeamMember, plan: PlanOfDay | None, briefs: Mapping[UUID, CompanyBrief], starts_at: datetime | None
) -> RouteLine:
    route = [stop for stop in plan.route if stop.company_id in briefs] if plan else []
    districts = list(dict.fromkeys(briefs[stop.company_id].district_code for stop in route))
    return RouteLine(
        name=member.name,
        leave_part=member.leave_part,
        stops=len(route),
        is_submitted=plan is not None and plan.is_submitted,
        first=briefs[route[0].company_id].name if route else "",
        first_at=route[0].planned_at if route else None,
        districts=tuple(one for one in districts if one)[:SHOWN_DISTRICTS],
        travel_metres=plan.travel_metres if plan else 0,
        starts_at=starts_at,
    )
