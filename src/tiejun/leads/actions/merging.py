"""Leads when two companies become one: one open lead stays, the other ends as merged, marketing's rows follow."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.actions.merging import copy_holder
from tiejun.customers.rules.merging import register_link
from tiejun.fields.rules import joined
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.moves import Moved, change, change_back
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.leads import rules
from tiejun.leads.events import HoldingMerged
from tiejun.leads.locks import lock_leads, lock_seats
from tiejun.leads.models import FollowUp, Lead, LeadTenure, OwnershipConflict
from tiejun.leads.queries import OPEN_LEAD
from tiejun.leads.rules.merging import Claimant, kept_lead
from tiejun.marketing.actions import merging as marketing
from tiejun.marketing.queries.merging import KINDS as MARKETING
from tiejun.marketing.queries.merging import counts
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.customers.rules.merging import Pair

LEAD, TENURE = "leads.lead", "leads.tenure"


class LeadsLink:
    """Leads, holdings, and what marketing knows of both."""

    position = 20
    kinds = (LEAD, TENURE, *MARKETING)

    def lock(self, scope: Scope, pair: Pair) -> None:  # noqa: ARG002 -- the pair is within reach
        """Lock seats, then leads; refuse while a dispute or a wish not to be contacted is open."""
        rows = Lead.objects.filter(company__in=[pair.survivor_id, pair.absorbed_id])
        lock_seats(rows.values_list("owner", flat=True))
        leads = lock_leads(list(rows.values_list("pk", flat=True)))
        if any(lead.frozen_reason for lead in leads):
            raise Refused(rules.Refusal.FROZEN)

    def count(self, scope: Scope, pair: Pair) -> dict[str, int]:
        """Count leads and marketing's rows that would follow."""
        return {LEAD: Lead.objects.filter(company=pair.absorbed_id).count()} | counts(scope, pair.absorbed_id)

    def move(self, scope: Scope, pair: Pair, now: datetime) -> list[Moved]:
        """Move leads, end the holding that yields, let marketing's rows follow."""
        return relink(scope, pair=pair, now=now)

    def move_back(self, scope: Scope, pair: Pair, moves: Sequence[Moved], now: datetime) -> list[bool]:
        """Put leads, holdings or rows of marketing back."""
        kind, row_ids = moves[0].kind, [move.row_id for move in moves]
        if kind not in MARKETING:
            return relink_back(scope, moves=moves, now=now)
        sides = {"survivor_id": pair.survivor_id, "absorbed_id": pair.absorbed_id}
        back = marketing.follow_back(scope, kind=kind, row_ids=row_ids, **sides)
        return [row_id in back for row_id in row_ids]

    def settle(self, scope: Scope, pair: Pair, now: datetime) -> None:
        """Copy the holders to both companies anew."""
        for company_id in (pair.survivor_id, pair.absorbed_id):
            lead = Lead.objects.filter(OPEN_LEAD, company=company_id).first()
            owner_id, unit_id = (lead.owner_id, lead.unit_id) if lead else (None, None)
            copy_holder(scope, company_id=company_id, person_id=owner_id, unit_id=unit_id, now=now)


@action(Ability.MERGE_CUSTOMERS)
def relink(scope: Scope, *, pair: Pair, now: datetime) -> list[Moved]:
    """Give the leads of the absorbed company to the survivor; of two open ones one ends as merged (domain 6.5, 10)."""
    both = Lead.objects.filter(OPEN_LEAD, company__in=[pair.survivor_id, pair.absorbed_id]).select_related("company")
    open_leads = {lead.company_id: lead for lead in both}
    moves: list[Moved] = []
    if len(open_leads) > 1:
        moves += _yield(scope, *_winner(list(open_leads.values()), now), now)
    moves += change(LEAD, Lead.objects.filter(company=pair.absorbed_id), company_id=pair.survivor_id)
    left = Lead.objects.filter(OPEN_LEAD, company=pair.survivor_id).first()
    moves += _marketing_follows(scope, pair, left, now)
    owner_id, unit_id = (left.owner_id, left.unit_id) if left else (None, None)
    copy_holder(scope, company_id=pair.absorbed_id, person_id=None, unit_id=None, now=now)
    copy_holder(scope, company_id=pair.survivor_id, person_id=owner_id, unit_id=unit_id, now=now)
    audit.record(scope, "leads.relinked", left, survivor=pair.survivor_id, absorbed=pair.absorbed_id, rows=len(moves))
    return moves


def _marketing_follows(scope: Scope, pair: Pair, left: Lead | None, now: datetime) -> list[Moved]:
    followed = marketing.follow_merge(scope, survivor_id=pair.survivor_id, absorbed_id=pair.absorbed_id)
    if left is not None:
        ended = Lead.objects.filter(company=pair.survivor_id, status=Lead.Status.MERGED).values_list("pk", flat=True)
        followed += marketing.follow_tags(scope, from_lead_ids=list(ended), to_lead_id=left.pk, now=now)
    was, became = {"company": str(pair.absorbed_id)}, {"company": str(pair.survivor_id)}
    return [Moved(kind, UUID(row_id), dict(was), dict(became)) for kind, row_id in followed]


def _winner(leads: list[Lead], now: datetime) -> tuple[Lead, Lead]:
    held = {row.lead_id: row for row in LeadTenure.objects.filter(lead__in=leads, ended_at=None)}
    claimants = [_claimant(lead, held.get(lead.pk), now) for lead in leads]
    kept = kept_lead(claimants[0], claimants[1])
    first, second = leads
    return (first, second) if first.pk == kept else (second, first)


def _claimant(lead: Lead, tenure: LeadTenure | None, now: datetime) -> Claimant:
    return Claimant(
        lead_id=lead.pk,
        created_at=lead.created_at,
        started_at=tenure.started_at if tenure else None,
        is_protected=lead.status == Lead.Status.CONVERTED,
        is_valid=tenure is not None and not tenure.is_due(now),
    )


def _yield(scope: Scope, kept: Lead, other: Lead, now: datetime) -> list[Moved]:
    """End the lead that yields; where two persons held the company, keep how it was decided and tell the other one."""
    held = {row.lead_id: row for row in LeadTenure.objects.filter(lead__in=[kept, other], ended_at=None)}
    merged = Lead.Status.MERGED.value
    # The holding comes last, so that undoing opens it first: a lead goes back to a holder whose holding is open again.
    moves = change(LEAD, Lead.objects.filter(pk=other.pk), status=merged, owner_id=None, unit_id=None)
    together = joined(kept.custom, other.custom)
    if together != kept.custom:
        moves += change(LEAD, Lead.objects.filter(pk=kept.pk), custom=together)
    yields, stays = held.get(other.pk), held.get(kept.pk)
    if yields is not None:
        rows = LeadTenure.objects.filter(pk=yields.pk)
        moves += change(TENURE, rows, ended_at=max(now, yields.started_at), end_reason=LeadTenure.End.MERGED.value)
        if stays is not None and stays.person_id != yields.person_id:
            credited = FollowUp.objects.filter(lead=other, person=yields.person_id).count()
            OwnershipConflict.objects.create(
                kept=stays, other=yields, contacts_credited=credited, decided_by_id=scope.person_id, decided_at=now
            )
            announce(HoldingMerged(other.pk, kept.pk, yields.person_id, now))
    return moves


@action(Ability.MERGE_CUSTOMERS)
def relink_back(scope: Scope, *, moves: Sequence[Moved], now: datetime) -> list[bool]:
    """Put leads or holdings back as they were before a merge; false for each that was changed since, or whose holder has left.

    A company has few of them, and each asks what the one before it left: they go back one after the other.
    """
    outcomes = [_went_back(scope, move, now) for move in moves]
    audit.record(scope, "leads.relinked_back", kind=moves[0].kind, rows=len(moves), back=sum(outcomes))
    return outcomes


def _went_back(scope: Scope, moved: Moved, now: datetime) -> bool:
    model = LeadTenure if moved.kind == TENURE else Lead
    is_back = _may_go_back(scope, moved, now) and all(change_back(model, [moved]))
    if is_back and moved.kind == TENURE:
        OwnershipConflict.objects.filter(other=moved.row_id, undone_at=None).update(undone_at=now)
    if not is_back and moved.kind == LEAD and "status" in moved.was:
        _pool(moved.row_id)
    return is_back


def _may_go_back(scope: Scope, moved: Moved, now: datetime) -> bool:
    if moved.kind == TENURE:
        tenure = LeadTenure.objects.filter(pk=moved.row_id).first()
        return tenure is not None and _is_employed(scope, tenure.person_id, now)
    if moved.was.get("status") is None:
        return True
    lead = Lead.objects.filter(pk=moved.row_id).first()
    held = LeadTenure.objects.filter(lead=moved.row_id, ended_at=None).exists()
    taken = lead is not None and Lead.objects.filter(OPEN_LEAD, company=lead.company_id).exists()
    # An owner without a holding would be a copy of nothing.
    return not taken and held == (moved.was.get("owner_id") is not None)


def _is_employed(scope: Scope, person_id: UUID, now: datetime) -> bool:
    try:
        org.unit_of_person(scope, person_id, on=local_date(now, scope.zone))
    except NotFound:
        return False
    return True


def _pool(lead_id: UUID) -> None:
    """A lead whose holder cannot have it back waits in its pool, unless its company has an open one by now."""
    lead = Lead.objects.get(pk=lead_id)
    if lead.status == Lead.Status.MERGED and not Lead.objects.filter(OPEN_LEAD, company=lead.company_id).exists():
        Lead.objects.filter(pk=lead_id).update(status=Lead.Status.POOLED, owner=None, unit=None)


register_link(LeadsLink())
