"""What the map of the territories shows: who covers each district, where there is a gap, where two lie over each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.assignment.problem import Patch
from tiejun.engines.districts.coverage import Gap, Overlap, findings
from tiejun.engines.districts.divisions import districts_in, division
from tiejun.engines.districts.shapes import district_cells
from tiejun.org import queries
from tiejun.org.models import Building, Segment
from tiejun.org.queries.territories import territories

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.districts.shapes import Corner
    from tiejun.org.queries.territories import TerritoryLine


@dataclass(frozen=True, slots=True)
class DistrictCover:
    """A district on the map: its rings (empty: no shape is known), the names of its territories, its faults."""

    code: str
    name: str
    rings: list[list[Corner]]
    takers: list[str]
    has_gap: bool
    has_overlap: bool


@dataclass(frozen=True, slots=True)
class NamedGap:
    """A district, or some segments in it, that nobody covers."""

    district: str
    segments: list[str]


@dataclass(frozen=True, slots=True)
class NamedOverlap:
    """Two territories over one district or one building."""

    place: str
    one: str
    other: str
    segments: list[str]


@dataclass(frozen=True, slots=True)
class NamedBuilding:
    """A building that a territory names, in WGS-84 degrees."""

    name: str
    latitude: float
    longitude: float
    takers: list[str]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The territories as a map and as lists; gaps and overlaps only for who sees all territories, else None."""

    districts: list[DistrictCover]
    buildings: list[NamedBuilding]
    gaps: list[NamedGap] | None
    overlaps: list[NamedOverlap] | None
    idle: list[str]


def coverage(scope: Scope, lines: Sequence[TerritoryLine] | None = None, *, now: datetime) -> CoverageView:
    """Return the cover of the cities where the company has units; `lines`: the territories, when they are read already."""
    lines = territories(scope, now=now) if lines is None else lines
    names = {str(line.territory_id): line.name for line in lines}
    patches = {str(line.territory_id): _patch(line) for line in lines}
    codes = _codes(scope)
    segments = {str(row.pk): row.name for row in Segment.objects.order_by("code")}
    buildings = _buildings({pk for line in lines for pk in line.building_ids})
    sees_all = scope.can(Ability.MANAGE_TERRITORIES)
    found = findings(
        patches,
        districts=codes,
        segments=list(segments),
        buildings={key: row.district_code for key, row in buildings.items()},
    )
    return CoverageView(
        districts=_covers(codes, patches, names, found.gaps, found.overlaps, sees_all=sees_all),
        buildings=[
            NamedBuilding(row.name, row.latitude, row.longitude, _takers_of(key, patches, names))
            for key, row in buildings.items()
            if row.latitude is not None and row.longitude is not None
        ],
        gaps=[_gap(gap, segments) for gap in found.gaps] if sees_all else None,
        overlaps=[_overlap(one, names, segments, buildings) for one in found.overlaps] if sees_all else None,
        idle=[line.name for line in lines if not line.workers],
    )


def _patch(line: TerritoryLine) -> Patch:
    return Patch(
        frozenset(line.district_codes),
        frozenset(str(pk) for pk in line.building_ids),
        frozenset(str(pk) for pk in line.segment_ids),
    )


def _codes(scope: Scope) -> list[str]:
    cities = sorted({unit.city_code for unit in queries.all_units(scope) if unit.city_code})
    return [found.code for city in cities for found in districts_in(city)]


def _buildings(ids: set[UUID]) -> dict[str, Building]:
    return {str(row.pk): row for row in Building.objects.filter(pk__in=ids).order_by("name")}


def _covers(
    codes: list[str],
    patches: dict[str, Patch],
    names: dict[str, str],
    gaps: tuple[Gap, ...],
    overlaps: tuple[Overlap, ...],
    *,
    sees_all: bool,
) -> list[DistrictCover]:
    cells = district_cells(codes)
    open_ones, doubled = {gap.district for gap in gaps}, {one.district for one in overlaps if not one.building}
    return [
        DistrictCover(
            code=code,
            name=_name(code),
            rings=cells.get(code, []),
            takers=[names[key] for key, patch in patches.items() if code in patch.districts],
            has_gap=sees_all and code in open_ones,
            has_overlap=sees_all and code in doubled,
        )
        for code in codes
    ]


def _takers_of(building: str, patches: dict[str, Patch], names: dict[str, str]) -> list[str]:
    return [names[key] for key, patch in patches.items() if building in patch.buildings]


def _gap(gap: Gap, segments: dict[str, str]) -> NamedGap:
    return NamedGap(_name(gap.district), [segments[key] for key in gap.segments])


def _overlap(
    one: Overlap, names: dict[str, str], segments: dict[str, str], buildings: dict[str, Building]
) -> NamedOverlap:
    place = buildings[one.building].name if one.building else _name(one.district)
    return NamedOverlap(place, names[one.one], names[one.other], [segments[key] for key in one.segments])


def _name(code: str) -> str:
    found = division(code)
    return found.name if found else code
