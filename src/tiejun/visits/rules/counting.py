"""From visits to the counts of a day and of a month."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from tiejun.visits.rules.vocabulary import Metric, VisitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from tiejun.visits.models import Visit


@dataclass(frozen=True, slots=True)
class CountedVisit:
    """What counting needs of one recorded visit."""

    visit_id: UUID
    company_id: UUID
    kind: VisitKind
    effective_visit: bool
    new_effective_customer: bool
    is_morning: bool


@dataclass(frozen=True, slots=True)
class DayCounts:
    """A person's day. The first six are M-V1 to M-V3 with the shape of M-V6; adjusted numbers stand beside frozen ones.

    `is_frozen`: the hard lock has passed. `late_count`: records after their time, in no count but in the adjustments.
    """

    visits: int = 0
    effective_visits: int = 0
    new_effective_customers: int = 0
    morning_new: int = 0
    afternoon_new: int = 0
    cold_visits: int = 0
    late_count: int = 0
    is_frozen: bool = False
    adjusted_visits: int = 0
    adjusted_effective_visits: int = 0
    adjusted_new_effective_customers: int = 0

    @property
    def restated_visits(self) -> int:
        return self.visits + self.adjusted_visits

    @property
    def restated_effective_visits(self) -> int:
        return self.effective_visits + self.adjusted_effective_visits

    @property
    def restated_new_effective_customers(self) -> int:
        return self.new_effective_customers + self.adjusted_new_effective_customers


def counted(visits: Iterable[Visit], half_day_at: str) -> list[CountedVisit]:
    """Return recorded visits as counting wants them; `half_day_at`: the local clock time that ends the morning."""
    rows = []
    half_day = time.fromisoformat(half_day_at)
    for visit in visits:
        zone = ZoneInfo(visit.zone)
        rows.append(
            CountedVisit(
                visit_id=visit.pk,
                company_id=visit.company_id,
                kind=VisitKind(visit.kind),
                effective_visit=visit.effective_visit,
                new_effective_customer=visit.new_effective_customer,
                is_morning=visit.started_at < datetime.combine(visit.business_day, half_day, zone),
            )
        )
    return rows


def counts_of(visits: Iterable[CountedVisit]) -> DayCounts:
    """Count a person's recorded visits of one day: the same customer twice counts once (invariant 8)."""
    by_company: dict[UUID, list[CountedVisit]] = defaultdict(list)
    for visit in visits:
        by_company[visit.company_id].append(visit)
    groups = list(by_company.values())
    new = [next(visit for visit in group if visit.new_effective_customer) for group in groups if _any_new(group)]
    morning = sum(visit.is_morning for visit in new)
    return DayCounts(
        visits=len(groups),
        effective_visits=sum(any(visit.effective_visit for visit in group) for group in groups),
        new_effective_customers=len(new),
        morning_new=morning,
        afternoon_new=len(new) - morning,
        cold_visits=sum(any(visit.kind is VisitKind.COLD for visit in group) for group in groups),
    )


def _any_new(group: list[CountedVisit]) -> bool:
    return any(visit.new_effective_customer for visit in group)


def counts_hash(person_id: UUID, day: date, counts: DayCounts, visits: Iterable[CountedVisit]) -> bytes:
    """Return SHA-256 over a day's frozen counts and the visits they were made of."""
    rows = sorted(
        [str(visit.visit_id), str(visit.company_id), visit.effective_visit, visit.new_effective_customer]
        for visit in visits
    )
    body = json.dumps([str(person_id), day.isoformat(), asdict(counts), rows], sort_keys=True)
    return hashlib.sha256(body.encode()).digest()


def difference(before: DayCounts, after: DayCounts) -> dict[Metric, int]:
    """Return what an adjustment must add so that `before` reads as `after`; unchanged metrics are left out."""
    deltas = {
        Metric.VISITS: after.visits - before.visits,
        Metric.EFFECTIVE_VISITS: after.effective_visits - before.effective_visits,
        Metric.NEW_EFFECTIVE_CUSTOMERS: after.new_effective_customers - before.new_effective_customers,
    }
    return {metric: delta for metric, delta in deltas.items() if delta}


def adjusted(counts: DayCounts, deltas: Mapping[Metric, int], *, late_count: int = 0) -> DayCounts:
    """Put a day's adjustments beside its frozen counts."""
    values = asdict(counts) | {
        "adjusted_visits": deltas.get(Metric.VISITS, 0),
        "adjusted_effective_visits": deltas.get(Metric.EFFECTIVE_VISITS, 0),
        "adjusted_new_effective_customers": deltas.get(Metric.NEW_EFFECTIVE_CUSTOMERS, 0),
        "late_count": late_count,
    }
    return DayCounts(**values)


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """A person's month so far, restated; `days` are days with at least one visit."""

    visits: int = 0
    effective_visits: int = 0
    new_effective_customers: int = 0
    days: int = 0

    @property
    def effective_rate(self) -> float:
        """Rate e' of M-V4: new effective customers per visit; 0 without a visit."""
        return self.new_effective_customers / self.visits if self.visits else 0.0


@dataclass(frozen=True, slots=True)
class Floor:
    """What a day asks for (M-V5), pro rata on a half day."""

    visits: int
    effective_min: int
    effective_target: int
    noon: int


def floor_for(leave_part: str, *, visits: int, effective_min: int, effective_target: int, noon: int) -> Floor:
    """Return a person's floor: nothing on leave, half on half a day (M-V5: half of 8 and 2 is 4 and 1)."""
    if leave_part == "FULL":
        return Floor(0, 0, 0, 0)
    if leave_part in ("MORNING", "AFTERNOON"):
        return Floor(visits // 2, effective_min // 2, effective_target // 2, 0 if leave_part == "MORNING" else noon)
    return Floor(visits, effective_min, effective_target, noon)
