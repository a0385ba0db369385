"""Canvassed buildings: their doors by floor, and what they yield."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, Max, Q, Value
from django.db.models.functions import Cast, Concat

from tiejun.access.abilities import Ability
from tiejun.foundation.times import business_day
from tiejun.leads.queries.standing import Standing, standing_at_door
from tiejun.org.queries.buildings import building_of, buildings_of, city_of, find_buildings
from tiejun.visits.models import Door
from tiejun.visits.rules.canvassing import Yield
from tiejun.visits.rules.vocabulary import DoorResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Building

MOST_DOORS = 2_000
MOST_BUILDINGS = 60
_DOOR = Concat(Cast("floor", CharField()), Value("/"), "door", output_field=CharField())


@dataclass(frozen=True, slots=True)
class Floor:
    """One floor from the top, each door with its newest knock."""

    number: int
    doors: tuple[Door, ...]


@dataclass(frozen=True, slots=True)
class BuildingPage:
    """A building as one canvasses it. `next_floor` and `next_door` continue where the asker stopped."""

    building: Building
    floors: tuple[Floor, ...]
    yields: Yield
    results: tuple[tuple[DoorResult, int], ...]
    knocked_today: int
    next_floor: int
    next_door: str


def building_page(scope: Scope, building_id: UUID, *, now: datetime) -> BuildingPage:
    """Return a building with the doors within the asker's reach; raises `NotFound`, `PermissionRefused`."""
    scope.require(Ability.VIEW_VISITS)
    building = building_of(scope, building_id)
    rows = Door.objects.within(scope, Ability.VIEW_VISITS).filter(building=building_id).select_related("company")
    knocks = list(rows.order_by("-knocked_at", "-pk")[:MOST_DOORS])
    today = business_day(now, scope.zone)
    mine = next((row for row in knocks if row.person_id == scope.person_id), None)
    newest = newest_knocks(knocks)
    counts = Counter(DoorResult(row.result) for row in newest)
    return BuildingPage(
        building=building,
        floors=by_floor(newest),
        yields=Yield(len(newest), sum(row.is_usable for row in newest)),
        results=tuple((result, counts[result]) for result in DoorResult if counts[result]),
        knocked_today=sum(row.business_day == today and row.person_id == scope.person_id for row in knocks),
        next_floor=mine.floor if mine else 1,
        next_door=following_door(mine.door) if mine else "",
    )


def standing_in(scope: Scope, building_id: UUID, name: str) -> Standing:
    """Tell whose the company of this name is, around a building; raises `NotFound`, `PermissionRefused`."""
    city = city_of(building_of(scope, building_id))
    return standing_at_door(scope, name=name, city_code=city).standing if name else Standing.UNKNOWN


def newest_knocks(knocks: Sequence[Door]) -> list[Door]:
    """Return the first of each door, of knocks from the newest on; doors without a number are each their own."""
    kept: dict[object, Door] = {}
    for row in knocks:
        kept.setdefault((row.floor, row.door.casefold()) if row.door else row.pk, row)
    return list(kept.values())


def by_floor(doors: Iterable[Door]) -> tuple[Floor, ...]:
    """Return floors from the top down, doors by number."""
    floors: dict[int, list[Door]] = {}
    for row in doors:
        floors.setdefault(row.floor, []).append(row)
    ordered = sorted(floors.items(), reverse=True)
    return tuple(
        Floor(number, tuple(sorted(rows, key=lambda row: (len(row.door), row.door)))) for number, rows in ordered
    )


def following_door(door: str) -> str:
    """Return the number after this one (`1203` → `1204`, `A7` → `A8`), nothing where there is no number at the end."""
    digits = door[len(door.rstrip("0123456789")) :]
    return f"{door[: len(door) - len(digits)]}{int(digits) + 1:0{len(digits)}d}" if digits else ""


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """One building of the list: how often it was knocked at within reach, and what that yields."""

    building: Building
    knocks: int
    yields: Yield
    last_day: date | None


def building_lines(scope: Scope, text: str = "") -> list[BuildingLine]:
    """Return the buildings that were canvassed within reach, latest first; with a text those that are called so."""
    scope.require(Ability.VIEW_VISITS)
    rows = Door.objects.within(scope, Ability.VIEW_VISITS)
    found = find_buildings(scope, text) if text else []
    if text:
        rows = rows.filter(building__in=[row.pk for row in found])
    known = list(
        rows.values("building")
        .annotate(
            knocks=Count("pk"),
            doors=Count(_DOOR, distinct=True),
            usable=Count(_DOOR, distinct=True, filter=Q(is_usable=True)),
            last=Max("business_day"),
        )
        .order_by("-last")[:MOST_BUILDINGS]
    )
    buildings = buildings_of(scope, [row["building"] for row in known]) | {row.pk: row for row in found}
    lines = [
        BuildingLine(buildings.pop(row["building"]), row["knocks"], Yield(row["doors"], row["usable"]), row["last"])
        for row in known
    ]
    return [*lines, *(BuildingLine(row, 0, Yield(0, 0), None) for row in buildings.values())]
