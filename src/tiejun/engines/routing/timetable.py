"""The times of stops in a given order, with lunch where it harms least; what cannot be kept is said, never refused."""

from dataclasses import dataclass

from tiejun.engines.routing.clockwork import EPSILON
from tiejun.engines.routing.problem import HOURS, Problem, Stop


@dataclass(frozen=True, slots=True)
class TimedStop:
    """A stop in its place: minutes of travel to it, arrival, start and end of service; ``late`` minutes past its window."""

    key: str
    travel: float
    arrives: float
    starts: float
    leaves: float
    late: float


@dataclass(frozen=True, slots=True)
class Timetable:
    """A day in order; ``lunch_before`` is the number of stops before lunch. ``ends`` includes the way to the finish."""

    stops: tuple[TimedStop, ...]
    lunch_at: float | None
    lunch_before: int
    ends: float
    late: float
    overtime: float


def timed(problem: Problem, order: tuple[str, ...]) -> Timetable:
    """Walk through stops in an order and choose where lunch is had: least late, the day's shape, the earliest end.

    Raises KeyError for a stop that the problem does not know.
    """
    numbers = {stop.key: number for number, stop in enumerate(problem.stops)}
    route = [numbers[key] for key in order]
    lunches = [(None, False)] if problem.lunch is None else _lunches(len(route))
    return min((_walked(problem, route, *lunch) for lunch in lunches), key=lambda found: _harm(problem, found))


def travel_minutes(problem: Problem, here: int, there: int, leaves: float) -> float:
    """Return the minutes from one place to another (indices into the roads) for one who leaves at a time."""
    roads = problem.roads
    way = roads.drive[here][there]
    if way <= 0:
        return 0.0
    if not roads.pace:
        return way + roads.park
    at = leaves
    while True:
        hour = int(at // 60)
        speed = roads.pace[hour % HOURS]
        room = (hour * 60 + 60 - at) * speed
        if way <= room:
            return at + way / speed + roads.park - leaves
        way -= room
        at = hour * 60.0 + 60


def _lunches(length: int) -> list[tuple[int | None, bool]]:
    """After so many stops: before going on, or on arrival at the next."""
    return [(before, on_arrival) for before in range(length + 1) for on_arrival in (False, True)]


def _walked(problem: Problem, route: list[int], lunch_before: int | None, on_arrival: bool) -> Timetable:  # noqa: FBT001 -- one of two places
    here, at, lunch_at, late = len(problem.stops), problem.starts, None, 0.0
    stops: list[TimedStop] = []
    for place, number in enumerate([*route, len(problem.stops) + 1]):
        if place == lunch_before and not on_arrival:
            lunch_at, at, missed = _eaten(problem, at)
            late += missed
        travel = travel_minutes(problem, here, number, at)
        at += travel
        arrives = at
        if place == lunch_before and on_arrival:
            lunch_at, at, missed = _eaten(problem, at)
            late += missed
        if place < len(route):
            stop = problem.stops[number]
            starts, missed = _start(stop, at)
            at, here, late = starts + stop.minutes, number, late + missed
            stops.append(TimedStop(stop.key, travel, arrives, starts, at, missed))
    return Timetable(tuple(stops), lunch_at, lunch_before or 0, at, late, max(0.0, at - problem.ends))


def _eaten(problem: Problem, at: float) -> tuple[float, float, float]:
    """When lunch starts, when it ends, and how many minutes too late it is."""
    assert problem.lunch is not None
    starts = max(at, problem.lunch.earliest)
    late = starts - problem.lunch.latest
    return starts, starts + problem.lunch.minutes, late if late > EPSILON else 0.0


def _start(stop: Stop, at: float) -> tuple[float, float]:
    """When service starts for one who arrives at a time, and how many minutes too late."""
    for opens, closes in sorted(stop.windows):
        if at <= closes + EPSILON:
            return max(at, opens), 0.0
    return at, at - max(closes for _opens, closes in stop.windows) if stop.windows else 0.0


def _harm(problem: Problem, found: Timetable) -> tuple[float, int, float]:
    shape = problem.shape
    early = sum(stop.starts < shape.noon for stop in found.stops) if shape else 0
    kept = min(early, shape.morning) + min(len(found.stops) - early, shape.afternoon) if shape else 0
    return round(found.late + found.overtime, 6), -kept, found.ends
