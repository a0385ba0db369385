"""How a holding begins and ends: the only code that writes one. The callers hold the locks and have asked the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from tiejun.customers import actions as customers
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads import rules
from tiejun.leads.locks import lock_lead
from tiejun.leads.models import Cooldown, Lead, LeadTenure, RuleOverride
from tiejun.leads.queries import holding

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.queries.holding import Holder

Status = Lead.Status
Kind = LeadTenure.Kind
Start = LeadTenure.Start
End = LeadTenure.End
CLOSED = (Status.CLOSED_INVALID, Status.CLOSED_LOST)
KEEP_UNIT = (Status.CONVERTED, *CLOSED)


def locked(lead_id: UUID) -> Lead:
    """Lock a lead and return it as it is now; raises `NotFound`."""
    lead = lock_lead(lead_id)
    if lead is None:
        raise NotFound
    return lead


def begin(scope: Scope, lead: Lead, holder: Holder, *, start: Start, kind: Kind, now: datetime) -> LeadTenure:
    """Open a holding and copy its holder to lead and company; the row decides the race."""
    status = Status.CONVERTED if kind == Kind.PROTECTED else Status.PRIVATE
    set_holder(scope, lead, holder, now=now, status=status)
    agreed = holding.terms(scope, holder, now)
    is_private = kind == Kind.PRIVATE
    return LeadTenure.objects.create(
        lead=lead,
        person_id=holder.person_id,
        unit_id=holder.unit_id,
        kind=kind,
        start_reason=start,
        started_at=now,
        due_at=agreed.due_at if is_private else None,
        no_deal_due_at=agreed.no_deal_due_at if is_private else None,
        policy_facts=agreed.facts,
    )


def end(tenure: LeadTenure, cause: End, note: str, now: datetime) -> None:
    """Close a holding at `now`, with its cause and words."""
    tenure.ended_at, tenure.end_reason, tenure.end_note = max(now, tenure.started_at), cause, note[:300]
    tenure.save(update_fields=["ended_at", "end_reason", "release_reason", "end_note"])


def set_holder(scope: Scope, lead: Lead, holder: Holder | None, *, now: datetime, status: Status | str) -> None:
    """Write the copy of the holder to lead and company; refuse when the lead changed hands since it was read."""
    # A customer waits for a holder in its unit; a closed lead stays within reach of who may reopen it.
    keeps_unit = holder is None and status in KEEP_UNIT
    unit_id = holder.unit_id if holder else lead.unit_id if keeps_unit else None
    is_new_hand = holder is not None and holder.person_id != lead.owner_id
    taken = Lead.objects.filter(pk=lead.pk, owner=lead.owner_id, status=lead.status).update(
        owner=holder.person_id if holder else None,
        unit=unit_id,
        status=status,
        tenures_count=F("tenures_count") + (1 if is_new_hand else 0),
        last_activity_at=now,
        next_step_at=lead.next_step_at if holder else None,
        version=F("version") + 1,
    )
    if not taken:
        # Nothing got updated: somebody else was first.
        raise Refused(rules.Refusal.ALREADY_TAKEN)
    person_id = holder.person_id if holder else None
    of_company = None if status in CLOSED else unit_id
    customers.set_holder(scope, company_ids=[lead.company_id], person_id=person_id, unit_id=of_company, now=now)
    lead.refresh_from_db(fields=["owner", "unit", "status", "tenures_count", "last_activity_at", "version"])


def cool_down(scope: Scope, tenure: LeadTenure, cause: End, now: datetime) -> None:
    """Keep the person of an ended holding away from the lead as long as the policy says for this cause."""
    days = holding.cooldown(scope, tenure, cause, now)
    if days:
        Cooldown.objects.create(lead_id=tenure.lead_id, person_id=tenure.person_id, cause=cause, until=now + days)


def note_override(
    scope: Scope, tenure: LeadTenure, giver_id: UUID | None, *, rule: str, reason: str, now: datetime
) -> None:
    """Keep that a leader gave a lead against the ring rule or a cool-down; read weekly by who leads above."""
    RuleOverride.objects.create(
        lead_id=tenure.lead_id,
        tenure=tenure,
        giver_id=giver_id,
        receiver_id=tenure.person_id,
        unit_id=tenure.unit_id,
        by_person_id=scope.person_id,
        rule=rule,
        reason=reason.strip()[:300],
        at=now,
    )
