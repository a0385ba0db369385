"""What a day brought, beside what was said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.forecast.rules.daily import DayActuals, DayNumbers
from tiejun.pipeline.queries.sales import DaySales, signed_by_day
from tiejun.visits.queries.days import day_counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.forecast.models import DailyForecast


def actuals_of(
    scope: Scope, person_ids: Sequence[UUID], day: date, *, now: datetime
) -> tuple[dict[UUID, DayActuals], dict[tuple[UUID, date], DaySales]]:
    """Return what persons within reach brought in on a day, and what they signed, in five queries."""
    counts = day_counts(scope, person_ids, day, now=now)
    sales = signed_by_day(scope, person_ids, since=day, until=day + timedelta(days=1))
    nothing = DaySales()
    actuals = {
        person_id: DayActuals(
            deals=sales.get((person_id, day), nothing).deals,
            amount_minor=sales.get((person_id, day), nothing).amount_minor,
            visits=counts[person_id].restated_visits,
            effective=counts[person_id].restated_effective_visits,
        )
        for person_id in person_ids
    }
    return actuals, sales


def numbers_of(scope: Scope, row: DailyForecast) -> DayNumbers:  # noqa: ARG001 -- the row was read in the scope already
    """Return what a forecast says as the rules take it."""
    return DayNumbers(
        row.expected_deals, row.expected_minor, row.expected_visits, row.expected_morning, row.expected_effective
    )
