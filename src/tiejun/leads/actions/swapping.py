"""From today's allotment to the private pool, and one lead for another when it is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads import queries
from tiejun.leads.actions._tenure import End, Kind, Start, Status, begin, cool_down, end, locked, set_holder
from tiejun.leads.events import LeadClaimed, LeadReleased
from tiejun.leads.locks import lock_leads, lock_open_tenure, lock_seats
from tiejun.leads.models import Swap
from tiejun.leads.queries import holding
from tiejun.leads.rules import Refusal
from tiejun.leads.rules import swapping as rules

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.models import Lead, LeadTenure


@action(Ability.CLAIM_LEAD)
def promote_lead(scope: Scope, *, lead_id: UUID, now: datetime) -> LeadTenure:
    """Move a lead of the asker's allotment to the private pool, where its own clock begins.

    Raises `NotFound`, `Refused` (see `why_not_promote`; CAP_REACHED and SWAP_NEEDED ask for a swap instead).
    """
    queries.lead_in_reach(scope, lead_id, Ability.VIEW_LEADS)
    me = holding.holder_of_asker(scope, now)
    lock_seats([me.person_id])
    lead, tenure = locked(lead_id), lock_open_tenure(lead_id)
    seat = holding.seat_facts(scope, me, now)
    mode = policies.book(now).text("lead.swap_mode", me.unit_chain)
    refusal = rules.why_not_promote(seat, holding.held_facts(scope, lead, tenure), mode)
    if refusal or tenure is None:
        raise Refused(refusal or Refusal.NOT_ALLOTTED, held=seat.held, cap=seat.cap)
    end(tenure, End.PROMOTED, "", now)
    fresh = begin(scope, lead, me, start=Start.PROMOTED, kind=Kind.PRIVATE, now=now)
    audit.record(scope, "leads.promoted", lead, tenure=fresh.pk, held=seat.held + 1, cap=seat.cap)
    announce(LeadClaimed(lead.pk, lead.company_id, me.person_id, now))
    return fresh


@action(Ability.CLAIM_LEAD)
def swap_lead(scope: Scope, *, lead_in_id: UUID, lead_out_id: UUID, now: datetime) -> LeadTenure:
    """Exchange an own lead of the private pool for one of a pool or of the asker's allotment: both, or nothing.

    The lead that goes cools down for the asker; the one that comes from a pool counts as a claim of the day. Returns the
    new holding. Raises `NotFound`, `Refused` (see `why_not_swap`).
    """
    wanted = queries.lead_to_claim(scope, lead_in_id)
    if (wanted.owner_id, wanted.status) != (scope.own_id, Status.PRIVATE):
        # Who swapped already is told so, even when the lead that went is a colleague's by now.
        queries.lead_in_reach(scope, lead_out_id, Ability.VIEW_LEADS)
    me = holding.holder_of_asker(scope, now)
    lock_seats([me.person_id])
    leads = {lead.pk: lead for lead in lock_leads([lead_in_id, lead_out_id])}
    if {lead_in_id, lead_out_id} - set(leads):
        raise NotFound
    coming, going = leads[lead_in_id], leads[lead_out_id]
    open_in, open_out = lock_open_tenure(lead_in_id), lock_open_tenure(lead_out_id)
    _require_swap(scope, me, (coming, open_in), (going, open_out), now)
    assert open_out is not None
    end(open_out, End.SWAPPED_OUT, "", now)
    set_holder(scope, going, None, now=now, status=Status.POOLED)
    cool_down(scope, open_out, End.SWAPPED_OUT, now)
    if open_in is not None:
        end(open_in, End.PROMOTED, "", now)
    start = Start.SWAPPED_IN if open_in is None else Start.PROMOTED
    fresh = begin(scope, coming, me, start=start, kind=Kind.PRIVATE, now=now)
    swap = Swap.objects.create(person_id=me.person_id, tenure_in=fresh, tenure_out=open_out, at=now)
    audit.record(scope, "leads.swapped", coming, swap=swap.pk, lead_out=going.pk, tenure=fresh.pk)
    announce(LeadClaimed(coming.pk, coming.company_id, me.person_id, now))
    announce(LeadReleased(going.pk, going.company_id, me.person_id, End.SWAPPED_OUT, now))
    return fresh


def _require_swap(
    scope: Scope,
    me: holding.Holder,
    wanted: tuple[Lead, LeadTenure | None],
    given: tuple[Lead, LeadTenure | None],
    now: datetime,
) -> None:
    coming = wanted[0]
    seat = holding.seat_facts(scope, me, now)
    cooling = holding.cooling_until(scope, me.person_id, [coming.pk], now).get(coming.pk)
    refusal = rules.why_not_swap(
        seat,
        holding.lead_facts(scope, coming, cooling, holding.claimable_pools(scope)),
        holding.held_facts(scope, *wanted),
        holding.held_facts(scope, *given),
        now,
        is_same=coming.pk == given[0].pk,
    )
    if refusal:
        raise Refused(refusal, held=seat.held, cap=seat.cap, claims=seat.claims_today, limit=seat.daily_limit)
