"""Looking into the pools: counted, so that nobody trawls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import business_day
from tiejun.leads.locks import lock_seats
from tiejun.leads.models import LeadView
from tiejun.leads.rules import Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.VIEW_POOL)
def note_view(scope: Scope, *, lead_id: UUID, now: datetime) -> int:
    """Count that the asker opens a lead of a pool; a lead counts once a business day.

    Returns how many were opened today. Raises `Refused` (VIEW_LIMIT) past `lead.daily_view_limit`.
    """
    person_id, day = scope.own_id, business_day(now, scope.zone)
    lock_seats([person_id])
    today = LeadView.objects.filter(person=person_id, business_day=day)
    opened, limit = today.count(), policies.book(now).integer("lead.daily_view_limit", scope.unit_chain)
    if not today.filter(lead=lead_id).exists():
        if opened >= limit:
            raise Refused(Refusal.VIEW_LIMIT, opened=opened, limit=limit)
        LeadView.objects.create(person_id=person_id, lead_id=lead_id, business_day=day, opened_at=now)
        opened += 1
    audit.record(scope, "leads.viewed", lead=lead_id, opened=opened, limit=limit)
    return opened
