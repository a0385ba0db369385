"""Row locks of this module, always in the order of the primary key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.customers.models import Company
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.turns import take_turns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope


def lock_company(scope: Scope, company_id: UUID, ability: Ability) -> Company:
    """Lock and return one company within reach, for a merged one its survivor; raises `NotFound`."""
    rows = Company.objects.within(scope, ability).select_for_update(of=("self",))
    company = rows.filter(pk=company_id).first()
    if company is None or company.merged_into_id is not None:
        company = rows.filter(pk__in=Company.objects.filter(pk=company_id).values("merged_into")).first()
    if company is None:
        raise NotFound
    return company


def lock_pair(company_ids: Iterable[UUID]) -> None:
    """Let merges of the same companies queue, before any row is locked: the rows are locked in the order of all other actions."""
    take_turns(f"customers.merge:{company_id}" for company_id in company_ids)


def lock_companies(company_ids: Iterable[UUID]) -> list[Company]:
    """Lock companies by id, in one order everywhere."""
    # order_by("pk") is intentional, not redundant: one order of locks everywhere means no deadlock.
    return list(Company.objects.select_for_update(of=("self",)).filter(pk__in=set(company_ids)).order_by("pk"))
