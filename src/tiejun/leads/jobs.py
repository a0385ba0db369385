"""What follows from facts of other modules and of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation.events import on
from tiejun.foundation.times import local_date
from tiejun.inbox import actions as inbox
from tiejun.leads import actions, queries
from tiejun.leads.actions.absence import pause_for_leave
from tiejun.leads.events import LeadTransferred
from tiejun.leads.queries import checks  # noqa: F401 -- registers what `tiejun check` compares
from tiejun.org import queries as org
from tiejun.org.events import LeaveRecorded, PersonLeft

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID


@on(PersonLeft)
def pool_leads_of_leaver(event: PersonLeft) -> None:
    """Bring back to the pools what a leaver held, and tell the leader of the unit."""
    scope, now = Scope.system("leads.pool_leads_of_leaver"), timezone.now()
    count = actions.pool_leaver(scope, person_id=event.person_id, now=now)
    leader = org.leader_of(scope, event.unit_id, on=local_date(now, scope.zone)) if event.unit_id else None
    if count and leader:
        name = org.names_of(scope, [event.person_id]).get(event.person_id, "")
        key = f"leads.leaver_pooled:{event.person_id}"
        _tell(scope, leader, "leads.leaver_pooled", {"person": name, "count": count}, url="/leads/", key=key)


@on(LeadTransferred)
def tell_of_transfer(event: LeadTransferred) -> None:
    """Tell the new and the former holder."""
    scope = Scope.system("leads.tell_of_transfer")
    facts = {
        "company": queries.company_name_of(scope, event.lead_id),
        "reason": queries.reason_of_transfer(scope, event.lead_id),
    }
    key, url = f"leads.transferred:{event.lead_id}:{event.at.isoformat()}", f"/leads/{event.lead_id}/"
    _tell(scope, event.to_person_id, "leads.transferred_to_you", facts, url=url, key=key)
    if event.from_person_id is not None:
        _tell(scope, event.from_person_id, "leads.transferred_from_you", facts, url="", key=key)


@on(LeaveRecorded)
def pause_while_away(event: LeaveRecorded) -> None:
    """Move the due dates of a person's holdings by the working days of a leave."""
    if event.part == "FULL":
        pause_for_leave(
            Scope.system("leads.pause_while_away"),
            leave_id=event.leave_id,
            person_id=event.person_id,
            starts_on=event.starts_on,
            ends_on=event.ends_on,
            now=timezone.now(),
        )


def _tell(scope: Scope, person_id: UUID, code: str, facts: Mapping[str, object], *, url: str, key: str) -> None:
    inbox.notify(scope, person_id=person_id, code=code, facts=facts, url=url, dedupe_key=key, now=timezone.now())
