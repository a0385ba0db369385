"""Which datum the positions of a foreign table refer to: what its headers say, else what fits the districts that it names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.engines.districts.places import built_up_areas, known_districts
from tiejun.engines.geo import Datum, Point, converted, distance_m
from tiejun.engines.tabular.words import column_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Positions differ by half a kilometre between the datums, districts by many: only clear cases decide.
_LEAST_ROWS = 20
_CLEAR_SHARE = 0.05
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
STRAY_METRES = 60_000.0


class Ground(StrEnum):
    """What a guess rests on: HEADERS name the datum, DISTRICTS fit it best, USUAL when nothing tells."""

    HEADERS = "HEADERS"
    DISTRICTS = "DISTRICTS"
    USUAL = "USUAL"


@dataclass(frozen=True, slots=True)
class Guess:
    """A datum and what it rests on."""

    datum: Datum
    ground: Ground


def guess_datum(headers: Iterable[str], places: Sequence[tuple[Point, str]]) -> Guess:
    """Return the likeliest datum of positions with the code of the district that their rows name.

    Without a word in the headers and without districts that decide, it is that of the usual Chinese maps.
    """
    said = datum_in(headers)
    if said is not None:
        return Guess(said, Ground.HEADERS)
    known = frozenset(known_districts())
    told = [(point, code) for point, code in places if code in known]
    if len(told) >= _LEAST_ROWS:
        fits = sorted(((_fitting(told, datum), datum) for datum in Datum), reverse=True)
        if fits[0][0] - fits[1][0] >= _CLEAR_SHARE:
            return Guess(fits[0][1], Ground.DISTRICTS)
    return Guess(Datum.GCJ02, Ground.USUAL)


def datum_in(headers: Iterable[str]) -> Datum | None:
    """Return the datum that the headers of the positions name, None where they name none or more than one."""
    text = " ".join(headers).casefold().replace("-", "").replace("_", "").replace(" ", "")
    found = [code for code, words in column_words().datums.items() if any(word in text for word in words)]
    return Datum(found[0]) if len(found) == 1 else None


def position(lng: str, lat: str, datum: Datum) -> Point | None:
    """Return a typed position in WGS-84, with its two values put right where they were swapped; None for what is none."""
    try:
        point = Point(float(lng), float(lat))
    except ValueError:
        return None
    if abs(point.lat) > 90 and abs(point.lng) <= 90:
        point = Point(point.lat, point.lng)
    if not (-180 <= point.lng <= 180 and -90 <= point.lat <= 90) or (point.lng == 0 and point.lat == 0):
        return None
    return converted(point, datum, Datum.WGS84)


def is_stray(point: Point, code: str) -> bool:
    """Tell whether a position lies nowhere near the district that its row names; unknown districts tell nothing."""
    areas = built_up_areas(code)
    return bool(areas) and min(distance_m(area.centre, point) for area in areas) > STRAY_METRES


def _fitting(places: Sequence[tuple[Point, str]], datum: Datum) -> float:
    """The share of positions that lie nearest to a built-up area of their own district, among those of the city."""
    fitting = 0
    for point, code in places:
        here = converted(point, datum, Datum.WGS84)
        areas = [area for other in known_districts() if _city(other) == _city(code) for area in built_up_areas(other)]
        fitting += min(areas, key=lambda area: distance_m(area.centre, here) - area.radius_m).code == code
    return fitting / len(places)


def _city(code: str) -> str:
    return code[:2] if code[:2] in _MUNICIPALITIES else code[:4]
