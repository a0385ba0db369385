"""Judgements of the combined pages: the phase of a day, who is behind, when a route ends, what a goal asks of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.engines.golden import Need, Prior, customers_needed, day_need, golden_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

LEAVE_OF_A_DAY = "FULL"


class Phase(StrEnum):
    """Where a representative is in the day."""

    LEAVE = "LEAVE"
    DAY_OFF = "DAY_OFF"
    BEFORE = "BEFORE"
    FIELD = "FIELD"
    EVENING = "EVENING"
    LOCKED = "LOCKED"


@dataclass(frozen=True, slots=True)
class DayClock:
    """The moments of a business day that the phases turn at, all aware."""

    starts_at: datetime
    noon_at: datetime
    returns_at: datetime
    soft_at: datetime
    hard_at: datetime


def phase_of(now: datetime, clock: DayClock, *, leave_part: str, is_workday: bool, has_visits: bool) -> Phase:
    """Return the phase of a day; who works on a day off or on leave is in the field like everybody else."""
    if not has_visits and leave_part == LEAVE_OF_A_DAY:
        return Phase.LEAVE
    if not has_visits and not is_workday:
        return Phase.DAY_OFF
    if now >= clock.soft_at:
        return Phase.LOCKED
    if now >= clock.returns_at:
        return Phase.EVENING
    return Phase.BEFORE if now < clock.starts_at and not has_visits else Phase.FIELD


def greeting_hour(hour: int) -> str:
    """Return which greeting fits a local hour: MORNING, NOON, AFTERNOON or EVENING."""
    if hour < 11:
        return "MORNING"
    if hour < 13:
        return "NOON"
    return "AFTERNOON" if hour < 18 else "EVENING"


class Pace(StrEnum):
    """How a day goes against its floor; the order is that of attention, the most urgent first."""

    BEHIND = "BEHIND"
    NOT_STARTED = "NOT_STARTED"
    SHORT = "SHORT"
    UNDER_WAY = "UNDER_WAY"
    WAITING = "WAITING"
    REACHED = "REACHED"
    AWAY = "AWAY"


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What a pace is judged by. `morning` are visits before noon; `floor` and `noon_floor` are pro rata already."""

    visits: int
    morning: int
    floor: int
    noon_floor: int
    has_started: bool


def pace_of(now: datetime, clock: DayClock, facts: DayFacts) -> Pace:
    """Judge a day: BEHIND when noon has passed with fewer visits before it than the noon floor and the day's floor is still open.

    A day with no floor (leave, day off) is AWAY; after the return an open floor is SHORT; nothing by noon's half is NOT_STARTED.
    """
    if facts.floor <= 0:
        return Pace.AWAY
    if facts.visits >= facts.floor:
        return Pace.REACHED
    if now >= clock.returns_at:
        return Pace.SHORT
    if now >= clock.noon_at:
        return Pace.BEHIND if facts.morning < facts.noon_floor else Pace.UNDER_WAY
    halfway = clock.starts_at + (clock.noon_at - clock.starts_at) / 2
    if not facts.has_started:
        return Pace.NOT_STARTED if now >= halfway else Pace.WAITING
    return Pace.UNDER_WAY


def attention_key(pace: Pace, *, missing: int, is_plan_submitted: bool, name: str) -> tuple[int, int, int, str]:
    """Return the sort key of a team's rows: who needs a word first, never who is best."""
    return (list(Pace).index(pace), -missing if pace is not Pace.REACHED else 0, int(is_plan_submitted), name)


@dataclass(frozen=True, slots=True)
class RouteLeg:
    """The way to a stop that is still to be visited: its travel time, and when the plan means to be there."""

    travel: timedelta
    planned_at: datetime | None


def route_end(now: datetime, legs: Sequence[RouteLeg], *, service: timedelta) -> datetime | None:
    """Return when the last visit of the legs ends, walked from now on; None when nothing is left.

    Who is early waits for the planned time (an appointment, the end of lunch); who is late goes on at once.
    """
    at = now
    for leg in legs:
        at += leg.travel
        if leg.planned_at is not None:
            at = max(at, leg.planned_at)
        at += service
    return at if legs else None


@dataclass(frozen=True, slots=True)
class GoldenFacts:
    """A month so far: deals signed, visits, new effective customers; working days left, today included; visits a day."""

    goal: int
    deals: int
    visits: int
    new_effective_customers: int
    days_left: int
    capacity: int
    prior_alpha: float
    prior_beta: float


@dataclass(frozen=True, slots=True)
class GoldenLine:
    """What a month's goal asks of each day. `ratio`: effective customers per deal; `has_rate`: the month has visits to learn from."""

    goal: int
    deals: int
    missing: int
    ratio: float
    rate: float
    has_rate: bool
    days_left: int
    capacity: int
    need: Need

    @property
    def is_reached(self) -> bool:
        return self.missing == 0


def golden_line(facts: GoldenFacts) -> GoldenLine:
    """Work out M-G2 to M-G4 for a month's goal.

    The ratio is the policy's prior: customers won this month have not had the time to sign, so they may not enter M-G1
    (right-censoring). A month without a visit has no rate: then one new effective customer per visit is assumed and said.
    """
    ratio = golden_ratio(signed=0, effective_customers=0, prior=Prior(facts.prior_alpha, facts.prior_beta))
    has_rate = facts.visits > 0
    rate = facts.new_effective_customers / facts.visits if has_rate else 1.0
    need = day_need(
        need=customers_needed(target=facts.goal, signed=max(0, facts.deals), p=ratio.p),
        remaining_days=facts.days_left,
        effective_rate=rate,
        capacity=facts.capacity,
    )
    missing = max(0, facts.goal - facts.deals)
    return GoldenLine(
        facts.goal, facts.deals, missing, ratio.ratio, rate, has_rate, facts.days_left, facts.capacity, need
    )


def is_near(until: datetime, now: datetime, within: timedelta) -> bool:
    """Tell whether a deadline has come or comes within a span."""
    return until - now <= within


class Kind(StrEnum):
    """What a search can find; the order is that of the groups."""

    PAGE = "PAGE"
    PERSON = "PERSON"
    CUSTOMER = "CUSTOMER"
    LEAD = "LEAD"
    OPPORTUNITY = "OPPORTUNITY"
    ORDER = "ORDER"


# The page that somebody's work starts on, without a field day of their own: the first of these that the role has.
FIRST_PAGES = (
    ("home:board", "home.view_board"),
    ("home:team_today", "home.view_team_today"),
    ("pipeline:collections", "pipeline.record_receipt"),
    ("org:people", "org.manage_people"),
    ("inbox:list", "inbox.read"),
    ("home:me", ""),
)
