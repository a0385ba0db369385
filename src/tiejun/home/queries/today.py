"""The representative's Today: where the day stands, what comes next, what is missing before the lock."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict
from zoneinfo import ZoneInfo

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.engines.geo import Point, travel
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.home import rules
from tiejun.home.queries import clock as clocks
from tiejun.leads import queries as leads
from tiejun.org import queries as org
from tiejun.pipeline import queries as pipeline
from tiejun.success.queries.desk import CareDuty, own_care
from tiejun.visits.queries.days import day_counts, month_counts
from tiejun.visits.queries.field_days import plans_on, visits_on
from tiejun.visits.queries.pace import briefing_shifts, gap_of
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, time
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.leads.queries import HeldCompany
    from tiejun.pipeline.queries import MonthMoney
    from tiejun.visits.queries.field_days import PlannedStop, PlanOfDay, VisitOfDay
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.counting import DayCounts, Floor, MonthCounts
    from tiejun.visits.rules.pulse import PaceGap

DUE_WITHIN = timedelta(days=3)
SHOWN_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class StopLine:
    """A stop of the plan, or a visit beside it (`stop` None); `number` counts the route from 1, 0 beside it."""

    number: int
    stop: PlannedStop | None
    company: CompanyBrief
    visit: VisitOfDay | None

    @property
    def is_done(self) -> bool:
        return self.visit is not None and not self.visit.is_running

    @property
    def is_running(self) -> bool:
        return self.visit is not None and self.visit.is_running

    @property
    def point(self) -> Point | None:
        if self.company.latitude is None or self.company.longitude is None:
            return None
        return Point(lng=self.company.longitude, lat=self.company.latitude)


@dataclass(frozen=True, slots=True)
class NextStop:
    """The stop to go to now; metres and minutes from the place before it, 0 where a position is unknown."""

    line: StopLine
    metres: int
    minutes: int

    @property
    def kilometres(self) -> float:
        return self.metres / 1000


@dataclass(frozen=True, slots=True)
class Duty:
    """A company that asks for a contact: by `at` the promise or the holding runs out."""

    company: CompanyBrief
    lead_id: UUID
    at: datetime
    is_past: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """What the day still lacks before its lock; numbers of 0 lack nothing."""

    visits: int
    effective: int
    unrecorded: int
    tomorrow: bool

    @property
    def is_nothing(self) -> bool:
        return not (self.visits or self.effective or self.unrecorded or self.tomorrow)


@dataclass(frozen=True, slots=True)
class Today:
    """All that the page shows; `day` is the business day, which ends at 02:00.

    `gap`: how far the day is behind the last pulse. `is_shifted`: it begins later, because the day before was too long.
    """

    day: date
    phase: rules.Phase
    leave_part: str
    clock: rules.DayClock
    floor: Floor
    counts: DayCounts
    plan: PlanOfDay | None
    next_stop: NextStop | None
    running: StopLine | None
    to_do: list[StopLine]
    done: list[StopLine]
    backups: list[StopLine]
    ends_at: datetime | None
    metres_left: int
    missing: Missing
    follow_ups: list[Duty]
    due: list[Duty]
    care: list[CareDuty]
    follow_up_count: int
    due_count: int
    next_day: date
    next_plan: PlanOfDay | None
    allotted: int
    golden: rules.GoldenLine
    month: MonthCounts
    money: MonthMoney
    gap: PaceGap | None
    is_shifted: bool

    @property
    def kilometres_left(self) -> float:
        return self.metres_left / 1000


def today(scope: Scope, *, now: datetime) -> Today:
    """Return the asker's day; raises `PermissionRefused` for who has no field day."""
    scope.require(Ability.VIEW_TODAY)
    person_id, day, policy = scope.own_id, business_day(now, scope.zone), field_policy(scope, now)
    leave = org.leave_between(scope, [person_id], first=day, last=day.replace(day=monthrange(day.year, day.month)[1]))
    part = clocks.leave_part_on(scope, leave, person_id, day)
    shift = briefing_shifts(scope, [person_id], day, policy).get(person_id, timedelta(0))
    floor, clock = policy.floor(part), clocks.day_clock(scope, policy, day, shift=shift)
    next_day = next_workday_of(day, calendar_of(policy.book, policy.chain))
    plans = plans_on(scope, [person_id], [day, next_day])
    plan, next_plan = plans.get((person_id, day)), plans.get((person_id, next_day))
    visits = visits_on(scope, [person_id], day, now=now).get(person_id, [])
    held = leads.held_companies(scope, person_id)
    wanted = _companies_asking(held, now)
    lines, briefs = _lines_of(scope, plan, visits, wanted)
    counts = day_counts(scope, [person_id], day, now=now)[person_id]
    floor = floor if (is_workday := policy.is_workday(day)) else policy.floor("FULL")
    month, money = _month(scope, day, now)
    return Today(
        day=day,
        phase=rules.phase_of(now, clock, leave_part=part, is_workday=is_workday, has_visits=bool(visits)),
        leave_part=part,
        clock=clock,
        floor=floor,
        counts=counts,
        plan=plan,
        **_route(lines, now=now, policy=policy),
        missing=_missing(floor, counts, visits, next_plan),
        **_duties(scope, wanted, briefs, now),
        next_day=next_day,
        next_plan=next_plan,
        allotted=sum(row.is_leased for row in held),
        golden=golden_of(scope, policy, month, money, days_left=clocks.workdays_left(scope, policy, day, leave)),
        month=month,
        money=money,
        gap=gap_of(scope, policy, floor, counts.restated_visits, day=day, now=now) if plan else None,
        is_shifted=bool(shift),
    )


def _month(scope: Scope, day: date, now: datetime) -> tuple[MonthCounts, MonthMoney]:
    """Return one's own month so far: what was done, and what it brought."""
    mine = [scope.own_id]
    month = month_counts(scope, mine, day, now=now)[scope.own_id]
    return month, pipeline.month_money(scope, mine, day)[scope.own_id]


def _lines_of(
    scope: Scope, plan: PlanOfDay | None, visits: Sequence[VisitOfDay], wanted: Sequence[HeldCompany]
) -> tuple[list[StopLine], dict[UUID, CompanyBrief]]:
    """Return the day's stops and visits as lines, and what is shown of every company on the page."""
    stops = plan.stops if plan else ()
    companies = {row.company_id for row in stops} | {row.company_id for row in visits}
    briefs = customers.briefs(scope, companies | {row.company_id for row in wanted})
    return stop_lines(scope, stops, visits, briefs), briefs


class _Duties(TypedDict):
    follow_ups: list[Duty]
    due: list[Duty]
    care: list[CareDuty]
    follow_up_count: int
    due_count: int


def _duties(scope: Scope, wanted: Sequence[HeldCompany], briefs: Mapping[UUID, CompanyBrief], now: datetime) -> _Duties:
    """Return who waits for a contact or runs out, and what is owed to customers; the most pressing of each."""
    follow_ups, due = _follow_ups(wanted, briefs, now), _due(wanted, briefs, now)
    return {
        "follow_ups": follow_ups[:SHOWN_AT_MOST],
        "due": due[:SHOWN_AT_MOST],
        "care": own_care(scope, now=now, limit=SHOWN_AT_MOST),
        "follow_up_count": len(follow_ups),
        "due_count": len(due),
    }


class _Route(TypedDict):
    next_stop: NextStop | None
    running: StopLine | None
    to_do: list[StopLine]
    done: list[StopLine]
    backups: list[StopLine]
    ends_at: datetime | None
    metres_left: int


def _route(lines: Sequence[StopLine], *, now: datetime, policy: FieldPolicy) -> _Route:
    """Divide the lines by what is over and what is to come, with the end and the metres of the rest."""
    left = [line for line in lines if line.number and not line.is_done]
    ahead = [line for line in left if not line.is_running]
    legs = _legs(lines, ahead, now=now, policy=policy)
    next_stop = _next_stop(lines, now=now, policy=policy)
    return {
        "next_stop": next_stop,
        "running": next((line for line in lines if line.is_running), None),
        "to_do": [line for line in ahead if next_stop is None or line is not next_stop.line],
        "done": [line for line in reversed(_by_start(lines)) if line.is_done],
        "backups": [line for line in lines if line.stop is not None and not line.number and line.visit is None],
        "ends_at": rules.route_end(now, legs, service=_minutes(policy, "plan.service_minutes")),
        "metres_left": sum(line.stop.travel_metres for line in left if line.stop),
    }


def golden_of(
    scope: Scope,  # noqa: ARG001 -- the month was read in the scope already
    policy: FieldPolicy,
    month: MonthCounts,
    money: MonthMoney,
    *,
    days_left: int,
) -> rules.GoldenLine:
    """Return what the month's goal of deals asks of each day that is left, from a person's own month."""
    book, chain = policy.book, policy.chain
    return rules.golden_line(
        rules.GoldenFacts(
            goal=book.integer("golden.monthly_deals_goal", chain),
            deals=money.deals,
            visits=month.visits,
            new_effective_customers=month.new_effective_customers,
            days_left=days_left,
            capacity=book.integer("visit.daily_floor", chain),
            prior_alpha=book.decimal("golden.prior_alpha", chain),
            prior_beta=book.decimal("golden.prior_beta", chain),
        )
    )


def stop_lines(
    scope: Scope,  # noqa: ARG001 -- the rows were read in the scope already
    stops: Sequence[PlannedStop],
    visits: Sequence[VisitOfDay],
    briefs: Mapping[UUID, CompanyBrief],
) -> list[StopLine]:
    """Put the visits of a day beside the stops of its plan, then the visits that were not planned.

    A company visited twice shows the visit under way, else the effective one, else the last.
    """
    last: dict[UUID, VisitOfDay] = {}
    for visit in visits:
        known = last.get(visit.company_id)
        if known is None or not known.effective_visit or visit.is_running:
            last[visit.company_id] = visit
    lines: list[StopLine] = []
    number = 0
    for stop in stops:
        is_backup = stop.kind == "BACKUP"
        number += not is_backup
        lines.append(
            StopLine(0 if is_backup else number, stop, briefs[stop.company_id], last.pop(stop.company_id, None))
        )
    return lines + [StopLine(0, None, briefs[company_id], visit) for company_id, visit in last.items()]


def _by_start(lines: Sequence[StopLine]) -> list[StopLine]:
    return sorted(
        (line for line in lines if line.visit), key=lambda line: line.visit.started_at if line.visit else line.number
    )


def _next_stop(lines: Sequence[StopLine], *, now: datetime, policy: FieldPolicy) -> NextStop | None:
    line = next((line for line in lines if line.number and line.visit is None), None)
    if line is None:
        return None
    before = _place_before(lines, line)
    if before is None or before.point is None or line.point is None:
        return NextStop(line, 0, 0)
    way = travel(before.point, line.point, at=_clock(now, policy))
    return NextStop(line, round(way.road_m), round(way.total_minutes))


def _place_before(lines: Sequence[StopLine], line: StopLine) -> StopLine | None:
    """Return where one comes from: the last visit of the day, else the stop before in the plan."""
    seen = _by_start(lines)
    return seen[-1] if seen else next((other for other in lines if other.number == line.number - 1 > 0), None)


def _legs(
    lines: Sequence[StopLine], ahead: Sequence[StopLine], *, now: datetime, policy: FieldPolicy
) -> list[rules.RouteLeg]:
    legs: list[rules.RouteLeg] = []
    before = _place_before(lines, ahead[0]) if ahead else None
    for line in ahead:
        span = _minutes(policy, "plan.unknown_leg_minutes")
        if before is not None and before.point is not None and line.point is not None:
            span = timedelta(minutes=round(travel(before.point, line.point, at=_clock(now, policy)).total_minutes))
        legs.append(rules.RouteLeg(span, line.stop.planned_at if line.stop else None))
        before = line
    return legs


def _minutes(policy: FieldPolicy, key: str) -> timedelta:
    return timedelta(minutes=policy.book.integer(key, policy.chain))


def _clock(now: datetime, policy: FieldPolicy) -> time:
    return now.astimezone(ZoneInfo(policy.zone)).time()


def _companies_asking(held: Sequence[HeldCompany], now: datetime) -> list[HeldCompany]:
    return [row for row in held if _is_late(row, now) or _runs_out(row, now)]


def _is_late(row: HeldCompany, now: datetime) -> bool:
    return row.next_step_at is not None and row.next_step_at < now


def _runs_out(row: HeldCompany, now: datetime) -> bool:
    return (
        row.due_at is not None
        and not (row.is_protected or row.is_leased)
        and rules.is_near(row.due_at, now, DUE_WITHIN)
    )


def _follow_ups(held: Sequence[HeldCompany], briefs: Mapping[UUID, CompanyBrief], now: datetime) -> list[Duty]:
    late = [row for row in held if _is_late(row, now)]
    duties = [
        Duty(briefs[row.company_id], row.lead_id, row.next_step_at, is_past=True) for row in late if row.next_step_at
    ]
    return sorted(duties, key=lambda duty: (duty.at, duty.lead_id))


def _due(held: Sequence[HeldCompany], briefs: Mapping[UUID, CompanyBrief], now: datetime) -> list[Duty]:
    near = [row for row in held if _runs_out(row, now)]
    duties = [
        Duty(briefs[row.company_id], row.lead_id, row.due_at, is_past=row.due_at <= now) for row in near if row.due_at
    ]
    return sorted(duties, key=lambda duty: (duty.at, duty.lead_id))


def _missing(floor: Floor, counts: DayCounts, visits: Sequence[VisitOfDay], next_plan: PlanOfDay | None) -> Missing:
    return Missing(
        visits=max(0, floor.visits - counts.visits),
        effective=max(0, floor.effective_min - counts.effective_visits),
        unrecorded=sum(visit.is_running for visit in visits),
        tomorrow=next_plan is None or not next_plan.is_submitted,
    )
