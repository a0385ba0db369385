"""When companies signed: what the score of leads is learned from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.pipeline.models import Order

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

SIGNED = (Order.Status.SIGNED, Order.Status.SUPERSEDED)


def signing_days(scope: Scope, company_ids: Collection[UUID], *, since: date) -> dict[UUID, list[date]]:
    """Return the days from a day on on which each company signed an order that was not cancelled, ascending."""
    scope.require(Ability.RUN_ALLOTMENT)
    rows = Order.objects.filter(status__in=SIGNED, signed_on__gte=since)
    days: dict[UUID, list[date]] = defaultdict(list)
    for company_id, day in rows.order_by("signed_on").values_list("company_id", "signed_on"):
        if day is not None and company_id in company_ids:
            days[company_id].append(day)
    return days
