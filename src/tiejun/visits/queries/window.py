"""The counting window of effective customers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.customers.queries.family import family_of
from tiejun.visits.models import Visit
from tiejun.visits.rules.vocabulary import RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


def nearest_effective_day(
    scope: Scope,
    company_id: UUID,
    *,
    day: date,
    window_days: int,
    but: UUID | None = None,
) -> date | None:
    """Return the business day nearest to `day` on which another visit already won this company, within the window."""
    reach = timedelta(days=window_days)
    rows = Visit.objects.filter(
        company__in=family_of(scope, company_id),
        effective_customer=True,
        state__in=RECORDED,
        business_day__gt=day - reach,
        business_day__lt=day + reach,
    )
    if but is not None:
        rows = rows.exclude(pk=but)
    return min(rows.values_list("business_day", flat=True), key=lambda other: abs((other - day).days), default=None)


def effective_days(
    scope: Scope,  # noqa: ARG001 -- whether a company counts already is no secret inside the company
    company_ids: Iterable[UUID],
    *,
    day: date,
    window_days: int,
) -> dict[UUID, date]:
    """Return for each company the last business day up to `day`, within the window, on which it counted; one query."""
    rows = Visit.objects.filter(
        company__in=list(company_ids),
        effective_customer=True,
        state__in=RECORDED,
        business_day__gt=day - timedelta(days=window_days),
        business_day__lte=day,
    )
    return dict(rows.order_by("company", "business_day").values_list("company_id", "business_day"))
