"""Locks of this module, and what is asked under them. The order: the tree of units, a unit, a person, the person's login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.access.roles import Role
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.org.models import Login, Person, Position, Unit
from tiejun.org.rules import Refusal, is_leading, why_not_hold

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.org.models import PositionQuerySet


def lock_tree() -> Unit | None:
    """Lock the company's row, which stands for the shape of the whole tree; None when there is no company yet."""
    return Unit.objects.filter(parent=None).select_for_update(no_key=True).first()


def lock_unit(unit_id: UUID) -> Unit:
    """Lock one unit; raises `NotFound`."""
    unit = Unit.objects.filter(pk=unit_id).select_for_update(no_key=True).first()
    if unit is None:
        raise NotFound
    return unit


def lock_person(person_id: UUID) -> Person:
    """Lock one person: their positions and leave change only under this lock. Raises `NotFound`."""
    person = Person.objects.filter(pk=person_id).select_for_update(no_key=True).first()
    if person is None:
        raise NotFound
    return person


def lock_login(login_id: UUID) -> Login:
    """Lock one login; raises `NotFound`."""
    login = Login.objects.filter(pk=login_id).select_for_update(no_key=True).first()
    if login is None:
        raise NotFound
    return login


def lock_open_unit(unit_id: UUID) -> Unit:
    """Lock a unit; refuses UNIT_CLOSED."""
    unit = lock_unit(unit_id)
    if unit.closed_on is not None:
        raise Refused(Refusal.UNIT_CLOSED, unit=unit.name)
    return unit


def require_place(unit: Unit, role: Role, starts_on: date, ends_on: date | None) -> None:
    """Refuse a role that the unit's kind does not have, and a second leader; the unit is locked."""
    refusal = why_not_hold(role, unit.kind)
    if refusal:
        raise Refused(refusal, unit=unit.name)
    if is_leading(role):
        leaders = Position.objects.filter(unit=unit, role=role, is_acting=False).overlapping(starts_on, ends_on)
        leader = leaders.select_related("person").first()
        if leader is not None:
            raise Refused(Refusal.UNIT_HAS_LEADER, unit=unit.name, name=leader.person.name)


def require_admin_left(going: PositionQuerySet, today: date) -> None:
    """Refuse to take away the last administrator's role."""
    admins = Position.objects.on(today).filter(role=Role.ADMIN)
    leaving = set(going.filter(role=Role.ADMIN).values_list("pk", flat=True))
    if leaving and not admins.filter(Q(ends_on=None)).exclude(pk__in=leaving).exists():
        raise Refused(Refusal.LAST_ADMIN)
