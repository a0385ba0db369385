"""From what people write to the division code of today.

The order of trust: a district named in full, now or formerly; a development zone; a township;
a district named without its mark right behind the city. A district that gave away townships
when it was split (Hangzhou 2021) is corrected by the township that follows.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tiejun.engines.districts.divisions import Division, city_of, current_code, division
from tiejun.engines.districts.gazetteer import (
    Named,
    city_named,
    counties_of,
    leading_place,
    province_named,
    sole_county,
)
from tiejun.engines.names.credit_code import division_of_code

_BLANKS = re.compile(r"\s+")


class Found(StrEnum):
    """How a district was found, or why it was not."""

    CURRENT_NAME = "CURRENT_NAME"
    FORMER_NAME = "FORMER_NAME"
    SPLIT_BY_TOWNSHIP = "SPLIT_BY_TOWNSHIP"
    ZONE = "ZONE"
    TOWNSHIP = "TOWNSHIP"
    SHORT_NAME = "SHORT_NAME"
    CREDIT_CODE = "CREDIT_CODE"
    CITY_ONLY = "CITY_ONLY"
    NOT_FOUND = "NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Resolution:
    """``district``: today's district or county, None when only the city or nothing is known.

    ``matched``: the words that decided it; ``how``: the reason.
    """

    district: Division | None
    city: Division | None
    how: Found
    matched: str = ""

    @property
    def code(self) -> str | None:
        """The most exact code that is known: the district's, else the city's."""
        place = self.district or self.city
        return place.code if place else None


NOT_FOUND = Resolution(None, None, Found.NOT_FOUND)


def resolve(
    *, address: str = "", district: str = "", city: str = "", province: str = "", credit_code: str = ""
) -> Resolution:
    """The district of a company from whatever a row holds.

    ``district``, ``city`` and ``province`` are texts of their own columns; an address that names
    its own city goes before them. The address decides before the code, whose division may be
    where the company was first registered. Takes about 20 us.
    """
    hint = next((text for text in (city, province) if _hinted(text, None)), "")
    best = NOT_FOUND
    for found in (
        district_named(district, hint) if district else NOT_FOUND,
        district_of(address, hint) if address or hint else NOT_FOUND,
        district_of_credit_code(credit_code) if credit_code else NOT_FOUND,
    ):
        if found.district:
            return found
        best = best if best.city else found
    return best


def district_of(address: str, city_hint: str = "") -> Resolution:
    """The district an address lies in.

    ``city_hint``: name or code of the city to look in when the address names none.
    """
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", address))
    start, city, province = leading_place(text)
    named = None
    if city is None:
        city = _hinted(city_hint, province)
        named = counties_of(city.code).full(text, start) if city else None
        if named is None or not text.startswith(named.name, start):
            # A county of another city at the very start goes before the hint.
            named = sole_county(text, start, province) or named
    else:
        named = counties_of(city.code).full(text, start)
    if named:
        return _of_name(named, text)
    return _less_exact(text, start, city) if city else NOT_FOUND


@lru_cache(maxsize=4096)  # a column of a file says the same few districts
def district_named(name: str, city_hint: str = "") -> Resolution:
    """The district of a column that holds its name, with or without mark, of today or before."""
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", name))
    city = _hinted(city_hint, None)
    if city:
        exact = counties_of(city.code).exact(text)
        if exact:
            how = Found.FORMER_NAME if exact.former else Found.CURRENT_NAME
            return Resolution(division(exact.code), city, how, exact.name)
    return district_of(text, city_hint)


def district_of_credit_code(code: str) -> Resolution:
    """The division that registered a company, from its unified social credit code.

    Cities register companies themselves: then only the city is known. A division that was split
    since gives the part that kept its name.
    """
    registered_by = division_of_code(code)
    return _registered_by(registered_by) if registered_by else NOT_FOUND


@lru_cache(maxsize=4096)
def _registered_by(registered_by: str) -> Resolution:
    known = current_code(registered_by)
    if known is None:
        return NOT_FOUND
    city = city_of(known)
    if known.endswith("00"):
        return Resolution(None, city, Found.CITY_ONLY if city else Found.NOT_FOUND, registered_by)
    return Resolution(division(known), city, Found.CREDIT_CODE, registered_by)


def _less_exact(text: str, start: int, city: Division) -> Resolution:
    counties = counties_of(city.code)
    for how, other in (
        (Found.ZONE, counties.zone(text)),
        (Found.TOWNSHIP, counties.township(text, start)),
        (Found.SHORT_NAME, counties.short(text, start)),
    ):
        if other:
            return Resolution(division(other.code), city, how, other.name)
    return Resolution(None, city, Found.CITY_ONLY, city.name)


def _of_name(named: Named, text: str) -> Resolution:
    city = city_of(named.code)
    moved = counties_of(city.code).moved(text, named) if city else None
    if moved:
        return Resolution(division(moved.code), city, Found.SPLIT_BY_TOWNSHIP, named.name + moved.name)
    how = Found.FORMER_NAME if named.former else Found.CURRENT_NAME
    return Resolution(division(named.code), city, how, named.name)


@lru_cache(maxsize=4096)
@lru_cache(maxsize=4096)
def _hinted(hint: str, province: Division | None) -> Division | None:
    if not hint:
        return None
    known = current_code(hint) if hint.isdigit() else None
    if known:
        return city_of(known)
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", hint))
    return city_named(text, province) or leading_place(text)[1] or _municipality(text)


def _municipality(text: str) -> Division | None:
    province = province_named(text)
    return province if province and province.is_municipality else None
