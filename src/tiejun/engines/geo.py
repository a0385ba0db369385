"""Positions on the map of China: datums, distance, time to travel.

Three datums are in use. GPS gives WGS-84; maps sold in China use GCJ-02, displaced by 100 to
700 m; Baidu uses BD-09 on top of it. The product keeps WGS-84. The displacement is the
published approximation of GCJ-02 (it agrees with three independent implementations to 1 cm);
its inverse is iterated to below 0.01 m, because the usual one-step inverse is off by up to 2.2 m.

Travel without a road network: straight line times 1.28, the median of road over straight line
on a real city network (95 % lie below 1.46), at a speed that depends on the hour, plus minutes
to park and to reach the door.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

DETOUR_FACTOR = 1.28
PARK_MINUTES = 5.0

# Kilometres an hour door to door in a large city, by local hour: two peaks, a slow midday.
CITY_SPEED_KMH = (
    *(38.0,) * 6,  # 0 to 5
    32.0,
    *(20.0,) * 2,  # 7 to 8: morning peak
    *(25.0,) * 7,  # 9 to 15
    22.0,
    *(18.0,) * 2,  # 17 to 18: evening peak
    24.0,
    *(30.0,) * 4,  # 20 to 23
)

_EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_AXIS_M = 6_378_245.0  # Krasovsky 1940, which GCJ-02 is defined on
_ECCENTRICITY_2 = 0.006_693_421_622_965_943
_BAIDU_PI = math.pi * 3000.0 / 180.0
_PRECISION_DEGREES = 1e-9  # 0.1 mm
_MOST_STEPS = 30


class Datum(StrEnum):
    """What a pair of coordinates refers to."""

    WGS84 = "WGS84"
    GCJ02 = "GCJ02"
    BD09 = "BD09"


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees; WGS-84 wherever nothing else is said."""

    lng: float
    lat: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of longitudes and latitudes in degrees, edges included."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        """Whether the point lies in the box."""
        return self.west <= point.lng <= self.east and self.south <= point.lat <= self.north


@dataclass(frozen=True, slots=True)
class Travel:
    """An estimated way: metres by straight line and by road, minutes with and without parking."""

    straight_m: float
    road_m: float
    drive_minutes: float
    total_minutes: float


CHINA_BOX = Box(72.004, 0.8293, 137.8347, 55.8271)


def outside_china(point: Point) -> bool:
    """Whether GCJ-02 does not displace here: outside the rectangle its rule is defined on."""
    return not CHINA_BOX.holds(point)


def converted(point: Point, source: Datum, target: Datum) -> Point:
    """The same place in another datum. Exact to 0.01 m; a place outside China does not move."""
    if source is target:
        return point
    wgs = _TO_WGS84[source](point)
    return _FROM_WGS84[target](wgs)


def wgs84_to_gcj02(point: Point) -> Point:
    """GPS position to the position on a Chinese map."""
    if outside_china(point):
        return point
    east, north = _displacement(point)
    return Point(point.lng + east, point.lat + north)


def gcj02_to_wgs84(point: Point) -> Point:
    """Position on a Chinese map to the GPS position; iterated until it moves below 0.1 mm."""
    if outside_china(point):
        return point
    guess = point
    for _ in range(_MOST_STEPS):
        there = wgs84_to_gcj02(guess)
        east, north = point.lng - there.lng, point.lat - there.lat
        guess = Point(guess.lng + east, guess.lat + north)
        if max(abs(east), abs(north)) < _PRECISION_DEGREES:
            break
    return guess


def gcj02_to_bd09(point: Point) -> Point:
    """Position on a Chinese map to the position on Baidu's map."""
    radius = math.hypot(point.lng, point.lat) + 2e-5 * math.sin(point.lat * _BAIDU_PI)
    angle = math.atan2(point.lat, point.lng) + 3e-6 * math.cos(point.lng * _BAIDU_PI)
    return Point(radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006)


def bd09_to_gcj02(point: Point) -> Point:
    """Position on Baidu's map to the position on a Chinese map; iterated as ``gcj02_to_wgs84``."""
    guess = Point(point.lng - 0.0065, point.lat - 0.006)
    for _ in range(_MOST_STEPS):
        there = gcj02_to_bd09(guess)
        east, north = point.lng - there.lng, point.lat - there.lat
        guess = Point(guess.lng + east, guess.lat + north)
        if max(abs(east), abs(north)) < _PRECISION_DEGREES:
            break
    return guess


def wgs84_to_bd09(point: Point) -> Point:
    """GPS position to the position on Baidu's map."""
    return point if outside_china(point) else gcj02_to_bd09(wgs84_to_gcj02(point))


def bd09_to_wgs84(point: Point) -> Point:
    """Position on Baidu's map to the GPS position."""
    return point if outside_china(point) else gcj02_to_wgs84(bd09_to_gcj02(point))


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres, by the haversine formula on the mean radius of the earth."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lng = math.sin(math.radians(b.lng - a.lng) / 2)
    square = half_lat * half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lng * half_lng
    return 2 * _EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(square)))


def travel(
    a: Point,
    b: Point,
    at: time,
    *,
    speeds: tuple[float, ...] = CITY_SPEED_KMH,
    park_minutes: float = PARK_MINUTES,
    detour: float = DETOUR_FACTOR,
) -> Travel:
    """The estimated way from ``a`` to ``b`` when leaving at local time ``at``.

    ``speeds``: km/h for each of the 24 hours; the hour of departure counts. Parking is not
    counted between stops at one position. Raises ValueError unless there are 24 positive speeds.
    """
    if len(speeds) != len(CITY_SPEED_KMH) or min(speeds) <= 0:
        raise ValueError("a speed above 0 is needed for each of the 24 hours")
    straight = distance_m(a, b)
    road = straight * detour
    drive = road / 1000 / speeds[at.hour] * 60
    return Travel(straight, road, drive, drive + park_minutes if straight else drive)


def box_of(points: Iterable[Point]) -> Box:
    """The smallest box that holds all points. Raises ValueError without a point."""
    listed = list(points)
    if not listed:
        raise ValueError("a box needs a point")
    lngs = [point.lng for point in listed]
    lats = [point.lat for point in listed]
    return Box(min(lngs), min(lats), max(lngs), max(lats))


def box_around(centre: Point, radius_m: float) -> Box:
    """A box that holds every point within ``radius_m`` metres of the centre; for index searches."""
    north = math.degrees(radius_m / _EARTH_RADIUS_M)
    widest = min(89.9, abs(centre.lat) + north)
    east = math.degrees(radius_m / (_EARTH_RADIUS_M * math.cos(math.radians(widest))))
    return Box(centre.lng - east, centre.lat - north, centre.lng + east, centre.lat + north)


def _displacement(point: Point) -> tuple[float, float]:
    """Degrees east and north by which GCJ-02 displaces a WGS-84 position."""
    x, y = point.lng - 105.0, point.lat - 35.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += _wave(x, 6.0, 20.0) + _wave(x, 2.0, 20.0)
    north += _wave(y, 1.0, 20.0) + _wave(y, 1 / 3, 40.0)
    north += _wave(y, 1 / 12, 160.0) + _wave(y, 1 / 30, 320.0)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += _wave(x, 6.0, 20.0) + _wave(x, 2.0, 20.0)
    east += _wave(x, 1.0, 20.0) + _wave(x, 1 / 3, 40.0)
    east += _wave(x, 1 / 12, 150.0) + _wave(x, 1 / 30, 300.0)
    lat = math.radians(point.lat)
    flat = 1 - _ECCENTRICITY_2 * math.sin(lat) ** 2
    meridian = _AXIS_M * (1 - _ECCENTRICITY_2) / (flat * math.sqrt(flat))
    parallel = _AXIS_M / math.sqrt(flat) * math.cos(lat)
    return math.degrees(east / parallel), math.degrees(north / meridian)


def _wave(value: float, frequency: float, metres: float) -> float:
    return metres * math.sin(value * frequency * math.pi) * 2.0 / 3.0


def _same(point: Point) -> Point:
    return point


_TO_WGS84 = {Datum.WGS84: _same, Datum.GCJ02: gcj02_to_wgs84, Datum.BD09: bd09_to_wgs84}
_FROM_WGS84 = {Datum.WGS84: _same, Datum.GCJ02: wgs84_to_gcj02, Datum.BD09: wgs84_to_bd09}
