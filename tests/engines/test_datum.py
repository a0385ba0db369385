"""Which datum a foreign table's positions refer to, and how they come in."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tiejun.engines.districts.datum import Ground, Guess, datum_in, guess_datum, is_stray, position
from tiejun.engines.districts.places import known_districts, nearest_district, random_point_in
from tiejun.engines.geo import Datum, Point, converted, distance_m

CENTRES = [
    (area_code, random_point_in(area_code, Random(number))) for number, area_code in enumerate(known_districts())
]


@pytest.mark.parametrize(
    ("headers", "datum"),
    [
        (("lng_bd09", "lat_bd09"), Datum.BD09),
        (("\u7ecf\u5ea6(\u767e\u5ea6)", "\u7eac\u5ea6"), Datum.BD09),
        (("Lng GCJ-02", "Lat"), Datum.GCJ02),
        (("\u9ad8\u5fb7\u7ecf\u5ea6", "\u9ad8\u5fb7\u7eac\u5ea6"), Datum.GCJ02),
        (("WGS-84 longitude", "latitude"), Datum.WGS84),
        (("lng", "lat"), None),
        (("gps lng", "bd09 lat"), None),
    ],
)
def test_the_headers_may_name_the_datum(headers, datum) -> None:
    assert datum_in(headers) == datum


def test_without_a_word_the_usual_maps_are_suggested_and_said_so() -> None:
    assert guess_datum(["lng", "lat"], []) == Guess(Datum.GCJ02, Ground.USUAL)


def test_districts_decide_where_positions_lie_close_to_their_borders() -> None:
    places = list(_near_borders())
    assert len(places) >= 20
    typed = [(converted(point, Datum.WGS84, Datum.BD09), code) for point, code in places]

    assert guess_datum(["lng", "lat"], typed) == Guess(Datum.BD09, Ground.DISTRICTS)
    assert guess_datum(["lng", "lat"], places).datum is not Datum.BD09


def _near_borders() -> Iterator[tuple[Point, str]]:
    """Places of Hangzhou that another district would hold if their positions were taken for those of another datum."""
    for step in range(50 * 35):
        point = Point(119.9 + step % 50 / 100, 30.1 + step // 50 / 100)
        code = nearest_district(point)
        if code and nearest_district(converted(point, Datum.WGS84, Datum.BD09)) != code:
            yield point, code


@pytest.mark.parametrize("datum", list(Datum))
def test_a_position_comes_in_as_wgs84_whatever_it_was(datum) -> None:
    here = Point(120.16, 30.28)
    typed = converted(here, Datum.WGS84, datum)

    found = position(str(typed.lng), str(typed.lat), datum)
    swapped = position(str(typed.lat), str(typed.lng), datum)

    assert distance_m(found, here) < 0.1
    assert distance_m(swapped, here) < 0.1


@pytest.mark.parametrize(("lng", "lat"), [("", "30"), ("x", "30"), ("0", "0"), ("200", "95"), ("nan", "30")])
def test_what_is_no_position_is_none(lng, lat) -> None:
    assert position(lng, lat, Datum.GCJ02) is None


def test_a_position_far_from_its_district_is_stray() -> None:
    code, point = CENTRES[0]

    assert not is_stray(point, code)
    assert is_stray(Point(108.257, 24.831), code)
    assert not is_stray(Point(108.257, 24.831), "999999")


@pytest.mark.skipif(
    "TIEJUN_TRIAL_DATA" not in os.environ, reason="TIEJUN_TRIAL_DATA is unset: the real tables are not here"
)
@pytest.mark.parametrize(
    ("table", "lng", "lat", "datum"),
    [
        ("beijing-hotels-bd09/beijing_hotels_bd09.csv", "lng_bd09", "lat_bd09", Datum.BD09),
        ("shanghai-buildings/buildings_gcj02.csv", "lng_gcj02", "lat_gcj02", Datum.GCJ02),
    ],
)
def test_the_real_tables_tell_their_datum_and_convert(table, lng, lat, datum) -> None:
    with (Path(os.environ["TIEJUN_TRIAL_DATA"]) / table).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert guess_datum([lng, lat], []) == Guess(datum, Ground.HEADERS)
    typed = [Point(float(row[lng]), float(row[lat])) for row in rows]
    moved = [distance_m(position(row[lng], row[lat], datum), point) for row, point in zip(rows, typed, strict=True)]
    assert 50 < min(moved) <= max(moved) < 2_500
    assert 400 < sorted(moved)[len(moved) // 2] < 1_500
