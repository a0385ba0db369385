"""The reference of buildings for those who keep it: what waits for them, what each yields, which may be doubled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, F, Max, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat

from tiejun.access.abilities import Ability
from tiejun.customers.queries.places import companies_in_buildings
from tiejun.customers.rules import district_name
from tiejun.org import queries as org
from tiejun.org.queries import buildings as places
from tiejun.visits.models import Door
from tiejun.visits.rules.canvassing import Yield

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Building
    from tiejun.org.queries.buildings import BuildingFilters

_DOOR = Concat(Cast("floor", CharField()), Value("/"), "door", output_field=CharField())


@dataclass(frozen=True, slots=True)
class KeptBuilding:
    """A building of the reference; `reporter`: who found it, empty for one that was entered; `companies`: how many are known inside."""

    building: Building
    district: str
    reporter: str
    yields: Yield
    last_day: date | None
    companies: int

    @property
    def waits(self) -> bool:
        """Tell whether it was reported and nobody confirmed it yet."""
        return self.building.reported_at is not None and self.building.confirmed_at is None


@dataclass(frozen=True, slots=True)
class BuildingsPage:
    """A page of the reference; `waiting`: how many were reported and wait."""

    lines: list[KeptBuilding]
    next: str | None
    previous: str | None
    waiting: int
    districts: list[tuple[str, str]]


def buildings_page(scope: Scope, filters: BuildingFilters, cursor: str | None = None, size: int = 30) -> BuildingsPage:
    """Return a page of buildings by name with the yield of all doors within reach of VIEW_VISITS; raises `PermissionRefused`."""
    scope.require(Ability.MANAGE_BUILDINGS)
    page = places.reference_page(scope, filters, cursor, size)
    codes = places.districts_with_buildings(scope)
    return BuildingsPage(
        lines=_lines(scope, page.rows),
        next=page.next_cursor,
        previous=page.previous_cursor,
        waiting=places.waiting_count(scope),
        districts=[(code, district_name(code)) for code in codes],
    )


def kept_building(scope: Scope, building_id: UUID) -> KeptBuilding:
    """Return one building with what it yields; raises `NotFound`, `PermissionRefused`."""
    scope.require(Ability.MANAGE_BUILDINGS)
    return _lines(scope, [places.building_of(scope, building_id)])[0]


def _lines(scope: Scope, rows: Sequence[Building]) -> list[KeptBuilding]:
    ids = [row.pk for row in rows]
    yields, names = _yields(scope, ids), org.names_of(scope, [row.reported_by_id for row in rows])
    companies = companies_in_buildings(scope, ids)
    return [
        KeptBuilding(
            building=row,
            district=district_name(row.district_code),
            reporter=names.get(row.reported_by_id, "") if row.reported_by_id else "",
            yields=Yield(*yields[row.pk][:2]) if row.pk in yields else Yield(0, 0),
            last_day=yields[row.pk][2] if row.pk in yields else None,
            companies=companies.get(row.pk, 0),
        )
        for row in rows
    ]


def _yields(scope: Scope, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int, date]]:
    rows = Door.objects.within(scope, Ability.VIEW_VISITS).filter(
        Q(building__in=ids) | Q(building__merged_into__in=ids)
    )
    known = rows.values(stands=Coalesce(F("building__merged_into"), F("building"))).annotate(
        doors=Count(_DOOR, distinct=True),
        usable=Count(_DOOR, distinct=True, filter=Q(is_usable=True)),
        last=Max("business_day"),
    )
    return {row["stands"]: (row["doors"], row["usable"], row["last"]) for row in known}
