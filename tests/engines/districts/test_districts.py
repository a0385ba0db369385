import csv
import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cases import cases, trial_file
from tiejun.engines.districts.divisions import (
    Division,
    city_of,
    current_code,
    districts_in,
    division,
    divisions,
    former_divisions,
    place_names,
    stem_of,
)
from tiejun.engines.districts.places import (
    built_up_areas,
    centre_of,
    known_districts,
    nearest_district,
    random_point_in,
)
from tiejun.engines.districts.resolve import (
    NOT_FOUND,
    Found,
    Resolution,
    district_named,
    district_of,
    district_of_credit_code,
    resolve,
)
from tiejun.engines.geo import Point

CASES = cases("districts")
HANGZHOU = "330100"


@pytest.mark.parametrize(("address", "hint", "code", "how"), CASES["addresses"])
def test_address_gives_the_district_of_today(address: str, hint: str, code: str | None, how: str) -> None:
    found = district_of(address, hint)

    assert (found.district and found.district.code, found.how) == (code, Found(how))


@pytest.mark.parametrize(("name", "hint", "code", "how"), CASES["columns"])
def test_column_gives_the_district_with_or_without_mark(name: str, hint: str, code: str, how: str) -> None:
    found = district_named(name, hint)

    assert (found.code, found.how) == (code, Found(how))


def test_credit_code_names_the_registering_division_of_today() -> None:
    jianggan, city, nowhere = (f"91{code}12345678901"[:18] for code in ("330104", HANGZHOU, "999999"))

    assert district_of_credit_code(jianggan) == Resolution(
        division("330102"), division(HANGZHOU), Found.CREDIT_CODE, "330104"
    )
    assert district_of_credit_code(city).how is Found.CITY_ONLY
    assert district_of_credit_code(city).code == HANGZHOU
    assert district_of_credit_code(nowhere) == district_of_credit_code("") == NOT_FOUND


def test_row_is_resolved_by_the_best_of_its_cells() -> None:
    row = CASES["row"]
    by_code = resolve(**row)
    city_alone = resolve(**{**row, "credit_code": ""})
    named = resolve(**{**row, "district": row["city"]})

    assert (by_code.code, by_code.how) == ("310106", Found.CREDIT_CODE)
    assert (city_alone.code, city_alone.how) == ("310000", Found.CITY_ONLY)
    assert (named.code, named.how) == ("310106", Found.CURRENT_NAME)
    assert resolve() == NOT_FOUND


def test_hangzhou_has_its_thirteen_districts_and_former_ones_lead_to_them() -> None:
    today = [found.code for found in districts_in(HANGZHOU)]
    after_2021 = {code: current_code(code) for code in ("330103", "330104", "330185", "330184", "330106")}

    assert len(today) == 13
    assert after_2021 == {
        "330103": "330105",
        "330104": "330102",
        "330185": "330112",
        "330184": "330110",
        "330106": "330106",
    }
    assert current_code("123456") is None


def test_city_of_a_code_knows_municipalities_and_counties_on_their_own() -> None:
    cities = {code: city_of(code) for code in ("330106", "310106", "429004", "330000", "000000")}

    assert {code: city.code if city else None for code, city in cities.items()} == {
        "330106": HANGZHOU,
        "310106": "310000",
        "429004": "429004",
        "330000": None,
        "000000": None,
    }
    assert Division("310000", "").is_city
    assert not Division("330000", "").is_city


def test_tables_hold_together() -> None:
    broken = [former for former in former_divisions() if former.code not in divisions()]

    assert broken == []
    assert (len(divisions()), len(former_divisions())) == (3214, 2690)
    assert min(map(len, place_names())) >= 2


@pytest.mark.parametrize(("name", "stem"), CASES["stems"])
def test_name_without_its_mark(name: str, stem: str) -> None:
    assert stem_of(name) == stem


@given(st.lists(st.sampled_from(CASES["pieces"]) | st.text(max_size=3), max_size=7).map("".join))
def test_any_address_gives_a_consistent_answer(address: str) -> None:
    found = district_of(address, "")

    assert (found.how in {Found.CITY_ONLY, Found.NOT_FOUND}) is (found.district is None)
    if found.district:
        assert city_of(found.district.code) == found.city
        assert district_of(address, found.code or "") == found


@given(st.sampled_from(known_districts()), st.integers(0, 2**32))
def test_point_in_a_district_is_repeatable_and_lies_in_its_built_up_areas(code: str, seed: int) -> None:
    point = random_point_in(code, Random(seed))

    assert point == random_point_in(code, Random(seed))
    assert nearest_district(point) is not None
    assert built_up_areas(code)[0].centre == centre_of(code)


def test_unknown_district_has_no_places() -> None:
    assert (centre_of("110101"), built_up_areas("110101")) == (None, ())
    assert nearest_district(Point(0, 0)) is None
    assert set(known_districts()) == {found.code for found in districts_in(HANGZHOU)}
    with pytest.raises(KeyError):
        random_point_in("110101", Random(1))


def test_places_lie_within_the_surveyed_outlines() -> None:
    path = trial_file("admin-divisions", "fastgeocn_wgs84_districts_hangzhou.geojson")
    outlines = {
        feature["properties"]["adcode"]: [polygon[0] for polygon in feature["geometry"]["coordinates"]]
        for feature in json.loads(path.read_bytes())["features"]
    }

    rng = Random(7)
    strays = {
        code: sum(not any(_inside(random_point_in(code, rng), ring) for ring in outlines[code]) for _ in range(100))
        for code in known_districts()
    }

    assert set(outlines) == set(known_districts())
    assert max(strays.values()) <= 5


def test_real_addresses_of_hangzhou_are_resolved() -> None:
    path = trial_file("enterprise-registration", "hangzhou.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))[1:]

    how = Counter(district_of(row[8], row[7]).how for row in rows)
    with_code = Counter(bool(resolve(address=row[8], city=row[7], credit_code=row[1]).district) for row in rows)

    assert sum(how.values()) == 31_507
    assert how[Found.NOT_FOUND] == 0
    assert how[Found.CITY_ONLY] < 0.03 * len(rows)
    assert how[Found.FORMER_NAME] > 7_000
    assert with_code[False] < 0.02 * len(rows)


def _inside(point: Point, ring: list[list[Any]]) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > point.lat) != (y2 > point.lat):
            inside ^= point.lng < (x2 - x1) * (point.lat - y1) / (y2 - y1) + x1
    return inside
