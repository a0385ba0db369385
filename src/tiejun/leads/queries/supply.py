"""What marketing's records meet here: known companies, the pool of a place, who is to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.customers.queries import identity as companies
from tiejun.leads.models import Lead, LeadClosing, Pool
from tiejun.leads.queries import open_lead_of
from tiejun.marketing.queries import inbound
from tiejun.marketing.queries.handover import handover_of_lead
from tiejun.marketing.queries.tags import tags_of_leads
from tiejun.marketing.rules.handover import NewLead
from tiejun.marketing.rules.inbound import KnownBy, KnownCompany
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.marketing.queries.handover import HandoverOfLead
    from tiejun.marketing.queries.tags import TagChip
    from tiejun.marketing.rules.inbound import Identity


def known_company(scope: Scope, identity: Identity) -> KnownCompany | None:
    """Return the company that a record means, by credit code, then domain, phone, then name and city (domain 11.27)."""
    found = (
        (KnownBy.CREDIT_CODE, companies.company_of_code(scope, identity.credit_code)),
        (
            KnownBy.DOMAIN,
            companies.company_of_domain(scope, identity.domain) or inbound.company_of_domain(scope, identity.domain),
        ),
        (KnownBy.PHONE, companies.company_of_phone(scope, identity.phone)),
        (KnownBy.NAME, companies.company_of_name(scope, identity.name, identity.city_code)),
    )
    for known_by, company_id in found:
        if company_id is not None:
            lead = open_lead_of(scope, company_id)
            is_held = lead is not None and lead.owner_id is not None
            return KnownCompany(company_id, known_by, lead.pk if lead else None, is_held=is_held)
    return None


@dataclass(frozen=True, slots=True)
class Supply:
    """Where a lead comes from: its hand-over if there is one, the talking points of its source, its tags."""

    handover: HandoverOfLead | None
    talking_points: str
    tags: list[TagChip]
    may_tag: bool


def supply_of(scope: Scope, lead: Lead) -> Supply:
    """Return where a lead that the asker sees comes from."""
    return Supply(
        handover=handover_of_lead(scope, lead.pk),
        talking_points=lead.source.talking_points,
        tags=tags_of_leads(scope, [lead.pk]).get(lead.pk, []),
        may_tag=lead.owner_id is not None
        and scope.covers(Ability.RECORD_FOLLOW_UP, owner_id=lead.owner_id, unit_id=lead.unit_id),
    )


def pool_for_place(scope: Scope, city_code: str) -> Pool | None:  # noqa: ARG001 -- whoever hands leads over need not see the pool
    """Return the pool that new leads of a city wait in: a pool of a unit there, else everybody's; None when none is open."""
    pools = Pool.objects.filter(closed_at=None).order_by("-is_claimable", "name")
    near = pools.filter(unit__city_code=city_code).first() if city_code else None
    return near or pools.filter(unit=None).first() or pools.first()


def pool_chain(scope: Scope, pool_id: UUID) -> tuple[UUID, ...]:
    """Return the units that the policies of a pool are looked up with; empty for everybody's pool."""
    unit_id = Pool.objects.filter(pk=pool_id).values_list("unit_id", flat=True).first()
    return org.unit_chain(scope, unit_id) if unit_id else ()


def leaders_of_leads(scope: Scope, lead_ids: Iterable[UUID], *, on: date) -> dict[UUID, list[UUID]]:
    """Return who leads where a lead is held or waits, by lead: the leader of that unit, else the heads of sales."""
    heads = [row.person_id for row in org.members_in_reach(scope, Ability.VIEW_LEADS, on=on, role=Role.SALES_HEAD)]
    leader_of: dict[UUID, UUID | None] = {}
    found = {}
    for lead in Lead.objects.filter(pk__in=list(lead_ids)).select_related("pool"):
        unit_id = lead.unit_id or lead.pool.unit_id
        if unit_id is not None and unit_id not in leader_of:
            leader_of[unit_id] = org.leader_of(scope, unit_id, on=on)
        leader = leader_of.get(unit_id) if unit_id else None
        found[lead.pk] = [leader] if leader else heads
    return found


def registered_leads(scope: Scope, batch_id: UUID, company_ids: Iterable[str]) -> list[NewLead]:  # noqa: ARG001 -- asked by the import of that batch
    """Return the leads that a batch made of these companies, with what the register says of them, in one query."""
    rows = Lead.objects.filter(batch_id=batch_id, company__in=list(company_ids))
    facts = ("pk", "company", "company__name", "company__industry", "district_code", "intent", "company__registered_on")
    return [NewLead(*row) for row in rows.values_list(*facts)]


def evidence_of(scope: Scope, lead_id: UUID) -> str:  # noqa: ARG001 -- told to marketing, which may dispute it
    """Return what was written when a lead was last closed, empty when it never was."""
    rows = LeadClosing.objects.filter(lead=lead_id).order_by("-closed_at", "-pk")
    return rows.values_list("note", flat=True).first() or ""
