"""Holdings while a history is brought in: what past contacts were worth to their clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.leads import rules
from tiejun.leads.models import LeadTenure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.BRING_IN_VISITS)
def note_past_contacts(
    scope: Scope, *, person_id: UUID, contacts: Mapping[UUID, datetime], unit_chain: tuple[UUID, ...], now: datetime
) -> int:
    """Extend the open holdings of a person by past visits (company → when), in two statements.

    The credit is the policy's for visits at `now`, in working time of the person's unit (`unit_chain`). Returns how many
    holdings were extended.
    """
    book = policies.book(now)
    days = book.integer("lead.credit_days_visit", unit_chain)
    hours, calendar = hours_of(book, unit_chain, scope.zone), calendar_of(book, unit_chain)
    held = LeadTenure.objects.filter(person=person_id, ended_at=None, lead__company__in=list(contacts))
    tenures = list(held.select_related("lead").select_for_update(of=("self",)).order_by("pk"))
    for tenure in tenures:
        happened_at = contacts[tenure.lead.company_id]
        credited = due_after(happened_at, days, hours, calendar)
        tenure.due_at = rules.extended_due(tenure.due_at, credited, tenure.no_deal_due_at)
        tenure.last_qualifying_at = max(tenure.last_qualifying_at or happened_at, happened_at)
    LeadTenure.objects.bulk_update(tenures, ["due_at", "last_qualifying_at"])
    audit.record(scope, "leads.past_contacts_noted", person=person_id, holdings=len(tenures))
    return len(tenures)
