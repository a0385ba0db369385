from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import actions as customers
from tiejun.customers.queries.family import survivor_of
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.leads import queries, rules
from tiejun.leads.actions._bulk import insert_lead, insert_leads
from tiejun.leads.actions._tenure import begin, cool_down, end, locked, note_override, set_holder
from tiejun.leads.actions.canvassing import note_foreign_visit
from tiejun.leads.events import LeadClaimed, LeadConverted, LeadReleased, LeadsImported, LeadTransferred
from tiejun.leads.locks import lock_leads_of_holder, lock_open_tenure, lock_seats
from tiejun.leads.models import FollowUp, Lead, LeadTenure
from tiejun.leads.queries import holding, intake
from tiejun.leads.queries.supply import registered_leads
from tiejun.marketing.actions.handover import hand_over_registrations
from tiejun.marketing.actions.handover import note_contact as note_first_contact
from tiejun.marketing.queries.handover import awaits_contact
from tiejun.marketing.queries.sources import is_registration_feed
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.rules import CompanyFacts

Status = Lead.Status
Kind = LeadTenure.Kind
Start = LeadTenure.Start
End = LeadTenure.End


# -- holding -----------------------------------------------------------------------------------------------------------
@action(Ability.CLAIM_LEAD)
def claim_lead(scope: Scope, *, lead_id: UUID, now: datetime) -> LeadTenure:
    """Take a lead from its pool into the asker's private pool.

    Raises `NotFound` for a lead that the asker cannot see, `Refused` (see `rules.why_not_claim`) with the facts of the seat.
    """
    queries.lead_to_claim(scope, lead_id)
    me = holding.holder_of_asker(scope, now)
    lock_seats([me.person_id])
    lead = locked(lead_id)
    seat = holding.seat_facts(scope, me, now)
    cooling = holding.cooling_until(scope, me.person_id, [lead_id], now).get(lead_id)
    facts = holding.lead_facts(scope, lead, cooling, holding.claimable_pools(scope))
    refusal = rules.why_not_claim(seat, facts, now)
    if refusal:
        raise Refused(refusal, held=seat.held, cap=seat.cap, claims=seat.claims_today, limit=seat.daily_limit)
    tenure = begin(scope, lead, me, start=Start.CLAIMED, kind=Kind.PRIVATE, now=now)
    audit.record(scope, "leads.claimed", lead, tenure=tenure.pk, held=seat.held + 1, cap=seat.cap)
    announce(LeadClaimed(lead.pk, lead.company_id, me.person_id, now))
    return tenure


@action(Ability.RELEASE_LEAD)
def release_lead(scope: Scope, *, lead_id: UUID, reason: str, now: datetime, note: str = "") -> Lead:
    """Give a held lead back to its pool; a cool-down begins for the holder.

    `reason` is one of `rules.ReleaseReason`. Raises `NotFound`, `Refused` (PROTECTED, REASON_MISSING, NOT_HELD, ALREADY_TAKEN), `Invalid`.
    """
    if reason not in list(rules.ReleaseReason):
        raise Invalid(reason=_("Choose a reason."))
    holder_id = queries.lead_in_reach(scope, lead_id, Ability.RELEASE_LEAD).owner_id
    lock_seats([holder_id])
    lead, tenure = locked(lead_id), lock_open_tenure(lead_id)
    if tenure is None or tenure.person_id != holder_id:
        raise Refused(rules.Refusal.ALREADY_TAKEN if tenure else rules.Refusal.NOT_HELD)
    refusal = rules.why_not_release(tenure.kind, reason, note)
    if refusal:
        raise Refused(refusal)
    tenure.release_reason = reason
    end(tenure, End.RELEASED, note.strip(), now)
    set_holder(scope, lead, None, now=now, status=Status.POOLED)
    cool_down(scope, tenure, End.RELEASED, now)
    audit.record(scope, "leads.released", lead, reason=reason, tenure=tenure.pk, person=tenure.person_id)
    announce(LeadReleased(lead.pk, lead.company_id, tenure.person_id, End.RELEASED, now))
    return lead


@action(Ability.TRANSFER_LEAD)
def transfer_lead(scope: Scope, *, lead_id: UUID, to_person_id: UUID, reason: str, now: datetime) -> LeadTenure:
    """Give a lead to a representative within the asker's reach: from another holder, from a leaver, or from the pool.

    The receiver's cap, cool-down and the ring rule hold (`rules.why_not_transfer`); who leads above the group may override
    the last two. Raises `NotFound` for a lead or a person out of reach, and `Refused`.
    """
    giver_id = queries.lead_to_assign(scope, lead_id).owner_id
    receiver = holding.holder_in_reach(scope, to_person_id, now)
    if receiver is None:
        raise Refused(rules.Refusal.NOT_A_REP)
    lock_seats([giver_id, to_person_id])
    lead, tenure = locked(lead_id), lock_open_tenure(lead_id)
    if lead.owner_id != giver_id:
        raise Refused(rules.Refusal.ALREADY_TAKEN)
    seat = holding.seat_facts(scope, receiver, now)
    facts = holding.transfer_facts(scope, lead, tenure, to_person_id, now)
    ring = timedelta(days=policies.book(now).integer("lead.ring_days", receiver.unit_chain))
    refusal = rules.why_not_transfer(seat, facts, ring, reason, now)
    if refusal:
        raise Refused(refusal, held=seat.held, cap=seat.cap)
    overridden = rules.why_boomerang(facts, ring, now)
    if tenure is not None:
        end(tenure, End.TRANSFERRED, reason, now)
    kind = Kind.PROTECTED if facts.is_protected else Kind.PRIVATE
    start = Start.ASSIGNED if tenure is None else Start.TRANSFERRED
    fresh = begin(scope, lead, receiver, start=start, kind=kind, now=now)
    if overridden:
        note_override(scope, fresh, giver_id, rule=overridden, reason=reason, now=now)
    audit.record(
        scope, "leads.transferred", lead, reason=reason, giver=giver_id, receiver=to_person_id, tenure=fresh.pk
    )
    announce(LeadTransferred(lead.pk, lead.company_id, giver_id, to_person_id, scope.person_id, now))
    return fresh


@action(Ability.TRANSFER_LEAD)
def pool_leaver(scope: Scope, *, person_id: UUID, now: datetime, lists_only: bool = False) -> int:
    """End all holdings of a person who left: leads go back to their pools, customers wait for a holder in their unit.

    `lists_only`: only what is on the working list. Returns how many holdings ended; running it again ends nothing.
    """
    lock_seats([person_id])
    leads = {lead.pk: lead for lead in lock_leads_of_holder(person_id)}
    held = LeadTenure.objects.filter(person=person_id, ended_at=None).order_by("lead")
    tenures = list(held.filter(kind=Kind.ALLOTTED) if lists_only else held)
    for tenure in tenures:
        lead = leads[tenure.lead_id]
        end(tenure, End.LEAVER, "", now)
        if tenure.kind == Kind.PROTECTED:
            set_holder(scope, lead, None, now=now, status=lead.status)
        else:
            set_holder(scope, lead, None, now=now, status=Status.POOLED)
            announce(LeadReleased(lead.pk, lead.company_id, person_id, End.LEAVER, now))
    audit.record(scope, "leads.leaver_pooled", person=person_id, holdings=len(tenures))
    return len(tenures)


@action(Ability.RECORD_FOLLOW_UP)
def convert_company(scope: Scope, *, company_id: UUID, now: datetime) -> Lead | None:
    """Convert the open lead of a company at its first order: its holder (else the asker) keeps it under protection.

    Returns the lead, None when the company has none. A lead that is converted already stays as it is.
    """
    known = Lead.objects.filter(queries.OPEN_LEAD, company=survivor_of(scope, company_id)).first()
    if known is None or known.status == Status.CONVERTED:
        audit.record(scope, "leads.conversion_repeated", known, company=company_id)
        return known
    lock_seats([known.owner_id or scope.person_id])
    lead, tenure = locked(known.pk), lock_open_tenure(known.pk)
    if tenure is not None:
        end(tenure, End.CONVERTED, "", now)
    holder = holding.holder_of_tenure(scope, tenure) if tenure else holding.holder_of_asker(scope, now)
    begin(scope, lead, holder, start=Start.CONVERTED, kind=Kind.PROTECTED, now=now)
    audit.record(scope, "leads.converted", lead, person=holder.person_id)
    announce(LeadConverted(lead.pk, company_id, holder.person_id, now))
    return lead


# -- following up ------------------------------------------------------------------------------------------------------
@action(Ability.RECORD_FOLLOW_UP)
def record_follow_up(scope: Scope, *, lead_id: UUID, facts: rules.FollowUpFacts, now: datetime) -> FollowUp:
    """Record a contact with a held lead; a qualifying one moves the due date (`rules.follow_up_credit`).

    Raises `NotFound`, `Refused` (NOT_HELD, FROZEN, FUTURE_CONTACT, BEFORE_HOLDING, STEP_IS_PAST), `Invalid`.
    """
    queries.lead_in_reach(scope, lead_id, Ability.RECORD_FOLLOW_UP)
    lead, tenure = locked(lead_id), lock_open_tenure(lead_id)
    if tenure is None:
        raise Refused(rules.Refusal.NOT_HELD)
    if lead.frozen_reason:
        raise Refused(rules.Refusal.FROZEN)
    follow_up = _follow_up(scope, lead, tenure, facts, now)
    audit.record(
        scope, "leads.followed_up", lead, follow_up=follow_up.pk, kind=facts.kind, credit_days=follow_up.credit_days
    )
    return follow_up


@action(Ability.RECORD_FOLLOW_UP)
def note_contact(
    scope: Scope,
    *,
    company_id: UUID,
    kind: str,
    outcome: str,
    note: str,
    next_step_at: datetime | None,
    happened_at: datetime,
    now: datetime,
) -> FollowUp | None:
    """Record a contact from another module (a visit, an order) on the asker's own holding of that company.

    Returns None when the asker held no lead of it at that time: the contact is no follow-up of a colleague's lead, but a visit
    there is noted against the colleague's clock.
    """
    company_id = survivor_of(scope, company_id)
    held = LeadTenure.objects.filter(
        lead__company=company_id, person=scope.person_id, ended_at=None, started_at__lte=happened_at
    ).first()
    lead = locked(held.lead_id) if held else None
    tenure = lock_open_tenure(lead.pk) if lead else None
    follow_up = None
    if lead is not None and tenure is not None and tenure.person_id == scope.person_id:
        facts = rules.FollowUpFacts(kind, outcome, happened_at, note=note, next_step_at=next_step_at)
        follow_up = _follow_up(scope, lead, tenure, facts, now)
    elif kind == FollowUp.Kind.VISIT and queries.is_held_by_other(scope, company_id):
        note_foreign_visit(scope, company_id=company_id, happened_at=happened_at, now=now)
    audit.record(
        scope, "leads.contact_noted", lead, company=company_id, kind=kind, follow_up=follow_up and follow_up.pk
    )
    return follow_up


# -- making leads ------------------------------------------------------------------------------------------------------
@action(Ability.CREATE_LEAD)
def create_lead(
    scope: Scope,
    *,
    facts: CompanyFacts,
    now: datetime,
    source_code: str = "CANVASS",
    intent: str = Lead.Intent.UNKNOWN,
    pool_id: UUID | None = None,
    hold: bool = True,
) -> Lead:
    """Create a lead with its company (found or created); with `hold` the asker keeps it, else it waits in its pool.

    Raises `Refused`: HELD_BY_COLLEAGUE, ALREADY_YOURS or IN_POOL_ALREADY when the company has an open lead (domain 11.17),
    CAP_REACHED when there is no room to keep it; `Invalid` for an unknown source or pool.
    """
    source_id, chosen_pool_id = intake.source_and_pool(
        scope, source_code=source_code, pool_id=pool_id, district_code=facts.district_code
    )
    if source_id is None or chosen_pool_id is None:
        raise Invalid(source=_("Choose a source and a pool."))
    me = holding.holder_of_asker(scope, now) if hold else None
    if me is not None:
        lock_seats([me.person_id])
        seat = holding.seat_facts(scope, me, now)
        if rules.why_no_room(seat):
            raise Refused(rules.Refusal.CAP_REACHED, held=seat.held, cap=seat.cap)
    company = customers.create_company(scope, facts=facts, now=now)
    wanted = (str(company.pk), facts.district_code or company.district_code, intent, not rules.can_be_called(facts))
    lead = insert_lead(wanted, pool_id=chosen_pool_id, source_id=source_id, now=now)
    if lead is None:
        raise _why_not_new(scope, company.pk)
    lead.company = company
    if me is not None:
        begin(scope, lead, me, start=Start.CREATED, kind=Kind.PRIVATE, now=now)
        announce(LeadClaimed(lead.pk, company.pk, me.person_id, now))
    audit.record(scope, "leads.created", lead, company=company.pk, source=source_code, held=hold)
    return lead


@action(Ability.CREATE_LEAD)
def import_leads(
    scope: Scope, *, batch: Sequence[rules.ReadyRow], pool_id: UUID, source_id: UUID, batch_id: UUID, now: datetime
) -> rules.ImportReport:
    """Make leads of one batch of rows from `queries.intake.ready`: companies found or created, a lead unless the company has an open one.

    Whole or not at all, a fixed number of statements, one audit row, one event. Rows that repeat an earlier row of the same
    import or meet an open lead come back as faults. Running the same batch again makes nothing.
    """
    readable = [(row, row.company) for row in batch if row.company is not None]
    faults = [rules.RowFault(row.row, rules.Fault.NAME_UNREADABLE) for row in batch if row.company is None]
    companies = customers.create_companies(scope, rows=[company for _row, company in readable], now=now)
    first: dict[str, rules.ReadyRow] = {}
    wanted = []
    for (row, ready), company in zip(readable, companies, strict=True):
        earlier = first.setdefault(company.company_id, row)
        if earlier is not row:
            faults.append(rules.RowFault(row.row, rules.Fault.REPEATED_IN_FILE, earlier.row))
            continue
        district = ready.district_code or company.district_code
        wanted.append((company.company_id, district, row.intent, row.contact_wanted))
    custom = {pk: row.custom for pk, row in first.items() if row.custom}
    made = insert_leads(wanted, pool_id=pool_id, source_id=source_id, batch_id=batch_id, now=now, custom=custom)
    if made and is_registration_feed(scope, source_id):
        leads = registered_leads(scope, batch_id, made)
        hand_over_registrations(scope, leads=leads, source_id=source_id, unit_chain=scope.unit_chain, now=now)
    here = queries.companies_of_batch(scope, batch_id, [pk for pk in first if pk not in made])
    for pk, row in first.items():
        if pk not in made:
            fault = rules.Fault.REPEATED_IN_FILE if pk in here else rules.Fault.OPEN_LEAD_EXISTS
            faults.append(rules.RowFault(row.row, fault))
    fresh = sum(company.is_new for company in companies)
    audit.record(
        scope, "leads.imported", batch=batch_id, pool=pool_id, rows=len(batch), leads=len(made), faults=len(faults)
    )
    announce(LeadsImported(batch_id, pool_id, len(made), now))
    return rules.ImportReport(len(made), fresh, tuple(sorted(faults, key=lambda fault: fault.row)))


# -- steps under the lock ----------------------------------------------------------------------------------------------
def _follow_up(scope: Scope, lead: Lead, tenure: LeadTenure, facts: rules.FollowUpFacts, now: datetime) -> FollowUp:
    if facts.kind not in FollowUp.Kind.values or facts.outcome not in FollowUp.Outcome.values:
        raise Invalid(kind=_("Choose what you did and what came of it."))
    refusal = rules.why_not_follow_up(facts.happened_at, tenure.started_at, facts.next_step_at, now)
    if refusal:
        raise Refused(refusal)
    credit = rules.follow_up_credit(facts.kind, facts.outcome, rules.CreditPolicy.of(tenure.policy_facts))
    credited = holding.credited_until(scope, tenure, credit, facts.happened_at, now)
    tenure.due_at = rules.extended_due(tenure.due_at, credited, tenure.no_deal_due_at)
    if credit:
        tenure.last_qualifying_at = max(filter(None, (tenure.last_qualifying_at, facts.happened_at)))
    tenure.save(update_fields=["due_at", "last_qualifying_at"])
    Lead.objects.filter(pk=lead.pk).update(
        last_activity_at=now, next_step_at=facts.next_step_at or F("next_step_at"), version=F("version") + 1
    )
    if rules.is_talk(facts.kind, facts.outcome) and awaits_contact(scope, lead.pk):
        chain = org.unit_chain(scope, tenure.unit_id)
        note_first_contact(scope, lead_id=lead.pk, unit_chain=chain, happened_at=facts.happened_at)
    return FollowUp.objects.create(
        lead=lead,
        tenure=tenure,
        person_id=scope.person_id or tenure.person_id,
        unit_id=tenure.unit_id,
        kind=facts.kind,
        outcome=facts.outcome,
        note=facts.note.strip(),
        next_step=facts.next_step.strip(),
        next_step_at=facts.next_step_at,
        is_qualifying=credit > 0,
        credit_days=credit,
        happened_at=facts.happened_at,
    )


def _why_not_new(scope: Scope, company_id: UUID) -> Refused:
    known = queries.open_lead_of(scope, company_id)
    if known is None or known.owner_id is None:
        return Refused(rules.Refusal.IN_POOL_ALREADY)
    mine = known.owner_id == scope.person_id
    return Refused(rules.Refusal.ALREADY_YOURS if mine else rules.Refusal.HELD_BY_COLLEAGUE)
