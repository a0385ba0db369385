"""Where the districts of Hangzhou are lived and worked in.

A district is described by a few circles over its built-up centres (``district_places.csv``, own
estimates, WGS-84), not by an outline: outlines of China need an approved base map, and half of
the area of some districts is lake and mountain where no customer is.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from tiejun.engines.geo import Point

_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class BuiltUpArea:
    """A circle of streets and buildings inside one district; ``radius_m`` in metres."""

    code: str
    centre: Point
    radius_m: float


def known_districts() -> tuple[str, ...]:
    """The codes of the districts whose places are known, in order."""
    return tuple(_areas())


def built_up_areas(code: str) -> tuple[BuiltUpArea, ...]:
    """The built-up areas of a district, its principal one first; none for an unknown district."""
    return _areas().get(code, ())


def centre_of(code: str) -> Point | None:
    """The centre of a district's principal built-up area in WGS-84, or None when unknown."""
    areas = built_up_areas(code)
    return areas[0].centre if areas else None


def nearest_district(point: Point) -> str | None:
    """The district whose built-up area is nearest to the point, or None beyond 40 km of any."""
    distance, code = min(
        (_metres(area.centre, point) - area.radius_m, area.code) for areas in _areas().values() for area in areas
    )
    return code if distance <= 40_000 else None


def random_point_in(code: str, rng: Random) -> Point:
    """A point in a built-up area of the district, denser towards the middle of larger areas.

    The same ``rng`` state gives the same point. Raises KeyError for an unknown district.
    """
    areas = _areas()[code]
    [area] = rng.choices(areas, weights=[area.radius_m**2 for area in areas])
    metres = area.radius_m * rng.random() ** 0.6
    angle = rng.uniform(0, 2 * math.pi)
    east = metres * math.cos(angle) / (_METRES_A_DEGREE * math.cos(math.radians(area.centre.lat)))
    north = metres * math.sin(angle) / _METRES_A_DEGREE
    return Point(round(area.centre.lng + east, 6), round(area.centre.lat + north, 6))


def _metres(a: Point, b: Point) -> float:
    """Distance on a plane: near enough within one city, and quick."""
    east = (b.lng - a.lng) * math.cos(math.radians(a.lat))
    return math.hypot(east, b.lat - a.lat) * _METRES_A_DEGREE


@cache
def _areas() -> dict[str, tuple[BuiltUpArea, ...]]:
    text = files("tiejun.engines.data").joinpath("district_places.csv").read_text(encoding="utf-8")
    found: dict[str, tuple[BuiltUpArea, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        area = BuiltUpArea(row["code"], Point(float(row["lng"]), float(row["lat"])), float(row["radius_m"]))
        found[area.code] = (*found.get(area.code, ()), area)
    return found
