"""The order of a day's stops by distance, in the shape of the day (3 in the morning, 5 after noon).

This puts given stops in order; it does not choose them and knows no opening windows. It starts
from the nearest neighbour, then reverses stretches (2-opt) and moves stretches of up to three
stops (or-opt) while the day gets better. Better means, in this order of weight: appointments on
time, stops in the half they were put in, less road and less idle waiting. Equal input gives
equal output; there is no chance in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from tiejun.engines.geo import CITY_SPEED_KMH, DETOUR_FACTOR, PARK_MINUTES, Point, distance_m

MOST_STOPS = 60
UNKNOWN_ROAD_M = 3000.0  # road to a stop without a position: a usual hop within a city

_LATE_MINUTE_M = 1_000_000.0  # a minute late outweighs any road
_WRONG_HALF_M = 200_000.0
_WAITING_MINUTE_M = 200.0
_LONGEST_STRETCH = 3
_MOST_TRIALS = 60_000
_MOST_TIMED_TRIALS = 8_000  # walking through the day costs ten times the sum of its roads
_SMALLEST_GAIN_M = 1.0


class Half(StrEnum):
    """The half of the day."""

    MORNING = "MORNING"
    AFTERNOON = "AFTERNOON"


class StopReason(StrEnum):
    """Why a stop stands where it stands."""

    APPOINTMENT = "APPOINTMENT"
    APPOINTMENT_LATE = "APPOINTMENT_LATE"
    ASKED_FOR_HALF = "ASKED_FOR_HALF"
    NEAREST = "NEAREST"
    SHORTER_DAY = "SHORTER_DAY"
    NO_POSITION = "NO_POSITION"


class DayReason(StrEnum):
    """What to know about the day as a whole."""

    FITS = "FITS"
    ENDS_LATE = "ENDS_LATE"
    APPOINTMENT_MISSED = "APPOINTMENT_MISSED"


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit to make: ``minutes`` on the spot, an appointment (aware) or a half where fixed.

    ``at`` is WGS-84 or None where the position is unknown.
    """

    key: str
    at: Point | None
    minutes: int = 40
    appointment_at: datetime | None = None
    half: Half | None = None


@dataclass(frozen=True, slots=True)
class DayShape:
    """How many of the stops belong to each half, in proportion, and the hours of the halves."""

    morning: int = 3
    afternoon: int = 5
    afternoon_starts: time = time(13, 0)
    ends: time = time(17, 30)


@dataclass(frozen=True, slots=True)
class OrderedStop:
    """A stop in its place: road from the one before, when to arrive, start and leave, and why."""

    key: str
    half: Half
    road_m: float
    arrives_at: datetime
    starts_at: datetime
    leaves_at: datetime
    reasons: tuple[StopReason, ...]


@dataclass(frozen=True, slots=True)
class DayOrder:
    """The day in order: road in kilometres, its end (with the way to ``finish``), and why."""

    stops: tuple[OrderedStop, ...]
    km: float
    ends_at: datetime
    reasons: tuple[DayReason, ...]


def order_day(
    stops: Sequence[Stop],
    departs_at: datetime,
    *,
    start: Point | None = None,
    finish: Point | None = None,
    shape: DayShape | None = None,
) -> DayOrder:
    """Put up to 60 stops in order.

    ``departs_at`` (aware, in the unit's zone) is when the representative leaves ``start``, or is
    at the first stop where no start is given. Every stop is in the answer exactly once; an
    appointment that cannot be reached in time is kept and named. Raises ValueError for more
    than 60 stops, a key given twice, or a naive time.
    """
    times = [departs_at, *(stop.appointment_at for stop in stops if stop.appointment_at)]
    if any(at.tzinfo is None for at in times):
        raise ValueError("times need a zone")
    if len(stops) > MOST_STOPS or len({stop.key for stop in stops}) < len(stops):
        raise ValueError(f"a day has at most {MOST_STOPS} stops, each with its own key")
    day = _Day(stops, departs_at, start, finish, shape or DayShape())
    return _explained(day, _improved(day, _first_order(day)))


@dataclass(frozen=True, slots=True)
class _Step:
    road_m: float
    arrives: float
    starts: float
    leaves: float


class _Day:
    """The day as numbers: minutes from departure's midnight, metres of road between stops."""

    def __init__(
        self, stops: Sequence[Stop], departs_at: datetime, start: Point | None, finish: Point | None, shape: DayShape
    ) -> None:
        self.stops = stops
        self.midnight = datetime.combine(departs_at.date(), time.min, tzinfo=departs_at.tzinfo)
        self.departs = self.minute(departs_at)
        self.afternoon = _minutes(shape.afternoon_starts)
        self.ends = _minutes(shape.ends)
        self.appointments = [self.minute(s.appointment_at) if s.appointment_at else None for s in stops]
        self.mornings = self._morning_count(shape)
        self.road = [[_road(a.at, b.at) for b in stops] for a in stops]
        self.from_start = [_road(start, s.at) if start else 0.0 for s in stops]
        self.to_finish = [_road(s.at, finish) if finish else 0.0 for s in stops]
        self.has_start = start is not None
        # Without fixed times and halves the clock decides nothing: only the road counts.
        self.bound = any(stop.appointment_at or stop.half for stop in stops)

    def minute(self, at: datetime) -> float:
        """Minutes after the midnight before departure."""
        return (at - self.midnight).total_seconds() / 60

    def instant(self, minute: float) -> datetime:
        """The instant of a minute, to the whole minute."""
        return self.midnight + timedelta(minutes=round(minute))

    def half(self, position: int) -> Half:
        """The half that a place in the order belongs to."""
        return Half.MORNING if position < self.mornings else Half.AFTERNOON

    def steps(self, order: Sequence[int]) -> Iterator[_Step]:
        """The day walked through in an order."""
        clock = self.departs
        before: int | None = None
        for position, stop in enumerate(order):
            if position == self.mornings:
                clock = max(clock, self.afternoon)
            road = self.from_start[stop] if before is None else self.road[before][stop]
            arrives = clock + _travel_minutes(road, clock)
            appointment = self.appointments[stop]
            starts = arrives if appointment is None else max(arrives, appointment)
            clock = starts + self.stops[stop].minutes
            before = stop
            yield _Step(road, arrives, starts, clock)

    def cost(self, order: Sequence[int]) -> float:
        """What is bad about an order, in metres of road."""
        if not order:
            return 0.0
        if not self.bound:
            between = sum(self.road[a][b] for a, b in pairwise(order))
            return self.from_start[order[0]] + between + self.to_finish[order[-1]]
        total = self.to_finish[order[-1]]
        for position, (stop, step) in enumerate(zip(order, self.steps(order), strict=True)):
            appointment = self.appointments[stop]
            total += step.road_m + _WAITING_MINUTE_M * (step.starts - step.arrives)
            if appointment is not None and step.arrives > appointment:
                total += _LATE_MINUTE_M * (step.arrives - appointment)
            wanted = self.stops[stop].half
            if wanted is not None and wanted is not self.half(position):
                total += _WRONG_HALF_M
        return total

    def _morning_count(self, shape: DayShape) -> int:
        """Stops before noon: the shape's share, changed as far as fixed halves and hours ask."""
        before = [
            stop.half is Half.MORNING or (minute is not None and minute < self.afternoon)
            for stop, minute in zip(self.stops, self.appointments, strict=True)
        ]
        after = [
            stop.half is Half.AFTERNOON or (minute is not None and minute >= self.afternoon)
            for stop, minute in zip(self.stops, self.appointments, strict=True)
        ]
        if self.departs >= self.afternoon:
            return 0
        share = shape.morning / max(1, shape.morning + shape.afternoon)
        count = int(len(self.stops) * share + 0.5)
        return min(max(count, sum(before)), max(sum(before), len(self.stops) - sum(after)))


def _first_order(day: _Day) -> list[int]:
    """Nearest neighbours first, then the appointments at their cheapest places, by time."""
    appointments = sorted(
        (i for i, at in enumerate(day.appointments) if at is not None), key=lambda i: day.appointments[i] or 0.0
    )
    free = [i for i, at in enumerate(day.appointments) if at is None]
    order = min((_nearest_order(day, free, first) for first in _firsts(day, free)), key=day.cost, default=[])
    for stop in appointments:
        places = ([*order[:at], stop, *order[at:]] for at in range(len(order) + 1))
        order = min(places, key=day.cost)
    return order


def _firsts(day: _Day, free: list[int]) -> list[int]:
    return [min(free, key=lambda i: day.from_start[i])] if day.has_start and free else free


def _nearest_order(day: _Day, free: list[int], first: int) -> list[int]:
    order = [first]
    left = [i for i in free if i != first]
    while left:
        nearest = min(left, key=day.road[order[-1]].__getitem__)
        left.remove(nearest)
        order.append(nearest)
    return order


def _improved(day: _Day, order: list[int]) -> list[int]:
    """The order after 2-opt and or-opt moves, until none helps or the trials are used up."""
    moves = [*_reversals(len(order)), *_shifts(len(order))]
    best = day.cost(order)
    left = _MOST_TIMED_TRIALS if day.bound else _MOST_TRIALS
    better = True
    while better and left > 0:
        better = False
        for start, end, to in moves[:left]:
            candidate = _moved(order, start, end, to)
            cost = day.cost(candidate)
            if cost < best - _SMALLEST_GAIN_M:
                order, best, better = candidate, cost, True
        left -= len(moves)
    return order


def _moved(order: list[int], start: int, end: int, to: int | None) -> list[int]:
    """The order with the stretch from ``start`` to ``end`` reversed, or moved to place ``to``."""
    stretch = order[start:end]
    if to is None:
        return [*order[:start], *stretch[::-1], *order[end:]]
    rest = [*order[:start], *order[end:]]
    return [*rest[:to], *stretch, *rest[to:]]


def _reversals(size: int) -> Iterator[tuple[int, int, None]]:
    return ((start, end, None) for start in range(size - 1) for end in range(start + 2, size + 1))


def _shifts(size: int) -> Iterator[tuple[int, int, int]]:
    return (
        (start, start + length, to)
        for length in range(1, min(_LONGEST_STRETCH, size - 1) + 1)
        for start in range(size - length + 1)
        for to in range(size - length + 1)
        if to != start
    )


def _explained(day: _Day, order: list[int]) -> DayOrder:
    steps = list(day.steps(order))
    placed = tuple(
        OrderedStop(
            key=day.stops[stop].key,
            half=day.half(position),
            road_m=round(step.road_m, 1),
            arrives_at=day.instant(step.arrives),
            starts_at=day.instant(step.starts),
            leaves_at=day.instant(step.leaves),
            reasons=_reasons(day, order, position, step),
        )
        for position, (stop, step) in enumerate(zip(order, steps, strict=True))
    )
    back = day.to_finish[order[-1]] if order else 0.0
    leaves = steps[-1].leaves if steps else day.departs
    ends = leaves + (_travel_minutes(back, leaves) if back else 0.0)
    found = {
        DayReason.APPOINTMENT_MISSED: any(StopReason.APPOINTMENT_LATE in stop.reasons for stop in placed),
        DayReason.ENDS_LATE: ends > day.ends,
    }
    reasons = tuple(reason for reason, holds in found.items() if holds) or (DayReason.FITS,)
    return DayOrder(placed, round((sum(s.road_m for s in steps) + back) / 1000, 2), day.instant(ends), reasons)


def _reasons(day: _Day, order: list[int], position: int, step: _Step) -> tuple[StopReason, ...]:
    stop = order[position]
    appointment = day.appointments[stop]
    reasons: list[StopReason] = []
    if appointment is not None:
        late = round(step.arrives) > round(appointment)
        reasons.append(StopReason.APPOINTMENT_LATE if late else StopReason.APPOINTMENT)
    if day.stops[stop].half is day.half(position):
        reasons.append(StopReason.ASKED_FOR_HALF)
    if day.stops[stop].at is None:
        reasons.append(StopReason.NO_POSITION)
    if not reasons:
        roads = day.road[order[position - 1]] if position else day.from_start
        nearest = roads[stop] <= min(roads[other] for other in order[position:])
        reasons.append(StopReason.NEAREST if nearest else StopReason.SHORTER_DAY)
    return tuple(reasons)


def _road(a: Point | None, b: Point | None) -> float:
    """Metres of road between two places; nothing between a place and itself."""
    if a is None or b is None:
        return UNKNOWN_ROAD_M
    return distance_m(a, b) * DETOUR_FACTOR


def _travel_minutes(road_m: float, minute: float) -> float:
    """Minutes on the road, and to park when there is any, leaving at that minute of the day."""
    if not road_m:
        return 0.0
    speed = CITY_SPEED_KMH[int(minute // 60) % len(CITY_SPEED_KMH)]
    return road_m / 1000 / speed * 60 + PARK_MINUTES


def _minutes(at: time) -> float:
    return at.hour * 60 + at.minute + at.second / 60
