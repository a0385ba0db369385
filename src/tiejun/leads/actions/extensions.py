"""More days for a holding: asked by its holder once, decided by who leads the unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.leads import queries
from tiejun.leads.actions._tenure import locked
from tiejun.leads.events import ExtensionDecided, ExtensionRequested
from tiejun.leads.locks import lock_open_tenure, lock_seats
from tiejun.leads.models import ExtensionRequest
from tiejun.leads.rules import Refusal, extended_due
from tiejun.leads.rules import extending as rules
from tiejun.org import queries as org
from tiejun.org.queries.absence import whole_days_away

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.models import LeadTenure

OPEN = ExtensionRequest.Status.OPEN


@action(Ability.REQUEST_EXTENSION)
def request_extension(scope: Scope, *, lead_id: UUID, reason: str, now: datetime) -> ExtensionRequest:
    """Ask for more working days (`lead.extension_days`) to follow up an own lead; the leader of the unit is told.

    Raises `NotFound`, `Refused` (see `why_not_request`).
    """
    queries.lead_in_reach(scope, lead_id, Ability.REQUEST_EXTENSION)
    lead, tenure = locked(lead_id), lock_open_tenure(lead_id)
    if tenure is None or tenure.person_id != scope.person_id:
        raise Refused(Refusal.NOT_HELD)
    book, chain = policies.book(now), org.unit_chain(scope, tenure.unit_id)
    asked = list(ExtensionRequest.objects.filter(tenure=tenure).values_list("status", flat=True))
    facts = rules.RequestFacts(tenure.kind, tenure.due_at is not None, len(asked), OPEN in asked)
    refusal = rules.why_not_request(facts, book.integer("lead.extension_max", chain), reason)
    if refusal:
        raise Refused(refusal)
    row = ExtensionRequest.objects.create(
        tenure=tenure,
        person_id=tenure.person_id,
        unit_id=tenure.unit_id,
        reason=reason.strip(),
        days=book.integer("lead.extension_days", chain),
        asked_at=now,
    )
    audit.record(scope, "leads.extension_asked", lead, request=row.pk, days=row.days)
    announce(ExtensionRequested(row.pk, lead.pk, tenure.person_id, tenure.unit_id, now))
    return row


@action(Ability.DECIDE_EXTENSION)
def decide_extension(
    scope: Scope, *, request_id: UUID, granted: bool, now: datetime, note: str = ""
) -> ExtensionRequest:
    """Grant or deny a request for more days; a granted one moves the due date, never past the date a deal is expected.

    A denial needs a note. Raises `NotFound`, `Refused` (see `why_not_decide`).
    """
    found = ExtensionRequest.objects.within(scope, Ability.DECIDE_EXTENSION).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    lead_id = queries.lead_of_tenure(scope, found.tenure_id)
    lock_seats([found.person_id])
    lead, tenure = locked(lead_id), lock_open_tenure(lead_id)
    row = ExtensionRequest.objects.select_for_update().get(pk=request_id)
    refusal = rules.why_not_decide(
        is_open=row.status == OPEN,
        is_held=tenure is not None and tenure.pk == row.tenure_id,
        is_own=row.person_id == scope.person_id,
        granted=granted,
        note=note,
    )
    if refusal or tenure is None:
        raise Refused(refusal or Refusal.NOT_HELD)
    row.status = ExtensionRequest.Status.GRANTED if granted else ExtensionRequest.Status.DENIED
    row.decided_by_id, row.decided_at, row.note = scope.person_id, now, note.strip()[:300]
    row.save(update_fields=["status", "decided_by", "decided_at", "note"])
    if granted:
        _extend(scope, tenure, row.days, now)
    audit.record(scope, "leads.extension_decided", lead, request=row.pk, granted=granted, due=tenure.due_at)
    announce(ExtensionDecided(row.pk, lead.pk, row.person_id, granted, now))
    return row


def _extend(scope: Scope, tenure: LeadTenure, days: int, now: datetime) -> None:
    book, chain = policies.book(now), org.unit_chain(scope, tenure.unit_id)
    # From the later of the due date and now: an extension of a holding that is overdue already must still give its days.
    start = max(tenure.due_at or now, now)
    away = whole_days_away(scope, tenure.person_id, since=local_date(start, scope.zone))
    later = due_after(start, days, hours_of(book, chain, scope.zone), calendar_of(book, chain, away))
    tenure.due_at = extended_due(tenure.due_at, later, tenure.no_deal_due_at)
    tenure.save(update_fields=["due_at"])
