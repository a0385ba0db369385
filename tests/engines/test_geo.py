import csv
import math
from collections.abc import Callable
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cases import trial_file
from tiejun.engines.geo import (
    Box,
    Datum,
    Point,
    Travel,
    bd09_to_gcj02,
    box_around,
    box_of,
    converted,
    distance_m,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    outside_china,
    travel,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

# Published pairs of open implementations, to 1e-6 degrees (0.1 m).
PUBLISHED = [
    (wgs84_to_gcj02, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    (wgs84_to_gcj02, (121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    (wgs84_to_gcj02, (113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    (wgs84_to_gcj02, (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    (gcj02_to_bd09, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
    (gcj02_to_bd09, (114.68837663801743, 33.63312016454496), (114.69490414027017, 33.639096507711685)),
    (bd09_to_gcj02, (116.404, 39.915), (116.39762729119315, 39.90865673957631)),
]

HANGZHOU = Point(120.155, 30.274)


@pytest.mark.parametrize(("convert", "given_at", "expected"), PUBLISHED)
def test_conversion_agrees_with_published_pairs(
    convert: Callable[[Point], Point], given_at: tuple[float, float], expected: tuple[float, float]
) -> None:
    found = convert(Point(*given_at))

    assert distance_m(found, Point(*expected)) < 0.6


def test_conversion_agrees_with_the_trial_vectors() -> None:
    path = trial_file("coord-test-vectors", "published_vectors.csv")
    names = {"WGS84": Datum.WGS84, "GCJ02": Datum.GCJ02, "BD09": Datum.BD09, "BD09LL": Datum.BD09}
    far = []
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["to"].upper() not in names:
                continue  # the published one-step inverse is known to be off
            found = converted(
                Point(float(row["lng_in"]), float(row["lat_in"])),
                names[row["from"].upper()],
                names[row["to"].upper()],
            )
            gap = distance_m(found, Point(float(row["lng_out"]), float(row["lat_out"])))
            far.append(gap) if gap > 1.5 else None

    assert far == []


places = st.builds(Point, st.floats(74, 135), st.floats(4, 53))


@given(places, st.sampled_from(Datum), st.sampled_from(Datum))
def test_round_trip_between_datums_comes_back_within_a_centimetre(place: Point, a: Datum, b: Datum) -> None:
    there = converted(place, a, b)

    assert distance_m(converted(there, b, a), place) < 0.01


@given(places)
def test_displacement_in_china_is_between_tens_of_metres_and_two_kilometres(place: Point) -> None:
    assert 1 < distance_m(place, wgs84_to_gcj02(place)) < 2000


@given(places)
def test_way_over_gcj02_is_the_way_to_bd09(place: Point) -> None:
    assert wgs84_to_bd09(place) == gcj02_to_bd09(wgs84_to_gcj02(place))
    assert distance_m(bd09_to_gcj02(gcj02_to_bd09(place)), place) < 0.01


@pytest.mark.parametrize("place", [Point(2.35, 48.85), Point(-122.4, 37.8), Point(151.2, -33.9)])
def test_place_outside_china_does_not_move(place: Point) -> None:
    assert outside_china(place)
    assert not outside_china(HANGZHOU)
    assert [wgs84_to_gcj02(place), gcj02_to_wgs84(place), wgs84_to_bd09(place)] == [place] * 3


def test_distance_between_two_cities_is_the_known_one() -> None:
    shanghai = Point(121.4737, 31.2304)

    assert distance_m(HANGZHOU, shanghai) == pytest.approx(164_500, rel=0.01)
    assert distance_m(HANGZHOU, HANGZHOU) == 0


@given(places, places, places)
def test_distance_is_symmetric_and_no_way_round_is_shorter(a: Point, b: Point, c: Point) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 1e-3


def test_travel_takes_longer_in_the_peak_and_parks_once() -> None:
    there = Point(120.205, 30.274)

    calm = travel(HANGZHOU, there, time(10, 0))
    peak = travel(HANGZHOU, there, time(8, 0))

    assert calm.road_m == pytest.approx(calm.straight_m * 1.28)
    assert calm.total_minutes == pytest.approx(calm.road_m / 1000 / 25 * 60 + 5)
    assert peak.drive_minutes == pytest.approx(calm.drive_minutes * 25 / 20)
    assert travel(HANGZHOU, HANGZHOU, time(8, 0)) == Travel(0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("speeds", [(25.0,) * 23, (25.0,) * 23 + (0.0,)])
def test_speeds_for_less_than_a_day_are_refused(speeds: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="24 hours"):
        travel(HANGZHOU, HANGZHOU, time(8, 0), speeds=speeds)


@given(st.lists(places, min_size=1, max_size=9))
def test_box_of_points_holds_them_all(points: list[Point]) -> None:
    box = box_of(points)

    assert all(box.holds(point) for point in points)
    assert box_of([Point(box.west, box.south), Point(box.east, box.north)]) == box


@given(places, st.floats(1, 50_000), st.floats(0, 2 * math.pi), st.floats(0, 1))
def test_box_around_a_place_holds_everything_in_reach(centre: Point, radius: float, angle: float, share: float) -> None:
    metres = radius * share
    point = Point(
        centre.lng + metres * math.cos(angle) / (111_320 * math.cos(math.radians(centre.lat))),
        centre.lat + metres * math.sin(angle) / 111_320,
    )

    if distance_m(centre, point) <= radius:
        assert box_around(centre, radius).holds(point)


def test_box_without_a_point_is_refused() -> None:
    with pytest.raises(ValueError, match="point"):
        box_of([])
    assert not Box(0, 0, 1, 1).holds(Point(2, 0.5))
