"""Canvassed buildings: their doors by floor, and what they yield."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, F, Max, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat

from tiejun.access.abilities import Ability
from tiejun.foundation.times import business_day
from tiejun.leads.queries.standing import Standing, standing_at_door
from tiejun.org.queries.buildings import building_of, buildings_of, find_buildings, ids_of_building
from tiejun.org.rules import city_of
from tiejun.visits.models import Door
from tiejun.visits.rules.canvassing import Floor, Yield, by_floor, following_door, newest_knocks
from tiejun.visits.rules.vocabulary import DoorResult

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Building

MOST_DOORS = 2_000
MOST_BUILDINGS = 60
_DOOR = Concat(Cast("floor", CharField()), Value("/"), "door", output_field=CharField())


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
    family = ids_of_building(scope, building.pk)
    rows = Door.objects.within(scope, Ability.VIEW_VISITS).filter(building__in=family).select_related("company")
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
    city = city_of(building_of(scope, building_id).district_code)
    return standing_at_door(scope, name=name, city_code=city).standing if name else Standing.UNKNOWN


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
        wanted = [row.pk for row in found]
        rows = rows.filter(Q(building__in=wanted) | Q(building__merged_into__in=wanted))
    known = list(
        rows.values(stands=Coalesce(F("building__merged_into"), F("building")))
        .annotate(
            knocks=Count("pk"),
            doors=Count(_DOOR, distinct=True),
            usable=Count(_DOOR, distinct=True, filter=Q(is_usable=True)),
            last=Max("business_day"),
        )
        .order_by("-last")[:MOST_BUILDINGS]
    )
    buildings = buildings_of(scope, [row["stands"] for row in known]) | {row.pk: row for row in found}
    lines = [
        BuildingLine(buildings.pop(row["stands"]), row["knocks"], Yield(row["doors"], row["usable"]), row["last"])
        for row in known
    ]
    return [*lines, *(BuildingLine(row, 0, Yield(0, 0), None) for row in buildings.values())]
