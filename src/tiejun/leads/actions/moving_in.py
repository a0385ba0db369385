"""Holdings while a history is brought in: who held what since when, and what past contacts were worth to their clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.actions.holders import set_holders
from tiejun.foundation import audit, policies
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.leads import rules
from tiejun.leads.actions._bulk import Move, NewHolding, begin_many, extend_many, set_holder_many
from tiejun.leads.locks import lock_leads, lock_seats
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.queries import holding
from tiejun.org.queries import unit_chain as chain_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.workdays.calendar import WorkCalendar
    from tiejun.engines.workdays.hours import WorkingHours


@action(Ability.BRING_IN_VISITS)
def bring_in_holdings(
    scope: Scope, *, person_id: UUID, unit_id: UUID, lead_ids: Collection[UUID], started_at: datetime
) -> set[UUID]:
    """Let a person of a unit hold free leads since a past moment, with the terms of that time, in a fixed number of statements.

    Caps and daily limits are not asked: they were another system's. Nothing is announced. Returns the leads that are now
    held; what somebody holds already, or what is closed, is passed by.
    """
    lock_seats([person_id])
    leads = [lead for lead in lock_leads(lead_ids) if lead.status == Lead.Status.POOLED and lead.owner_id is None]
    holder = holding.Holder(person_id, unit_id, chain_of(scope, unit_id), started_at.date())
    agreed = holding.terms(scope, holder, started_at)
    moves = [Move(lead.pk, None, person_id, unit_id, Lead.Status.PRIVATE) for lead in leads]
    moved = set_holder_many(moves, started_at)
    holdings = [
        NewHolding(pk, person_id, unit_id, agreed.due_at, agreed.no_deal_due_at, agreed.facts) for pk in sorted(moved)
    ]
    begin_many(holdings, kind=LeadTenure.Kind.PRIVATE, start=LeadTenure.Start.CLAIMED, now=started_at)
    set_holders(scope, holders={lead.company_id: (person_id, unit_id) for lead in leads}, now=started_at)
    audit.record(scope, "leads.holdings_brought_in", person=person_id, leads=len(moved))
    return moved


@action(Ability.BRING_IN_VISITS)
def note_past_contacts(
    scope: Scope, *, contacts: Mapping[tuple[UUID, UUID], tuple[UUID, datetime]], now: datetime
) -> int:
    """Extend the open holdings of people by past visits (person and company → the person's unit and when), in two statements.

    The credit is the policy's for visits at `now`, in working time of the person's unit. Returns how many holdings were extended.
    """
    people, companies = {person_id for person_id, _ in contacts}, {company_id for _, company_id in contacts}
    held = LeadTenure.objects.filter(person__in=people, ended_at=None, lead__company__in=companies)
    tenures = [
        tenure
        for tenure in held.select_related("lead").select_for_update(of=("self",)).order_by("pk")
        if (tenure.person_id, tenure.lead.company_id) in contacts
    ]
    book = policies.book(now)
    clocks = {unit_id: _clock(scope, book, unit_id) for unit_id in {unit_id for unit_id, _ in contacts.values()}}
    for tenure in tenures:
        unit_id, happened_at = contacts[tenure.person_id, tenure.lead.company_id]
        credited = due_after(happened_at, *clocks[unit_id])
        tenure.due_at = rules.extended_due(tenure.due_at, credited, tenure.no_deal_due_at)
        tenure.last_qualifying_at = max(tenure.last_qualifying_at or happened_at, happened_at)
    extend_many([(tenure.pk, tenure.due_at, tenure.last_qualifying_at) for tenure in tenures])
    audit.record(scope, "leads.past_contacts_noted", persons=audit.ids(*sorted(people)), holdings=len(tenures))
    return len(tenures)


def _clock(scope: Scope, book: policies.PolicyBook, unit_id: UUID) -> tuple[int, WorkingHours, WorkCalendar]:
    """What a visit of a unit's people is worth in working days, and the working time it is counted in."""
    chain = chain_of(scope, unit_id)
    return book.integer("lead.credit_days_visit", chain), hours_of(book, chain, scope.zone), calendar_of(book, chain)
