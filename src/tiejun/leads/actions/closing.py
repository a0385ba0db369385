"""The end of a lead without an order, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.leads import queries, texts
from tiejun.leads.actions._tenure import End, Status, end, locked, set_holder
from tiejun.leads.events import LeadClosed, LeadReopened
from tiejun.leads.locks import lock_open_tenure, lock_seats
from tiejun.leads.models import Lead, LeadClosing, LeadFreeze
from tiejun.leads.queries import holding
from tiejun.leads.rules import Refusal
from tiejun.leads.rules import closing as rules
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

CLOSED_AS = {rules.Outcome.INVALID: Status.CLOSED_INVALID, rules.Outcome.LOST: Status.CLOSED_LOST}


@action(Ability.CLOSE_LEAD)
def close_lead(
    scope: Scope, *, lead_id: UUID, outcome: str, reason: str, evidence: rules.Evidence, now: datetime
) -> LeadClosing:
    """Close a held lead as INVALID (with evidence that carries the reason) or LOST; its holding ends.

    `reason` is one of `InvalidReason` or `LostReason`. Calls and visits count when they are recorded in this holding.
    Raises `NotFound`, `Invalid`, `Refused` (see `why_not_close`).
    """
    if outcome not in list(rules.Outcome) or not rules.is_reason(outcome, reason):
        raise Invalid(reason=_("Choose a reason."))
    holder_id = queries.lead_in_reach(scope, lead_id, Ability.CLOSE_LEAD).owner_id
    lock_seats([holder_id])
    lead, tenure = locked(lead_id), lock_open_tenure(lead_id)
    if tenure is None or tenure.person_id != holder_id:
        raise Refused(Refusal.ALREADY_TAKEN if tenure else Refusal.NOT_HELD)
    book, chain = policies.book(now), org.unit_chain(scope, tenure.unit_id)
    needed, length = book.integer("lead.invalid_calls", chain), book.integer("lead.evidence_note_length", chain)
    tries = holding.tries_of(scope, tenure)
    refusal = rules.why_not_close(
        tenure.kind, outcome, reason, evidence, tries, calls_needed=needed, note_length=length
    )
    if refusal:
        kinds = lazy(texts.evidence_of, str)(reason)  # said in the language of whoever reads it
        raise Refused(refusal, calls=tries.failed_calls, needed=needed, length=length, kinds=kinds)
    end(tenure, End.CLOSED, evidence.note.strip(), now)
    set_holder(scope, lead, None, now=now, status=CLOSED_AS[rules.Outcome(outcome)])
    row = LeadClosing.objects.create(
        lead=lead,
        person_id=tenure.person_id,
        unit_id=tenure.unit_id,
        outcome=outcome,
        reason=reason,
        evidence=evidence.kind if outcome == rules.Outcome.INVALID else "",
        note=evidence.note.strip()[:500],
        closed_by_id=scope.person_id,
        closed_at=now,
    )
    audit.record(scope, "leads.closed", lead, closing=row.pk, outcome=outcome, reason=reason, evidence=row.evidence)
    announce(LeadClosed(lead.pk, lead.company_id, tenure.person_id, outcome, reason, lead.source_id, now))
    return row


@action(Ability.REOPEN_LEAD)
def reopen_lead(scope: Scope, *, lead_id: UUID, reason: str, now: datetime) -> Lead:
    """Put a closed lead back into its pool, with a reason.

    Raises `NotFound`, `Refused` (NOT_CLOSED, REASON_MISSING, OPEN_LEAD_EXISTS when the company got another lead since).
    """
    queries.lead_in_reach(scope, lead_id, Ability.REOPEN_LEAD)
    lead = locked(lead_id)
    if lead.status not in CLOSED_AS.values():
        raise Refused(Refusal.NOT_CLOSED)
    if not reason.strip():
        raise Refused(Refusal.REASON_MISSING)
    if queries.open_lead_of(scope, lead.company_id) is not None:
        raise Refused(Refusal.OPEN_LEAD_EXISTS)
    LeadClosing.objects.filter(lead=lead, reopened_at=None).update(
        reopened_at=now, reopened_by=scope.person_id, reopen_reason=reason.strip()[:300]
    )
    set_holder(scope, lead, None, now=now, status=Status.POOLED)
    audit.record(scope, "leads.reopened", lead, reason=reason.strip()[:300])
    announce(LeadReopened(lead.pk, lead.company_id, scope.person_id, now))
    return lead


@action(Ability.REOPEN_LEAD)
def wake_lead(scope: Scope, *, lead_id: UUID, reason: str, now: datetime) -> Lead:
    """Put a resting lead back into its pool before its time; its fruitless holdings are counted anew.

    Raises `NotFound`, `Refused` (NOT_RESTING, REASON_MISSING).
    """
    queries.resting_lead(scope, lead_id)
    lead = locked(lead_id)
    if lead.status != Status.RESTING:
        raise Refused(Refusal.NOT_RESTING)
    if not reason.strip():
        raise Refused(Refusal.REASON_MISSING)
    set_holder(scope, lead, None, now=now, status=Status.POOLED)
    Lead.objects.filter(pk=lead.pk).update(woken_at=now)
    audit.record(scope, "leads.woken", lead, reason=reason.strip()[:300])
    return lead


@action(Ability.REOPEN_LEAD)
def wake_rested(scope: Scope, *, now: datetime, at_most: int = 5_000) -> int:
    """Put leads that have rested for `lead.rest_days` back into their pools, the longest resting first; returns how many."""
    due = queries.rested_since(scope, now, at_most)
    rows = list(
        Lead.objects.select_for_update(skip_locked=True).filter(pk__in=due, status=Status.RESTING).order_by("pk")
    )
    woken = Lead.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.POOLED, woken_at=now, last_activity_at=now, version=F("version") + 1
    )
    audit.record(scope, "leads.rested_woken", leads=woken)
    return woken


@action(Ability.FREEZE_LEAD)
def freeze_lead(scope: Scope, *, lead_id: UUID, kind: str, note: str, now: datetime) -> LeadFreeze:
    """Stop claims, allotments, transfers and contacts of a lead for a dispute, a wish not to be contacted, or a legal matter.

    Raises `NotFound`, `Invalid`, `Refused` (CLOSED, ALREADY_FROZEN, REASON_MISSING).
    """
    if kind not in LeadFreeze.Kind.values:
        raise Invalid(kind=_("Choose a reason."))
    queries.lead_to_freeze(scope, lead_id)
    lead = locked(lead_id)
    if lead.status in holding.CLOSED:
        raise Refused(Refusal.CLOSED)
    if lead.frozen_reason:
        raise Refused(Refusal.ALREADY_FROZEN)
    if not note.strip():
        raise Refused(Refusal.REASON_MISSING)
    row = LeadFreeze.objects.create(
        lead=lead, kind=kind, note=note.strip()[:300], frozen_by_id=scope.person_id, frozen_at=now
    )
    Lead.objects.filter(pk=lead.pk).update(frozen_reason=kind, version=F("version") + 1)
    audit.record(scope, "leads.frozen", lead, kind=kind, note=row.note)
    return row


@action(Ability.FREEZE_LEAD)
def thaw_lead(scope: Scope, *, lead_id: UUID, note: str, now: datetime) -> Lead:
    """Take the stop from a lead, with a reason. Raises `NotFound`, `Refused` (NOT_FROZEN, REASON_MISSING)."""
    queries.lead_to_freeze(scope, lead_id)
    lead = locked(lead_id)
    if not lead.frozen_reason:
        raise Refused(Refusal.NOT_FROZEN)
    if not note.strip():
        raise Refused(Refusal.REASON_MISSING)
    LeadFreeze.objects.filter(lead=lead, thawed_at=None).update(
        thawed_at=now, thawed_by=scope.person_id, thaw_note=note.strip()[:300]
    )
    Lead.objects.filter(pk=lead.pk).update(frozen_reason="", version=F("version") + 1)
    audit.record(scope, "leads.thawed", lead, note=note.strip()[:300])
    lead.refresh_from_db(fields=["frozen_reason", "version"])
    return lead
