"""A person's day as the problem of the routing engine, and the engine's times as moments of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.customers import queries as customers_queries
from tiejun.engines.geo import Point
from tiejun.engines.routing.problem import Lunch, Problem, Shape, Stop
from tiejun.engines.routing.timetable import timed
from tiejun.engines.workdays.windows import meeting_windows
from tiejun.visits.queries.ways import ways_between
from tiejun.visits.rules.planning import point_of
from tiejun.visits.rules.vocabulary import Slot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.engines.routing.timetable import Timetable
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.queries.ways import Ways


@dataclass(frozen=True, slots=True)
class Wish:
    """A stop that may be made, or must be; its canvass belongs to the time on the spot."""

    company_id: UUID
    prize_minor: int = 0
    is_required: bool = False
    appointment_at: datetime | None = None
    canvass_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a day that is planned: from when and where (None: anywhere), until when, for how many visits in each half."""

    day: date
    starts_at: datetime
    ends_at: datetime
    morning: int
    afternoon: int
    most: int
    here: Point | None = None
    is_start_open: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A stop in its place: when its visit starts and ends, road metres to it, its half of the day, minutes past its time."""

    company_id: UUID
    starts_at: datetime
    leaves_at: datetime
    metres: int
    slot: Slot
    late_minutes: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """A day in order."""

    stops: tuple[Placed, ...]
    lunch_at: datetime | None
    ends_at: datetime
    metres: int
    overtime_minutes: int


@dataclass(frozen=True, slots=True)
class DayProblem:
    """The engine's problem with what turns its answer back into a day."""

    problem: Problem
    ways: Ways
    midnight: datetime
    half_day: float

    def moment(self, minute: float) -> datetime:
        """Return the moment of a minute of the day, to the whole minute."""
        return self.midnight + timedelta(minutes=round(minute))

    def schedule(self, order: Sequence[UUID]) -> Schedule:
        """Return the times of stops in an order; what cannot be kept is late, not refused."""
        found = timed(self.problem, tuple(str(company_id) for company_id in order))
        return Schedule(
            stops=self._placed(found),
            lunch_at=None if found.lunch_at is None else self.moment(found.lunch_at),
            ends_at=self.moment(found.ends),
            metres=sum(placed.metres for placed in self._placed(found)),
            overtime_minutes=round(found.overtime),
        )

    def _placed(self, found: Timetable) -> tuple[Placed, ...]:
        numbers = {stop.key: number for number, stop in enumerate(self.problem.stops)}
        placed, before = [], len(numbers)
        for stop in found.stops:
            here = numbers[stop.key]
            slot = Slot.MORNING if stop.starts < self.half_day else Slot.AFTERNOON
            metres = round(self.ways.metres[before][here])
            placed.append(
                Placed(
                    UUID(stop.key), self.moment(stop.starts), self.moment(stop.leaves), metres, slot, round(stop.late)
                )
            )
            before = here
        return tuple(placed)


def day_problem(
    scope: Scope,
    wishes: Sequence[Wish],
    briefs: Mapping[UUID, CompanyBrief],
    span: Span,
    policy: FieldPolicy,
    *,
    seed: int,
) -> DayProblem:
    """Return the problem of a day; `briefs` hold the positions of all wishes."""
    midnight, number, chain = policy.midnight(span.day), policy.book.integer, policy.chain

    def minute(at: datetime) -> float:
        return (at - midnight).total_seconds() / 60

    points = [point_of(briefs[wish.company_id]) for wish in wishes]
    ways = ways_between(scope, points, policy, start=span.here, is_start_open=span.is_start_open)
    half_day = minute(policy.moment(span.day, "visit.half_day_at"))
    starts, ends = minute(span.starts_at), minute(span.ends_at)
    problem = Problem(
        stops=tuple(_stop(wish, policy, midnight, briefs[wish.company_id].opening_hours) for wish in wishes),
        roads=ways.roads,
        starts=starts,
        ends=ends,
        lunch=_lunch(span, policy, starts, ends),
        shape=_shape(span, policy, half_day),
        minute=float(number("lead.travel_minute_minor", chain)),
        most=span.most,
        seed=seed,
        rounds=number("plan.search_rounds", chain),
    )
    return DayProblem(problem, ways, midnight, half_day)


def _shape(span: Span, policy: FieldPolicy, half_day: float) -> Shape:
    """The visits asked for in each half of the day, what each is worth, and what each costs that the day falls short."""
    weights = policy.weights()
    return Shape(
        span.morning,
        span.afternoon,
        half_day,
        bonus=float(weights.visit_minor),
        short=weights.deal_minor * policy.book.integer("plan.short_day_percent", policy.chain) / 100,
    )


def _stop(wish: Wish, policy: FieldPolicy, midnight: datetime, own_hours: str) -> Stop:
    """A wish as a stop: an appointment has its time and some grace, any other stop its own hours, else those of all customers."""
    service = policy.book.integer("plan.service_minutes", policy.chain)
    if wish.appointment_at:
        at = (wish.appointment_at - midnight).total_seconds() / 60
        windows: tuple[tuple[float, float], ...] = (
            (at, at + policy.book.integer("plan.appointment_minutes", policy.chain)),
        )
    else:
        hours = meeting_windows(own_hours or policy.book.text("plan.meeting_hours", policy.chain))
        windows = tuple((opens, max(opens, closes - service)) for opens, closes in hours)
    return Stop(
        key=str(wish.company_id),
        minutes=service + wish.canvass_minutes,
        value=float(wish.prize_minor),
        windows=windows,
        is_required=wish.is_required,
    )


def briefs_of(scope: Scope, company_ids: Sequence[UUID]) -> dict[UUID, CompanyBrief]:
    """Return the briefs of companies that stand in a plan."""
    return customers_queries.briefs(scope, company_ids)


def _lunch(span: Span, policy: FieldPolicy, starts: float, ends: float) -> Lunch | None:
    """The lunch of a day, or None where so little of the day is left that it lies outside."""
    midnight = policy.midnight(span.day)

    def minute(key: str) -> float:
        return (policy.moment(span.day, key) - midnight).total_seconds() / 60

    earliest, latest = minute("plan.lunch_earliest"), minute("plan.lunch_latest")
    minutes = minute("clock.lunch_end") - minute("clock.lunch_start")
    if minutes <= 0 or latest < earliest or starts > latest or ends < latest + minutes:
        return None
    return Lunch(earliest, latest, minutes)
