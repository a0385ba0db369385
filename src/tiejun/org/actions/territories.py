"""Territories: what each covers, and who works it from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.engines.districts.divisions import division
from tiejun.engines.districts.shapes import holds
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.org.locks import lock_person, lock_unit
from tiejun.org.models import Building, Segment, Territory, TerritoryAssignment, TerritoryRule
from tiejun.org.rules import Refusal

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a territory covers: districts by code, buildings and segments by id; nothing = everything of its unit's city.

    `boundary`: a ring drawn on the map, from `rules.drawn_ring`; it takes in the buildings that stand inside.
    """

    district_codes: tuple[str, ...] = ()
    building_ids: tuple[UUID, ...] = ()
    segment_ids: tuple[UUID, ...] = ()
    boundary: tuple[tuple[float, float], ...] = ()


@action(Ability.MANAGE_TERRITORIES)
def make_territory(scope: Scope, *, name: str, unit_id: UUID, coverage: Coverage) -> Territory:
    """Make a territory of a unit; raises `NotFound`, `Invalid`, `Refused` (UNIT_CLOSED, TERRITORY_NAME_TAKEN)."""
    unit = lock_unit(unit_id)
    if unit.closed_on:
        raise Refused(Refusal.UNIT_CLOSED, unit=unit.name)
    territory = Territory.objects.create(name=_free_name(name, unit_id), unit=unit)
    _cover(territory, coverage)
    audit.record(scope, "org.territory_made", territory, unit=unit_id, districts=len(coverage.district_codes))
    return territory


@action(Ability.MANAGE_TERRITORIES)
def edit_territory(scope: Scope, *, territory_id: UUID, version: int, name: str, coverage: Coverage) -> Territory:
    """Rename a territory and set what it covers; raises `NotFound`, `Stale`, `Invalid`, `Refused`."""
    territory = _locked(territory_id)
    if territory.version != version:
        raise Stale(territory)
    territory.name, territory.version = _free_name(name, territory.unit_id, but=territory_id), version + 1
    territory.save(update_fields=["name", "version"])
    _cover(territory, coverage)
    audit.record(scope, "org.territory_edited", territory, districts=len(coverage.district_codes))
    return territory


@action(Ability.MANAGE_TERRITORIES)
def close_territory(scope: Scope, *, territory_id: UUID, closed_on: date) -> Territory:
    """Close a territory from a day on: nobody works it from then. Raises `NotFound`."""
    territory = _locked(territory_id)
    territory.closed_on = territory.closed_on or closed_on
    territory.save(update_fields=["closed_on"])
    audit.record(scope, "org.territory_closed", territory, closed_on=territory.closed_on)
    return territory


@action(Ability.MANAGE_TERRITORIES)
def assign_territory(
    scope: Scope, *, territory_id: UUID, person_id: UUID, starts_on: date, ends_on: date | None = None
) -> TerritoryAssignment:
    """Give a territory to a person from a day to a day (inclusive; None: for ever).

    Raises `NotFound`, `Refused` (TERRITORY_CLOSED, ENDS_BEFORE_START, TERRITORY_HELD_ALREADY).
    """
    territory = _locked(territory_id)
    if territory.closed_on and territory.closed_on <= starts_on:
        raise Refused(Refusal.TERRITORY_CLOSED, territory=territory.name)
    if ends_on is not None and ends_on < starts_on:
        raise Refused(Refusal.ENDS_BEFORE_START)
    person = lock_person(person_id)
    others = TerritoryAssignment.objects.filter(territory=territory, person=person).exclude(ends_on__lt=starts_on)
    if (others.filter(starts_on__lte=ends_on) if ends_on else others).exists():
        raise Refused(Refusal.TERRITORY_HELD_ALREADY, name=person.name)
    row = TerritoryAssignment.objects.create(territory=territory, person=person, starts_on=starts_on, ends_on=ends_on)
    audit.record(scope, "org.territory_assigned", territory, person=person_id, starts_on=starts_on, ends_on=ends_on)
    return row


@action(Ability.MANAGE_TERRITORIES)
def take_territory(scope: Scope, *, assignment_id: UUID, ends_on: date) -> TerritoryAssignment:
    """End a person's work in a territory after a day; raises `NotFound`, `Refused` (ENDS_BEFORE_START)."""
    row = TerritoryAssignment.objects.select_for_update().filter(pk=assignment_id).first()
    if row is None:
        raise NotFound
    if ends_on < row.starts_on:
        raise Refused(Refusal.ENDS_BEFORE_START)
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    audit.record(scope, "org.territory_taken_away", row, person=row.person_id, ends_on=ends_on)
    return row


def _locked(territory_id: UUID) -> Territory:
    territory = Territory.objects.select_for_update().filter(pk=territory_id).first()
    if territory is None:
        raise NotFound
    return territory


def _cover(territory: Territory, coverage: Coverage) -> None:
    unknown = [code for code in coverage.district_codes if division(code) is None]
    if unknown:
        raise Invalid(district_codes=_("This district is not known."))
    inside = _inside(coverage.boundary)
    if coverage.boundary and not inside:
        raise Invalid(boundary=_("No known building stands inside this boundary."))
    buildings = Building.objects.filter(pk__in=[*coverage.building_ids, *inside], merged_into=None)
    segments = Segment.objects.filter(pk__in=coverage.segment_ids)
    territory.boundary = [list(corner) for corner in coverage.boundary] or None
    territory.save(update_fields=["boundary"])
    TerritoryRule.objects.filter(territory=territory).delete()
    TerritoryRule.objects.bulk_create(
        [
            *(TerritoryRule(territory=territory, district_code=code) for code in sorted(set(coverage.district_codes))),
            *(TerritoryRule(territory=territory, building=building) for building in buildings),
            *(TerritoryRule(territory=territory, segment=segment) for segment in segments),
        ]
    )


def _inside(ring: tuple[tuple[float, float], ...]) -> list[UUID]:
    if not ring:
        return []
    west, east = min(lng for lng, _lat in ring), max(lng for lng, _lat in ring)
    south, north = min(lat for _lng, lat in ring), max(lat for _lng, lat in ring)
    near = Building.objects.filter(longitude__range=(west, east), latitude__range=(south, north))
    places = near.values_list("pk", "longitude", "latitude")
    return [pk for pk, lng, lat in places if lng is not None and lat is not None and holds(ring, (lng, lat))]


def _free_name(name: str, unit_id: UUID, *, but: UUID | None = None) -> str:
    cleaned = " ".join(name.split())[:80]
    if not cleaned:
        raise Invalid(name=_("A territory needs a name."))
    others = Territory.objects.filter(unit=unit_id, name=cleaned)
    if (others.exclude(pk=but) if but else others).exists():
        raise Refused(Refusal.TERRITORY_NAME_TAKEN, name=cleaned)
    return cleaned
