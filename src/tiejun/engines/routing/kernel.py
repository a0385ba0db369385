"""The search for the best day: a large-neighbourhood search over orders of stops, exact in lunch, windows and hours.

A day is taken apart (a stretch, stops at random, stops that lie together, stops that earn least for their time) and put
together again by the insertion that earns most for its minutes, with some noise; a worse day is kept now and then, less
and less. The number of rounds is given, never a time: the same day and seed have the same answer on every machine.
Stretches follow Vansteenwegen et al. (2009), the frame Shaw (1998) and Ropke & Pisinger (2006).
"""

from math import exp, log
from typing import NamedTuple

from tiejun.engines.routing.clockwork import (
    EPSILON,
    NEVER,
    Day,
    Real,
    Walk,
    Whole,
    arrival,
    arrives_fed,
    fits,
    leaving,
    opening,
    walk,
)

MISSING = 1e6  # what a required stop that is left out costs
HEAT = 0.02  # the first warmth as a share of a day's value
PHASES, SHORT_DAY = 2, 20  # a day of so few stops is begun afresh once: it may have started on the wrong foot
MOST_GONE = 6  # stops taken out at once
MOST_TRIED = 60.0  # free stops that one round tries to insert, on average
# How often a centre is looked around, and how the chance of a stop falls with its distance: as many are tried, only nearer ones.
NEAR_TURNS, NEAR_GAIN, NEAR_FALL = 0.5, 5.0, 2.0
CHANCE = 2147483647  # prime modulus of the minimal standard generator (Park & Miller 1988)


class Room(NamedTuple):
    """Room to work in: marks and an order of stops, a route to try, and the state of chance (one number)."""

    free: Whole
    gone: Whole
    trial: Whole
    queue: Whole
    keys: Real
    chance: Whole


def drawn(chance: Whole) -> float:
    """Return the next number between 0 and 1 of a chance, which is an array of one whole number."""
    chance[0] = chance[0] * 48271 % CHANCE
    return chance[0] / CHANCE


def drawn_below(chance: Whole, most: int) -> int:
    """Return the next whole number from 0 to ``most`` - 1."""
    return int(drawn(chance) * most) % most


def worth(day: Day, route: Whole, length: int, paths: Walk) -> float:
    """Return what a walked route is worth: values, the bonus of the day's shape, less what is required or asked for and missing."""
    total = -day.short * max(0, day.morning + day.afternoon - length)
    for stop in range(day.size):
        total -= MISSING * day.required[stop]
    for at in range(length):
        total += day.value[route[at]] + MISSING * day.required[route[at]]
    if length > 0:
        total -= day.minute * min(paths.hungry[length - 1], paths.fed[length - 1])
    if day.bonus > 0.0 and length > 0:
        is_fed = paths.fed[length - 1] < NEVER
        early = paths.early_fed[length - 1] if is_fed else paths.early[length - 1]
        total += day.bonus * (min(early, day.morning) + min(length - early, day.afternoon))
    return total


def gain(day: Day, route: Whole, length: int, paths: Walk, stop: int, place: int) -> float:
    """Return the minutes that a stop costs at a place of a walked route, or NEVER where it does not fit."""
    if day.lunch <= 0.0:
        return gain_unfed(day, route, length, paths, stop, place)
    here = route[place - 1] if place else day.size
    there = route[place] if place < length else day.size + 1
    if place:
        hungry, fed = paths.hungry[place - 1], paths.fed[place - 1]
    else:
        hungry, fed = day.starts, NEVER
    soonest = leaving(day, stop, arrival(day, here, stop, min(hungry, fed)))
    if soonest > max(paths.late_hungry[place], paths.late_fed[place]) + EPSILON:
        return NEVER
    leaves = leaving(day, stop, arrival(day, here, stop, hungry))
    leaves_fed = leaving(day, stop, arrives_fed(day, here, stop, hungry, fed))
    if leaves >= NEVER and leaves_fed >= NEVER:
        return NEVER
    if not fits(day, stop, there, leaves, leaves_fed, paths.late_hungry[place], paths.late_fed[place]):
        return NEVER
    if leaves < NEVER and hungry < NEVER:
        before, after = arrival(day, here, there, hungry), arrival(day, stop, there, leaves)
    elif fed < NEVER:
        before, after = arrival(day, here, there, fed), arrival(day, stop, there, leaves_fed)
    else:
        before, after = arrives_fed(day, here, there, hungry, fed), arrival(day, stop, there, leaves_fed)
    return max(opening(day, there, after) - opening(day, there, before), 0.1)


def gain_unfed(day: Day, route: Whole, length: int, paths: Walk, stop: int, place: int) -> float:
    """Return the same as ``gain`` on a day without lunch, where one state is all there is."""
    here = route[place - 1] if place else day.size
    there = route[place] if place < length else day.size + 1
    free = paths.fed[place - 1] if place else day.starts
    leaves = leaving(day, stop, arrival(day, here, stop, free))
    if leaves >= NEVER:
        return NEVER
    after = arrival(day, stop, there, leaves)
    if after > paths.late_fed[place] + EPSILON:
        return NEVER
    if there >= day.size:
        return max(after - arrival(day, here, there, free), 0.1)
    return max(opening(day, there, after) - (paths.fed[place] - day.service[there]), 0.1)


def inserted(route: Whole, length: int, stop: int, place: int) -> int:
    """Put a stop at a place; return the new length."""
    for at in range(length, place, -1):
        route[at] = route[at - 1]
    route[place] = stop
    return length + 1


def cheapest(
    day: Day, route: Whole, length: int, paths: Walk, stop: int, chance: Whole, blink: float
) -> tuple[float, int]:
    """Return the cheapest minutes and the place of a stop in a walked route; NEVER where it does not fit.

    With a chance of ``blink`` a place is not looked at (Christiaens & Vanden Berghe 2020).
    """
    cost, where = NEVER, 0
    closes = max(day.closes[stop * 2], day.closes[stop * 2 + 1])
    leaves = min(day.opens[stop * 2], day.opens[stop * 2 + 1]) + day.service[stop]
    unseen = int(drawn(chance) / blink) if blink > 0.0 else -1
    for place in range(length + 1):
        if place and min(paths.hungry[place - 1], paths.fed[place - 1]) > closes + EPSILON:
            break
        if leaves > max(paths.late_hungry[place], paths.late_fed[place]) + EPSILON:
            continue
        if place == unseen:
            continue
        minutes = gain(day, route, length, paths, stop, place)
        if minutes < cost:
            cost, where = minutes, place
    return cost, where


def completed(day: Day, route: Whole, length: int, paths: Walk, free: Whole, chance: Whole) -> int:
    """Insert what fits, what earns most for its minutes first; return the new length. The walk is up to date afterwards.

    ``free`` marks the stops that may be inserted; it is used up. Chance decides nothing.
    """
    walk(day, route, length, paths)
    while True:
        best, best_stop, best_place = 0.0, -1, 0
        for stop in range(day.size):
            if free[stop] == 0:
                continue
            cost, where = cheapest(day, route, length, paths, stop, chance, 0.0)
            if cost >= NEVER:
                free[stop] = 0
                continue
            score = (day.value[stop] + day.bonus) / cost + MISSING * day.required[stop]
            if score > best:
                best, best_stop, best_place = score, stop, where
        if best_stop < 0 or length >= day.most:
            return length
        length = inserted(route, length, best_stop, best_place)
        free[best_stop] = 0
        walk(day, route, length, paths)


def usual_way(day: Day, free: Whole, centre: int) -> float:
    """Return how far the free stops lie from one on average."""
    total, count = 0.0, 0
    for stop in range(day.size):
        if free[stop]:
            total += day.drive[centre * (day.size + 2) + stop]
            count += 1
    return total / count if count and total > 0.0 else 1.0


def few(day: Day, length: int, free: Whole, chance: Whole, centre: int) -> None:
    """Unmark so many free stops by chance that about ``MOST_TRIED`` are left; every other time the nearest to ``centre`` are likeliest.

    What is required stays.
    """
    share = MOST_TRIED / (day.size - length + 1)
    if share >= 1.0:
        return
    reach = usual_way(day, free, centre) if drawn(chance) < NEAR_TURNS else 0.0
    for stop in range(day.size):
        if free[stop] == 0 or day.required[stop] > 0.0:
            continue
        likely = share
        if reach > 0.0:
            likely *= NEAR_GAIN * exp(-NEAR_FALL * day.drive[centre * (day.size + 2) + stop] / reach)
        if drawn(chance) > likely:
            free[stop] = 0


def refilled(
    day: Day, route: Whole, length: int, paths: Walk, free: Whole, chance: Whole, queue: Whole, keys: Real
) -> int:
    """Insert the free stops one after the other, each at its cheapest place, in an order that chance bends."""
    walk(day, route, length, paths)
    waiting = 0
    how = drawn_below(chance, 4)
    for stop in range(day.size):
        if free[stop] == 0:
            continue
        if how == 0:
            key = drawn(chance)
        elif how == 1:
            key = day.value[stop] * (0.5 + drawn(chance))
        else:
            key = day.value[stop] / (day.service[stop] + day.span) * (0.5 + drawn(chance))
        key += MISSING * day.required[stop]
        at = waiting
        while at > 0 and keys[at - 1] < key:
            keys[at], queue[at] = keys[at - 1], queue[at - 1]
            at -= 1
        keys[at], queue[at] = key, stop
        waiting += 1
    for number in range(waiting):
        if length >= day.most:
            break
        stop = queue[number]
        cost, where = cheapest(day, route, length, paths, stop, chance, 0.02)
        if cost < NEVER:
            length = inserted(route, length, stop, where)
            walk(day, route, length, paths)
    return length


def without(route: Whole, length: int, gone: Whole) -> int:
    """Drop the stops that are marked as gone; return the new length."""
    kept = 0
    for at in range(length):
        if gone[route[at]] == 0:
            route[kept] = route[at]
            kept += 1
    return kept


def thinned(day: Day, route: Whole, length: int, gone: Whole, chance: Whole, most: int, short: bool) -> int:
    """Take part of a route out, in one of four ways; mark what is gone and return the new length.

    ``short``: something required is missing, so what stands in its way goes, too.
    """
    for stop in range(day.size):
        gone[stop] = 0
    if short:
        for at in range(length):
            gone[route[at]] = 1 if day.required[route[at]] == 0 or drawn(chance) < 0.5 else 0
        return without(route, length, gone)
    count = 1 + drawn_below(chance, min(most, length))
    way = drawn_below(chance, 4)
    if way == 0:
        first = drawn_below(chance, length)
        for at in range(count):
            gone[route[(first + at) % length]] = 1
    elif way == 1:
        for _ in range(count):
            gone[route[drawn_below(chance, length)]] = 1
    elif way == 2:
        nearest(day, route, length, gone, drawn_below(chance, length), count)
    else:
        for at in range(length):
            stop = route[at]
            here = route[at - 1] if at else day.size
            there = route[at + 1] if at + 1 < length else day.size + 1
            span = day.drive[here * (day.size + 2) + stop] + day.drive[stop * (day.size + 2) + there]
            share = day.value[stop] / (span + day.service[stop] + 1.0)
            if drawn(chance) < count / length / (0.5 + share):
                gone[stop] = 1
    return without(route, length, gone)


def nearest(day: Day, route: Whole, length: int, gone: Whole, seed: int, count: int) -> None:
    """Mark the stops that lie nearest to the one at a place, itself included."""
    centre = route[seed]
    gone[centre] = 1
    for _ in range(count - 1):
        best, found = NEVER, -1
        for at in range(length):
            way = day.drive[centre * (day.size + 2) + route[at]]
            if gone[route[at]] == 0 and way < best:
                best, found = way, route[at]
        if found < 0:
            return
        gone[found] = 1


def copied(source: Whole, target: Whole, length: int) -> None:
    """Copy the first stops of a route."""
    for at in range(length):
        target[at] = source[at]


def varied(day: Day, route: Whole, length: int, paths: Walk, room: Room, short: bool) -> int:
    """Make a neighbour of a route in ``room.trial``: part of it taken out, then refilled; return its length."""
    copied(route, room.trial, length)
    centre = route[drawn_below(room.chance, length)]
    most = max(2, min(MOST_GONE, length * 2 // 5))
    size = thinned(day, room.trial, length, room.gone, room.chance, most, short)
    mark_free(day, room.trial, size, room.free)
    for stop in range(day.size):
        if room.gone[stop] and drawn(room.chance) < 0.5:
            centre = stop
    if drawn(room.chance) < 0.3:
        for stop in range(day.size):
            if room.gone[stop] and day.required[stop] == 0 and drawn(room.chance) < 0.5:
                room.free[stop] = 0
    few(day, size, room.free, room.chance, centre)
    return refilled(day, room.trial, size, paths, room.free, room.chance, room.queue, room.keys)


def search(day: Day, route: Whole, best_route: Whole, paths: Walk, room: Room, rounds: int) -> int:
    """Find a good route; write it to ``best_route`` and return its length. With 0 rounds it is the greedy one.

    ``route``, ``paths`` and ``room`` are room to work in, each as long as there are nodes; ``room.chance`` holds the seed.
    """
    mark_free(day, route, 0, room.free)
    length = completed(day, route, 0, paths, room.free, room.chance)
    current = worth(day, route, length, paths)
    best, best_length = current, length
    copied(route, best_route, length)
    heat = HEAT * sum_of(day, route, length) + 1e-9
    phase = rounds // PHASES + 1 if length <= SHORT_DAY else rounds + 1
    for turn in range(rounds):
        if length == 0:
            break
        fresh = turn > 0 and turn % phase == 0
        short = fresh or (current < -MISSING / 2.0 and drawn(room.chance) < 0.5)
        size = varied(day, route, length, paths, room, short)
        value = worth(day, room.trial, size, paths)
        warmth = heat * (1.0 - turn % phase / phase) + 1e-9
        if fresh or value >= current + warmth * log(drawn(room.chance) + 1e-12):
            current, length = value, size
            copied(room.trial, route, size)
        if value > best + 1e-9:
            best, best_length = value, size
            copied(room.trial, best_route, size)
    return best_length


def sum_of(day: Day, route: Whole, length: int) -> float:
    """Return the values of a route's stops together."""
    total = 0.0
    for at in range(length):
        total += day.value[route[at]]
    return total


def mark_free(day: Day, route: Whole, length: int, free: Whole) -> None:
    """Mark the stops that are not in a route."""
    for stop in range(day.size):
        free[stop] = 1
    for at in range(length):
        free[route[at]] = 0
