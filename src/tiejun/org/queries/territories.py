"""Who works where: territories with what they cover and their people, and the area of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.access.reach import ReachPaths, reach_condition
from tiejun.engines.assignment.problem import Patch
from tiejun.engines.districts.divisions import division
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org.models import Building, Position, Segment, Territory, TerritoryAssignment, TerritoryRule
from tiejun.org.rules import Area

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Worker:
    """Who works a territory; `ends_on` inclusive, None: for ever."""

    assignment_id: UUID
    person_id: UUID
    name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class TerritoryLine:
    """A territory: what it covers by name, and who works it now or later."""

    territory_id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    district_codes: tuple[str, ...]
    building_ids: tuple[UUID, ...]
    segment_ids: tuple[UUID, ...]
    covers: tuple[str, ...]
    workers: tuple[Worker, ...]
    closed_on: date | None
    boundary: tuple[tuple[float, float], ...]
    version: int


def territories(scope: Scope, *, with_closed: bool = False, now: datetime) -> list[TerritoryLine]:
    """Return the territories of units within reach, and one's own, by unit and name."""
    scope.require(Ability.VIEW_TERRITORIES)
    today = local_date(now, scope.zone)
    rows = Territory.objects.select_related("unit").order_by("unit__path", "name")
    condition = reach_condition(scope, Ability.VIEW_TERRITORIES, ReachPaths(own="id", unit="unit_id"))
    if condition is not None:
        worked = TerritoryAssignment.objects.filter(person=scope.person_id).exclude(ends_on__lt=today)
        rows = rows.filter(condition | Q(pk__in=worked.values("territory")))
    if not with_closed:
        rows = rows.filter(Q(closed_on=None) | Q(closed_on__gt=today))
    return _lines(list(rows), today)


def territory(scope: Scope, territory_id: UUID, *, now: datetime) -> TerritoryLine:
    """Return one territory within reach, closed ones too; raises `NotFound`."""
    for line in territories(scope, with_closed=True, now=now):
        if line.territory_id == territory_id:
            return line
    raise NotFound


def territory_worked(scope: Scope, assignment_id: UUID, *, now: datetime) -> TerritoryLine:
    """Return the territory within reach that somebody works by this assignment, now or later; raises `NotFound`."""
    for line in territories(scope, with_closed=True, now=now):
        if any(worker.assignment_id == assignment_id for worker in line.workers):
            return line
    raise NotFound


def _lines(rows: list[Territory], today: date) -> list[TerritoryLine]:
    ids = [row.pk for row in rows]
    rules: dict[UUID, list[TerritoryRule]] = {}
    for rule in TerritoryRule.objects.filter(territory__in=ids).select_related("building", "segment"):
        rules.setdefault(rule.territory_id, []).append(rule)
    workers: dict[UUID, list[Worker]] = {}
    assigned = TerritoryAssignment.objects.filter(territory__in=ids).exclude(ends_on__lt=today)
    for row in assigned.select_related("person").order_by("starts_on", "person__name_initials", "pk"):
        worker = Worker(row.pk, row.person_id, row.person.name, row.starts_on, row.ends_on)
        workers.setdefault(row.territory_id, []).append(worker)
    return [_line(row, rules.get(row.pk, []), workers.get(row.pk, [])) for row in rows]


def _line(row: Territory, rules: list[TerritoryRule], workers: list[Worker]) -> TerritoryLine:
    codes = sorted(rule.district_code for rule in rules if rule.district_code)
    buildings = [rule.building for rule in rules if rule.building]
    segments = [rule.segment for rule in rules if rule.segment]
    names = [found.name for code in codes if (found := division(code))]
    return TerritoryLine(
        territory_id=row.pk,
        name=row.name,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        district_codes=tuple(codes),
        building_ids=tuple(building.pk for building in buildings),
        segment_ids=tuple(segment.pk for segment in segments),
        covers=(*names, *(building.name for building in buildings), *(segment.name for segment in segments)),
        workers=tuple(workers),
        closed_on=row.closed_on,
        boundary=tuple((lng, lat) for lng, lat in row.boundary or ()),
        version=row.version,
    )


def areas_of(scope: Scope, person_ids: Iterable[UUID], on: date) -> dict[UUID, Area]:  # noqa: ARG001 -- asked by the runs for people of their reach
    """Return the area of each person on a day, in two queries; who has no territory works everywhere."""
    wanted = list(person_ids)
    held = TerritoryAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), person__in=wanted, starts_on__lte=on
    )
    open_ones = held.filter(Q(territory__closed_on=None) | Q(territory__closed_on__gt=on))
    pairs = list(open_ones.order_by("territory", "person").values_list("person_id", "territory_id"))
    patches = _patches({territory_id for _person, territory_id in pairs})
    areas: dict[UUID, list[Patch]] = {person_id: [] for person_id in wanted}
    for person_id, territory_id in pairs:
        areas[person_id].append(patches[territory_id])
    return {person_id: Area(tuple(mine)) for person_id, mine in areas.items()}


def _patches(territory_ids: set[UUID]) -> dict[UUID, Patch]:
    found: dict[UUID, tuple[set[str], set[str], set[str]]] = {key: (set(), set(), set()) for key in territory_ids}
    rules = TerritoryRule.objects.filter(territory__in=territory_ids)
    for key, district, building, segment in rules.values_list(
        "territory_id", "district_code", "building_id", "segment_id"
    ):
        for kept, name in zip(found[key], (district, building, segment), strict=True):
            if name:
                kept.add(str(name))
    return {key: Patch(*(frozenset(part) for part in parts)) for key, parts in found.items()}


@dataclass(frozen=True, slots=True)
class BuildingPlace:
    """Where a building stands, in WGS-84 degrees."""

    building_id: UUID
    name: str
    longitude: float
    latitude: float


def _places(rows: QuerySet[Building]) -> list[BuildingPlace]:
    known = rows.values_list("pk", "name", "longitude", "latitude")
    return [
        BuildingPlace(pk, name, longitude, latitude)
        for pk, name, longitude, latitude in known
        if longitude is not None and latitude is not None
    ]


def building_places(scope: Scope) -> list[BuildingPlace]:  # noqa: ARG001 -- buildings are no secret
    """Return the buildings that belong to a territory."""
    used = TerritoryRule.objects.filter(building__isnull=False).values("building")
    rows = Building.objects.filter(pk__in=used).order_by("pk")
    return _places(rows)


def all_building_places(scope: Scope) -> list[BuildingPlace]:
    """Return every building, for who draws a boundary around some."""
    scope.require(Ability.MANAGE_TERRITORIES)
    rows = Building.objects.filter(merged_into=None).order_by("pk")
    return _places(rows)


@dataclass(frozen=True, slots=True)
class CoverageChoices:
    """What a territory can be made of: (value, words)."""

    buildings: list[tuple[UUID, str]]
    segments: list[tuple[UUID, str]]
    people: list[tuple[UUID, str]]


def coverage_choices(scope: Scope, *, now: datetime) -> CoverageChoices:
    """Return buildings, segments and the people who could work a territory."""
    scope.require(Ability.MANAGE_TERRITORIES)
    today = local_date(now, scope.zone)
    held = Position.objects.on(today).filter(role="REP", is_primary=True).select_related("person", "unit")
    people = held.order_by("unit__path", "person__name_initials")
    return CoverageChoices(
        buildings=list(
            Building.objects.filter(merged_into=None).order_by("district_code", "name").values_list("pk", "name")
        ),
        segments=list(Segment.objects.order_by("code").values_list("pk", "name")),
        people=[(row.person_id, f"{row.person.name} ({row.unit.name})") for row in people],
    )
