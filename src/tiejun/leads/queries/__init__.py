from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from tiejun.access.abilities import Ability
from tiejun.access.reach import reach_condition
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads.models import Lead, LeadClosing, LeadTenure, Pool
from tiejun.leads.queries.holding import CLOSED, in_my_pools
from tiejun.leads.rules import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

OPEN_LEAD = ~Q(status__in=CLOSED)
TAKEN = (Lead.Status.PRIVATE, Lead.Status.ALLOTTED)


def lead_in_reach(scope: Scope, lead_id: UUID, ability: Ability) -> Lead:
    """Return a lead within reach of an ability, with company and pool; raises `NotFound`.

    For VIEW_LEADS the leads of the asker's pools are within reach too, and closed ones whose last holding is.
    """
    wanted = _reach(scope, ability)
    if ability is Ability.VIEW_LEADS:
        wanted |= _ended_in_reach(scope)
        if scope.can(Ability.VIEW_POOL):
            wanted |= Q(status__in=[Lead.Status.POOLED, Lead.Status.RESTING]) & in_visible_pools(scope)
    lead = _whole(wanted, lead_id)
    if lead is None:
        raise NotFound
    return lead


def lead_to_claim(scope: Scope, lead_id: UUID) -> Lead:
    """Return a lead of a visible pool that is there or was there until a colleague took it; raises `NotFound` for others.

    So who comes second reads that a colleague was first, and not that there is nothing.
    """
    found = _whole(Q(status__in=[Lead.Status.POOLED, *TAKEN]) & in_visible_pools(scope), lead_id)
    return found or lead_in_reach(scope, lead_id, Ability.VIEW_LEADS)


def lead_to_assign(scope: Scope, lead_id: UUID) -> Lead:
    """Return a lead that the asker may give to somebody: within reach of TRANSFER_LEAD, or in a visible pool.

    Raises `Refused` (HELD_BY_COLLEAGUE) for one of a visible pool that somebody out of reach took, `NotFound` for others.
    """
    wanted = _reach(scope, Ability.TRANSFER_LEAD) | Q(status=Lead.Status.POOLED) & in_visible_pools(scope)
    lead = _whole(wanted, lead_id)
    if lead is None and Lead.objects.filter(in_visible_pools(scope), pk=lead_id, status__in=TAKEN).exists():
        raise Refused(Refusal.HELD_BY_COLLEAGUE)
    if lead is None:
        raise NotFound
    return lead


def _whole(wanted: Q, lead_id: UUID) -> Lead | None:
    """Return a lead with company, pool and source if it is one of those wanted."""
    rows = Lead.objects.select_related("company", "pool", "source").defer("company__search_grams")
    return rows.filter(wanted, pk=lead_id).first()


def _ended_in_reach(scope: Scope) -> Q:
    """Return the filter for closed leads whose last holding is within reach: who held one may read how it ended."""
    standing = LeadClosing.objects.within(scope, Ability.VIEW_LEADS).filter(lead=OuterRef("pk"), reopened_at=None)
    return Q(Exists(standing), status__in=[Lead.Status.CLOSED_INVALID, Lead.Status.CLOSED_LOST])


def _reach(scope: Scope, ability: Ability) -> Q:
    condition = reach_condition(scope, ability, Lead.reach)
    return Q(pk__isnull=False) if condition is None else condition


def in_visible_pools(scope: Scope) -> Q:
    """Return the filter for leads in pools that the asker may look into: everybody's, those of units above, and those below."""
    if scope.is_system:
        return Q(pk__isnull=False)
    below = frozenset().union(*(grant.unit_ids for grant in scope.grants))
    units = sorted({*scope.unit_chain, *below})
    open_to_me = in_my_pools(scope) | Q(is_listed_only=False, unit__in=units)
    return Q(pool__in=Pool.objects.filter(open_to_me).values("pk"))


def lead_to_freeze(scope: Scope, lead_id: UUID) -> Lead:
    """Return a lead that the asker may freeze: within reach of FREEZE_LEAD, or in a visible pool; else `NotFound`."""
    wanted = _reach(scope, Ability.FREEZE_LEAD) | Q(owner=None) & in_visible_pools(scope)
    lead = Lead.objects.filter(wanted, pk=lead_id).first()
    if lead is None:
        raise NotFound
    return lead


def resting_lead(scope: Scope, lead_id: UUID) -> Lead:
    """Return a lead without a holder in a visible pool, for waking; else `NotFound`."""
    lead = Lead.objects.filter(in_visible_pools(scope), pk=lead_id, owner=None).first()
    if lead is None:
        raise NotFound
    return lead


def rested_since(scope: Scope, now: datetime, at_most: int) -> list[UUID]:  # noqa: ARG001 -- asked by the nightly job
    """Return leads that have rested as long as the policy says, the longest resting first."""
    rested = now - timedelta(days=policies.book(now).integer("lead.rest_days"))
    rows = Lead.objects.filter(status=Lead.Status.RESTING, last_activity_at__lte=rested, frozen_reason="")
    return list(rows.order_by("last_activity_at", "pk").values_list("pk", flat=True)[:at_most])


def lead_of_tenure(scope: Scope, tenure_id: UUID) -> UUID:  # noqa: ARG001 -- asked about a holding within reach
    """Return the lead of a holding."""
    return LeadTenure.objects.values_list("lead", flat=True).get(pk=tenure_id)


def is_held_by_other(scope: Scope, company_id: UUID) -> bool:
    """Tell whether a colleague holds the lead of a company: no name, no number (domain 11.17)."""
    rows = LeadTenure.objects.filter(lead__company=company_id, ended_at=None)
    return rows.exclude(person=scope.person_id).exists()


def pool_for(scope: Scope, pool_id: UUID) -> Pool | None:  # noqa: ARG001 -- pools are no secret inside the company
    """Return the open pool of this id, or None."""
    return Pool.objects.filter(closed_at=None, pk=pool_id).first()


def open_lead_of(scope: Scope, company_id: UUID) -> Lead | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return the open lead of a company."""
    return Lead.objects.filter(OPEN_LEAD, company=company_id).first()


def companies_of_batch(scope: Scope, batch_id: UUID, company_ids: Collection[str]) -> set[str]:  # noqa: ARG001 -- asked by the import of that batch
    """Return which of these companies got their lead from this import; ids as text."""
    if not company_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT company_id::text FROM leads_lead WHERE company_id = ANY(%s::uuid[]) AND batch_id = %s",
            [list(company_ids), batch_id],
        )
        return {row[0] for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class HeldCompany:
    """A company whose lead a person holds, for the plan of a day."""

    company_id: UUID
    lead_id: UUID
    due_at: datetime | None
    last_qualifying_at: datetime | None
    next_step_at: datetime | None
    last_activity_at: datetime
    is_protected: bool
    is_leased: bool


def held_companies(scope: Scope, person_id: UUID) -> list[HeldCompany]:
    """Return what a person holds within reach of VIEW_LEADS, the nearest due date first."""
    rows = LeadTenure.objects.within(scope, Ability.VIEW_LEADS).filter(person=person_id, ended_at=None)
    return [
        HeldCompany(
            company_id=row.lead.company_id,
            lead_id=row.lead_id,
            due_at=row.due_at,
            last_qualifying_at=row.last_qualifying_at,
            next_step_at=row.lead.next_step_at,
            last_activity_at=row.lead.last_activity_at,
            is_protected=row.kind == LeadTenure.Kind.PROTECTED,
            is_leased=row.kind == LeadTenure.Kind.ALLOTTED,
        )
        for row in rows.select_related("lead").order_by("due_at", "pk")
    ]


def company_name_of(scope: Scope, lead_id: UUID) -> str:  # noqa: ARG001 -- told to who gave or got the lead
    """Return the name of a lead's company, empty when there is no such lead."""
    return Lead.objects.filter(pk=lead_id).values_list("company__name", flat=True).first() or ""


def reason_of_transfer(scope: Scope, lead_id: UUID) -> str:  # noqa: ARG001 -- told to who gave or got the lead
    """Return the reason that was given when a lead was last transferred."""
    ended = LeadTenure.objects.filter(lead=lead_id, end_reason=LeadTenure.End.TRANSFERRED).order_by("-ended_at")
    return ended.values_list("end_note", flat=True).first() or ""
