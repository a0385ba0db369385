"""Generated persons and companies for the demo: believable, and nobody real."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from math import hypot
from random import Random
from typing import TYPE_CHECKING, Any

from tiejun.engines.districts.places import random_point_in
from tiejun.engines.names.credit_code import credit_code_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiejun.engines.geo import Point

TRIES = 5  # places looked at for a building: the quarters of a district lie some kilometres apart, not thirty
SPREAD = 0.0015  # degrees: what a registry's position is beside the door
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MOBILE_STARTS = (
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "157",
    "158",
    "159",
    "180",
    "181",
    "186",
    "187",
    "188",
    "189",
)


@cache
def words() -> dict[str, Any]:
    """Return the word lists of the demo."""
    content: dict[str, Any] = json.loads(files("tiejun.cli.demo").joinpath("words.json").read_text(encoding="utf-8"))
    return content


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A company as a registry would list it, with where it sits (WGS-84) and who answers."""

    name: str
    credit_code: str
    district_code: str
    address: str
    building: str
    industry: str
    segment: str
    registered_on: date
    capital_minor: int
    latitude: float
    longitude: float
    contact: str
    title: str
    role: str
    phone: str


def companies(random: Random, *, today: date) -> Iterator[DemoCompany]:
    """Yield companies without end, no two of the same name."""
    seen: set[str] = set()
    while True:
        company = _company(random, today)
        if company.name not in seen:
            seen.add(company.name)
            yield company


def person_name(random: Random) -> str:
    """Return the name of a person who does not exist."""
    lists = words()
    return f"{random.choice(lists['surnames'])}{random.choice(lists['given'])}"


def mobile(random: Random) -> str:
    """Return a mobile number of a valid form; 000 in the middle keeps it out of use."""
    return f"{random.choice(MOBILE_STARTS)}000{random.randrange(100_000):05d}"


@cache
def building_site(district: str, building: str) -> Point:
    """Return where a building stands: always there, and not far from the other buildings of its district."""
    heart, random = random_point_in(district, Random(district)), Random(f"{district} {building}")
    sites = [random_point_in(district, random) for _try in range(TRIES)]
    return min(sites, key=lambda site: hypot(site.lng - heart.lng, site.lat - heart.lat))


def credit_code(random: Random, district_code: str) -> str:
    """Return a unified social credit code with a right check character."""
    body = f"91{district_code}MA" + "".join(random.choice(CODE_CHARACTERS) for _ in range(7))
    return next(body + last for last in CODE_CHARACTERS if credit_code_fault(body + last) is None)


def _company(random: Random, today: date) -> DemoCompany:
    lists = words()
    segment, industry, trades = random.choice(lists["industries"])
    district = random.choice(list(lists["districts"]))
    place = lists["districts"][district]
    brand = random.choice(lists["brand_first"]) + random.choice(lists["brand_second"])
    brand += random.choice(lists["brand_second"]) if random.random() < 0.25 else ""
    building = random.choice(place["buildings"])
    site = building_site(district, building)
    role = random.choices(["KP", "INFLUENCER", "USER", "GATEKEEPER"], [4, 3, 2, 2])[0]
    return DemoCompany(
        name=f"{lists['city']}{brand}{random.choice(trades)}{random.choice(lists['legal_forms'])}",
        credit_code=credit_code(random, district),
        district_code=district,
        address=lists["address"].format(
            street=random.choice(place["streets"]),
            number=random.randint(1, 899),
            building=building,
            floor=random.randint(1, 28),
        ),
        building=building,
        industry=industry,
        segment=segment,
        registered_on=today - timedelta(days=int(random.triangular(20, 7000, 900))),
        capital_minor=random.choice([10, 50, 100, 100, 200, 300, 500, 1000]) * 1_000_000,
        latitude=round(site.lat + random.gauss(0, SPREAD), 6),
        longitude=round(site.lng + random.gauss(0, SPREAD), 6),
        contact=person_name(random),
        title=random.choice(lists["titles"][role]),
        role=role,
        phone=mobile(random),
    )
