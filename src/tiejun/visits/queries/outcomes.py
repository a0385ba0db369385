"""When companies became effective customers: what the score of leads is learned from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.visits.models import Visit
from tiejun.visits.rules.vocabulary import RECORDED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


def effective_days(scope: Scope, company_ids: Collection[UUID], *, since: date) -> dict[UUID, list[date]]:
    """Return the business days from a day on on which a visit made each company an effective customer, ascending."""
    scope.require(Ability.RUN_ALLOTMENT)
    rows = Visit.objects.filter(effective_customer=True, state__in=RECORDED, business_day__gte=since)
    days: dict[UUID, list[date]] = defaultdict(list)
    for company_id, day in rows.order_by("business_day").values_list("company_id", "business_day"):
        if company_id in company_ids:
            days[company_id].append(day)
    return days
