"""Hand-overs: what `leads` and the modules above tell about the leads that marketing gave to sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.marketing.actions._marking import mark_leads
from tiejun.marketing.locks import lock_handover, lock_inbound
from tiejun.marketing.models import Handover, InboundRecord, Referral, Source, TagMark, Touch
from tiejun.marketing.queries import deadlines
from tiejun.marketing.rules.handover import Disposition, NewLead, next_stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.marketing.rules.handover import ReferralFacts

Stage = Handover.Stage
CONTACT_WINDOW = InboundRecord.Window.ANY


@action(Ability.CREATE_LEAD)
def note_lead(
    scope: Scope, *, inbound_id: UUID, lead: NewLead, is_new: bool, unit_chain: tuple[UUID, ...], now: datetime
) -> Handover | None:
    """Tell that an accepted record became a lead (`is_new`), or belongs to the open lead of its company.

    A new lead is handed over with the deadline of its first contact by source, intent and the policy of `unit_chain`; an
    open one gets a touch. Returns the hand-over of a new lead; telling it again changes nothing.
    """
    row = lock_inbound(inbound_id)
    if row.lead_id is not None:
        audit.record(scope, "marketing.lead_noted_again", row, lead=row.lead_id)
        return Handover.objects.filter(inbound=row).first()
    row.lead_id, row.version = lead.lead_id, row.version + 1
    row.save(update_fields=["lead_id", "version"])
    Touch.objects.create(
        lead_id=lead.lead_id,
        inbound=row,
        source_id=row.source_id,
        campaign_id=row.campaign_id,
        is_first=is_new,
        happened_at=row.received_at,
    )
    _copy_tags(row, lead.lead_id, now)
    handover = None
    if is_new:
        due_at = deadlines.first_contact_due(scope, row.source, row.intent, unit_chain=unit_chain, now=now)
        handover = Handover.objects.create(
            lead_id=lead.lead_id,
            company_id=lead.company_id,
            company_name=lead.company_name[:200],
            inbound=row,
            source_id=row.source_id,
            campaign_id=row.campaign_id,
            information=row.need,
            channel=row.channel,
            window=row.window,
            intent=row.intent,
            handed_at=now,
            due_at=due_at,
            stage_at=now,
        )
    audit.record(scope, "marketing.lead_noted", row, lead=lead.lead_id, is_new=is_new)
    return handover


@action(Ability.CREATE_LEAD)
def hand_over_registrations(
    scope: Scope, *, leads: Sequence[NewLead], source_id: UUID, unit_chain: tuple[UUID, ...], now: datetime
) -> int:
    """Hand over leads of newly registered companies, each due some days after its registration; older ones get no deadline.

    A handful of statements whatever their number. Tags by rule go on all of them. Returns how many were handed over.
    """
    source = Source.objects.get(pk=source_id)
    due = deadlines.registrations_due(scope, leads, source, unit_chain=unit_chain, now=now)
    rows = [
        Handover(
            lead_id=lead.lead_id,
            company_id=lead.company_id,
            company_name=lead.company_name[:200],
            source=source,
            channel=InboundRecord.Channel.VISIT,
            window=CONTACT_WINDOW,
            intent=lead.intent,
            handed_at=now,
            due_at=due[lead.lead_id],
            stage_at=now,
        )
        for lead in leads
        if lead.lead_id in due
    ]
    Handover.objects.bulk_create(rows, ignore_conflicts=True)
    Touch.objects.bulk_create(
        [Touch(lead_id=lead.lead_id, source=source, is_first=True, happened_at=now) for lead in leads],
        ignore_conflicts=True,
    )
    facts = {
        lead.lead_id: {
            "source": source.code,
            "intent": lead.intent,
            "company_name": lead.company_name,
            "industry": lead.industry,
            "district": lead.district_code,
        }
        for lead in leads
    }
    marked = mark_leads(facts, now)
    audit.record(scope, "marketing.registrations_handed_over", rows=len(leads), handed=len(rows), marked=marked)
    return len(rows)


@action(Ability.CREATE_LEAD)
def note_referral(
    scope: Scope,
    *,
    lead: NewLead,
    referrer_company_id: UUID,
    referrer_name: str,
    told: ReferralFacts,
    unit_chain: tuple[UUID, ...],
    now: datetime,
) -> Handover:
    """Tell that a customer named this company: the lead is handed over as hot as an inbound one."""
    source = Source.objects.get(code="REFERRAL")
    Referral.objects.create(
        lead_id=lead.lead_id,
        referrer_company_id=referrer_company_id,
        referrer_name=referrer_name[:200],
        note=told.note.strip()[:300],
        named_by=told.named_by.strip()[:80],
        may_name=told.may_name,
        told_by_id=scope.person_id,
        told_at=now,
    )
    Touch.objects.create(lead_id=lead.lead_id, source=source, is_first=True, happened_at=now)
    row = Handover.objects.create(
        lead_id=lead.lead_id,
        company_id=lead.company_id,
        company_name=lead.company_name[:200],
        source=source,
        information=told.note.strip(),
        channel=InboundRecord.Channel.PHONE,
        window=CONTACT_WINDOW,
        intent=lead.intent,
        handed_at=now,
        due_at=deadlines.first_contact_due(scope, source, "HIGH", unit_chain=unit_chain, now=now),
        stage_at=now,
    )
    audit.record(scope, "marketing.referral_noted", row, referrer=referrer_company_id)
    return row


@action(Ability.RECORD_FOLLOW_UP)
def note_contact(
    scope: Scope, *, lead_id: UUID, unit_chain: tuple[UUID, ...], happened_at: datetime
) -> Handover | None:
    """Tell that somebody spoke with the customer for the first time; measures it in working minutes (M-L1).

    Returns None for a lead that marketing did not hand over; a later contact changes nothing.
    """
    row = lock_handover(lead_id)
    if row is not None and row.contacted_at is None:
        at = max(happened_at, row.handed_at)
        row.contacted_at = at
        row.contact_minutes = deadlines.minutes_until(scope, row.handed_at, at, unit_chain=unit_chain)
        _move(row, Stage.CONTACTED, at)
        row.save(update_fields=["contacted_at", "contact_minutes", "stage", "stage_at"])
    audit.record(scope, "marketing.contact_noted", row, lead=lead_id)
    return row


@action(Ability.RECORD_FOLLOW_UP)
def note_signed(scope: Scope, *, lead_id: UUID, at: datetime) -> Handover | None:
    """Tell that the lead became a customer; returns None for a lead that marketing did not hand over."""
    row = lock_handover(lead_id)
    if row is not None and row.signed_at is None:
        row.signed_at = max(at, row.handed_at)
        _move(row, Stage.SIGNED, row.signed_at)
        row.save(update_fields=["signed_at", "stage", "stage_at"])
    audit.record(scope, "marketing.signing_noted", row, lead=lead_id)
    return row


@action(Ability.RUN_MARKETING)
def note_effective(scope: Scope, *, company_id: UUID, at: datetime) -> int:
    """Tell that a company became an effective customer; returns how many of its hand-overs that moved."""
    rows = list(Handover.objects.select_for_update().filter(company_id=company_id, effective_at=None).order_by("pk"))
    for row in rows:
        row.effective_at = max(at, row.handed_at)
        row.contacted_at = row.contacted_at or row.effective_at
        _move(row, Stage.EFFECTIVE, row.effective_at)
        row.save(update_fields=["effective_at", "contacted_at", "stage", "stage_at"])
    audit.record(scope, "marketing.effective_noted", company=company_id, handovers=len(rows))
    return len(rows)


@action(Ability.RUN_MARKETING)
def note_disposition(scope: Scope, *, lead_id: UUID, told: Disposition) -> Handover | None:
    """Tell that sales closed the lead as INVALID or LOST, with reason and evidence; None for a lead of other origin."""
    row = lock_handover(lead_id)
    if row is not None and row.stage not in (Stage.SIGNED, told.outcome):
        row.stage, row.stage_at = told.outcome, max(told.at, row.handed_at)
        row.disposition, row.evidence = told.reason[:20], told.evidence[:500]
        row.disposed_by_id, row.disposed_at = told.person_id, told.at
        row.save(update_fields=["stage", "stage_at", "disposition", "evidence", "disposed_by", "disposed_at"])
    audit.record(scope, "marketing.disposition_noted", row, lead=lead_id, outcome=told.outcome, reason=told.reason)
    return row


@action(Ability.RUN_MARKETING)
def note_breaches(scope: Scope, *, lead_ids: Sequence[UUID], now: datetime) -> int:
    """Tell that leaders were told of these leads: their first contact is overdue. Returns how many were new."""
    count = Handover.objects.filter(lead_id__in=list(lead_ids), contacted_at=None, breach_told_at=None).update(
        breach_told_at=now
    )
    audit.record(scope, "marketing.breaches_noted", count=count)
    return count


def _move(row: Handover, stage: Stage, at: datetime) -> None:
    moved = next_stage(row.stage, stage)
    if moved != row.stage:
        row.stage, row.stage_at = moved, at


def _copy_tags(row: InboundRecord, lead_id: UUID, now: datetime) -> None:
    marks = TagMark.objects.filter(inbound=row).values_list("tag_id", "rule_id")
    TagMark.objects.bulk_create(
        [TagMark(tag_id=tag_id, lead_id=lead_id, rule_id=rule_id, marked_at=now) for tag_id, rule_id in marks],
        ignore_conflicts=True,
    )
