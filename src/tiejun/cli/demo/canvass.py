"""The demo's buildings, and the floors that its representatives climbed yesterday and today."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.cli.demo.company import SYSTEM, ZONE
from tiejun.cli.demo.names import building_site, companies, words
from tiejun.customers.actions import place_in_building
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import at_local
from tiejun.org.actions.buildings import BuildingFacts, report_building
from tiejun.org.actions.reference import set_building
from tiejun.visits.actions.canvassing import record_door
from tiejun.visits.rules.vocabulary import Capture, DoorInput, DoorResult

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.cli.demo.company import DemoStaff, Rep
    from tiejun.org.models import Building

CANVASSERS, DOORS = 6, 7
RESULTS = (DoorResult.NO_ANSWER, DoorResult.GATEKEEPER, DoorResult.INTEREST, DoorResult.REFUSED, DoorResult.NOT_TARGET)
WEIGHTS = (34, 22, 20, 14, 10)
TALKED = (DoorResult.GATEKEEPER, DoorResult.INTEREST)


def found_buildings() -> list[Building]:
    """Put the buildings of the city on the map; companies whose address names one belong to it."""
    random, lists, found = Random("buildings"), words(), []
    for district, place in lists["districts"].items():
        for name in place["buildings"]:
            site = building_site(district, name)
            street = f"{random.choice(place['streets'])}{random.randint(1, 899)}"
            building = set_building(
                SYSTEM, name=name, district_code=district, latitude=site.lat, longitude=site.lng, address=street
            )
            place_in_building(SYSTEM, building_id=building.pk, district_code=district, address_part=name)
            found.append(building)
    return found


def canvass(staff: DemoStaff, buildings: list[Building], days: list[date], now: datetime) -> None:
    """Let some representatives knock at the doors of a building near them, floor by floor."""
    for number, rep in enumerate(staff.reps[:CANVASSERS]):
        random = Random(f"doors-{number}")
        near = [row for row in buildings if row.district_code == rep.home_district] or buildings
        building = near[number % len(near)]
        for day in days:
            _climb(rep, building, random, at_local(day, "13:40", ZONE), now)


def report_buildings(staff: DemoStaff, now: datetime) -> None:
    """Let two representatives find buildings that nobody knew, and knock there."""
    random = Random("found")
    for number, (rep, name) in enumerate(zip(staff.reps, words()["found_buildings"], strict=False)):
        street = words()["found_street"]
        facts = BuildingFacts(name=name, district_code=rep.home_district, address=street, floors=12 + number)
        at = now - timedelta(hours=3 - number)
        building = report_building(rep.scope(at), building_id=new_id(), facts=facts, now=at)
        _climb(rep, building, random, at + timedelta(minutes=5), now)


def _climb(rep: Rep, building: Building, random: Random, start: datetime, now: datetime) -> None:
    names = companies(random, today=start.date())
    floor = random.randint(5, 24)
    for number in range(DOORS):
        at = start + timedelta(minutes=6 * number)
        if at >= now:
            return
        [result] = random.choices(RESULTS, WEIGHTS)
        company, told = next(names), result in TALKED
        facts = DoorInput(
            UUID(int=random.getrandbits(128), version=4), building.pk, floor - number // 4, f"{floor - number // 4}{number % 4 + 1:02d}", result,
            company_name=company.name, in_charge=company.contact if told else "", product=company.industry if told else "",
            phone=company.phone if result is DoorResult.INTEREST else "", capture=Capture(recorded_at=at, sent_at=at),
        )  # fmt: skip
        record_door(rep.scope(at), facts=facts, now=at)
