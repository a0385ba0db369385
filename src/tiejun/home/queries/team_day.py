"""The team's day for its leader: one row per representative, and one person's day on one screen."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.home import rules
from tiejun.home.queries import clock as clocks
from tiejun.home.queries.today import StopLine, stop_lines
from tiejun.org import queries as org
from tiejun.org.queries.reach import units_below, units_in_reach
from tiejun.pipeline.queries.board import class_a_opportunities
from tiejun.quality.queries.truth import truth_by_unit
from tiejun.visits.queries.days import day_counts
from tiejun.visits.queries.field_days import plans_on, visits_on
from tiejun.visits.queries.pace import briefing_shifts
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.org.models import Unit
    from tiejun.org.queries import TeamMember
    from tiejun.pipeline.queries.board import ClosingLine
    from tiejun.quality.queries.truth import TruthLine
    from tiejun.visits.queries.field_days import PlanOfDay, VisitOfDay
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.counting import DayCounts, Floor


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A representative's row: numbers as restated, `morning` + `afternoon` = visits, times aware, amounts in minor units.

    `begins_at`: the later briefing of who worked too long the day before.
    """

    person_id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    leave_part: str
    floor: Floor
    counts: DayCounts
    pace: rules.Pace
    morning: int
    afternoon: int
    plan: PlanOfDay | None
    next_plan: PlanOfDay | None
    started_at: datetime | None
    last_at: datetime | None
    last_company: str
    is_at_customer: bool
    next_company: str
    closing: tuple[ClosingLine, ...]
    begins_at: datetime | None
    closing_sums: dict[str, int]

    @property
    def missing(self) -> int:
        return max(0, self.floor.visits - self.counts.restated_visits)

    @property
    def is_plan_submitted(self) -> bool:
        return self.plan is not None and self.plan.is_submitted

    @property
    def is_restated(self) -> bool:
        """A number of the frozen day was moved by what came later."""
        now_is = (
            self.counts.restated_visits,
            self.counts.restated_effective_visits,
            self.counts.restated_new_effective_customers,
        )
        return now_is != (self.counts.visits, self.counts.effective_visits, self.counts.new_effective_customers)


@dataclass(frozen=True, slots=True)
class TeamTotals:
    """The sums of the rows; `at_work` have a floor today, `late` counts records after their time, `restated` people."""

    people: int
    at_work: int
    visits: int
    floor: int
    effective: int
    new_effective: int
    behind: int
    late: int
    restated: int
    plans: int
    next_plans: int
    closing: dict[str, int]


@dataclass(frozen=True, slots=True)
class TeamDay:
    """A team's day; `units` are those to choose from (one or none: no choice), `clock` is the asker's unit's."""

    day: date
    today: date
    next_day: date
    clock: rules.DayClock
    units: list[Unit]
    unit_id: UUID | None
    lines: list[MemberLine]
    totals: TeamTotals
    truth: TruthLine | None

    @property
    def is_today(self) -> bool:
        return self.day == self.today


def team_day(scope: Scope, *, day: date | None = None, unit_id: UUID | None = None, now: datetime) -> TeamDay:
    """Return the day of all representatives in reach (of a unit and what is below it), who needs attention first.

    The number of queries does not depend on the number of people. Raises `NotFound` for a unit out of reach or a day to come.
    """
    scope.require(Ability.VIEW_TEAM_TODAY)
    today = business_day(now, scope.zone)
    day = day or today
    if day > today:
        raise NotFound
    policy = field_policy(scope, now)
    units = org.all_units(scope)
    open_units = units_in_reach(scope, units, Ability.VIEW_TEAM_TODAY)
    members = org.members_in_reach(scope, Ability.VIEW_TEAM_TODAY, on=day)
    if unit_id is not None:
        below = units_below(scope, open_units, unit_id)
        members = [member for member in members if member.unit_id in below]
    lines = _member_lines(scope, members, units, day=day, policy=policy, now=now)
    return TeamDay(
        day=day,
        today=today,
        next_day=next_workday_of(day, calendar_of(policy.book, policy.chain)),
        clock=clocks.day_clock(scope, policy, day),
        units=open_units,
        unit_id=unit_id,
        lines=lines,
        totals=_totals(lines),
        truth=_truth(scope, unit_id or (open_units[0].pk if open_units else None), now),
    )


def _truth(scope: Scope, unit_id: UUID | None, now: datetime) -> TruthLine | None:
    return truth_by_unit(scope, [unit_id], now=now).get(unit_id) if unit_id else None


def _member_lines(
    scope: Scope, members: Sequence[TeamMember], units: Sequence[Unit], *, day: date, policy: FieldPolicy, now: datetime
) -> list[MemberLine]:
    persons = [member.person_id for member in members]
    next_day = next_workday_of(day, calendar_of(policy.book, policy.chain))
    plans = plans_on(scope, persons, [day, next_day])
    visits = visits_on(scope, persons, day, now=now)
    counts = day_counts(scope, persons, day, now=now)
    closing: dict[UUID, list[ClosingLine]] = defaultdict(list)
    for row in class_a_opportunities(scope, persons):
        closing[row.person_id].append(row)
    stops = [stop for (_, on), plan in plans.items() if on == day for stop in plan.stops]
    companies = {stop.company_id for stop in stops} | {visit.company_id for rows in visits.values() for visit in rows}
    names = {company_id: brief.name for company_id, brief in customers.briefs(scope, companies).items()}
    shifts = briefing_shifts(scope, persons, day, policy)
    policies_of = {unit.pk: replace(policy, chain=_chain(unit)) for unit in units}
    lines = [
        _member_line(
            member,
            policy=policies_of.get(member.unit_id, policy),
            clock=clocks.day_clock(
                scope,
                policies_of.get(member.unit_id, policy),
                day,
                shift=shifts.get(member.person_id, clocks.NO_SHIFT),
            ),
            is_shifted=member.person_id in shifts,
            counts=counts[member.person_id],
            visits=visits.get(member.person_id, []),
            plans=(plans.get((member.person_id, day)), plans.get((member.person_id, next_day))),
            closing=closing[member.person_id],
            names=names,
            day=day,
            now=now,
        )
        for member in members
    ]
    return sorted(lines, key=_attention)


def _chain(unit: Unit) -> tuple[UUID, ...]:
    return tuple(UUID(part) for part in reversed(unit.path.split("/")))


def _attention(line: MemberLine) -> tuple[int, int, int, str]:
    return rules.attention_key(
        line.pace, missing=line.missing, is_plan_submitted=line.is_plan_submitted, name=line.name
    )


def _member_line(  # noqa: PLR0913 -- what the bulk queries found for one person
    member: TeamMember,
    *,
    policy: FieldPolicy,
    clock: rules.DayClock,
    is_shifted: bool,
    counts: DayCounts,
    visits: Sequence[VisitOfDay],
    plans: tuple[PlanOfDay | None, PlanOfDay | None],
    closing: Sequence[ClosingLine],
    names: Mapping[UUID, str],
    day: date,
    now: datetime,
) -> MemberLine:
    floor = policy.floor(member.leave_part if policy.is_workday(day) or visits else "FULL")
    morning = min(
        len({visit.company_id for visit in visits if visit.is_counted and visit.is_morning}), counts.restated_visits
    )
    last = next((visit for visit in visits if visit.is_running), visits[-1] if visits else None)
    seen = {visit.company_id for visit in visits}
    plan = plans[0]
    following = next((stop for stop in plan.route if stop.company_id not in seen), None) if plan else None
    facts = rules.DayFacts(counts.restated_visits, morning, floor.visits, floor.noon, has_started=bool(visits))
    return MemberLine(
        person_id=member.person_id,
        name=member.name,
        unit_id=member.unit_id,
        unit_name=member.unit_name,
        leave_part=member.leave_part,
        floor=floor,
        counts=counts,
        pace=rules.pace_of(now, clock, facts),
        morning=morning,
        afternoon=counts.restated_visits - morning,
        plan=plan,
        next_plan=plans[1],
        started_at=visits[0].started_at if visits else None,
        last_at=(last.ended_at or last.started_at) if last else None,
        last_company=names.get(last.company_id, "") if last else "",
        is_at_customer=last.is_running if last else False,
        next_company=names.get(following.company_id, "") if following else "",
        closing=tuple(closing),
        begins_at=clock.starts_at if is_shifted else None,
        closing_sums=_sums((row.currency, row.amount_minor) for row in closing),
    )


def _totals(lines: Sequence[MemberLine]) -> TeamTotals:
    return TeamTotals(
        people=len(lines),
        at_work=sum(line.floor.visits > 0 for line in lines),
        visits=sum(line.counts.restated_visits for line in lines),
        floor=sum(line.floor.visits for line in lines),
        effective=sum(line.counts.restated_effective_visits for line in lines),
        new_effective=sum(line.counts.restated_new_effective_customers for line in lines),
        behind=sum(line.pace in (rules.Pace.BEHIND, rules.Pace.NOT_STARTED, rules.Pace.SHORT) for line in lines),
        late=sum(line.counts.late_count for line in lines),
        restated=sum(line.is_restated for line in lines),
        plans=sum(line.is_plan_submitted for line in lines),
        next_plans=sum(line.next_plan is not None and line.next_plan.is_submitted for line in lines),
        closing=_sums(pair for line in lines for pair in line.closing_sums.items()),
    )


def _sums(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the sum of each currency, CNY first: different money is never added."""
    sums: Counter[str] = Counter()
    for currency, minor in amounts:
        sums[currency] += minor
    return {code: sums[code] for code in sorted(sums, key=lambda code: (code != "CNY", code))}


@dataclass(frozen=True, slots=True)
class MemberDay:
    """One person's day on one screen: the row, the stops in the order of the day, tomorrow's stops."""

    day: date
    next_day: date
    is_today: bool
    line: MemberLine
    stops: list[StopLine]
    next_stops: list[tuple[int, CompanyBrief]]


def member_day(scope: Scope, person_id: UUID, *, day: date | None = None, now: datetime) -> MemberDay:
    """Return one representative's day within reach; raises `NotFound`."""
    scope.require(Ability.VIEW_TEAM_TODAY)
    today = business_day(now, scope.zone)
    day = day or today
    members = org.members_in_reach(scope, Ability.VIEW_TEAM_TODAY, on=day)
    member = next((member for member in members if member.person_id == person_id), None)
    if member is None or day > today:
        raise NotFound
    policy = field_policy(scope, now)
    line = _member_lines(scope, [member], org.all_units(scope), day=day, policy=policy, now=now)[0]
    visits = visits_on(scope, [person_id], day, now=now).get(person_id, [])
    stops, next_stops = line.plan.stops if line.plan else (), line.next_plan.route if line.next_plan else ()
    companies = {stop.company_id for stop in (*stops, *next_stops)} | {visit.company_id for visit in visits}
    briefs = customers.briefs(scope, companies)
    lines = stop_lines(scope, stops, visits, briefs)
    return MemberDay(
        day=day,
        next_day=next_workday_of(day, calendar_of(policy.book, policy.chain)),
        is_today=day == today,
        line=line,
        stops=sorted((row for row in lines if row.visit), key=_started) + [row for row in lines if not row.visit],
        next_stops=[(number, briefs[stop.company_id]) for number, stop in enumerate(next_stops, 1)],
    )


def _started(line: StopLine) -> float:
    return line.visit.started_at.timestamp() if line.visit else 0.0
