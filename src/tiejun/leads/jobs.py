"""What follows from facts of other modules and of this one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation.clock import at_clock
from tiejun.foundation.events import on
from tiejun.foundation.jobs import every
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import local_date
from tiejun.inbox import actions as inbox
from tiejun.leads import queries
from tiejun.leads.actions import (
    closing,
    merging,  # noqa: F401 -- registers what follows a merge of companies
    reclaiming,
    reminders,
)
from tiejun.leads.actions.absence import pause_for_leave
from tiejun.leads.actions.supply import lead_of_inbound
from tiejun.leads.events import (
    ExtensionDecided,
    ExtensionRequested,
    HoldingMerged,
    HoldingsShortened,
    LeadClosed,
    LeadConverted,
    LeadsAssigned,
    LeadTransferred,
    ReclaimRunFinished,
)
from tiejun.leads.queries import (
    checks,  # noqa: F401 -- registers what `tiejun check` compares
    extensions,
    supply,
)
from tiejun.leads.queries.allotments import reason_of_assignment
from tiejun.leads.queries.reclaiming import due_tenures, run_terms
from tiejun.leads.queries.reclaims import takings_of
from tiejun.marketing.actions.handover import note_breaches, note_disposition, note_signed
from tiejun.marketing.actions.inbound import note_duplicate_check
from tiejun.marketing.events import DisputeDecided, InboundAccepted, InboundReceived
from tiejun.marketing.queries.handover import overdue
from tiejun.marketing.queries.inbound import identity_of_record
from tiejun.marketing.rules.handover import Disposition
from tiejun.org import queries as org
from tiejun.org.events import LeaveRecorded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tiejun.foundation.clock import Occasion
    from tiejun.leads.models import ReclaimRun

# Few enough that a claim which meets a batch waits for less than a fifth of a second. Shorter batches cost their statements.
BATCH = 120
WAKE_BATCH = 5_000


OVERDUE_AT_ONCE = 500
DISPUTE_UPHELD = "dispute upheld"


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


@on(HoldingMerged)
def tell_of_merge(event: HoldingMerged) -> None:
    """Tell whose holding ended that a colleague held the same company longer."""
    scope = Scope.system("leads.tell_of_merge")
    facts = {"company": queries.company_name_of(scope, event.kept_lead_id)}
    key = f"leads.holding_merged:{event.lead_id}:{event.at.isoformat()}"
    _tell(scope, event.person_id, "leads.holding_merged", facts, url="/leads/", key=key)


@on(HoldingsShortened)
def tell_of_shortening(event: HoldingsShortened) -> None:
    """Tell the holder which leads run out sooner, and why."""
    scope = Scope.system("leads.tell_of_shortening")
    facts = {"count": len(event.lead_ids), "company": queries.company_name_of(scope, event.lead_ids[0])}
    key = f"leads.shortened:{event.person_id}:{event.at.isoformat()}"
    _tell(scope, event.person_id, "leads.shortened", facts, url=f"/leads/{event.lead_ids[0]}/", key=key)


@on(ExtensionRequested)
def tell_who_decides(event: ExtensionRequested) -> None:
    """Tell the leader of the unit that somebody asks for more days."""
    scope, now = Scope.system("leads.tell_who_decides"), timezone.now()
    leader = org.leader_of(scope, event.unit_id, on=local_date(now, scope.zone))
    row = extensions.request_in_reach(scope, event.request_id)
    if leader is None or row is None:
        return
    facts = {
        "person": org.names_of(scope, [event.person_id]).get(event.person_id, ""),
        "company": row.tenure.lead.company.name,
        "days": row.days,
        "reason": row.reason,
    }
    key = f"leads.extension_asked:{event.request_id}"
    _tell(scope, leader, "leads.extension_asked", facts, url="/leads/extensions/", key=key)


@on(ExtensionDecided)
def tell_who_asked(event: ExtensionDecided) -> None:
    """Tell who asked for more days what was decided."""
    scope = Scope.system("leads.tell_who_asked")
    row = extensions.request_in_reach(scope, event.request_id)
    if row is None:
        return
    facts = {"company": row.tenure.lead.company.name, "days": row.days, "note": row.note}
    code = "leads.extension_granted" if event.granted else "leads.extension_denied"
    _tell(scope, event.person_id, code, facts, url=f"/leads/{event.lead_id}/", key=f"{code}:{event.request_id}")


@every("40 19 * * *")
def wake_rested_leads() -> None:
    """Put leads that have rested long enough back into their pools, in batches."""
    scope = Scope.system("leads.wake_rested_leads")
    while closing.wake_rested(scope, now=timezone.now(), at_most=WAKE_BATCH) == WAKE_BATCH:
        continue


@on(LeadsAssigned)
def tell_of_assignment(event: LeadsAssigned) -> None:
    """Tell each person what a leader put on the list."""
    scope = Scope.system("leads.tell_of_assignment")
    by = org.names_of(scope, [event.by_person_id]).get(event.by_person_id, "") if event.by_person_id else ""
    for person_id, count in event.counts.items():
        facts = {"person": by, "count": count, "reason": reason_of_assignment(scope, event.run_id)}
        key = f"leads.assigned:{event.run_id}"
        _tell(scope, UUID(person_id), "leads.assigned_to_you", facts, url="/leads/allotment/", key=key)


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


@at_clock("leads.remind_morning", time_key="clock.lead_reminders_morning", position=110, on_days_off=False)
def remind_in_the_morning(occasion: Occasion) -> dict[str, Any]:
    """Tell the holders of the unit what runs out, for what falls into the morning."""
    return _remind(occasion)


@at_clock("leads.remind_afternoon", time_key="clock.lead_reminders_afternoon", position=150, on_days_off=False)
def remind_in_the_afternoon(occasion: Occasion) -> dict[str, Any]:
    """Tell the holders of the unit what runs out, for what falls into the afternoon."""
    return _remind(occasion)


def _remind(occasion: Occasion) -> dict[str, Any]:
    scope, unit_id, now = occasion.scope, occasion.unit_id, occasion.now
    planned = reminders.plan_reminders(scope, unit_id=unit_id, now=now)
    return {"planned": planned, "told": reminders.send_reminders(scope, unit_id=unit_id, now=now)}


@at_clock("leads.reclaim", time_key="clock.reclaim", position=330, follows="visits.hard_lock", in_steps=True)
def reclaim(occasion: Occasion) -> dict[str, Any]:
    """Take back what ran out in the unit, batch by batch, each in a short transaction of its own; a repeat goes on."""
    scope, now = occasion.scope, occasion.now
    run = reclaiming.open_run(
        scope, unit_id=occasion.unit_id, business_day=occasion.business_day, due_at=occasion.due_at, now=now
    )
    try:
        _take_back(scope, run, now)
    except Exception:
        reclaiming.break_off(scope, run_id=run.pk, now=timezone.now())
        raise
    closed = reclaiming.close_run(scope, run_id=run.pk, now=now)
    return {name: getattr(closed, name) for name in ("handed_over", "pooled", "rested", "left")}


def _take_back(scope: Scope, run: ReclaimRun, now: datetime) -> None:
    terms = run_terms(scope, run, now)
    # The second time around nobody is passed over: what is busy still stays with its holder.
    for is_last_try in (False, True):
        due = due_tenures(scope, run)
        for first in range(0, len(due), BATCH):
            part = due[first : first + BATCH]
            reclaiming.take_back(scope, run=run, tenure_ids=part, terms=terms, now=now, is_last_try=is_last_try)


@on(ReclaimRunFinished)
def tell_of_reclaim(event: ReclaimRunFinished) -> None:
    """Tell each holder once what was taken back, and each receiver what came."""
    scope = Scope.system("leads.tell_of_reclaim")
    for code, persons in takings_of(scope, event.run_id).items():
        for person_id, facts in persons.items():
            key = f"{code}:{event.run_id}"
            _tell(scope, person_id, code, facts, url=f"/leads/reclaims/{event.run_id}/", key=key)


# -- supply ------------------------------------------------------------------------------------------------------------
@on(InboundReceived)
def look_up_inbound(event: InboundReceived) -> None:
    """Tell marketing whether the company of a record is known here."""
    scope = Scope.system("leads.look_up_inbound")
    known = supply.known_company(scope, identity_of_record(scope, event.inbound_id))
    note_duplicate_check(scope, inbound_id=event.inbound_id, known=known, now=timezone.now())


@on(InboundAccepted)
def make_lead_of_inbound(event: InboundAccepted) -> None:
    """Make a lead of an accepted record; who holds the company's open lead is told that it asked again."""
    scope = Scope.system("leads.make_lead_of_inbound")
    lead = lead_of_inbound(scope, inbound_id=event.inbound_id, now=timezone.now())
    if lead is not None and lead.owner_id is not None:
        facts, key = {"company": queries.company_name_of(scope, lead.pk)}, f"leads.asked_again:{event.inbound_id}"
        _tell(scope, lead.owner_id, "leads.asked_again", facts, url=f"/leads/{lead.pk}/", key=key)


@on(LeadConverted)
def tell_marketing_of_signing(event: LeadConverted) -> None:
    """Tell marketing that a lead became a customer."""
    note_signed(Scope.system("leads.tell_marketing_of_signing"), lead_id=event.lead_id, at=event.at)


@on(LeadClosed)
def tell_marketing_of_closing(event: LeadClosed) -> None:
    """Tell marketing that sales closed a lead, why, and on what evidence."""
    scope = Scope.system("leads.tell_marketing_of_closing")
    evidence = supply.evidence_of(scope, event.lead_id)
    told = Disposition(event.outcome, event.reason, evidence, event.person_id, event.happened_at)
    note_disposition(scope, lead_id=event.lead_id, told=told)


@on(DisputeDecided)
def settle_dispute(event: DisputeDecided) -> None:
    """Bring back a lead whose "invalid" was wrong; tell who disputed and who had marked it."""
    scope = Scope.system("leads.settle_dispute")
    if event.is_upheld:
        # Where the company has another open lead by now, or somebody was faster, there is nothing to bring back.
        with suppress(Refused):
            closing.reopen_lead(scope, lead_id=event.lead_id, reason=DISPUTE_UPHELD, now=timezone.now())
    code = "leads.dispute_upheld" if event.is_upheld else "leads.dispute_overturned"
    facts = {"company": queries.company_name_of(scope, event.lead_id)}
    for person_id in {event.opened_by_id, event.marked_by_id} - {None}:
        if person_id is not None:
            _tell(scope, person_id, code, facts, url="", key=f"leads.dispute:{event.dispute_id}")


@every("*/5 * * * *")
def tell_of_overdue_contacts() -> None:
    """Tell leaders of handed-over leads that nobody has spoken with in time, each lead once."""
    scope, now = Scope.system("leads.tell_of_overdue_contacts"), timezone.now()
    late = overdue(scope, now=now, limit=OVERDUE_AT_ONCE)
    if not late:
        return
    leaders = supply.leaders_of_leads(scope, [row.lead_id for row in late], on=local_date(now, scope.zone))
    of_leader: dict[UUID, list[str]] = {}
    for row in late:
        for leader in leaders.get(row.lead_id, []):
            of_leader.setdefault(leader, []).append(row.company_name)
    for leader, names in of_leader.items():
        facts = {"count": len(names), "company": names[0]}
        key = f"leads.first_contact_overdue:{now:%Y%m%d%H%M}"
        _tell(scope, leader, "leads.first_contact_overdue", facts, url="/leads/", key=key)
    note_breaches(scope, lead_ids=[row.lead_id for row in late], now=now)


def _tell(scope: Scope, person_id: UUID, code: str, facts: Mapping[str, object], *, url: str, key: str) -> None:
    inbox.notify(scope, person_id=person_id, code=code, facts=facts, url=url, dedupe_key=key, now=timezone.now())
