"""The answer to a day, greedy or searched, and why something is missing."""

from typing import Any

from tiejun.engines.routing import clockwork, kernel
from tiejun.engines.routing.clockwork import NEVER, Day, Walk
from tiejun.engines.routing.problem import Answer, Missing, MissingReason, Problem, Stop

SEARCH, GREEDY = "search/1", "greedy/1"
UNUSED = (1e9, -1.0)  # a window that never opens
USUAL_WAYS = 5


def answered(problem: Problem, order: list[int], solver: str) -> Answer:
    """Return an order (numbers of stops) as the answer to a problem, with what is missing and why."""
    chosen = [problem.stops[number] for number in order]
    return Answer(
        order=tuple(stop.key for stop in chosen),
        missing=_missing(problem, order),
        value=sum(stop.value for stop in chosen),
        solver=solver,
    )


def greedy(problem: Problem) -> Answer:
    """Return the day made by inserting, again and again, what earns most for its minutes; in this process, uncompiled."""
    return answered(problem, ordered(problem, rounds=0), GREEDY)


def ordered(problem: Problem, *, rounds: int, arrays: Any = None) -> list[int]:
    """Return the numbers of the chosen stops in order, after so many rounds; ``arrays`` is numpy where the kernel is compiled.

    The same problem has the same answer: rounds bound the search, not the clock.
    """
    day = as_numbers(problem, arrays)
    room = len(problem.stops) + 2
    whole, real = _whole(arrays), _real(arrays)
    first, best, free, gone, trial, queue = (whole([0] * room) for _ in range(6))
    paths = Walk(real([0.0] * room), real([0.0] * room), whole([0] * room), whole([0] * room), real([0.0] * room),
                 real([0.0] * room))  # fmt: skip
    chance = whole([problem.seed * 7919 % (kernel.CHANCE - 1) + 1])
    space = kernel.Room(free, gone, trial, queue, real([0.0] * room), chance)
    length = kernel.search(day, first, best, paths, space, rounds)
    return [int(number) for number in best[:length]]


def as_numbers(problem: Problem, arrays: Any = None) -> Day:
    """Return a problem as the kernel's numbers: lists, or arrays where numpy is handed in."""
    real = _real(arrays)
    size = len(problem.stops)
    windows = [window for stop in problem.stops for window in _windows(stop)]
    near = sorted(way for row in problem.roads.drive[:size] for way in sorted(row)[1 : 1 + USUAL_WAYS])
    lunch, shape = problem.lunch, problem.shape
    return Day(
        size=size,
        drive=real([float(way) for row in problem.roads.drive for way in row]),
        pace=real([float(speed) for speed in problem.roads.pace]),
        park=float(problem.roads.park),
        service=real([float(stop.minutes) for stop in problem.stops]),
        value=real([float(stop.value) for stop in problem.stops]),
        required=real([float(stop.is_required) for stop in problem.stops]),
        opens=real([float(opens) for opens, _closes in windows]),
        closes=real([float(closes) for _opens, closes in windows]),
        starts=float(problem.starts),
        ends=float(problem.ends),
        lunch_from=float(lunch.earliest) if lunch else 0.0,
        lunch_to=float(lunch.latest) if lunch else 0.0,
        lunch=float(lunch.minutes) if lunch else 0.0,
        noon=float(shape.noon) if shape else -1.0,
        morning=shape.morning if shape else 0,
        afternoon=shape.afternoon if shape else 0,
        bonus=float(shape.bonus) if shape else 0.0,
        short=float(shape.short) if shape else 0.0,
        minute=float(problem.minute),
        most=max(problem.most, sum(stop.is_required for stop in problem.stops)),
        span=float(near[len(near) // 2]) if near else 1.0,
    )


def _windows(stop: Stop) -> list[tuple[float, float]]:
    found = sorted(stop.windows) if stop.windows else [(0.0, NEVER / 10)]
    return [*found, UNUSED][:2]


def _real(arrays: Any) -> Any:
    return (lambda values: arrays.array(values, dtype=arrays.float64)) if arrays else list


def _whole(arrays: Any) -> Any:
    return (lambda values: arrays.array(values, dtype=arrays.int64)) if arrays else list


def _missing(problem: Problem, order: list[int]) -> tuple[Missing, ...]:
    absent = [number for number, stop in enumerate(problem.stops) if stop.is_required and number not in set(order)]
    return tuple(why_missing(problem, order, number) for number in absent)


def why_missing(problem: Problem, order: list[int], number: int) -> Missing:
    """Say why a stop does not fit beside the others of an order, and when it could start if its windows fell."""
    stop = problem.stops[number]
    could_start = _free_start(problem, order, number)
    if not _fit(problem, [number]):
        return Missing(stop.key, MissingReason.OUT_OF_HOURS, could_start=could_start)
    for other in order:
        if problem.stops[other].is_required and not (_fit(problem, [number, other]) or _fit(problem, [other, number])):
            return Missing(stop.key, MissingReason.CLASHES, problem.stops[other].key, could_start)
    return Missing(stop.key, MissingReason.DAY_IS_FULL, could_start=could_start)


def _fit(problem: Problem, order: list[int]) -> bool:
    """Whether these stops alone fit into the day in this order."""
    day = as_numbers(problem)
    paths = _walked(day, order)
    return _reaches(day, order, paths)


def _reaches(day: Day, order: list[int], paths: Walk) -> bool:
    last = len(order) - 1
    return bool(
        clockwork.fits(
            day, order[last], day.size + 1, paths.hungry[last], paths.fed[last], paths.late_hungry[last + 1],
            paths.late_fed[last + 1],
        )
    )  # fmt: skip


def _walked(day: Day, order: list[int]) -> Walk:
    room = day.size + 2
    paths = Walk([0.0] * room, [0.0] * room, [0] * room, [0] * room, [0.0] * room, [0.0] * room)
    clockwork.walk(day, order, len(order), paths)
    return paths


def _free_start(problem: Problem, order: list[int], number: int) -> float | None:
    """The earliest start of a stop within the found day if its windows did not bind; None where there is no room at all."""
    day = as_numbers(problem)
    day.opens[number * 2], day.closes[number * 2] = 0.0, NEVER / 10
    paths = _walked(day, order)
    for place in range(len(order) + 1):
        if kernel.gain(day, order, len(order), paths, number, place) >= NEVER:
            continue
        here = order[place - 1] if place else day.size
        hungry, fed = (paths.hungry[place - 1], paths.fed[place - 1]) if place else (day.starts, NEVER)
        return float(
            min(clockwork.arrival(day, here, number, hungry), clockwork.arrives_fed(day, here, number, hungry, fed))
        )
    return None
