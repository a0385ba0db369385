"""Counts of visits for the board: numbers by unit and day, never a row of a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.visits.models import CountAdjustment, DayLock, Visit
from tiejun.visits.rules.vocabulary import RECORDED, Entry, Metric

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class FieldCount:
    """M-V1 to M-V3 of a unit on a day: frozen counts with their adjustments, or live ones before the hard lock."""

    unit_id: UUID
    day: date
    visits: int
    effective_visits: int
    new_effective_customers: int


def field_counts(scope: Scope, *, since: date, until: date) -> list[FieldCount]:
    """Count visits per unit and day from `since` to `until` (exclusive) within reach of the board, in three queries."""
    scope.require(Ability.VIEW_BOARD)
    days = {"business_day__gte": since, "business_day__lt": until}
    sums: Counter[tuple[UUID, date, Metric]] = Counter()
    locks = DayLock.objects.within(scope, Ability.VIEW_BOARD).filter(hard_at__isnull=False, **days)
    for unit_id, day, *totals in locks.values_list("unit_id", "business_day").annotate(
        Sum("visits"), Sum("effective_visits"), Sum("new_effective_customers")
    ):
        for metric, total in zip(Metric, totals, strict=True):
            sums[unit_id, day, metric] += total
    changes = CountAdjustment.objects.within(scope, Ability.VIEW_BOARD).filter(**days)
    for unit_id, day, metric, total in changes.values_list("unit_id", "business_day", "metric").annotate(Sum("delta")):
        sums[unit_id, day, Metric(metric)] += total
    _add_live(scope, sums, days)
    places = {(unit_id, day) for unit_id, day, _ in sums}
    return [
        FieldCount(unit_id, day, *(sums[unit_id, day, metric] for metric in Metric))
        for unit_id, day in sorted(places, key=lambda place: (place[1], place[0]))
    ]


def _add_live(scope: Scope, sums: Counter[tuple[UUID, date, Metric]], days: dict[str, date]) -> None:
    """Add the days that no hard lock has frozen; the same customer twice on a day counts once."""
    frozen = DayLock.objects.filter(
        person=OuterRef("person"), business_day=OuterRef("business_day"), hard_at__isnull=False
    )
    live = Visit.objects.within(scope, Ability.VIEW_BOARD).filter(
        ~Exists(frozen), state__in=RECORDED, entry=Entry.ON_TIME, **days
    )
    counts = (
        live.order_by()
        .values_list("unit_id", "business_day", "person_id")
        .annotate(
            companies=Count("company", distinct=True),
            effective=Count("company", distinct=True, filter=Q(effective_visit=True)),
            new=Count("company", distinct=True, filter=Q(new_effective_customer=True)),
        )
    )
    for unit_id, day, _person, *totals in counts:
        for metric, total in zip(Metric, totals, strict=True):
            sums[unit_id, day, metric] += total
