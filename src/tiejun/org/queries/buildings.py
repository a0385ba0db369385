"""Buildings: where they stand, by id and by what people type; a doubled one stands for the one that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.engines.geo import Point, distance_m
from tiejun.engines.names.folding import folded
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.org.models import Building

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

NEAR_METRES = 120.0
WAITING = Q(reported_at__isnull=False, confirmed_at=None)


def building_of(scope: Scope, building_id: UUID) -> Building:  # noqa: ARG001 -- buildings are no secret
    """Return a building, for a doubled one the one that is kept; raises `NotFound`."""
    row = Building.objects.select_related("merged_into").filter(pk=building_id).first()
    if row is None:
        raise NotFound
    return row.merged_into or row


def buildings_of(scope: Scope, building_ids: Iterable[UUID]) -> dict[UUID, Building]:  # noqa: ARG001 -- buildings are no secret
    """Return buildings by id, for the id of a doubled one the one that is kept."""
    rows = Building.objects.select_related("merged_into").filter(pk__in=set(building_ids))
    return {row.pk: row.merged_into or row for row in rows}


def ids_of_building(scope: Scope, building_id: UUID) -> list[UUID]:  # noqa: ARG001 -- buildings are no secret
    """Return a building's id and those that stand for it."""
    rows = Building.objects.filter(Q(pk=building_id) | Q(merged_into=building_id))
    return list(rows.values_list("pk", flat=True))


def find_buildings(scope: Scope, text: str, *, limit: int = 20) -> list[Building]:  # noqa: ARG001 -- buildings are no secret
    """Return buildings whose name or address holds a text, by name; the first ones for an empty text."""
    wanted = Q(name__icontains=text) | Q(address__icontains=text) if text else Q()
    return list(Building.objects.filter(wanted, merged_into=None).order_by("name", "pk")[:limit])


def reported_by(scope: Scope, *, since: datetime) -> list[Building]:
    """Return the buildings that the asker reported since a moment, for the own phone: those that stand for another one too."""
    rows = Building.objects.filter(reported_by=scope.person_id, reported_at__gte=since)
    return [row.merged_into or row for row in rows.select_related("merged_into").order_by("-reported_at", "pk")]


# -- the reference -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class BuildingFilters:
    """How the reference is cut; empty values do not cut."""

    text: str = ""
    district: str = ""
    waits: bool = False


def reference_page(scope: Scope, filters: BuildingFilters, cursor: str | None, size: int) -> keyset.Page[Building]:
    """Return a page of all buildings by name, for who keeps them."""
    scope.require(Ability.MANAGE_BUILDINGS)
    rows = Building.objects.filter(merged_into=None)
    if filters.text:
        rows = rows.filter(Q(name__icontains=filters.text) | Q(address__icontains=filters.text))
    if filters.district:
        rows = rows.filter(district_code=filters.district)
    if filters.waits:
        rows = rows.filter(WAITING)
    return keyset.page(rows, order=("name", "id"), cursor=cursor, size=size)


def waiting_count(scope: Scope) -> int:  # noqa: ARG001 -- a number that people are told
    """Return how many reported buildings wait to be confirmed."""
    return Building.objects.filter(WAITING, merged_into=None).count()


def districts_with_buildings(scope: Scope) -> list[str]:  # noqa: ARG001 -- buildings are no secret
    """Return the codes of the districts in which a building is known."""
    rows = Building.objects.filter(merged_into=None).order_by("district_code")
    return list(rows.values_list("district_code", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Double:
    """A building that may be the same; `metres` between the two, None where one has no position."""

    building: Building
    metres: int | None


def possible_doubles(scope: Scope, row: Building, *, limit: int = 8) -> list[Double]:
    """Return buildings of the same district that are called alike or stand close by, the nearest first."""
    scope.require(Ability.MANAGE_BUILDINGS)
    others = Building.objects.filter(district_code=row.district_code, merged_into=None).exclude(pk=row.pk)
    name = _plain(row.name)
    found = []
    for other in others:
        metres = _metres(row, other)
        is_alike = name in _plain(other.name) or _plain(other.name) in name
        if is_alike or (metres is not None and metres <= NEAR_METRES):
            found.append(Double(other, metres))
    return sorted(found, key=lambda double: (double.metres is None, double.metres or 0, double.building.name))[:limit]


def _plain(name: str) -> str:
    return "".join(character for character in folded(name) if character.isalnum())


def _metres(one: Building, other: Building) -> int | None:
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    places = [Point(float(row.longitude or 0), float(row.latitude or 0)) for row in (one, other)]
    return round(distance_m(*places))
