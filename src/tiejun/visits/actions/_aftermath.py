"""What a recorded visit means for contacts, customer, lead and counts: called by the actions of this module alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tiejun.customers import actions as customers_actions
from tiejun.customers import queries as customers_queries
from tiejun.customers.rules import CompanyFacts, ConfirmedContact, ContactFacts, VisitNote
from tiejun.engines.effectiveness import Advancement, TrialClose
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import business_day
from tiejun.leads import actions as leads_actions
from tiejun.visits.actions._arrival import trusted
from tiejun.visits.models import CountAdjustment, DayLock, Visit
from tiejun.visits.queries.amended import as_amended
from tiejun.visits.rules.counting import counted, counts_of, difference
from tiejun.visits.rules.vocabulary import RECORDED, Cause, Entry, MetContact, VisitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.counting import DayCounts
    from tiejun.visits.rules.vocabulary import Metric


def met_contacts(scope: Scope, company_id: UUID, met: Sequence[MetContact], *, now: datetime) -> tuple[MetContact, ...]:
    """Return the persons met, each with its contact's id; new ones become contacts, once per name.

    Raises `NotFound` for a contact of another company.
    """
    known = {row.pk: row for row in customers_queries.contacts_of(trusted(scope), company_id)} if met else {}
    by_name = {row.name: row.pk for row in known.values()}
    found: dict[UUID, MetContact] = {}
    for person in met:
        contact_id = person.contact_id or by_name.get(person.name.strip())
        if contact_id is None:
            words = ContactFacts(
                name=person.name.strip() or _("Name unknown"),
                title=person.title,
                phone=person.phone,
                roles=(person.role,),
                is_senior=person.is_senior,
            )
            contact_id = customers_actions.add_contact(trusted(scope), company_id=company_id, facts=words, now=now).pk
        elif contact_id not in known:
            raise NotFound
        found[contact_id] = replace(person, contact_id=contact_id)
    return tuple(found.values())


def tell_customer(scope: Scope, visit: Visit, met: Sequence[MetContact], *, now: datetime) -> None:
    """Bring the visit to its customer."""
    assert visit.ended_at is not None
    note = VisitNote(
        company_id=visit.company_id,
        visit_id=visit.pk,
        happened_at=visit.ended_at,
        effective_visit=visit.effective_visit,
        service_explained=visit.service_explained,
        clear_refusal=visit.refusal == CustomerRefusal.CLEAR,
        met=tuple(
            ConfirmedContact(person.contact_id, person.role, person.is_senior)
            for person in met
            if person.contact_id is not None
        ),
        next_step_at=visit.next_step_at,
    )
    customers_actions.note_visit(scope, visit=note, now=now)


def tell_customer_and_lead(scope: Scope, visit: Visit, met: Sequence[MetContact], *, now: datetime) -> None:
    """Bring a new record to its customer and to the lead of the person who visited.

    A cold visit to a company that nobody holds makes a lead where the person still has room; what the lead refuses does not
    undo the visit: a visit is a fact.
    """
    tell_customer(scope, visit, met, now=now)
    # A token that may record visits may cause what follows from one: the person's roles decide, not the token's list.
    whole = replace(scope, abilities=None)
    is_free = visit.kind == VisitKind.COLD and visit.company.owner_id is None
    is_mine_now = is_free and as_far_as_possible(lambda: _create_lead(whole, visit, now=now))
    # The holding of a lead that this visit made begins now: its first contact cannot lie before it.
    happened_at = now if is_mine_now or visit.ended_at is None else visit.ended_at
    as_far_as_possible(lambda: _note_contact(whole, visit, met, happened_at=happened_at, now=now))


def outcome_of(visit: Visit, *, anybody_met: bool) -> str:
    """Translate a visit's facts into the outcome of a follow-up."""
    if visit.refusal == CustomerRefusal.CLEAR:
        return "REFUSED"
    if visit.next_step_at is not None or visit.advancement == Advancement.NEXT_STEP_AGREED:
        return "NEXT_STEP"
    if not anybody_met:
        return "NO_ANSWER"
    interested = visit.advancement != Advancement.NONE or visit.trial_close in (TrialClose.YES, TrialClose.MAYBE)
    return "INTERESTED" if interested else "TALKED"


def book_late_entry(scope: Scope, visit: Visit, *, policy: FieldPolicy, now: datetime) -> None:
    """Book what a late entry adds to a frozen day; before the hard lock the lock itself will book it."""
    frozen = DayLock.objects.filter(
        person=visit.person_id, business_day=visit.business_day, hard_at__isnull=False
    ).exists()
    if visit.entry != Entry.LATE or not frozen:
        return
    others = Visit.objects.filter(person=visit.person_id, business_day=visit.business_day, state__in=RECORDED).exclude(
        pk=visit.pk
    )
    # What amendments changed was booked when they were made.
    half, known = policy.half_day_at, as_amended(scope, others)
    before, after = counts_of(counted(known, half)), counts_of(counted([*known, visit], half))
    book(visit, before, after, cause=Cause.LATE_ENTRY, now=now)


def book(visit: Visit, before: DayCounts, after: DayCounts, *, cause: Cause, now: datetime) -> dict[Metric, int]:
    """Book the difference of two counts on the day of `now`; returns it."""
    deltas = difference(before, after)
    CountAdjustment.objects.bulk_create(
        CountAdjustment(
            person_id=visit.person_id,
            unit_id=visit.unit_id,
            visit=visit,
            business_day=visit.business_day,
            booked_on=business_day(now, visit.zone),
            metric=metric,
            delta=delta,
            cause=cause,
            booked_at=now,
        )
        for metric, delta in deltas.items()
    )
    return deltas


def as_far_as_possible(step: Callable[[], object]) -> bool:
    """Run what follows from a fact; what is refused does not undo the fact, and gives false."""
    try:
        with transaction.atomic():
            step()
    except (Refused, NotFound, Invalid):
        return False
    return True


def _create_lead(scope: Scope, visit: Visit, *, now: datetime) -> None:
    company = visit.company
    facts = CompanyFacts(name=company.name, credit_code=company.credit_code or "", city_code=company.city_code)
    leads_actions.create_lead(scope, facts=facts, now=now)


def _note_contact(
    scope: Scope, visit: Visit, met: Sequence[MetContact], *, happened_at: datetime, now: datetime
) -> None:
    leads_actions.note_contact(
        scope,
        company_id=visit.company_id,
        kind="VISIT",
        outcome=outcome_of(visit, anybody_met=bool(met)),
        note=visit.note,
        next_step_at=visit.next_step_at,
        happened_at=happened_at,
        now=now,
    )
