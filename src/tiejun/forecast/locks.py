"""Row locks of the forecast, always in this order: report, reviews, daily forecasts; group, commitment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.forecast.models import DailyForecast, DailyReport, ForecastReview, MonthlyForecast
from tiejun.foundation.refusals import NotFound, Stale
from tiejun.foundation.turns import take_turns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope


def lock_day(scope: Scope, person_id: UUID, day: date, ability: Ability) -> DailyForecast | None:
    """Lock and return a person's forecast of a day within reach, None when there is none: then nobody else makes it meanwhile."""
    alone_with("day", [person_id], day)
    rows = DailyForecast.objects.within(scope, ability).select_for_update(of=("self",))
    return rows.filter(person_id=person_id, business_day=day).first()


def lock_review(scope: Scope, person_id: UUID, day: date, ability: Ability) -> ForecastReview | None:
    """Lock and return a person's review of an evening within reach, None when none is due."""
    rows = ForecastReview.objects.within(scope, ability).select_for_update(of=("self",))
    return rows.filter(person_id=person_id, business_day=day).first()


def lock_report(scope: Scope, unit_id: UUID, day: date, ability: Ability, *, version: int | None = None) -> DailyReport:
    """Lock and return a group's report of a day within reach; raises `NotFound`, or `Stale` for another version."""
    rows = DailyReport.objects.within(scope, ability).select_for_update(of=("self",))
    row = rows.filter(unit_id=unit_id, business_day=day).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def lock_month(scope: Scope, person_id: UUID, month: date) -> MonthlyForecast | None:  # noqa: ARG001 -- the caller has looked the person up
    """Lock and return the newest edition of a person's month, None when there is none: then nobody else makes it meanwhile."""
    alone_with("month", [person_id], month)
    rows = MonthlyForecast.objects.select_for_update(of=("self",)).filter(person_id=person_id, month=month)
    return rows.order_by("-edition").first()


def lock_commitment(
    scope: Scope, commitment_id: UUID, ability: Ability, *, version: int | None = None
) -> MonthlyForecast:
    """Lock and return an edition in reach; raises `NotFound`, or `Stale` for another version."""
    rows = MonthlyForecast.objects.within(scope, ability).select_for_update(of=("self",))
    row = rows.filter(pk=commitment_id).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def lock_group(unit_id: UUID, month: date) -> None:
    """Let one leader answer for a unit's month at a time."""
    alone_with("group", [unit_id], month)


def alone_with(what: str, keys: Iterable[UUID], day: date) -> None:
    """Wait until nobody else works on what may not exist yet: the days, weeks or months of persons, or a group's month."""
    take_turns(f"forecast.{what}:{key}:{day}" for key in keys)
