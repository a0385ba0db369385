"""Row locks of this module, always in the order of the primary key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.customers.models import Company
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope


def lock_company(scope: Scope, company_id: UUID, ability: Ability) -> Company:
    """Lock and return one company within reach; raises `NotFound`."""
    company = Company.objects.within(scope, ability).select_for_update(of=("self",)).filter(pk=company_id).first()
    if company is None:
        raise NotFound
    return company


def lock_companies(company_ids: Iterable[UUID]) -> list[Company]:
    """Lock companies by id, in one order everywhere."""
    # order_by("pk") is intentional, not redundant: one order of locks everywhere means no deadlock.
    return list(Company.objects.select_for_update(of=("self",)).filter(pk__in=set(company_ids)).order_by("pk"))
