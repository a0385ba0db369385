"""Counts of visits for the board: numbers by unit and day, never a row of a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.visits.models import CountAdjustment, DayLock, Visit
from tiejun.visits.rules.vocabulary import RECORDED, Entry, Metric

if TYPE_CHECKING:
    from collections.abc import Collection
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
    cells = _cells(scope, since, until, "unit_id", None)
    return [
        FieldCount(unit_id, day, *numbers)
        for (unit_id, day), numbers in sorted(cells.items(), key=lambda cell: (cell[0][1], cell[0][0]))
    ]


def visited_by(
    scope: Scope, *, since: date, until: date, part: str, unit_ids: Collection[UUID] | None = None
) -> dict[tuple[UUID, date], tuple[int, int, int]]:
    """Return M-V1 to M-V3 by `part` (unit or person) and day, from `since` to `until` (exclusive), as `field_counts` does.

    Within reach of the board and `unit_ids`.
    """
    return _cells(scope, since, until, f"{part}_id", unit_ids)


def _cells(
    scope: Scope, since: date, until: date, column: str, unit_ids: Collection[UUID] | None
) -> dict[tuple[UUID, date], tuple[int, int, int]]:
    scope.require(Ability.VIEW_BOARD)
    wanted: dict[str, Any] = {"business_day__gte": since, "business_day__lt": until}
    if unit_ids is not None:
        wanted["unit_id__in"] = unit_ids
    sums: Counter[tuple[UUID, date, Metric]] = Counter()
    locks = DayLock.objects.within(scope, Ability.VIEW_BOARD).filter(hard_at__isnull=False, **wanted)
    for key, day, *totals in locks.values_list(column, "business_day").annotate(
        Sum("visits"), Sum("effective_visits"), Sum("new_effective_customers")
    ):
        for metric, total in zip(Metric, totals, strict=True):
            sums[key, day, metric] += total
    changes = CountAdjustment.objects.within(scope, Ability.VIEW_BOARD).filter(**wanted)
    for key, day, name, total in changes.values_list(column, "business_day", "metric").annotate(Sum("delta")):
        sums[key, day, Metric(name)] += total
    _add_live(scope, sums, wanted, column)
    places = {(key, day) for key, day, _ in sums}
    return {
        (key, day): (
            sums[key, day, Metric.VISITS],
            sums[key, day, Metric.EFFECTIVE_VISITS],
            sums[key, day, Metric.NEW_EFFECTIVE_CUSTOMERS],
        )
        for key, day in places
    }


def _add_live(scope: Scope, sums: Counter[tuple[UUID, date, Metric]], wanted: dict[str, Any], column: str) -> None:
    """Add the days that no hard lock has frozen; the same customer twice on a day counts once."""
    frozen = DayLock.objects.filter(
        person=OuterRef("person"), business_day=OuterRef("business_day"), hard_at__isnull=False
    )
    live = Visit.objects.within(scope, Ability.VIEW_BOARD).filter(
        ~Exists(frozen), state__in=RECORDED, entry=Entry.ON_TIME, **wanted
    )
    counts = (
        live.order_by()
        .annotate(part=F(column))
        .values_list("part", "business_day", "person_id")
        .annotate(
            companies=Count("company", distinct=True),
            effective=Count("company", distinct=True, filter=Q(effective_visit=True)),
            new=Count("company", distinct=True, filter=Q(new_effective_customer=True)),
        )
    )
    for key, day, _person, *totals in counts:
        for metric, total in zip(Metric, totals, strict=True):
            sums[key, day, metric] += total
