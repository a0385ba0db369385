"""What people promised before the product came: months and weeks out of an earlier system, so that habits are known from the first day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast.models import MonthlyForecast, WeeklyForecast
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


def _commitment(past: PastCommitment) -> MonthlyForecast:
    content = {name: str(value) for name, value in asdict(past).items()}
    return MonthlyForecast(
        person_id=past.person_id, unit_id=past.unit_id, month=past.month, state=MonthState.PUBLISHED, deals=past.deals,
        amount_minor=past.amount_minor, content_hash=content_hash(content), rep_signed_at=past.signed_at,
        supervisor_id=past.supervisor_id, published_at=past.signed_at, changed_at=past.signed_at,
    )  # fmt: skip
