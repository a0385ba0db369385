"""An independent look at a day: does it break a rule of its problem? It shares no code with the search.

Whoever judges takes nothing for granted but the order and the place of lunch, and walks the day once.
"""

from tiejun.engines.routing.problem import Problem
from tiejun.engines.routing.timetable import Timetable

TOLERANCE = 1e-4


def violations(problem: Problem, day: Timetable) -> list[str]:
    """Return what is wrong with a day's times, in words; empty when everything is kept. What is missing is no violation."""
    found: list[str] = []
    names = {stop.key: number for number, stop in enumerate(problem.stops)}
    at, here, lunched = problem.starts, len(problem.stops), problem.lunch is None
    if len({stop.key for stop in day.stops}) < len(day.stops):
        found.append("a stop is visited twice")
    for timed in day.stops:
        stop = problem.stops[names[timed.key]]
        way = _minutes(problem, here, names[timed.key], at)
        plain, lunch_first = at + way, None
        if not lunched and day.lunch_at is not None and day.lunch_at < timed.starts - TOLERANCE:
            lunched = True
            lunch_first = _with_lunch(problem, at, here, names[timed.key], day.lunch_at)
            if lunch_first is None:
                found.append(f"lunch at {day.lunch_at} does not fit before {timed.key}")
        earliest = plain if lunch_first is None else lunch_first
        if timed.starts < earliest - TOLERANCE:
            found.append(f"{timed.key} starts before one can be there")
        if stop.windows and not any(a - TOLERANCE <= timed.starts <= b + TOLERANCE for a, b in stop.windows):
            found.append(f"{timed.key} starts outside its windows")
        if timed.leaves < timed.starts + stop.minutes - TOLERANCE:
            found.append(f"{timed.key} is left too early")
        at, here = timed.leaves, names[timed.key]
    end = at + _minutes(problem, here, len(problem.stops) + 1, at)
    if not lunched:
        last = _with_lunch(problem, at, here, len(problem.stops) + 1, day.lunch_at)
        found += [] if last is not None else ["lunch is not had"]
        end = last if last is not None else end
    if end > problem.ends + TOLERANCE:
        found.append("the day ends too late")
    return found


def lost(problem: Problem, day: Timetable, named: tuple[str, ...]) -> list[str]:
    """Return the required stops that are neither visited nor named as missing."""
    seen = {stop.key for stop in day.stops} | set(named)
    return [stop.key for stop in problem.stops if stop.is_required and stop.key not in seen]


def _with_lunch(problem: Problem, at: float, here: int, there: int, lunch_at: float | None) -> float | None:
    """When one arrives, fed, with lunch at a time before going or on arrival; None where neither is possible."""
    lunch = problem.lunch
    if lunch is None or lunch_at is None:
        return None
    if not lunch.earliest - TOLERANCE <= lunch_at <= lunch.latest + TOLERANCE:
        return None
    ways: list[float] = []
    if lunch_at >= at - TOLERANCE:
        ended = lunch_at + lunch.minutes
        ways.append(ended + _minutes(problem, here, there, ended))
    if lunch_at >= at + _minutes(problem, here, there, at) - TOLERANCE:
        ways.append(lunch_at + lunch.minutes)
    return min(ways, default=None)


def _minutes(problem: Problem, here: int, there: int, leaves: float) -> float:
    """Drive hour by hour at the pace of each."""
    left = problem.roads.drive[here][there]
    if left <= 0:
        return 0.0
    pace = problem.roads.pace
    if not pace:
        return left + problem.roads.park
    spent, hour = 0.0, leaves
    while True:
        until = 60 - hour % 60
        speed = pace[int(hour // 60) % 24]
        if left <= until * speed:
            return spent + left / speed + problem.roads.park
        left -= until * speed
        spent += until
        hour += until
