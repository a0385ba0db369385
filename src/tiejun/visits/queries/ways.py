"""Minutes and metres between the places of a day: from the routing server, else estimated by calibrated straight lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.engines.geo import distance_m
from tiejun.engines.routing.problem import Roads
from tiejun.visits.queries import roads
from tiejun.visits.rules.vocabulary import TravelSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiejun.access.scope import Scope
    from tiejun.engines.geo import Point
    from tiejun.visits.queries.policy import FieldPolicy

SAME_PLACE_METRES = 30.0


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of a day in the order of its places, for the search; `metres` likewise, and where both come from."""

    roads: Roads
    metres: tuple[tuple[float, ...], ...]
    source: TravelSource


def ways_between(
    scope: Scope, places: Sequence[Point | None], policy: FieldPolicy, *, start: Point | None, is_start_open: bool
) -> Ways:
    """Return the ways between places, a start, and a finish anywhere.

    A start is open where nobody knows from where the person sets out: then the first stop is reached at once. A place
    without a position costs the policy's minutes and no metres.
    """
    number = policy.book.integer
    unknown = float(number("plan.unknown_leg_minutes", policy.chain))
    every = [*places, start]
    known = [place for place in every if place is not None]
    table, source = _table(scope, known)
    index = {id(place): at for at, place in enumerate(known)}
    factor = number("plan.detour_percent", policy.chain) / 100
    speed = number("plan.speed_kmh", policy.chain)

    def way(a: Point | None, b: Point | None) -> tuple[float, float]:
        if a is None or b is None:
            return unknown, 0.0
        straight = distance_m(a, b)
        if straight <= SAME_PLACE_METRES:
            return 0.0, 0.0
        if table and table[0][index[id(a)]][index[id(b)]] >= 0:
            return table[0][index[id(a)]][index[id(b)]], table[1][index[id(a)]][index[id(b)]]
        metres = straight * factor
        return round(metres / 1000 / speed * 60, 2), metres

    size = len(every) + 1
    found = [[(0.0, 0.0)] * size for _ in range(size)]
    for row, a in enumerate(every):
        for column, b in enumerate(places):
            is_free = row == column or (is_start_open and row == len(places))
            found[row][column] = (0.0, 0.0) if is_free else way(a, b)
    pace = tuple(share / 100 for share in policy.book.integers("plan.pace_by_hour", policy.chain))
    drive = tuple(tuple(minutes for minutes, _metres in row) for row in found)
    metres = tuple(tuple(length for _minutes, length in row) for row in found)
    return Ways(Roads(drive, pace, float(number("plan.park_minutes", policy.chain))), metres, source)


def _table(scope: Scope, points: Sequence[Point]) -> tuple[roads.Table | None, TravelSource]:
    if not roads.has_server(scope) or len(points) < 2:
        return None, TravelSource.STRAIGHT
    try:
        return roads.road_table(scope, points), TravelSource.ROADS
    except roads.NoRoads:
        return None, TravelSource.FALLBACK
