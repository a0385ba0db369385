"""The tree of units with its leaders and numbers of people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.districts.divisions import districts_in
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org.models import Building, Position, Unit
from tiejun.org.queries import all_units
from tiejun.org.rules import LEADER_OF, city_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.districts.divisions import Division


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the tree: `depth` from 0 for the company; `people` hold a position there today, `people_below` there and below."""

    unit_id: UUID
    name: str
    kind: str
    depth: int
    parent_id: UUID | None
    leader: str
    leader_id: UUID | None
    acting_leader: str
    people: int
    people_below: int
    closed_on: date | None
    version: int


def unit_tree(scope: Scope, *, with_closed: bool = False, now: datetime) -> list[UnitLine]:
    """Return the tree, parents before children, siblings by name."""
    scope.require(Ability.VIEW_PEOPLE)
    units = Unit.objects.all() if with_closed else Unit.objects.filter(closed_on=None)
    return _lines(list(units), local_date(now, scope.zone))


def districts_of_asker(scope: Scope) -> list[Division]:
    """Return the districts of the city in which the asker works, else of all cities in which anybody does or a building stands."""
    units = {unit.pk: unit for unit in all_units(scope)}
    cities = [units[pk].city_code for pk in scope.unit_chain if pk in units and units[pk].city_code]
    cities = cities[:1] or sorted({unit.city_code for unit in units.values() if unit.city_code})
    if not cities:
        known = Building.objects.filter(merged_into=None).values_list("district_code", flat=True).distinct()
        cities = sorted({city_of(code) for code in known})
    return [found for city in cities for found in districts_in(city)]


def unit_line(scope: Scope, unit_id: UUID, *, now: datetime) -> UnitLine:
    """Return one unit of the tree, closed ones too; raises `NotFound`."""
    line = next((line for line in unit_tree(scope, with_closed=True, now=now) if line.unit_id == unit_id), None)
    if line is None:
        raise NotFound
    return line


def _lines(units: list[Unit], today: date) -> list[UnitLine]:
    held = list(Position.objects.on(today).select_related("person"))
    leads = [row for row in held if row.role in LEADER_OF.values()]
    regular = {(row.unit_id, row.role): row for row in leads if not row.is_acting}
    acting = {row.unit_id: row.person.name for row in leads if row.is_acting}
    here: Counter[UUID] = Counter(row.unit_id for row in held if row.is_primary)
    below: Counter[str] = Counter()
    for unit in units:
        for part in unit.path.split("/"):
            below[part] += here[unit.pk]
    lines = []
    for unit in _in_order(units):
        leader = regular.get((unit.pk, LEADER_OF[unit.kind]))
        lines.append(
            UnitLine(
                unit_id=unit.pk,
                name=unit.name,
                kind=unit.kind,
                depth=unit.path.count("/"),
                parent_id=unit.parent_id,
                leader=leader.person.name if leader else "",
                leader_id=leader.person_id if leader else None,
                acting_leader=acting.get(unit.pk, ""),
                people=here[unit.pk],
                people_below=below[str(unit.pk)],
                closed_on=unit.closed_on,
                version=unit.version,
            )
        )
    return lines


def _in_order(units: list[Unit]) -> list[Unit]:
    names = {str(unit.pk): unit.name for unit in units}
    return sorted(units, key=lambda unit: [(names.get(part, ""), part) for part in unit.path.split("/")])
