"""Which units a page may be cut to, and which of them hang under another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import MATRIX, Role
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org.models import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit


def units_in_reach(scope: Scope, units: Sequence[Unit], ability: Ability) -> list[Unit]:
    """Return the units among `units` that an ability reaches as a whole, parents before children."""
    return [unit for unit in units if scope.covers(ability, owner_id=None, unit_id=unit.pk)]


def units_below(scope: Scope, units: Sequence[Unit], unit_id: UUID) -> set[UUID]:  # noqa: ARG001 -- cut by units_in_reach
    """Return a unit's id with those below it; raises `NotFound` when it is not among the units."""
    if all(unit.pk != unit_id for unit in units):
        raise NotFound
    text = str(unit_id)
    return {unit.pk for unit in units if text in unit.path}


def tops(scope: Scope, units: Sequence[Unit]) -> list[Unit]:  # noqa: ARG001 -- cut by units_in_reach
    """Return the units that hang under none of the others."""
    known = {unit.pk for unit in units}
    return [unit for unit in units if unit.parent_id not in known]


def path_to(scope: Scope, units: Sequence[Unit], unit_id: UUID | None) -> list[Unit]:
    """Return the units from the top of the reach to one of `units`; without one, the sole top, or nothing where there are several."""
    by_text = {str(unit.pk): unit for unit in units}
    if unit_id is not None:
        return [by_text[part] for part in by_text[str(unit_id)].path.split("/") if part in by_text]
    heads = tops(scope, units)
    return heads if len(heads) == 1 else []


def parts_below(scope: Scope, units: Sequence[Unit], path: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Return the units right below the last of `path` and the units above them, from that last one on.

    Where a single unit hangs there, those below the first that branches: a part that is the whole says nothing.
    """
    way = list(path[-1:])
    rows = [unit for unit in units if unit.parent_id == way[-1].pk] if way else tops(scope, units)
    while len(rows) == 1 and (inner := [unit for unit in units if unit.parent_id == rows[0].pk]):
        way, rows = [*way, rows[0]], inner
    return rows, way


def shown_as(scope: Scope, units: Sequence[Unit], path: Sequence[Unit]) -> dict[UUID, tuple[UUID, str]]:
    """Return what each unit's numbers are shown as, its id and name: the one of `parts_below` that it belongs to, or that on the way there."""
    rows, way = parts_below(scope, units, path)
    shown = {unit.pk: (unit.pk, unit.name) for unit in way}
    for row in rows:
        shown |= dict.fromkeys(units_below(scope, units, row.pk), (row.pk, row.name))
    return shown


def colleagues_who_may(scope: Scope, abilities: Iterable[Ability], *, now: datetime) -> list[tuple[UUID, str]]:
    """Return oneself and those within reach of VIEW_PEOPLE whose role gives all of some abilities, as (id, name) by name."""
    wanted = tuple(abilities)
    roles = [role for role in Role if all(role in MATRIX[ability] for ability in wanted)]
    held = Position.objects.on(local_date(now, scope.zone)).filter(role__in=roles)
    found = dict(held.within(scope, Ability.VIEW_PEOPLE).values_list("person", "person__name"))
    found |= dict(held.filter(person=scope.person_id).values_list("person", "person__name"))
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))
