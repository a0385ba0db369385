"""Counts of days and months, live before the hard lock and frozen with their adjustments after it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Sum

from tiejun.access.abilities import Ability
from tiejun.visits.models import CountAdjustment, DayLock, Visit
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.counting import DayCounts, MonthCounts, adjusted, counted, counts_of, difference
from tiejun.visits.rules.vocabulary import RECORDED, Entry, Metric, VisitState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

# What counting asks of a visit: a day of a group has eighty of them, with more than forty columns each.
COUNTED = (
    "person", "company", "kind", "entry", "zone", "business_day", "started_at", "effective_visit", "new_effective_customer",
)  # fmt: skip


def day_counts(scope: Scope, person_ids: Iterable[UUID], day: date, *, now: datetime) -> dict[UUID, DayCounts]:
    """Return the counts of persons within reach on a day: frozen with their adjustments, or live before the hard lock.

    Everybody asked for has an entry; who is out of reach or did nothing has zeros.
    """
    persons = set(person_ids)
    half = field_policy(scope, now).half_day_at
    locks = DayLock.objects.within(scope, Ability.VIEW_VISITS).filter(
        person__in=persons, business_day=day, hard_at__isnull=False
    )
    frozen = {lock.person_id: lock for lock in locks}
    visits: dict[UUID, list[Visit]] = defaultdict(list)
    rows = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(
        person__in=persons, business_day=day, state__in=RECORDED
    )
    for visit in rows.order_by("received_at", "pk").only(*COUNTED):
        visits[visit.person_id].append(visit)
    deltas = _adjustments(scope, frozen, day)
    return {
        person_id: _frozen(frozen[person_id], visits[person_id], deltas[person_id])
        if person_id in frozen
        else _live(visits[person_id], half)
        for person_id in persons
    }


def _live(visits: list[Visit], half: str) -> DayCounts:
    in_time = [visit for visit in visits if visit.entry == Entry.ON_TIME]
    counts, every = counts_of(counted(in_time, half)), counts_of(counted(visits, half))
    return adjusted(counts, difference(counts, every), late_count=len(visits) - len(in_time))


def _frozen(lock: DayLock, visits: list[Visit], deltas: dict[Metric, int]) -> DayCounts:
    counts = DayCounts(
        visits=lock.visits,
        effective_visits=lock.effective_visits,
        new_effective_customers=lock.new_effective_customers,
        morning_new=lock.morning_new,
        afternoon_new=lock.afternoon_new,
        cold_visits=lock.cold_visits,
        is_frozen=True,
    )
    return adjusted(counts, deltas, late_count=sum(visit.entry == Entry.LATE for visit in visits))


def _adjustments(scope: Scope, persons: Iterable[UUID], day: date) -> dict[UUID, dict[Metric, int]]:
    rows = CountAdjustment.objects.within(scope, Ability.VIEW_VISITS).filter(person__in=list(persons), business_day=day)
    found: dict[UUID, dict[Metric, int]] = defaultdict(dict)
    for row in rows.values("person_id", "metric").annotate(total=Sum("delta")):
        found[row["person_id"]][Metric(row["metric"])] = row["total"]
    return found


def month_counts(scope: Scope, person_ids: Iterable[UUID], month: date, *, now: datetime) -> dict[UUID, MonthCounts]:
    """Return restated counts of the calendar month that `month` lies in, for persons within reach, up to now."""
    persons = set(person_ids)
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    span = {"person__in": persons, "business_day__gte": first, "business_day__lt": after}
    totals: dict[UUID, list[int]] = {person_id: [0, 0, 0, 0] for person_id in persons}
    locked: set[tuple[UUID, date]] = set()
    for lock in DayLock.objects.within(scope, Ability.VIEW_VISITS).filter(**span, hard_at__isnull=False):
        locked.add((lock.person_id, lock.business_day))
        _add(totals[lock.person_id], lock.visits, lock.effective_visits, lock.new_effective_customers)
    for row in CountAdjustment.objects.within(scope, Ability.VIEW_VISITS).filter(**span):
        totals[row.person_id][list(Metric).index(Metric(row.metric))] += row.delta
    half = field_policy(scope, now).half_day_at
    for (person_id, _day), visits in _open_days(scope, span, locked).items():
        live = _live(visits, half)
        _add(
            totals[person_id],
            live.restated_visits,
            live.restated_effective_visits,
            live.restated_new_effective_customers,
        )
    return {person_id: MonthCounts(*values) for person_id, values in totals.items()}


def _open_days(
    scope: Scope, span: dict[str, object], locked: set[tuple[UUID, date]]
) -> dict[tuple[UUID, date], list[Visit]]:
    days: dict[tuple[UUID, date], list[Visit]] = defaultdict(list)
    rows = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(
        **span, state__in=(VisitState.COMPLETED, VisitState.SUBMITTED)
    )
    for visit in rows.order_by("received_at", "pk"):
        if (visit.person_id, visit.business_day) not in locked:
            days[visit.person_id, visit.business_day].append(visit)
    return days


def _add(total: list[int], visits: int, effective: int, new: int) -> None:
    total[0] += visits
    total[1] += effective
    total[2] += new
    total[3] += bool(visits)
