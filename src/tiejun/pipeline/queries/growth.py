"""What the growth equation counts of orders: sums by unit, person or company, never a row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from tiejun.access.abilities import Ability
from tiejun.pipeline.models import Order, Receipt
from tiejun.pipeline.queries import COUNTED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope

# What sums can be cut by, as columns of an order. A company that was merged counts as the one that stands for it.
PARTS: dict[str, Any] = {
    "unit": F("unit_id"),
    "person": F("owner_id"),
    "company": Coalesce("company__merged_into_id", "company_id"),
}
_SOLD = Q(revision=1, signed_on__isnull=False)


def signed_by(
    scope: Scope, *, since: date, until: date, currency: str, part: str, unit_ids: Collection[UUID] | None = None
) -> dict[UUID, tuple[int, int]]:
    """Return orders signed from `since` to `until` (exclusive) less those cancelled then, and what both add in minor units.

    By `part` (of PARTS), within reach of the board and `unit_ids`. An amendment adds its difference and no order.
    """
    orders = _orders(scope, unit_ids).filter(currency=currency)
    signed = _sums(orders.filter(signed_on__gte=since, signed_on__lt=until), part, "delta_minor")
    undone = orders.filter(
        status=Order.Status.CANCELLED, signed_on__isnull=False, cancelled_on__gte=since, cancelled_on__lt=until
    )
    for key, (number, minor) in _sums(undone, part, "amount_minor").items():
        had = signed.get(key, (0, 0))
        signed[key] = (had[0] - number, had[1] - minor)
    return signed


def first_buyers(
    scope: Scope, *, since: date, until: date, currency: str, part: str, unit_ids: Collection[UUID] | None = None
) -> dict[UUID, UUID]:
    """Return the companies whose first order of all was signed from `since` to `until` (exclusive), and by which `part`.

    Within reach of the board and `unit_ids`. An order that was cancelled since made no buyer. A colleague's earlier order makes a company no first-time buyer.
    """
    counted = _orders(scope, unit_ids).filter(_SOLD, currency=currency, signed_on__gte=since, signed_on__lt=until)
    rows = counted.exclude(status=Order.Status.CANCELLED).annotate(buyer=PARTS["company"], part=PARTS[part])
    earlier = Order.objects.annotate(buyer=PARTS["company"]).filter(_SOLD, buyer=OuterRef("buyer"), signed_on__lt=since)
    first = rows.filter(~Exists(earlier)).order_by("buyer", "signed_on", "pk").distinct("buyer")
    return dict(first.values_list("buyer", "part"))


def existing_by(
    scope: Scope, *, before: date, churn_days: int, currency: str, part: str, unit_ids: Collection[UUID] | None = None
) -> dict[UUID, int]:
    """Return customers with an order before a day and none older than `churn_days` as their last, by `part`, within reach of the board.

    A customer counts once, where the last of these orders was signed: the organisation as it was then.
    """
    bought = Q(_SOLD, signed_on__lt=before, signed_on__gte=before - timedelta(days=churn_days), currency=currency)
    rows = _orders(scope, unit_ids).filter(bought).exclude(status=Order.Status.CANCELLED)
    later = (
        Order.objects.annotate(buyer=PARTS["company"])
        .filter(bought, buyer=OuterRef("buyer"))
        .exclude(status=Order.Status.CANCELLED)
        .filter(Q(signed_on__gt=OuterRef("signed_on")) | Q(signed_on=OuterRef("signed_on"), pk__gt=OuterRef("pk")))
    )
    last = rows.annotate(buyer=PARTS["company"], part=PARTS[part]).filter(~Exists(later))
    return dict(last.order_by().values_list("part").annotate(number=Count("pk")))


def collected_by(
    scope: Scope, *, since: date, until: date, currency: str, part: str, unit_ids: Collection[UUID] | None = None
) -> dict[UUID, int]:
    """Return what was received from `since` to `until` (exclusive), in minor units, by `part` of the order, within reach of the board."""
    rows = Receipt.objects.within(scope, Ability.VIEW_BOARD).filter(
        COUNTED, currency=currency, received_on__gte=since, received_on__lt=until
    )
    if unit_ids is not None:
        rows = rows.filter(plan__order__unit_id__in=unit_ids)
    of_order = {"unit": F("plan__order__unit_id"), "person": F("plan__order__owner_id")}
    of_company = Coalesce("plan__order__company__merged_into_id", "plan__order__company_id")
    parts = rows.order_by().annotate(part=of_order.get(part, of_company)).values_list("part")
    return dict(parts.annotate(total=Sum("amount_minor")))


def currencies_signed(scope: Scope, *, since: date, until: date) -> list[str]:
    """Return the currencies of the orders of a span within reach of the board, by name."""
    rows = Order.objects.within(scope, Ability.VIEW_BOARD).filter(signed_on__gte=since, signed_on__lt=until)
    return sorted(rows.order_by().values_list("currency", flat=True).distinct())


def _orders(scope: Scope, unit_ids: Collection[UUID] | None) -> ScopedQuerySet[Order]:
    rows = Order.objects.within(scope, Ability.VIEW_BOARD)
    return rows if unit_ids is None else rows.filter(unit_id__in=unit_ids)


def _sums(rows: ScopedQuerySet[Order], part: str, column: str) -> dict[UUID, tuple[int, int]]:
    found = rows.order_by().annotate(part=PARTS[part]).values_list("part")
    sums = found.annotate(number=Count("pk", filter=Q(revision=1)), minor=Sum(column))
    return {key: (number, minor or 0) for key, number, minor in sums}
