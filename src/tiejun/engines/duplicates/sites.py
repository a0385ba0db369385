"""The street, the number and the room in a Chinese address, for comparing two spellings of it."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tiejun.engines.names.folding import folded


@dataclass(frozen=True, slots=True)
class Site:
    """A door: street and house number, and the numbers behind them (building, floor, room) joined by dashes."""

    street: str
    number: str
    room: str = ""

    @property
    def house(self) -> tuple[str, str]:
        """Street and number."""
        return self.street, self.number


def site_of(address: str) -> Site | None:
    """The door that an address names, or None where it names no street with a number.

    Province, city, district and subdistrict do not count, so that short and long spellings of one address are equal.
    """
    found = _pattern().search(folded(address))
    if found is None:
        return None
    return Site(found["street"], found["number"], "-".join(re.findall(r"\d+", found["rest"])))


@cache
def _pattern() -> re.Pattern[str]:
    words = json.loads(files("tiejun.engines.data").joinpath("site_words.json").read_bytes())
    areas, streets = ("|".join(sorted(words[name], key=len, reverse=True)) for name in ("areas", "streets"))
    return re.compile(
        rf"^(?:.*(?:{areas}))?(?P<street>\D{{1,8}}?(?:{streets}))(?P<number>\d+){words['number']}?(?P<rest>.*)$"
    )
