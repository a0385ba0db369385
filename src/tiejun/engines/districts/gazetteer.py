"""Finding names of divisions in texts: the provinces and cities at the start, the counties behind."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

from tiejun.engines.districts.divisions import (
    Division,
    city_of,
    districts_in,
    division,
    divisions,
    former_divisions,
    rows_of,
    stem_of,
    townships,
)

_LONGEST_NAME = 12


@dataclass(frozen=True, slots=True)
class Named:
    """A name found in a text: today's code, whether the name is of former days, where it ends."""

    name: str
    code: str
    former: bool = False
    end: int = 0


class Counties:
    """The names in one city: counties of today and before, zones, townships, what moved in a split."""

    def __init__(self, city_code: str) -> None:
        words = _words()
        self._names = _county_names(city_code)
        self._short = _short_names(self._names)
        self._zones = {row["name"]: row["code"] for row in rows_of("zones.csv") if row["city_code"] == city_code}
        self._towns = _sole_townships(city_code)
        self._splits = [row for row in rows_of("division_splits.csv") if row["city_code"] == city_code]
        marks = _either(words["township_marks"])
        self._name_pattern = _pattern(self._names)
        self._zone_pattern = _pattern(self._zones)
        self._town_pattern = re.compile(f"({_either(self._towns)})(?:{marks})") if self._towns else None
        self._moved_pattern = re.compile(f"({_either(self._towns)})") if self._towns else None
        self._short_pattern = re.compile(f"({_either(self._short)})(?!{_road()})") if self._short else None

    def full(self, text: str, start: int) -> Named | None:
        """The first county named in full from ``start`` on."""
        found = self._name_pattern.search(text, start) if self._name_pattern else None
        if not found:
            return None
        code, former = self._names[found[0]]
        return Named(found[0], code, former=former, end=found.end())

    def exact(self, text: str) -> Named | None:
        """The county whose whole name, or name without its mark, the text is."""
        name = self._names.get(text) or self._short.get(text)
        return Named(text, name[0], former=name[1]) if name else None

    def zone(self, text: str) -> Named | None:
        """The development zone named anywhere."""
        found = self._zone_pattern.search(text) if self._zone_pattern else None
        return Named(found[0], self._zones[found[0]]) if found else None

    def township(self, text: str, start: int) -> Named | None:
        """The first township with its mark, when its name is found in one district alone."""
        found = self._town_pattern.search(text, start) if self._town_pattern else None
        return Named(found[0], self._towns[found[1]]) if found else None

    def short(self, text: str, start: int) -> Named | None:
        """The county named without its mark right behind the city, unless a road is named so."""
        found = self._short_pattern.match(text, start) if self._short_pattern else None
        return Named(found[0], self._short[found[0]][0]) if found else None

    def moved(self, text: str, named: Named) -> Named | None:
        """The township behind a split district's name that now belongs to the other part."""
        heirs = {row["code"] for row in self._splits if row["old_name"] == named.name}
        if not heirs or not self._town_pattern or not self._moved_pattern:
            return None
        found = self._moved_pattern.match(text, named.end) or self._town_pattern.search(text, named.end)
        code = self._towns[found[1]] if found else None
        return Named(found[0], code) if found and code in heirs else None


@cache
def counties_of(city_code: str) -> Counties:
    """The names of one city, made at first use."""
    return Counties(city_code)


def leading_place(text: str) -> tuple[int, Division | None, Division | None]:
    """Where the city at the start of a text ends, the city, and the province.

    A repeated or doubled beginning (province, city, city) is passed over.
    """
    start = 0
    province: Division | None = None
    city: Division | None = None
    for nation in _words()["nation"]:
        if text.startswith(nation):
            start = len(nation)
    while True:
        end, place = _place_at(text, start, province)
        if place is None:
            return start, city, province
        if place.is_city:
            if city and city != place:
                return start, city, province
            city = place
        elif city or (province and province != place):
            return start, city, province
        province = division(place.code[:2] + "0000")
        start = end


def city_named(text: str, province: Division | None = None) -> Division | None:
    """The city of that whole name, with or without its mark."""
    for city in _cities().get(text, ()):
        if province is None or city.code[:2] == province.code[:2]:
            return city
    return None


def province_named(text: str) -> Division | None:
    """The province of that whole name, with or without its mark."""
    return _provinces().get(text)


def sole_county(text: str, start: int, province: Division | None) -> Named | None:
    """The county named in full at ``start``, when only one of that name exists (in the province)."""
    by_name = _counties_by_name()
    for length in range(min(_LONGEST_NAME, len(text) - start), 2, -1):
        name = text[start : start + length]
        codes = by_name.get(name)
        if codes is None:
            continue
        inside = {code for code in codes if province is None or code[:2] == province.code[:2]}
        if len(inside) == 1:
            [code] = inside
            known = division(code)
            return Named(name, code, former=known is None or known.name != name, end=start + length)
    return None


def _place_at(text: str, start: int, province: Division | None) -> tuple[int, Division | None]:
    longest = _places_by_head().get(text[start : start + 2], 0)
    for length in range(min(longest, len(text) - start), 1, -1):
        part = text[start : start + length]
        found = _provinces().get(part) if province is None else None
        found = found or city_named(part, province)
        if found and (part == found.name or not _no_city().match(text, start + length)):
            return start + length, found
    return start, None


def _road() -> str:
    """What follows a name that is a road's or a building's and no division's."""
    words = _words()
    return f"[{words['directions']}]?(?:{_either(words['not_after_stem'])})"


@cache
def _no_city() -> re.Pattern[str]:
    return re.compile(f"{_road()}|{_either(_words()['not_after_city'])}")


@cache
def _places_by_head() -> dict[str, int]:
    """How long the longest place is that begins with two characters."""
    longest: dict[str, int] = {}
    for name in chain(_provinces(), _cities()):
        longest[name[:2]] = max(len(name), longest.get(name[:2], 0))
    return longest


@cache
def _provinces() -> dict[str, Division]:
    return {
        name: found for found in divisions().values() if found.is_province for name in (found.name, stem_of(found.name))
    }


@cache
def _cities() -> dict[str, tuple[Division, ...]]:
    cities: dict[str, tuple[Division, ...]] = {}
    for found in divisions().values():
        if found.is_city:
            for name in {found.name, stem_of(found.name)}:
                cities[name] = (*cities.get(name, ()), found)
    return cities


@cache
def _counties_by_name() -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for found in divisions().values():
        if not found.code.endswith("00"):
            names.setdefault(found.name, set()).add(found.code)
    for former in former_divisions():
        if not former.code.endswith("00"):
            names.setdefault(former.old_name, set()).add(former.code)
    return {name: frozenset(codes) for name, codes in names.items()}


def _county_names(city_code: str) -> dict[str, tuple[str, bool]]:
    """Names of a city's counties of former days and of today, with today's code; today's win."""
    names: dict[str, tuple[str, bool]] = {}
    for former in former_divisions():
        city = city_of(former.code)
        if city and city.code == city_code and not former.code.endswith("00"):
            names[former.old_name] = (former.code, True)
    for county in districts_in(city_code):
        names[county.name] = (county.code, False)
    return names


def _short_names(names: dict[str, tuple[str, bool]]) -> dict[str, tuple[str, bool]]:
    """Names without their marks, where they mean one county; a name of today goes before."""
    short: dict[str, tuple[str, bool]] = {}
    for name, (code, former) in sorted(names.items(), key=lambda item: item[1][1], reverse=True):
        stem = stem_of(name)
        if stem != name:
            short[stem] = (code, former)
    return short


def _sole_townships(city_code: str) -> dict[str, str]:
    """Names of townships without mark that are found in one district of the city alone."""
    marks = tuple(_words()["township_marks"])
    pairs = {
        (next((name.removesuffix(m) for m in marks if name.endswith(m)), name), county.code)
        for county in districts_in(city_code)
        for name in townships().get(county.code, ())
    }
    often = Counter(name for name, _ in pairs)
    return {name: code for name, code in pairs if often[name] == 1 and len(name) > 1}


@cache
def _words() -> dict[str, Any]:
    content = files("tiejun.engines.data").joinpath("address_words.json").read_bytes()
    words: dict[str, Any] = json.loads(content)
    return words


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    either = _either(words)
    return re.compile(either) if either else None


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
