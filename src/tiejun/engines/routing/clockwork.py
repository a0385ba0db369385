"""The arithmetic of a day: when one arrives, when service may start, and how late one may be for the rest still to fit.

Written so that numba can compile it and Python can run it as it is: flat arrays or lists, numbers, no objects but the
named tuples. All times are minutes. Two states run side by side: lunch not yet had (``hungry``) and lunch had (``fed``).
Lunch may stand after a stop or on arrival at the next one, whichever leaves more room; so waiting can be used for it.
Travel is by the hour: whoever leaves later never arrives earlier, hence the earliest time in each state is all there is to
know, and the latest time for which the rest still fits is a threshold. An insertion is judged against both, at once and exactly.
"""

from collections.abc import MutableSequence
from typing import NamedTuple

# Lists of Python, or arrays of numpy where the kernel is compiled.
Real = MutableSequence[float]
Whole = MutableSequence[int]

NEVER = 1e9  # later than any day
EPSILON = 1e-6  # minutes; sums of rounded distances may differ by less


class Day(NamedTuple):
    """A day as numbers. Nodes 0 … ``size`` - 1 are stops, ``size`` is the start, ``size`` + 1 the finish.

    ``drive`` is flat (``size`` + 2 squared), in minutes at nominal speed; ``pace`` is the share of the nominal speed in each
    of 24 hours, or empty; ``park`` is added to each way longer than 0. A stop has two windows; an unused one never opens.
    """

    size: int
    drive: Real
    pace: Real
    park: float
    service: Real
    value: Real
    required: Real
    opens: Real
    closes: Real
    starts: float
    ends: float
    lunch_from: float
    lunch_to: float
    lunch: float
    noon: float
    morning: int
    afternoon: int
    bonus: float
    short: float  # what each visit costs that is fewer than morning and afternoon together
    minute: float  # what each minute of an earlier end is worth
    most: int  # stops, at most
    span: float  # the usual minutes of a way, to weigh a stop by its time


class Walk(NamedTuple):
    """A route walked through, by position: the earliest time of leaving, and the latest time of arriving that still fits."""

    hungry: Real
    fed: Real
    early: Whole  # stops that start before noon, up to here, without lunch …
    early_fed: Whole  # … and with it
    late_hungry: Real
    late_fed: Real


def arrival(day: Day, here: int, there: int, leaves: float) -> float:
    """Return when one arrives who leaves at a time."""
    way = day.drive[here * (day.size + 2) + there]
    if way <= 0.0 or leaves >= NEVER:
        return leaves
    if len(day.pace) == 0:
        return leaves + way + day.park
    at = leaves
    while True:
        hour = int(at // 60.0)
        speed = day.pace[hour % 24]
        room = (hour * 60.0 + 60.0 - at) * speed
        if way <= room:
            return at + way / speed + day.park
        way -= room
        at = hour * 60.0 + 60.0


def departure(day: Day, here: int, there: int, arrives: float) -> float:
    """Return the latest time of leaving that arrives by a time; below 0 where there is none."""
    way = day.drive[here * (day.size + 2) + there]
    if way <= 0.0 or arrives < 0.0:
        return arrives
    at = arrives - day.park
    if len(day.pace) == 0:
        return at - way
    while at > 0.0:
        hour = int(at // 60.0)
        if hour * 60.0 >= at:
            hour -= 1
        speed = day.pace[hour % 24]
        room = (at - hour * 60.0) * speed
        if way <= room:
            return at - way / speed
        way -= room
        at = hour * 60.0
    return -1.0


def opening(day: Day, stop: int, at: float) -> float:
    """Return when service can start at a stop for one who arrives at a time."""
    if stop >= day.size:
        return at
    for window in range(stop * 2, stop * 2 + 2):
        if at <= day.closes[window] + EPSILON:
            return max(at, day.opens[window])
    return NEVER


def leaving(day: Day, stop: int, at: float) -> float:
    """Return when one leaves a stop who arrives at a time."""
    begins = opening(day, stop, at)
    if begins >= NEVER or stop >= day.size:
        return begins
    return begins + day.service[stop]


def latest(day: Day, stop: int, leaves: float) -> float:
    """Return the latest arrival at a stop that leaves it by a time; below 0 where there is none."""
    if stop >= day.size:
        return leaves
    begins = leaves - day.service[stop]
    for window in range(stop * 2 + 1, stop * 2 - 1, -1):
        if day.opens[window] <= begins + EPSILON and day.opens[window] <= day.closes[window]:
            return min(begins, day.closes[window])
    return -1.0


def after_lunch(day: Day, at: float) -> float:
    """Return when lunch ends for one who is free from a time on."""
    begins = max(at, day.lunch_from)
    return begins + day.lunch if begins <= day.lunch_to + EPSILON else NEVER


def before_lunch(day: Day, at: float) -> float:
    """Return the latest time from which one must be free so that lunch ends by a time; below 0 where there is none."""
    if day.lunch_from + day.lunch > at + EPSILON:
        return -1.0
    return min(day.lunch_to, at - day.lunch)


def arrives_fed(day: Day, here: int, there: int, hungry: float, fed: float) -> float:
    """Return the earliest arrival with lunch had on the way or before, from both states of leaving."""
    best = arrival(day, here, there, fed)
    if day.lunch > 0.0 and hungry < NEVER:
        best = min(best, arrival(day, here, there, after_lunch(day, hungry)))
        best = min(best, after_lunch(day, arrival(day, here, there, hungry)))
    return best


def walk(day: Day, route: Whole, length: int, paths: Walk) -> None:
    """Fill in a route's walk: earliest times forwards, latest times backwards (position ``length`` is the finish)."""
    here, hungry, fed, early, early_fed = day.size, day.starts, NEVER, 0, 0
    if day.lunch <= 0.0:
        hungry, fed = NEVER, day.starts
    for at in range(length):
        stop = route[at]
        plain = opening(day, stop, arrival(day, here, stop, hungry))
        was_fed = arrival(day, here, stop, fed)
        arrives = arrives_fed(day, here, stop, hungry, fed)
        begins = opening(day, stop, arrives)
        early_fed = (early_fed if arrives >= was_fed else early) + (1 if begins < day.noon else 0)
        early += 1 if plain < day.noon else 0
        hungry = plain + day.service[stop] if plain < NEVER else NEVER
        fed = begins + day.service[stop] if begins < NEVER else NEVER
        paths.hungry[at], paths.fed[at] = hungry, fed
        paths.early[at], paths.early_fed[at] = early, early_fed
        here = stop
    backwards(day, route, length, paths)


def backwards(day: Day, route: Whole, length: int, paths: Walk) -> None:
    """Fill in the latest times of arriving."""
    late_hungry, late_fed = -1.0, day.ends
    if day.lunch > 0.0:
        late_hungry = before_lunch(day, day.ends)
    paths.late_hungry[length], paths.late_fed[length] = late_hungry, late_fed
    there = day.size + 1
    for at in range(length - 1, -1, -1):
        stop = route[at]
        leaves_fed = departure(day, stop, there, late_fed)
        leaves_hungry = -1.0
        if day.lunch > 0.0:
            leaves_hungry = max(departure(day, stop, there, late_hungry), before_lunch(day, leaves_fed))
        late_fed = latest(day, stop, leaves_fed)
        late_hungry = -1.0
        if day.lunch > 0.0:
            late_hungry = max(latest(day, stop, leaves_hungry), before_lunch(day, late_fed))
        paths.late_hungry[at], paths.late_fed[at] = late_hungry, late_fed
        there = stop


def fits(day: Day, here: int, there: int, hungry: float, fed: float, late_hungry: float, late_fed: float) -> bool:
    """Tell whether one who leaves ``here`` in these states still reaches ``there`` and makes the rest of the day."""
    if arrival(day, here, there, fed) <= late_fed + EPSILON:
        return True
    if day.lunch <= 0.0 or hungry >= NEVER:
        return False
    if arrival(day, here, there, hungry) <= late_hungry + EPSILON:
        return True
    return arrival(day, here, there, after_lunch(day, hungry)) <= late_fed + EPSILON
