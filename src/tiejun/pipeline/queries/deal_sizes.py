"""What a deal is worth, by industry: asked by the night before it gives leads out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from tiejun.access.abilities import Ability
from tiejun.pipeline.models import Order

if TYPE_CHECKING:
    from datetime import date

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Signed:
    """Signed orders: how many and their sum, in minor units."""

    count: int
    total_minor: int


def signed_by_industry(scope: Scope, *, since: date, currency: str = "CNY") -> dict[str, Signed]:
    """Return the orders signed from a day on, by industry of the company, in one query and one currency."""
    scope.require(Ability.RUN_ALLOTMENT)
    rows = Order.objects.filter(status=Order.Status.SIGNED, signed_on__gte=since, currency=currency).order_by()
    sums = rows.values_list("company__industry").annotate(count=Count("pk"), total=Sum("amount_minor"))
    return {industry: Signed(count, int(total or 0)) for industry, count, total in sums}
