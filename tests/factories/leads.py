"""Pools, leads and holdings for tests: plain functions on real models."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.factories.customers import make_company
from tests.factories.org import NOW
from tiejun.leads.models import Lead, LeadTenure, Pool
from tiejun.marketing.models import Source

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.customers.models import Company
    from tiejun.org.models import Person, Unit

_numbers = count(1)
STATUS_OF = {
    LeadTenure.Kind.ALLOTTED: Lead.Status.ALLOTTED,
    LeadTenure.Kind.PRIVATE: Lead.Status.PRIVATE,
    LeadTenure.Kind.PROTECTED: Lead.Status.CONVERTED,
}
TERMS = {
    "no_follow_up_days": 7,
    "no_deal_days": 60,
    "credit_days_visit": 14,
    "credit_days_call": 7,
    "credit_days_message": 3,
}


def make_source(code: str = "CANVASS") -> Source:
    """Return the source of this code, made when it is missing."""
    return Source.objects.get_or_create(code=code, defaults={"name": code, "name_en": code})[0]


def make_pool(name: str = "", *, unit: Unit | None = None, is_claimable: bool = True) -> Pool:
    """Make a pool; without a unit it is everybody's."""
    return Pool.objects.create(name=name or f"Pool {next(_numbers)}", unit=unit, is_claimable=is_claimable)


def make_lead(
    company: Company | None = None,
    *,
    pool: Pool | None = None,
    now: datetime = NOW,
    status: str = Lead.Status.POOLED,
    **values: Any,
) -> Lead:
    """Make a lead in a pool (everybody's when none is given), with a company of its own."""
    company = company or make_company(now=now)
    pool = pool or Pool.objects.filter(unit=None, is_claimable=True).first() or make_pool()
    return Lead.objects.create(
        company=company,
        pool=pool,
        source=values.pop("source", None) or make_source(),
        status=status,
        district_code=company.district_code,
        last_activity_at=values.pop("last_activity_at", now),
        created_at=now,
        **values,
    )


def make_tenure(
    lead: Lead,
    person: Person,
    unit: Unit,
    *,
    kind: str = LeadTenure.Kind.PRIVATE,
    start_reason: str = LeadTenure.Start.CLAIMED,
    started_at: datetime = NOW,
    due_at: datetime | None = None,
    **values: Any,
) -> LeadTenure:
    """Make a holding; an open one is copied to the lead and its company."""
    tenure = LeadTenure.objects.create(
        lead=lead,
        person=person,
        unit=unit,
        kind=kind,
        start_reason=start_reason,
        started_at=started_at,
        due_at=due_at or started_at + timedelta(days=9),
        no_deal_due_at=started_at + timedelta(days=84),
        policy_facts=values.pop("policy_facts", TERMS),
        **values,
    )
    if tenure.ended_at is None:
        lead.owner, lead.unit = person, unit
        lead.status = STATUS_OF[kind]
        lead.save(update_fields=["owner", "unit", "status"])
        lead.company.owner, lead.company.unit = person, unit
        lead.company.save(update_fields=["owner", "unit"])
    return tenure


def make_held_lead(
    person: Person, unit: Unit, *, company: Company | None = None, now: datetime = NOW, **values: Any
) -> Lead:
    """Make a lead that a person holds in the private pool."""
    lead = make_lead(company, now=now, **values)
    make_tenure(lead, person, unit, started_at=now)
    return lead
