"""Row locks of customers for life, always in this order: life, hand-over, complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.customers import queries as customers
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.success.models import Complaint, CustomerHandover, CustomerLife, SatisfactionSurvey
from tiejun.success.rules import Refusal

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope


def lock_life(scope: Scope, company_id: UUID, ability: Ability) -> CustomerLife:
    """Lock the life of a company within reach, for a merged one its survivor's; raises `NotFound`, `Refused` (NO_CUSTOMER)."""
    company = customers.company_in_reach(scope, company_id, ability)
    row = CustomerLife.objects.select_for_update(of=("self",)).filter(company=company.pk).first()
    if row is None:
        raise Refused(Refusal.NO_CUSTOMER)
    row.company = company
    return row


def lock_handover(scope: Scope, handover_id: UUID, ability: Ability, *, version: int | None = None) -> CustomerHandover:
    """Lock a hand-over within reach; raises `NotFound`, or `Stale` when it is not of the version given."""
    rows = CustomerHandover.objects.within(scope, ability).filter(pk=handover_id)
    row = rows.select_for_update(of=("self",)).select_related("company").first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def lock_complaint(scope: Scope, complaint_id: UUID, ability: Ability, *, version: int | None = None) -> Complaint:
    """Lock a complaint within reach; raises `NotFound`, or `Stale` when it is not of the version given."""
    rows = Complaint.objects.within(scope, ability).filter(pk=complaint_id)
    row = rows.select_for_update(of=("self",)).select_related("company").first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def lock_survey(code: str) -> SatisfactionSurvey:
    """Lock the survey behind a code; raises `NotFound` for one that was never given out."""
    rows = SatisfactionSurvey.objects.select_for_update(of=("self",)).select_related("company")
    row = rows.filter(code=code).first() if code else None
    if row is None:
        raise NotFound
    return row
