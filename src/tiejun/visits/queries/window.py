"""The counting window of effective customers, and a day's visits as counting wants them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tiejun.foundation.times import at_local
from tiejun.visits.models import Visit
from tiejun.visits.rules.counting import CountedVisit
from tiejun.visits.rules.vocabulary import RECORDED, VisitKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


def nearest_effective_day(
    scope: Scope,  # noqa: ARG001 -- whether a company counts already is no secret inside the company
    company_id: UUID,
    *,
    day: date,
    window_days: int,
    but: UUID | None = None,
) -> date | None:
    """Return the business day nearest to `day` on which another visit already won this company, within the window."""
    reach = timedelta(days=window_days)
    rows = Visit.objects.filter(
        company=company_id,
        effective_customer=True,
        state__in=RECORDED,
        business_day__gt=day - reach,
        business_day__lt=day + reach,
    )
    if but is not None:
        rows = rows.exclude(pk=but)
    return min(rows.values_list("business_day", flat=True), key=lambda other: abs((other - day).days), default=None)


def counted(visits: Iterable[Visit], half_day_at: str) -> list[CountedVisit]:
    """Return recorded visits as counting wants them; `half_day_at`: the local clock time that ends the morning."""
    rows = []
    for visit in visits:
        noon = at_local(visit.business_day, half_day_at, visit.zone)
        local = visit.started_at.astimezone(ZoneInfo(visit.zone))
        rows.append(
            CountedVisit(
                visit_id=visit.pk,
                company_id=visit.company_id,
                kind=VisitKind(visit.kind),
                effective_visit=visit.effective_visit,
                new_effective_customer=visit.new_effective_customer,
                is_morning=local < noon,
            )
        )
    return rows
