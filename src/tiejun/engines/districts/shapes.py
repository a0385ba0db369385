"""Shapes on the map that are our own: cells around the built-up areas of districts, and polygons that people draw.

No outline of a district is shipped (see `places`). A cell is a circle of three times the radius of a built-up area, cut half-way to
each neighbour (a Voronoi diagram), so that cells meet without covering each other and each holds its centre.
Positions are WGS-84 degrees; rings are GeoJSON's (RFC 7946): longitude first, the first point repeated at the end.
"""

from __future__ import annotations

import math
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tiejun.engines.districts.places import built_up_areas

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tiejun.engines.districts.places import BuiltUpArea

Corner = tuple[float, float]
_METRES_A_DEGREE = 111_320.0
_REACH = 3.0
_SIDES = 40
MOST_CORNERS = 500


class Fault(StrEnum):
    """Why a polygon cannot be taken."""

    UNREADABLE = "UNREADABLE"
    NOT_A_POLYGON = "NOT_A_POLYGON"
    TOO_FEW_CORNERS = "TOO_FEW_CORNERS"
    TOO_MANY_CORNERS = "TOO_MANY_CORNERS"
    NOT_ON_EARTH = "NOT_ON_EARTH"
    CROSSES_ITSELF = "CROSSES_ITSELF"


def district_cells(codes: Iterable[str]) -> dict[str, list[list[Corner]]]:
    """Return the rings of each district whose places are known; none of a district covers another's."""
    areas = [area for code in sorted(set(codes)) for area in built_up_areas(code)]
    cells: dict[str, list[list[Corner]]] = {}
    for area in areas:
        ring = _cell(area, [other for other in areas if other is not area])
        if ring:
            cells.setdefault(area.code, []).append(ring)
    return cells


def ring_of(shape: Any) -> list[Corner] | Fault:
    """Read a GeoJSON Polygon, or a Feature of one, without holes; a ring that is not closed is closed."""
    if isinstance(shape, dict) and shape.get("type") == "Feature":
        shape = shape.get("geometry")
    if not isinstance(shape, dict) or shape.get("type") != "Polygon":
        return Fault.NOT_A_POLYGON
    rings = shape.get("coordinates")
    if not isinstance(rings, list) or len(rings) != 1 or not isinstance(rings[0], list):
        return Fault.NOT_A_POLYGON
    corners: list[Corner] = []
    for place in rings[0]:
        if not _is_place(place):
            return Fault.UNREADABLE
        corner = (float(place[0]), float(place[1]))
        if not corners or corner != corners[-1]:
            corners.append(corner)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    return _why_not(corners) or [*corners, corners[0]]


def holds(ring: Sequence[Corner], place: Corner) -> bool:
    """Tell whether a place lies inside a ring (even-odd rule)."""
    x, y = place
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def _why_not(corners: list[Corner]) -> Fault | None:
    if len(corners) < 3:
        return Fault.TOO_FEW_CORNERS
    if len(corners) > MOST_CORNERS:
        return Fault.TOO_MANY_CORNERS
    if not all(-180 <= lng <= 180 and -90 <= lat <= 90 for lng, lat in corners):
        return Fault.NOT_ON_EARTH
    sides = list(pairwise([*corners, corners[0]]))
    for first in range(len(sides)):
        for second in range(first + 1, len(sides)):
            touching = second == first + 1 or (first == 0 and second == len(sides) - 1)
            if not touching and _cross(sides[first], sides[second]):
                return Fault.CROSSES_ITSELF
    # Neighbours share a corner; one that runs back over the other leaves no room inside.
    return Fault.CROSSES_ITSELF if len(set(corners)) < len(corners) or _is_flat(corners) else None


def _is_place(place: Any) -> bool:
    if not isinstance(place, list) or len(place) not in (2, 3):
        return False
    return all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) for value in place
    )


def _is_flat(corners: list[Corner]) -> bool:
    doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*corners, corners[0]]))
    return abs(doubled) < 1e-12


def _cross(one: tuple[Corner, Corner], other: tuple[Corner, Corner]) -> bool:
    (a, b), (c, d) = one, other
    ways = (_side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b))
    if ways[0] * ways[1] < 0 and ways[2] * ways[3] < 0:
        return True
    on = ((ways[0], one, c), (ways[1], one, d), (ways[2], other, a), (ways[3], other, b))
    return any(way == 0 and _between(side, place) for way, side, place in on)


def _side(a: Corner, b: Corner, place: Corner) -> int:
    turn = (b[0] - a[0]) * (place[1] - a[1]) - (b[1] - a[1]) * (place[0] - a[0])
    return (turn > 0) - (turn < 0)


def _between(side: tuple[Corner, Corner], place: Corner) -> bool:
    return all(min(a, b) <= value <= max(a, b) for a, b, value in zip(*side, place, strict=True))


def _cell(area: BuiltUpArea, others: list[BuiltUpArea]) -> list[Corner]:
    narrowing = math.cos(math.radians(area.centre.lat))
    reach = area.radius_m * _REACH
    turns = (2 * math.pi * step / _SIDES for step in range(_SIDES))
    ring = [(reach * math.cos(turn), reach * math.sin(turn)) for turn in turns]  # metres east and north of the centre
    for other in others:
        east = (other.centre.lng - area.centre.lng) * narrowing * _METRES_A_DEGREE
        north = (other.centre.lat - area.centre.lat) * _METRES_A_DEGREE
        apart = math.hypot(east, north)
        if 0 < apart < 2 * reach:
            ring = _cut(ring, (east / apart, north / apart), apart / 2)
    degrees = [
        (
            round(area.centre.lng + x / (narrowing * _METRES_A_DEGREE), 5),
            round(area.centre.lat + y / _METRES_A_DEGREE, 5),
        )
        for x, y in ring
    ]
    return [*degrees, degrees[0]] if degrees else []


def _cut(ring: list[Corner], way: Corner, limit: float) -> list[Corner]:
    """Keep the part of a convex ring that lies at most `limit` along a way (Sutherland and Hodgman 1974)."""
    kept: list[Corner] = []
    for here, ahead in pairwise([*ring, *ring[:1]]):
        at, to = (here[0] * way[0] + here[1] * way[1] - limit, ahead[0] * way[0] + ahead[1] * way[1] - limit)
        if at <= 0:
            kept.append(here)
        if at * to < 0:
            part = at / (at - to)
            kept.append((here[0] + part * (ahead[0] - here[0]), here[1] + part * (ahead[1] - here[1])))
    return kept
