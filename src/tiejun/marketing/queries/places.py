"""Where companies can be: the districts of the cities in which somebody of ours works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.engines.districts.divisions import districts_in, division
from tiejun.org import queries as org

if TYPE_CHECKING:
    from tiejun.access.scope import Scope

FIRST_CITIES = ("330100", "310000", "110000")


def districts_by_city(scope: Scope) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return city → its districts (code, name), of the cities of our units; of three large ones while there are no units."""
    cities = sorted({unit.city_code for unit in org.all_units(scope) if unit.city_code}) or list(FIRST_CITIES)
    found = []
    for code in cities:
        city = division(code)
        districts = [(district.code, district.name) for district in districts_in(code)]
        if city is not None and districts:
            found.append((city.name, districts))
    return found
