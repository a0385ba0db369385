"""The tree of units: it grows, changes and closes, and never runs in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.org.locks import lock_tree, lock_unit
from tiejun.org.models import Position, Unit
from tiejun.org.rules import KINDS_BELOW, Refusal

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.MANAGE_UNITS)
def found_company(
    scope: Scope,
    *,
    name: str,
    zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    now: datetime,  # noqa: ARG001 -- every write takes its instant
) -> Unit:
    """Make the root of the tree, once per installation. Refused: COMPANY_EXISTS."""
    if lock_tree() is not None:
        raise Refused(Refusal.COMPANY_EXISTS)
    unit_id = new_id()
    unit = Unit.objects.create(
        id=unit_id, name=_clean_name(name), kind=Unit.Kind.COMPANY, path=str(unit_id), zone=zone, currency=currency
    )
    audit.record(scope, "org.company_founded", unit)
    return unit


@action(Ability.MANAGE_UNITS)
def add_unit(scope: Scope, *, name: str, kind: str, parent_id: UUID, city_code: str = "", now: datetime) -> Unit:  # noqa: ARG001 -- every write takes its instant
    """Add a region or group under a unit; zone and currency are the parent's.

    Refused: UNIT_CLOSED, UNIT_KIND_DOES_NOT_FIT, UNIT_NAME_TAKEN. Raises `NotFound` for an unknown parent.
    """
    lock_tree()
    parent = lock_unit(parent_id)
    _check_parent(parent, kind)
    cleaned = _free_name(name, parent.pk, None)
    unit_id = new_id()
    unit = Unit.objects.create(
        id=unit_id,
        name=cleaned,
        kind=kind,
        parent=parent,
        path=f"{parent.path}/{unit_id}",
        zone=parent.zone,
        currency=parent.currency,
        city_code=city_code or parent.city_code,
    )
    audit.record(scope, "org.unit_added", unit, parent=parent.pk, kind=kind)
    return unit


@action(Ability.MANAGE_UNITS)
def rename_unit(scope: Scope, *, unit_id: UUID, version: int, name: str, now: datetime) -> Unit:  # noqa: ARG001 -- every write takes its instant
    """Rename a unit. Refused: UNIT_NAME_TAKEN. Raises `NotFound`, `Stale`."""
    unit = lock_unit(unit_id)
    if unit.version != version:
        raise Stale(unit)
    unit.name = _free_name(name, unit.parent_id, unit.pk)
    unit.version += 1
    unit.save(update_fields=["name", "version"])
    audit.record(scope, "org.unit_renamed", unit)
    return unit


@action(Ability.MANAGE_UNITS)
def move_unit(scope: Scope, *, unit_id: UUID, parent_id: UUID, now: datetime) -> Unit:  # noqa: ARG001 -- every write takes its instant
    """Hang a unit, with everything below it, under another one.

    Refused: UNIT_UNDER_ITSELF, UNIT_KIND_DOES_NOT_FIT, UNIT_CLOSED, UNIT_NAME_TAKEN, NOTHING_CHANGES. Raises `NotFound`.
    """
    root = lock_tree()
    unit, parent = lock_unit(unit_id), lock_unit(parent_id)
    if root is not None and unit.pk == root.pk:
        raise Refused(Refusal.UNIT_KIND_DOES_NOT_FIT)
    if unit.parent_id == parent.pk:
        raise Refused(Refusal.NOTHING_CHANGES)
    if str(unit.pk) in parent.path.split("/"):
        raise Refused(Refusal.UNIT_UNDER_ITSELF, unit=unit.name)
    _check_parent(parent, unit.kind)
    _free_name(unit.name, parent.pk, unit.pk)
    before, after = unit.path, f"{parent.path}/{unit.pk}"
    unit.parent = parent
    unit.version += 1
    unit.save(update_fields=["parent", "version"])
    rest = Substr(F("path"), len(before) + 1)
    Unit.objects.filter(path__startswith=before).update(path=Concat(Value(after), rest))
    unit.path = after
    audit.record(scope, "org.unit_moved", unit, parent=parent.pk)
    return unit


@action(Ability.MANAGE_UNITS)
def close_unit(scope: Scope, *, unit_id: UUID, closed_on: date, now: datetime) -> Unit:  # noqa: ARG001 -- every write takes its instant
    """Close a unit without people and open units. Refused: UNIT_CLOSED, UNIT_HAS_PEOPLE, UNIT_HAS_UNITS. Raises `NotFound`."""
    lock_tree()
    unit = lock_unit(unit_id)
    if unit.closed_on is not None:
        raise Refused(Refusal.UNIT_CLOSED, unit=unit.name)
    if Unit.objects.filter(parent=unit, closed_on=None).exists():
        raise Refused(Refusal.UNIT_HAS_UNITS, unit=unit.name)
    people = Position.objects.filter(unit=unit).overlapping(closed_on, None).values("person_id").distinct().count()
    if people:
        raise Refused(Refusal.UNIT_HAS_PEOPLE, unit=unit.name, count=people)
    unit.closed_on = closed_on
    unit.version += 1
    unit.save(update_fields=["closed_on", "version"])
    audit.record(scope, "org.unit_closed", unit, closed_on=closed_on)
    return unit


def _check_parent(parent: Unit, kind: str) -> None:
    if parent.closed_on is not None:
        raise Refused(Refusal.UNIT_CLOSED, unit=parent.name)
    if kind not in KINDS_BELOW[parent.kind]:
        raise Refused(Refusal.UNIT_KIND_DOES_NOT_FIT)


def _clean_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 80:
        raise Invalid(name=_("A name has 1 to 80 characters."))
    return cleaned


def _free_name(name: str, parent_id: UUID | None, own_id: UUID | None) -> str:
    cleaned = _clean_name(name)
    others = Unit.objects.filter(parent_id=parent_id, name=cleaned, closed_on=None).values_list("pk", flat=True)
    if any(other != own_id for other in others):
        raise Refused(Refusal.UNIT_NAME_TAKEN, name=cleaned)
    return cleaned
