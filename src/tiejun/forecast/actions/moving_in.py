"""What people promised before the product came: months, weeks and days out of an earlier system, so that habits are known from the first day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast.models import DailyForecast, MonthlyForecast, WeeklyForecast
from tiejun.forecast.queries.actuals import actuals_of, numbers_of
from tiejun.forecast.rules import DayState
from tiejun.forecast.rules.daily import judged
from tiejun.forecast.rules.months import MonthState, content_hash
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.times import business_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class PastCommitment:
    """A month that somebody committed to, with who signed beside them and when; the amount in minor units."""

    person_id: UUID
    unit_id: UUID
    month: date
    deals: int
    amount_minor: int
    supervisor_id: UUID
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class PastWeek:
    """The numbers of a week (its Monday) as they were agreed, by whom and when."""

    person_id: UUID
    unit_id: UUID
    week: date
    deals: int
    visits: int
    effective: int
    agreed_by_id: UUID
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class PastDay:
    """What somebody said of a day on the evening before: deals with their amount in minor units, visits, effective ones."""

    person_id: UUID
    unit_id: UUID
    day: date
    deals: int
    amount_minor: int
    visits: int
    morning: int
    effective: int
    said_at: datetime


@action(Ability.BRING_IN_FORECASTS)
def bring_in_promises(
    scope: Scope, *, months: Sequence[PastCommitment], weeks: Sequence[PastWeek], now: datetime
) -> tuple[int, int]:
    """Bring in what was promised for months and weeks that have begun; returns how many of each are new.

    What stands here already is passed by. Nothing is announced, and no expectation of the engine stands beside: there was
    none. Raises `Invalid` for a month or week that has not begun.
    """
    today = business_day(now, scope.zone)
    if any(one.month > today for one in months) or any(one.week > today for one in weeks):
        raise Invalid(day=_("Only what has begun can be brought in."))
    signed, agreed = [_commitment(one) for one in months], [WeeklyForecast(**asdict(one)) for one in weeks]
    MonthlyForecast.objects.bulk_create(signed, ignore_conflicts=True)
    WeeklyForecast.objects.bulk_create(agreed, ignore_conflicts=True)
    new_months = MonthlyForecast.objects.filter(pk__in=[row.pk for row in signed]).count()
    new_weeks = WeeklyForecast.objects.filter(pk__in=[row.pk for row in agreed]).count()
    audit.record(scope, "forecast.promises_brought_in", months=new_months, weeks=new_weeks)
    return new_months, new_weeks


@action(Ability.BRING_IN_FORECASTS)
def bring_in_days(scope: Scope, *, days: Sequence[PastDay], now: datetime) -> int:
    """Bring in what people said of days that are over, each judged beside what came; returns how many are new.

    What stands here already is passed by. Raises `Invalid` for a day that is not over.
    """
    today = business_day(now, scope.zone)
    if any(one.day >= today for one in days):
        raise Invalid(day=_("Only days that are over can be brought in."))
    said: dict[date, list[PastDay]] = defaultdict(list)
    for one in days:
        said[one.day].append(one)
    rows = [row for day, of_day in sorted(said.items()) for row in _judged_days(scope, day, of_day, now)]
    DailyForecast.objects.bulk_create(rows, ignore_conflicts=True)
    new = DailyForecast.objects.filter(pk__in=[row.pk for row in rows]).count()
    audit.record(scope, "forecast.days_brought_in", days=new)
    return new


def _judged_days(scope: Scope, day: date, said: Sequence[PastDay], now: datetime) -> list[DailyForecast]:
    actuals, _sales = actuals_of(scope, [one.person_id for one in said], day, now=now)
    rows = []
    for one in said:
        actual = actuals[one.person_id]
        row = DailyForecast(
            person_id=one.person_id, unit_id=one.unit_id, business_day=day, state=DayState.CLOSED, expected_deals=one.deals,
            expected_minor=one.amount_minor, expected_visits=one.visits, expected_morning=one.morning,
            expected_effective=one.effective, is_machine=False, submitted_at=one.said_at, changed_at=one.said_at,
            changed_by_id=one.person_id, actual_deals=max(0, actual.deals), actual_minor=actual.amount_minor,
            actual_visits=actual.visits, actual_effective=actual.effective, closed_at=now,
        )  # fmt: skip
        verdict = judged(numbers_of(scope, row), actual)
        row.result_met, row.process_met = verdict.result_met, verdict.process_met
        rows.append(row)
    return rows


def _commitment(past: PastCommitment) -> MonthlyForecast:
    content = {name: str(value) for name, value in asdict(past).items()}
    return MonthlyForecast(
        person_id=past.person_id, unit_id=past.unit_id, month=past.month, state=MonthState.PUBLISHED, deals=past.deals,
        amount_minor=past.amount_minor, content_hash=content_hash(content), rep_signed_at=past.signed_at,
        supervisor_id=past.supervisor_id, published_at=past.signed_at, changed_at=past.signed_at,
    )  # fmt: skip
