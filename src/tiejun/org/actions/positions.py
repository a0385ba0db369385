"""Roles and places of persons over time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.roles import Role
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.org.events import PersonMoved, RoleEnded, RoleGranted
from tiejun.org.locks import lock_open_unit, lock_person, require_admin_left, require_place
from tiejun.org.models import Position
from tiejun.org.rules import LEADER_OF, Refusal, why_not_from, why_not_grant

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Person


@action(Ability.GRANT_ROLES)
def grant_role(
    scope: Scope,
    *,
    person_id: UUID,
    role: Role,
    unit_id: UUID,
    starts_on: date,
    ends_on: date | None = None,
    now: datetime,
) -> Position:
    """Give a person a further role at a unit from a day to a day (`ends_on` included, None = until ended).

    It becomes the person's own position when they hold none in that time. Refused: OWN_ROLE, ALREADY_LEFT, UNIT_CLOSED,
    ENDS_BEFORE_START, TOO_FAR_BACK, ROLE_OF_OTHER_UNIT_KIND, ROLE_ALREADY_HELD, UNIT_HAS_LEADER.
    """
    unit = lock_open_unit(unit_id)
    person = _present(person_id)
    refusal = why_not_grant(role, person_is_asker=person_id == scope.person_id, asker_grants_roles=True)
    if refusal:
        raise Refused(refusal)
    _check_dates(scope, starts_on, ends_on, now)
    held = Position.objects.filter(person=person).overlapping(starts_on, ends_on)
    if held.filter(unit=unit, role=role, is_acting=False).exists():
        raise Refused(Refusal.ROLE_ALREADY_HELD)
    require_place(unit, role, starts_on, ends_on)
    position = Position.objects.create(
        person=person,
        unit=unit,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        is_primary=not held.filter(is_primary=True).exists(),
        granted_by_id=scope.person_id,
    )
    audit.record(
        scope,
        "org.role_granted",
        position,
        person=person.pk,
        role=role,
        unit=unit.pk,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _announce_grant(position)
    return position


@action(Ability.GRANT_ROLES)
def end_role(scope: Scope, *, position_id: UUID, ends_on: date, now: datetime) -> Position:
    """End a role after a day. Refused: OWN_ROLE, ROLE_ALREADY_ENDED, ENDS_BEFORE_START, TOO_FAR_BACK, LAST_ADMIN."""
    return _end(scope, position_id, ends_on, now)


def _end(scope: Scope, position_id: UUID, ends_on: date, now: datetime) -> Position:
    found = Position.objects.filter(pk=position_id).values_list("person_id", flat=True).first()
    if found is None:
        raise NotFound
    lock_person(found)
    position = Position.objects.get(pk=position_id)
    if position.person_id == scope.person_id:
        raise Refused(Refusal.OWN_ROLE)
    if position.ends_on is not None and position.ends_on <= ends_on:
        raise Refused(Refusal.ROLE_ALREADY_ENDED, ends_on=position.ends_on)
    if ends_on < position.starts_on:
        raise Refused(Refusal.ENDS_BEFORE_START)
    _check_dates(scope, ends_on, None, now)
    require_admin_left(Position.objects.filter(pk=position_id), local_date(now, scope.zone))
    position.ends_on = ends_on
    position.save(update_fields=["ends_on"])
    audit.record(
        scope,
        "org.role_ended",
        position,
        person=position.person_id,
        role=position.role,
        unit=position.unit_id,
        ends_on=ends_on,
    )
    announce(RoleEnded(position.pk, position.person_id, position.unit_id, position.role, ends_on))
    return position


@action(Ability.APPOINT_ACTING)
def appoint_acting_leader(
    scope: Scope, *, unit_id: UUID, person_id: UUID, starts_on: date, ends_on: date, now: datetime
) -> Position:
    """Let a person stand in for a unit's leader from a day to a day, both included.

    Refused: OWN_ROLE, ALREADY_LEFT, UNIT_CLOSED, ENDS_BEFORE_START, TOO_FAR_BACK, ACTING_TOO_LONG, UNIT_HAS_ACTING_LEADER,
    ROLE_ALREADY_HELD. Raises `NotFound` when the unit is out of reach.
    """
    unit = lock_open_unit(unit_id)
    if not scope.covers(Ability.APPOINT_ACTING, owner_id=None, unit_id=unit_id):
        raise NotFound
    person = _present(person_id)
    if person_id == scope.person_id:
        raise Refused(Refusal.OWN_ROLE)
    _check_dates(scope, starts_on, ends_on, now)
    longest = policies.book(now).integer("org.acting_max_days", scope.unit_chain)
    if (ends_on - starts_on).days + 1 > longest:
        raise Refused(Refusal.ACTING_TOO_LONG, days=longest)
    role = LEADER_OF[unit.kind]
    there = Position.objects.filter(unit=unit, role=role).overlapping(starts_on, ends_on)
    if there.filter(is_acting=True).exists():
        raise Refused(Refusal.UNIT_HAS_ACTING_LEADER)
    if there.filter(person=person).exists():
        raise Refused(Refusal.ROLE_ALREADY_HELD)
    position = Position.objects.create(
        person=person,
        unit=unit,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        is_primary=False,
        is_acting=True,
        granted_by_id=scope.person_id,
    )
    audit.record(
        scope,
        "org.acting_leader_appointed",
        position,
        person=person.pk,
        unit=unit.pk,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _announce_grant(position)
    return position


@action(Ability.MANAGE_PEOPLE)
def move_person(
    scope: Scope, *, person_id: UUID, unit_id: UUID, role: Role | None = None, starts_on: date, now: datetime
) -> Position:
    """Move a person's own position to another unit or role from a day on; the old one ends the day before and stays as history.

    Refused: OWN_ROLE, ALREADY_LEFT, NO_POSITION, NOTHING_CHANGES, MOVE_BEFORE_START, TOO_FAR_BACK, UNIT_CLOSED, ROLE_NEEDS_ADMIN,
    ROLE_OF_OTHER_UNIT_KIND, UNIT_HAS_LEADER, LAST_ADMIN.
    """
    unit = lock_open_unit(unit_id)
    person = _present(person_id)
    own = _own_position(person, starts_on)
    new_role = role or Role(own.role)
    if (own.unit_id, own.role) == (unit.pk, new_role):
        raise Refused(Refusal.NOTHING_CHANGES)
    _check_roles(scope, person, {Role(own.role), new_role})
    _check_dates(scope, starts_on, None, now)
    if new_role != own.role:
        require_admin_left(Position.objects.filter(pk=own.pk), local_date(now, scope.zone))
    from_unit_id, later = own.unit_id, own.ends_on
    own.ends_on = starts_on - timedelta(days=1)
    own.save(update_fields=["ends_on"])
    require_place(unit, new_role, starts_on, later)
    position = Position.objects.create(
        person=person, unit=unit, role=new_role, starts_on=starts_on, ends_on=later, granted_by_id=scope.person_id
    )
    audit.record(
        scope,
        "org.person_moved",
        position,
        person=person.pk,
        from_unit=from_unit_id,
        to_unit=unit.pk,
        role=new_role,
        starts_on=starts_on,
    )
    announce(PersonMoved(person.pk, from_unit_id, unit.pk, new_role, starts_on))
    return position


def _own_position(person: Person, starts_on: date) -> Position:
    rows = Position.objects.filter(person=person, is_primary=True).overlapping(starts_on, None)
    own = rows.order_by("-starts_on").first()
    if own is None:
        raise Refused(Refusal.NO_POSITION)
    if starts_on <= own.starts_on:
        raise Refused(Refusal.MOVE_BEFORE_START, starts_on=own.starts_on)
    return own


def _check_roles(scope: Scope, person: Person, roles: set[Role]) -> None:
    grants = scope.can(Ability.GRANT_ROLES)
    for role in sorted(roles):
        refusal = why_not_grant(role, person_is_asker=person.pk == scope.person_id, asker_grants_roles=grants)
        if refusal:
            raise Refused(refusal)


def _present(person_id: UUID) -> Person:
    person = lock_person(person_id)
    if person.left_on is not None:
        raise Refused(Refusal.ALREADY_LEFT, name=person.name)
    return person


def _check_dates(scope: Scope, starts_on: date, ends_on: date | None, now: datetime) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise Refused(Refusal.ENDS_BEFORE_START)
    back = policies.book(now).integer("org.backdate_days", scope.unit_chain)
    refusal = why_not_from(starts_on, today=local_date(now, scope.zone), backdate_days=back)
    if refusal:
        raise Refused(refusal, days=back)


def _announce_grant(position: Position) -> None:
    announce(
        RoleGranted(
            position.pk,
            position.person_id,
            position.unit_id,
            position.role,
            position.starts_on,
            position.ends_on,
            position.is_acting,
        )
    )
