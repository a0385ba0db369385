"""Canvassing: one knock after the other, and what each makes of the market."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import actions as customers_actions
from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.foundation import audit, crypto
from tiejun.foundation.idempotency import KeyReused
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.leads import actions as leads_actions
from tiejun.leads.queries.standing import Standing, standing_at_door
from tiejun.org.queries.buildings import building_of
from tiejun.org.rules import city_of
from tiejun.visits.actions._aftermath import as_far_as_possible
from tiejun.visits.actions._arrival import trusted, unit_on
from tiejun.visits.locks import lock_person
from tiejun.visits.models import Door
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.canvassing import digest_of_door, is_usable, is_worth_a_lead, readable_phone
from tiejun.visits.rules.timing import clocked
from tiejun.visits.rules.vocabulary import DoorStanding

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Building
    from tiejun.visits.rules.vocabulary import DoorInput

SOURCE = "CANVASS"


@action(Ability.RECORD_VISIT)
def record_door(scope: Scope, *, facts: DoorInput, now: datetime) -> Door:
    """Record one knock. Interest behind a door that nobody holds becomes a lead: the asker's, or the pool's without room.

    What a colleague holds stays untouched, and is only said (rule 17). The same key with the same contents returns the row;
    other contents raise `KeyReused`. Raises `NotFound` for an unknown building or somebody else's key.
    """
    lock_person(scope.own_id)
    known = Door.objects.filter(client_key=facts.client_key).first()
    if known is not None:
        return _repeated(scope, known, facts)
    building = building_of(scope, facts.building_id)  # of a doubled one, the one that is kept
    policy = field_policy(scope, now)
    clock = clocked(facts.capture, received_at=now, tolerance=policy.tolerance)
    day = business_day(clock.at, policy.zone)
    company_id, standing = _behind(scope, facts, building, now=now)
    phone = crypto.seal(readable_phone(facts.phone) or facts.phone.strip())
    door = Door.objects.create(
        client_key=facts.client_key, digest=digest_of_door(facts), person_id=scope.own_id, unit_id=unit_on(scope, scope.own_id, day),
        building_id=building.pk, business_day=day, floor=facts.floor, door=facts.door.strip(), result=facts.result,
        company_name=facts.company_name.strip(), company_id=company_id, standing=standing, in_charge=facts.in_charge.strip(),
        phone_cipher=phone.cipher, phone_last4=phone.last4, product=facts.product.strip(), is_usable=is_usable(facts),
        knocked_at=clock.at, received_at=now, flags=list(clock.flags),
        device_id=facts.capture.device_id, device_sequence=facts.capture.sequence,
    )  # fmt: skip
    audit.record(scope, "visits.door_knocked", door, building=building.pk, result=facts.result, standing=standing)
    return door


def _repeated(scope: Scope, known: Door, facts: DoorInput) -> Door:
    if known.person_id != scope.person_id:
        raise NotFound
    if bytes(known.digest) != digest_of_door(facts):
        raise KeyReused(str(facts.client_key))
    audit.record(scope, "visits.door_repeated", known)
    return known


_STANDINGS = {
    Standing.UNKNOWN: DoorStanding.UNKNOWN,
    Standing.FREE: DoorStanding.FREE,
    Standing.IN_POOL: DoorStanding.FREE,
    Standing.YOURS: DoorStanding.MINE,
    Standing.HELD_BY_COLLEAGUE: DoorStanding.COLLEAGUE,
}


def _behind(scope: Scope, facts: DoorInput, building: Building, *, now: datetime) -> tuple[UUID | None, DoorStanding]:
    """Return the company behind the door and whose it is, after the knock has made of it what it may."""
    if not facts.company_name.strip():
        return None, DoorStanding.UNKNOWN
    city = city_of(building.district_code)
    notice = standing_at_door(scope, name=facts.company_name, city_code=city)
    standing = _STANDINGS[notice.standing]
    if standing is DoorStanding.MINE and notice.company_id is not None:
        _add_contact(scope, notice.company_id, facts, now=now)
    if standing in (DoorStanding.UNKNOWN, DoorStanding.FREE) and is_worth_a_lead(facts):
        made = _make_lead(scope, facts, building, city, now=now)
        if made is not None:
            return made, DoorStanding.NEW
    return notice.company_id, standing


def _make_lead(scope: Scope, facts: DoorInput, building: Building, city: str, *, now: datetime) -> UUID | None:
    where = f"{building.address or building.name} {facts.floor}F {facts.door}".strip()
    person = ContactFacts(name=facts.in_charge.strip(), phone=readable_phone(facts.phone))
    company = CompanyFacts(
        name=facts.company_name.strip(), city_code=city, district_code=building.district_code, address=where, building_id=building.pk,
        industry=facts.product.strip()[:80], contacts=(person,) if person.name or person.phone else (),
    )  # fmt: skip
    # A token that may record visits may cause what follows from one: the person's roles decide, not the token's list.
    whole = replace(scope, abilities=None)
    found: list[UUID] = []
    for hold in (True, False):

        def create(*, hold: bool = hold) -> None:
            lead = leads_actions.create_lead(whole, facts=company, now=now, source_code=SOURCE, hold=hold)
            found.append(lead.company_id)

        if as_far_as_possible(create):
            return found[0]
    return None


def _add_contact(scope: Scope, company_id: UUID, facts: DoorInput, *, now: datetime) -> None:
    person = ContactFacts(name=facts.in_charge.strip(), phone=readable_phone(facts.phone))
    if person.name and person.phone:
        customers_actions.add_contact(trusted(scope), company_id=company_id, facts=person, now=now)
