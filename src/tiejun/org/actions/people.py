"""Persons join, change and leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.roles import Role
from tiejun.engines.names.phone import normalise_phone, phone_fault
from tiejun.engines.names.pinyin import pinyin_initials
from tiejun.foundation import audit, counters, crypto
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.foundation.times import local_date
from tiejun.org.events import PersonJoined, PersonLeft
from tiejun.org.locks import lock_open_unit, lock_person, require_admin_left, require_place
from tiejun.org.models import Leave, Person, Position
from tiejun.org.rules import Refusal, why_not_grant
from tiejun.org.sessions import close_logins

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

STAFF_NUMBERS = "org.staff_number"


@action(Ability.MANAGE_PEOPLE)
def add_person(  # noqa: PLR0913 -- what is asked when somebody joins
    scope: Scope,
    *,
    name: str,
    unit_id: UUID,
    role: Role,
    joined_on: date,
    staff_number: str = "",
    phone: str = "",
    email: str = "",
    now: datetime,  # noqa: ARG001 -- every write takes its instant
) -> Person:
    """Let a person join at a unit in a role; without `staff_number` the next one is taken.

    Refused: STAFF_NUMBER_TAKEN, PHONE_UNREADABLE, UNIT_CLOSED, ROLE_NEEDS_ADMIN, ROLE_OF_OTHER_UNIT_KIND, UNIT_HAS_LEADER.
    Raises `NotFound` for an unknown unit, `Invalid` for an empty name.
    """
    unit = lock_open_unit(unit_id)
    refusal = why_not_grant(role, person_is_asker=False, asker_grants_roles=scope.can(Ability.GRANT_ROLES))
    if refusal:
        raise Refused(refusal)
    require_place(unit, role, joined_on, None)
    sealed = _sealed_phone(phone)
    person = Person.objects.create(
        name=_clean_name(name),
        name_initials=pinyin_initials(name)[:40],
        staff_number=_free_staff_number(staff_number.strip()),
        phone_cipher=sealed.cipher,
        phone_index=sealed.index,
        phone_last4=sealed.last4,
        email=email.strip(),
        joined_on=joined_on,
        first_field_on=joined_on if role is Role.REP else None,
    )
    Position.objects.create(person=person, unit=unit, role=role, starts_on=joined_on, granted_by_id=scope.person_id)
    audit.record(scope, "org.person_joined", person, unit=unit.pk, role=role, joined_on=joined_on)
    announce(PersonJoined(person.pk, unit.pk, role, joined_on))
    return person


@action(Ability.MANAGE_PEOPLE)
def edit_person(
    scope: Scope,
    *,
    person_id: UUID,
    version: int,
    name: str,
    phone: str | None,
    email: str,
    now: datetime,  # noqa: ARG001 -- every write takes its instant
) -> Person:
    """Change name, telephone number (None keeps it, empty removes it) and mail address.

    Refused: PHONE_UNREADABLE. Raises `NotFound`, `Stale` when `version` is not the current one.
    """
    person = lock_person(person_id)
    if person.version != version:
        raise Stale(person)
    person.name = _clean_name(name)
    person.name_initials = pinyin_initials(person.name)[:40]
    person.email = email.strip()
    if phone is not None:
        sealed = _sealed_phone(phone)
        person.phone_cipher, person.phone_index, person.phone_last4 = sealed.cipher, sealed.index, sealed.last4
    person.version += 1
    fields = ["name", "name_initials", "email", "phone_cipher", "phone_index", "phone_last4", "version"]
    person.save(update_fields=fields)
    audit.record(scope, "org.person_edited", person, phone_changed=phone is not None)
    return person


@action(Ability.MANAGE_PEOPLE)
def record_leaving(scope: Scope, *, person_id: UUID, left_on: date, now: datetime) -> Person:
    """Let a person leave: `left_on` is the last day, today or earlier.

    Positions end, later ones and leave after the day vanish, sign-in and sessions end in the same transaction, and
    `PersonLeft` is announced. Refused: ALREADY_LEFT, LEAVING_LIES_AHEAD, LEFT_BEFORE_JOINING, OWN_ROLE, LAST_ADMIN.
    """
    person = lock_person(person_id)
    if person.left_on is not None:
        raise Refused(Refusal.ALREADY_LEFT, name=person.name)
    if person.pk == scope.person_id:
        raise Refused(Refusal.OWN_ROLE)
    if left_on > local_date(now, scope.zone):
        raise Refused(Refusal.LEAVING_LIES_AHEAD)
    if left_on < person.joined_on:
        raise Refused(Refusal.LEFT_BEFORE_JOINING, joined_on=person.joined_on)
    held = Position.objects.filter(person=person)
    require_admin_left(held, local_date(now, scope.zone))
    home = held.on(left_on).filter(is_primary=True).values_list("unit_id", flat=True).first()
    held.filter(starts_on__gt=left_on).delete()
    ended = held.overlapping(left_on, None).update(ends_on=left_on)
    Leave.objects.filter(person=person, starts_on__gt=left_on, cancelled_at=None).update(cancelled_at=now)
    person.left_on = left_on
    person.version += 1
    person.save(update_fields=["left_on", "version"])
    closed = close_logins(person.pk)
    audit.record(scope, "org.person_left", person, left_on=left_on, positions=ended, logins=closed)
    announce(PersonLeft(person.pk, home, left_on))
    return person


def _clean_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 80:
        raise Invalid(name=_("A name has 1 to 80 characters."))
    return cleaned


def _sealed_phone(phone: str) -> crypto.Sealed:
    if not phone.strip():
        return crypto.seal("")
    number = normalise_phone(phone)
    if phone_fault(number):
        raise Refused(Refusal.PHONE_UNREADABLE)
    return crypto.seal(number)


def _free_staff_number(wanted: str) -> str:
    if wanted:
        if Person.objects.filter(staff_number=wanted).exists():
            raise Refused(Refusal.STAFF_NUMBER_TAKEN, staff_number=wanted)
        return wanted
    while True:
        number = f"T{counters.next_number(STAFF_NUMBERS):05}"
        if not Person.objects.filter(staff_number=number).exists():
            return number
