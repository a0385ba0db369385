"""Many leads of one person to others at once: each step one statement, by the rules of a single transfer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.actions.holders import set_holders
from tiejun.foundation import audit, policies
from tiejun.foundation.times import local_date
from tiejun.leads import rules
from tiejun.leads.actions._bulk import Move, NewHolding, begin_many, end_many, set_holder_many
from tiejun.leads.locks import lock_leads, lock_seats
from tiejun.leads.models import Cooldown, Lead, LeadTenure
from tiejun.leads.queries import holding
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.queries.holding import Holder
    from tiejun.leads.rules import Refusal

Kind, Start, End = LeadTenure.Kind, LeadTenure.Start, LeadTenure.End


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a step did: lead → its new holder, leads that went to their pools, and lead → why it stays.

    `companies`: lead → its company as it is now, which a merge may have changed since somebody looked.
    """

    given: dict[UUID, UUID]
    pooled: frozenset[UUID]
    stays: dict[UUID, Refusal]
    companies: dict[UUID, UUID]


@action(Ability.TRANSFER_LEAD)
def hand_over_leads(
    scope: Scope,
    *,
    from_person_id: UUID,
    wanted: Mapping[UUID, UUID | None],
    has_left: bool,
    reason: str,
    now: datetime,
) -> HandedOver:
    """Give leads of one person to others (lead → person within reach, None: back to the pool), links and next steps kept.

    The rules are those of `rules.why_not_transfer`, without overriding; a customer that is given to nobody waits in its unit.
    The holdings end as LEAVER or TRANSFERRED. Raises nothing for a single lead: what may not go stays, with its refusal.
    """
    receivers = _receivers(scope, {person_id for person_id in wanted.values() if person_id}, now)
    lock_seats([from_person_id, *receivers])
    leads = {lead.pk: lead for lead in lock_leads(wanted)}
    held = LeadTenure.objects.select_for_update(of=("self",)).filter(
        lead__in=list(leads), person=from_person_id, ended_at=None
    )
    tenures = {tenure.lead_id: tenure for tenure in held.order_by("pk")}
    stays = _refusals(scope, wanted, leads, tenures, receivers, reason=reason, now=now)
    going = {lead_id: wanted[lead_id] for lead_id in sorted(wanted) if lead_id not in stays}
    end_many([tenures[key].pk for key in going], End.LEAVER if has_left else End.TRANSFERRED, now)
    moved = set_holder_many(
        [_move(leads[key], receivers[person_id] if person_id else None) for key, person_id in going.items()], now
    )
    given = {key: person_id for key, person_id in going.items() if key in moved and person_id is not None}
    _begin(scope, given, leads, receivers, now)
    _tell_companies(scope, {key: going[key] for key in moved}, leads, receivers, now)
    digest = sha256("".join(sorted(str(key) for key in moved)).encode()).hexdigest()
    audit.record(
        scope, "leads.handed_over", person=from_person_id, reason=reason, given=len(given), pooled=len(moved) - len(given),
        stays=len(stays), digest=digest,
    )  # fmt: skip
    companies = {key: leads[key].company_id for key in moved}
    return HandedOver(given, frozenset(moved - given.keys()), stays, companies)


def _receivers(scope: Scope, wanted: Iterable[UUID], now: datetime) -> dict[UUID, Holder]:
    members = {
        row.person_id: row for row in org.members_in_reach(scope, Ability.TRANSFER_LEAD, on=local_date(now, scope.zone))
    }
    found = [members[person_id] for person_id in sorted(wanted) if person_id in members]
    chains = org.unit_chains(scope, {row.unit_id for row in found})
    return {
        row.person_id: holding.Holder(row.person_id, row.unit_id, chains[row.unit_id], row.joined_on) for row in found
    }


def _refusals(
    scope: Scope,
    wanted: Mapping[UUID, UUID | None],
    leads: Mapping[UUID, Lead],
    tenures: Mapping[UUID, LeadTenure],
    receivers: Mapping[UUID, Holder],
    *,
    reason: str,
    now: datetime,
) -> dict[UUID, Refusal]:
    book = policies.book(now)
    seats = {key: holding.seat_facts(scope, holder, now, book) for key, holder in receivers.items()}
    rings = {
        key: timedelta(days=book.integer("lead.ring_days", holder.unit_chain)) for key, holder in receivers.items()
    }
    cooling, gave_up = _cooling(leads, receivers, now), _gave_up(leads, receivers)
    stays: dict[UUID, Refusal] = {}
    for lead_id, person_id in sorted(wanted.items()):
        lead, tenure = leads.get(lead_id), tenures.get(lead_id)
        if lead is None or tenure is None:
            stays[lead_id] = rules.Refusal.NOT_HELD
        elif person_id is not None and person_id not in receivers:
            stays[lead_id] = rules.Refusal.NOT_A_REP
        elif person_id is not None:
            pair = (lead_id, person_id)
            facts = _facts(lead, tenure, person_id, cooling.get(pair), gave_up.get(pair))
            refusal = rules.why_not_transfer(seats[person_id], facts, rings[person_id], reason, now)
            if refusal:
                stays[lead_id] = refusal
            elif not facts.is_protected:
                seats[person_id] = replace(seats[person_id], held=seats[person_id].held + 1)
    return stays


def _facts(
    lead: Lead, tenure: LeadTenure, person_id: UUID, cooling: datetime | None, gave_up: datetime | None
) -> rules.TransferFacts:
    return rules.TransferFacts(
        is_same=lead.owner_id == person_id,
        is_frozen=bool(lead.frozen_reason),
        is_protected=tenure.kind == Kind.PROTECTED,
        cooling_until=cooling,
        receiver_gave_it_up_at=gave_up,
        giver_followed_up=tenure.last_qualifying_at is not None,
        may_override=False,
    )


def _cooling(leads: Iterable[UUID], persons: Iterable[UUID], now: datetime) -> dict[tuple[UUID, UUID], datetime]:
    rows = Cooldown.objects.filter(lead__in=list(leads), person__in=list(persons), until__gt=now).order_by("until")
    return {(lead_id, person_id): until for lead_id, person_id, until in rows.values_list("lead", "person", "until")}


def _gave_up(leads: Iterable[UUID], persons: Iterable[UUID]) -> dict[tuple[UUID, UUID], datetime | None]:
    rows = LeadTenure.objects.filter(lead__in=list(leads), person__in=list(persons), end_reason__in=holding.GAVE_UP)
    pairs = rows.order_by("ended_at").values_list("lead", "person", "ended_at")
    return {(lead_id, person_id): ended_at for lead_id, person_id, ended_at in pairs}


def _move(lead: Lead, holder: Holder | None) -> Move:
    is_customer = lead.status == Lead.Status.CONVERTED
    if holder is not None:
        status = lead.status if is_customer else Lead.Status.PRIVATE
        return Move(lead.pk, lead.owner_id, holder.person_id, holder.unit_id, status)
    # A customer waits for a holder in its unit.
    status = lead.status if is_customer else Lead.Status.POOLED
    return Move(lead.pk, lead.owner_id, None, lead.unit_id if is_customer else None, status)


def _begin(
    scope: Scope,
    given: Mapping[UUID, UUID],
    leads: Mapping[UUID, Lead],
    receivers: Mapping[UUID, Holder],
    now: datetime,
) -> None:
    book = policies.book(now)
    terms = {key: holding.terms(scope, receivers[key], now, book) for key in set(given.values())}
    fresh: dict[str, list[NewHolding]] = defaultdict(list)
    for lead_id, person_id in given.items():
        is_customer, agreed = leads[lead_id].status == Lead.Status.CONVERTED, terms[person_id]
        due_at, no_deal_due_at = (None, None) if is_customer else (agreed.due_at, agreed.no_deal_due_at)
        row = NewHolding(lead_id, person_id, receivers[person_id].unit_id, due_at, no_deal_due_at, agreed.facts)
        fresh[Kind.PROTECTED if is_customer else Kind.PRIVATE].append(row)
    for kind, holdings in fresh.items():
        begin_many(holdings, kind=kind, start=Start.TRANSFERRED, now=now)


def _tell_companies(
    scope: Scope,
    moved: Mapping[UUID, UUID | None],
    leads: Mapping[UUID, Lead],
    receivers: Mapping[UUID, Holder],
    now: datetime,
) -> None:
    holders: dict[UUID, tuple[UUID | None, UUID | None]] = {}
    for lead_id, person_id in moved.items():
        lead = leads[lead_id]
        waits_in = lead.unit_id if lead.status == Lead.Status.CONVERTED else None
        holders[lead.company_id] = (person_id, receivers[person_id].unit_id if person_id else waits_in)
    set_holders(scope, holders=holders, now=now)
