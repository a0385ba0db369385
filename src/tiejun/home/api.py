"""The combined pages for programs: /today, /team-today, /board, /search."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import StringConstraints

from tiejun.foundation.schemas import Day, Moment
from tiejun.home.queries import board as board_queries
from tiejun.home.queries import search as search_queries
from tiejun.home.queries import team_day as team_queries
from tiejun.home.queries import today as today_queries

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.home.queries.board import Board
    from tiejun.home.queries.team_day import MemberLine, TeamDay
    from tiejun.home.queries.today import Duty, StopLine, Today

router = Router(tags=["home"])
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class TodayStopOut(Schema):
    """A stop of the plan, or a visit beside it (`number` 0 and `reason` null)."""

    number: int
    company_id: UUID
    company: str
    closing_class: str
    reason: str | None
    planned_at: datetime | None
    visit_id: UUID | None
    started_at: datetime | None
    effective_visit: bool | None
    new_effective_customer: bool | None


class DutyOut(Schema):
    """A company that asks for a contact by `at`."""

    company_id: UUID
    company: str
    lead_id: UUID
    at: datetime


class CareDutyOut(Schema):
    """What one owes a customer by a day; `kind`: HAND_OVER or COMPLAINT."""

    kind: str
    company_id: UUID
    company: str
    at: date
    is_late: bool


class TodayOut(Schema):
    """One's day; `money` in minor units of CNY for the month so far."""

    day: date
    phase: str
    leave_part: str
    visits: int
    floor: int
    effective_visits: int
    effective_min: int
    effective_target: int
    new_effective_customers: int
    soft_lock_at: datetime
    hard_lock_at: datetime
    plan_state: str | None
    next_stop: TodayStopOut | None
    stops: list[TodayStopOut]
    route_ends_at: datetime | None
    metres_left: int
    overdue_follow_ups: list[DutyOut]
    due_leads: list[DutyOut]
    care: list[CareDutyOut]
    allotted: int
    next_day: date
    next_day_submitted: bool
    deals_goal: int
    deals: int
    effective_customers_needed: int
    per_day: int | None
    visits_per_day: int | None
    signed_minor: int
    collected_minor: int


class MemberOut(Schema):
    """A representative's row; numbers as restated."""

    person_id: UUID
    name: str
    unit_id: UUID
    leave_part: str
    pace: str
    visits: int
    morning: int
    afternoon: int
    floor: int
    effective_visits: int
    new_effective_customers: int
    is_restated: bool
    plan_state: str | None
    plan_submitted: bool
    started_at: datetime | None
    last_at: datetime | None
    last_company: str
    is_at_customer: bool
    next_company: str
    next_day_submitted: bool
    class_a_minor: dict[str, int]


class TeamTodayOut(Schema):
    """A team's day, who needs attention first."""

    day: date
    next_day: date
    members: list[MemberOut]


class FigureOut(Schema):
    """A number: of the month, of the month before, and of that up to the same working day; money in minor units."""

    measure: str
    value: int
    before: int
    before_so_far: int
    is_money: bool


class LimitsOut(Schema):
    """What is usual on a day: the middle, and three standard deviations to both sides."""

    middle: float
    low: float
    high: float


class SignalOut(Schema):
    """The last whole working day outside its limits: `side` HIGH or LOW, for `days` days running."""

    day: date
    value: float
    side: str
    days: int
    limits: LimitsOut


class LinkOut(Schema):
    """One of the nine links; `percent` of `of_measure` in the same month; `trend` per working day; `signal`: what is unusual, `anomaly_id`: where it was raised."""

    link: str
    figure: FigureOut
    beside: list[FigureOut]
    trend: list[int]
    of_measure: str | None
    percent: float | None
    signal: SignalOut | None
    anomaly_id: UUID | None


class ShareOut(Schema):
    """A share from 0 to 1 with its 95 % interval; null without cases."""

    hits: int
    cases: int
    value: float | None
    low: float
    high: float


class TruthRateOut(Schema):
    """The share of reported visits that took place (0 to 1), with its 95 % interval."""

    rate: float
    low: float
    high: float
    audited: int
    visits: int


class TruthOut(Schema):
    """A unit's truth rate in the published window; `open_cases` are visits that are not verified yet."""

    estimate: TruthRateOut | None
    open_cases: int


class BoardUnitOut(Schema):
    """A unit with what is below it, amounts in minor units."""

    unit_id: UUID
    name: str
    visits: int
    effective: ShareOut
    new_effective: int
    signed: int
    signed_minor: int
    collected_minor: int
    overdue_minor: int
    truth: TruthOut | None


class BoardOut(Schema):
    """The nine links of a month within reach; amounts in `currency` alone, `currencies` are all that occur.

    `running_as_of`: until when the running day is summed, null where it is live.
    """

    month: date
    currency: str
    currencies: list[str]
    links: list[LinkOut]
    effective: ShareOut
    overdue: int
    overdue_minor: int
    units: list[BoardUnitOut]
    running_as_of: Moment | None


class HitOut(Schema):
    """Something found; `id` is null for pages."""

    kind: str
    title: str
    hint: str
    url: str
    id: UUID | None


@router.get("/today", response=TodayOut, summary="One's own day")
def today(request: TiejunRequest) -> TodayOut:
    """Return the day of who asks: counts, floor, stops, duties, the month's goal."""
    return _today(today_queries.today(request.scope, now=request.now))


@router.get("/team-today", response=TeamTodayOut, summary="The team's day")
def team_today(request: TiejunRequest, day: Day | None = None, unit_id: UUID | None = None) -> TeamTodayOut:
    """Return the day of every representative in reach; past days with frozen counts and their corrections."""
    return _team(team_queries.team_day(request.scope, day=day, unit_id=unit_id, now=request.now))


@router.get("/board", response=BoardOut, summary="The nine links")
def board(
    request: TiejunRequest, month: Day | None = None, unit_id: UUID | None = None, currency: Currency = "CNY"
) -> Board:
    """Return the nine links of a month (any day of it) and of the month before."""
    return board_queries.board(request.scope, month=month, unit_id=unit_id, currency=currency, now=request.now)


@router.get("/search", response=list[HitOut], summary="Search everything in reach")
def search(
    request: TiejunRequest,
    q: Annotated[str, Query(max_length=80)],
    size: Annotated[int, Query(ge=1, le=20)] = search_queries.PER_GROUP,
) -> list[search_queries.Hit]:
    """Return pages, people, customers, leads, opportunities and orders by name, initials, number or last four digits."""
    return [hit for _, hits in search_queries.search(request.scope, q, size=size) for hit in hits]


def _stop(line: StopLine) -> TodayStopOut:
    return TodayStopOut(
        number=line.number,
        company_id=line.company.company_id,
        company=line.company.name,
        closing_class=line.company.closing_class,
        reason=line.stop.reason if line.stop else None,
        planned_at=line.stop.planned_at if line.stop else None,
        visit_id=line.visit.visit_id if line.visit else None,
        started_at=line.visit.started_at if line.visit else None,
        effective_visit=line.visit.effective_visit if line.visit else None,
        new_effective_customer=line.visit.new_effective_customer if line.visit else None,
    )


def _duty(duty: Duty) -> DutyOut:
    return DutyOut(company_id=duty.company.company_id, company=duty.company.name, lead_id=duty.lead_id, at=duty.at)


def _today(day: Today) -> TodayOut:
    first = [day.next_stop.line] if day.next_stop else []
    running = [day.running] if day.running else []
    return TodayOut(
        day=day.day,
        phase=day.phase,
        leave_part=day.leave_part,
        visits=day.counts.visits,
        floor=day.floor.visits,
        effective_visits=day.counts.effective_visits,
        effective_min=day.floor.effective_min,
        effective_target=day.floor.effective_target,
        new_effective_customers=day.counts.new_effective_customers,
        soft_lock_at=day.clock.soft_at,
        hard_lock_at=day.clock.hard_at,
        plan_state=day.plan.state if day.plan else None,
        next_stop=_stop(first[0]) if first else None,
        stops=[_stop(line) for line in (*running, *first, *day.to_do, *day.done, *day.backups)],
        route_ends_at=day.ends_at,
        metres_left=day.metres_left,
        overdue_follow_ups=[_duty(duty) for duty in day.follow_ups],
        due_leads=[_duty(duty) for duty in day.due],
        care=[CareDutyOut.from_orm(duty) for duty in day.care],
        allotted=day.allotted,
        next_day=day.next_day,
        next_day_submitted=not day.missing.tomorrow,
        deals_goal=day.golden.goal,
        deals=day.golden.deals,
        effective_customers_needed=day.golden.need.need,
        per_day=day.golden.need.per_day,
        visits_per_day=day.golden.need.visits_per_day,
        signed_minor=day.money.signed_minor,
        collected_minor=day.money.collected_minor,
    )


def _team(team: TeamDay) -> TeamTodayOut:
    return TeamTodayOut(day=team.day, next_day=team.next_day, members=[_member(line) for line in team.lines])


def _member(line: MemberLine) -> MemberOut:
    return MemberOut(
        person_id=line.person_id,
        name=line.name,
        unit_id=line.unit_id,
        leave_part=line.leave_part,
        pace=line.pace,
        visits=line.counts.restated_visits,
        morning=line.morning,
        afternoon=line.afternoon,
        floor=line.floor.visits,
        effective_visits=line.counts.restated_effective_visits,
        new_effective_customers=line.counts.restated_new_effective_customers,
        is_restated=line.is_restated,
        plan_state=line.plan.state if line.plan else None,
        plan_submitted=line.is_plan_submitted,
        started_at=line.started_at,
        last_at=line.last_at,
        last_company=line.last_company,
        is_at_customer=line.is_at_customer,
        next_company=line.next_company,
        next_day_submitted=line.next_plan is not None and line.next_plan.is_submitted,
        class_a_minor=line.closing_sums,
    )
