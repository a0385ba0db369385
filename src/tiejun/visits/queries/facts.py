"""What the facts of the boards are summed of: M-V1 to M-V3 of each person and day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, Value, When

from tiejun.access.abilities import Ability
from tiejun.foundation.days import Days
from tiejun.foundation.lines import Lines
from tiejun.visits.models import CountAdjustment, DayLock, Visit
from tiejun.visits.rules.vocabulary import RECORDED, Entry, Metric

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

KEYS = ("day", "unit_id", "person_id")
MEASURES = ("visits", "effective", "new_effective")


def field_lines(
    scope: Scope,
    days: Days,
    *,
    unit_ids: Collection[UUID] | None = None,
    sources: bool = True,  # noqa: ARG001 -- visits are of no source
    wanted: Collection[str] = (),  # noqa: ARG001 -- they are one question
) -> list[Lines]:
    """Return the lines of M-V1 to M-V3 on some business days, within reach of the board and `unit_ids`.

    Frozen counts with their adjustments; of days that no hard lock has frozen the visits themselves, where the same customer twice on a
    day counts once.
    """
    of_days = days.of("business_day")
    if unit_ids is not None:
        of_days &= Q(unit_id__in=unit_ids)
    place = ("business_day", "unit_id", "person_id")
    locks = DayLock.objects.within(scope, Ability.VIEW_BOARD).filter(of_days, hard_at__isnull=False).order_by()
    changes = CountAdjustment.objects.within(scope, Ability.VIEW_BOARD).filter(of_days).order_by()
    frozen = DayLock.objects.filter(
        days.of("business_day"), person=OuterRef("person"), business_day=OuterRef("business_day"), hard_at__isnull=False
    )
    live = Visit.objects.within(scope, Ability.VIEW_BOARD).filter(
        of_days, ~Exists(frozen), state__in=RECORDED, entry=Entry.ON_TIME
    )
    counted = (
        live.order_by()
        .values_list(*place)
        .annotate(
            all_of_them=Count("company", distinct=True),
            effective=Count("company", distinct=True, filter=Q(effective_visit=True)),
            new=Count("company", distinct=True, filter=Q(new_effective_customer=True)),
        )
    )
    return [
        Lines(locks.values_list(*place, "visits", "effective_visits", "new_effective_customers"), KEYS, MEASURES),
        Lines(changes.values_list(*place, *(_delta(metric) for metric in Metric)), KEYS, MEASURES),
        Lines(counted, KEYS, MEASURES),
    ]


def first_field_day(scope: Scope) -> date | None:
    """Return the first business day that has a visit or frozen counts."""
    scope.require(Ability.VIEW_BOARD)
    firsts = [rows.objects.aggregate(day=Min("business_day"))["day"] for rows in (Visit, DayLock, CountAdjustment)]
    return min((day for day in firsts if day is not None), default=None)


def field_days_touched(scope: Scope, *, since: datetime) -> set[date]:
    """Return the business days whose frozen counts were made or adjusted since a moment."""
    scope.require(Ability.VIEW_BOARD)
    locked = DayLock.objects.filter(hard_at__gte=since).order_by().values_list("business_day")
    changed = CountAdjustment.objects.filter(booked_at__gte=since).order_by().values_list("business_day")
    return {day for (day,) in locked.union(changed)}


def _delta(metric: Metric) -> Any:
    return Case(When(metric=metric, then=F("delta")), default=Value(0), output_field=IntegerField())
