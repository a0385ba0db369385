"""The tables of divisions: today's, and those of former days with what became of them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_SHORTEST_STEM = 2


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city or county of today, by its six-digit code."""

    code: str
    name: str

    @property
    def is_province(self) -> bool:
        """Whether it is a province, an autonomous region or a municipality."""
        return self.code.endswith("0000")

    @property
    def is_city(self) -> bool:
        """Whether it is a city with counties below, or a municipality."""
        return self.code.endswith("00") and (not self.is_province or self.is_municipality)

    @property
    def is_municipality(self) -> bool:
        """Whether it is a city and a province at once, as Beijing and Shanghai are."""
        return self.is_province and self.code[:2] in _MUNICIPALITIES


@dataclass(frozen=True, slots=True)
class FormerDivision:
    """A dissolved or renamed division: its last code and name, its last year, today's code."""

    old_code: str
    old_name: str
    until: int
    code: str


def division(code: str) -> Division | None:
    """Today's division of that code, or None."""
    return divisions().get(code)


def current_code(code: str) -> str | None:
    """Today's code for a code of today or of former days, or None when unknown.

    A former code that was used twice gives the later division. Where a division was split, it is
    the part that kept the larger share.
    """
    if code in divisions():
        return code
    former = _former_by_code().get(code)
    return former.code if former else None


def city_of(code: str) -> Division | None:
    """The city a division lies in; a county governed by its province directly is its own city."""
    known = current_code(code)
    if known is None:
        return None
    if known[:2] in _MUNICIPALITIES:
        return division(known[:2] + "0000")
    if known.endswith("0000"):
        return None
    return division(known[:4] + "00") or division(known)


def districts_in(city_code: str) -> tuple[Division, ...]:
    """The counties and districts of a city, by code; none for an unknown city."""
    prefix = city_code[:2] if city_code[:2] in _MUNICIPALITIES else city_code[:4]
    return tuple(
        found for found in divisions().values() if found.code.startswith(prefix) and not found.code.endswith("00")
    )


@cache
def divisions() -> dict[str, Division]:
    """Today's divisions by code, in order of their codes."""
    return {row["code"]: Division(row["code"], row["name"]) for row in rows_of("divisions.csv")}


@cache
def former_divisions() -> tuple[FormerDivision, ...]:
    """The divisions of former days whose successor is known, oldest first."""
    rows = (
        FormerDivision(row["old_code"], row["old_name"], int(row["until"]), row["code"])
        for row in rows_of("former_divisions.csv")
    )
    return tuple(sorted(rows, key=lambda former: (former.until, former.old_code)))


@cache
def townships() -> dict[str, tuple[str, ...]]:
    """Names of sub-districts and towns by district code, for the cities that are covered."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows_of("townships.csv"):
        found[row["code"]] = (*found.get(row["code"], ()), row["name"])
    return found


@cache
def place_names() -> frozenset[str]:
    """Provinces and cities without their mark, as company names begin with them."""
    places = (found for found in divisions().values() if found.code.endswith("00"))
    return frozenset(stem_of(place.name) for place in places)


def stem_of(name: str) -> str:
    """A division's name without its mark and the peoples in it; never under two characters."""
    for ending in _endings():
        if name.endswith(ending) and len(name) - len(ending) >= _SHORTEST_STEM:
            return name[: -len(ending)]
    return name


@cache
def _endings() -> tuple[str, ...]:
    words = [row["ending"] for row in rows_of("division_endings.csv")]
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _former_by_code() -> dict[str, FormerDivision]:
    return {former.old_code: former for former in former_divisions()}


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of a data file of the engines."""
    text = files("tiejun.engines.data").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
