"""Links 5 to 7 of a span cut by unit, person or company and day: what explains a day that is not as usual."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from tiejun.access.abilities import Ability
from tiejun.foundation.times import at_local
from tiejun.pipeline.models import Opportunity, Order, Receipt
from tiejun.pipeline.queries import COUNTED
from tiejun.pipeline.queries.growth import PARTS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

Cell = tuple[int, int]
_OF_RECEIPT: dict[str, Any] = {
    "unit": F("plan__order__unit_id"),
    "person": F("plan__order__owner_id"),
    "company": Coalesce("plan__order__company__merged_into_id", "plan__order__company_id"),
}


def opened_by(
    scope: Scope, *, since: date, until: date, part: str, unit_ids: Collection[UUID] | None = None
) -> dict[tuple[UUID, date], Cell]:
    """Return opportunities opened from `since` to `until` (exclusive) by `part` (unit, person, company) and day, each as (number, 0).

    Within reach of the board and `unit_ids`, whatever the currency; counted as `pipeline_sums` does.
    """
    first, last = at_local(since, "00:00", scope.zone), at_local(until, "00:00", scope.zone)
    rows = Opportunity.objects.within(scope, Ability.VIEW_BOARD).filter(opened_at__gte=first, opened_at__lt=last)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    day = TruncDate("opened_at", tzinfo=ZoneInfo(scope.zone))
    found = rows.order_by().annotate(part=PARTS[part], day=day).values_list("part", "day")
    return {(key, on): (number, 0) for key, on, number in found.annotate(number=Count("pk"))}


def signed_by_day(
    scope: Scope,
    *,
    since: date,
    until: date,
    currency: str,
    part: str,
    unit_ids: Collection[UUID] | None = None,
) -> dict[tuple[UUID, date], Cell]:
    """Return orders signed less those cancelled by `part` and day, each as (number of any currency, minor units of `currency`)."""
    rows = Order.objects.within(scope, Ability.VIEW_BOARD)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    signed = rows.filter(signed_on__gte=since, signed_on__lt=until)
    undone = rows.filter(
        status=Order.Status.CANCELLED, signed_on__isnull=False, cancelled_on__gte=since, cancelled_on__lt=until
    )
    sums: dict[tuple[UUID, date], Cell] = defaultdict(lambda: (0, 0))
    for found, day, column, sign in (
        (signed, "signed_on", "delta_minor", 1),
        (undone, "cancelled_on", "amount_minor", -1),
    ):
        cells = found.order_by().annotate(part=PARTS[part]).values_list("part", day)
        total = Sum(column, filter=Q(currency=currency))
        for key, on, number, minor in cells.annotate(n=Count("pk", filter=Q(revision=1)), s=total):
            had = sums[key, on]
            sums[key, on] = (had[0] + sign * number, had[1] + sign * (minor or 0))
    return dict(sums)


def collected_by_day(
    scope: Scope,
    *,
    since: date,
    until: date,
    currency: str,
    part: str,
    unit_ids: Collection[UUID] | None = None,
) -> dict[tuple[UUID, date], Cell]:
    """Return what was received by `part` of the order and day, each as (number of receipts, minor units), of `currency` alone."""
    rows = Receipt.objects.within(scope, Ability.VIEW_BOARD).filter(
        COUNTED, currency=currency, received_on__gte=since, received_on__lt=until
    )
    if unit_ids is not None:
        rows = rows.filter(plan__order__unit_id__in=unit_ids)
    found = rows.order_by().annotate(part=_OF_RECEIPT[part]).values_list("part", "received_on")
    cells = found.annotate(n=Count("pk"), s=Sum("amount_minor"))
    return {(key, on): (number, minor or 0) for key, on, number, minor in cells}
