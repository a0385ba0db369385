"""Leads that marketing brings: of accepted records and of referrals; and their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import actions as customers
from tiejun.customers import queries as customer_queries
from tiejun.customers.queries.identity import company_name
from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound
from tiejun.leads import queries
from tiejun.leads.actions import create_lead
from tiejun.leads.actions._bulk import insert_lead
from tiejun.leads.actions._tenure import locked
from tiejun.leads.models import Lead
from tiejun.leads.queries import supply
from tiejun.marketing.actions import handover
from tiejun.marketing.actions import tags as tag_actions
from tiejun.marketing.queries.inbound import accepted_facts
from tiejun.marketing.rules.handover import NewLead

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.marketing.rules.handover import ReferralFacts
    from tiejun.marketing.rules.inbound import AcceptedFacts


@action(Ability.RUN_MARKETING)
def lead_of_inbound(scope: Scope, *, inbound_id: UUID, now: datetime) -> Lead | None:
    """Make a lead of an accepted record, in the pool of its city; the open lead of its company gets a touch instead.

    The person who asked becomes a contact of the company. Returns the lead; None when the record is settled already, so that
    running it again changes nothing.
    """
    facts = accepted_facts(scope, inbound_id)
    if facts is None:
        audit.record(scope, "leads.inbound_repeated", inbound=inbound_id)
        return None
    pool = supply.pool_for_place(scope, facts.city_code)
    if pool is None:
        raise Invalid(pool=_("There is no open pool."))
    contact = ContactFacts(facts.contact_name, facts.phone, facts.contact_title)
    company_id = facts.known_company_id or _company_of(scope, facts, contact, now)
    if facts.known_company_id is not None and facts.phone:
        customers.add_contact(scope, company_id=company_id, facts=contact, now=now)
    wanted = (str(company_id), facts.district_code, facts.intent, not facts.phone)
    made = insert_lead(wanted, pool_id=pool.pk, source_id=facts.source_id, now=now)
    lead = made or locked(_open_lead_id(scope, company_id))
    handover.note_lead(
        scope,
        inbound_id=inbound_id,
        lead=NewLead(lead.pk, company_id, company_name(scope, company_id), intent=facts.intent),
        is_new=made is not None,
        unit_chain=supply.pool_chain(scope, pool.pk),
        now=now,
    )
    audit.record(scope, "leads.made_of_inbound", lead, inbound=inbound_id, is_new=made is not None)
    return lead


@action(Ability.CREATE_LEAD)
def refer_company(
    scope: Scope, *, referrer_company_id: UUID, facts: CompanyFacts, told: ReferralFacts, hold: bool, now: datetime
) -> Lead:
    """Make a lead of a company that a customer named; with `hold` the asker keeps it.

    Raises `NotFound` for a customer out of reach, and what `create_lead` raises.
    """
    referrer = customer_queries.company_in_reach(scope, referrer_company_id, Ability.VIEW_CUSTOMERS)
    lead = create_lead(scope, facts=facts, source_code="REFERRAL", intent=Lead.Intent.HIGH, hold=hold, now=now)
    handover.note_referral(
        scope,
        lead=NewLead(lead.pk, lead.company_id, facts.name, intent=lead.intent),
        referrer_company_id=referrer.pk,
        referrer_name=referrer.name,
        told=told,
        unit_chain=scope.unit_chain,
        now=now,
    )
    audit.record(scope, "leads.referred", lead, referrer=referrer.pk)
    return lead


@action(Ability.RECORD_FOLLOW_UP)
def tag_lead(scope: Scope, *, lead_id: UUID, tag_ids: Sequence[UUID], now: datetime) -> int:
    """Set the tags of a lead within reach; raises `NotFound`. Returns how many it carries."""
    lead = queries.lead_in_reach(scope, lead_id, Ability.RECORD_FOLLOW_UP)
    count = tag_actions.mark_lead(scope, lead_id=lead.pk, tag_ids=tag_ids, now=now)
    audit.record(scope, "leads.tagged", lead, count=count)
    return count


def _open_lead_id(scope: Scope, company_id: UUID) -> UUID:
    lead = queries.open_lead_of(scope, company_id)
    if lead is None:
        raise NotFound
    return lead.pk


def _company_of(scope: Scope, facts: AcceptedFacts, contact: ContactFacts, now: datetime) -> UUID:
    company = customers.create_company(
        scope,
        facts=CompanyFacts(
            name=facts.company_name,
            credit_code=facts.credit_code,
            city_code=facts.city_code,
            district_code=facts.district_code,
            address=facts.address,
            industry=facts.industry,
            contacts=(contact,),
        ),
        now=now,
    )
    return company.pk
