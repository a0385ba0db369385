"""Frozen days of many persons at once: what rates, medians and forecasts are learned from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.visits.models import DayLock, Visit
from tiejun.visits.rules.vocabulary import RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class FrozenDay:
    """A person's day as it was frozen: M-V1 to M-V3."""

    person_id: UUID
    day: date
    visits: int
    effective_visits: int
    new_effective_customers: int


def frozen_days(scope: Scope, person_ids: Iterable[UUID], *, since: date, until: date) -> list[FrozenDay]:
    """Return the frozen days of persons from `since` to `until` (exclusive) within reach, in one query."""
    rows = DayLock.objects.within(scope, Ability.VIEW_VISITS).filter(
        person__in=list(person_ids), business_day__gte=since, business_day__lt=until, hard_at__isnull=False
    )
    found = rows.values_list(
        "person_id", "business_day", "visits", "effective_visits", "new_effective_customers"
    ).order_by("person_id", "business_day")
    return [FrozenDay(*row) for row in found]


def won_companies(scope: Scope, person_ids: Iterable[UUID], *, since: date, until: date) -> dict[UUID, set[UUID]]:
    """Return the companies that persons won as effective customers from `since` to `until` (exclusive) within reach, in one query.

    They are a cohort: of these customers, and of no others, a golden ratio asks how many have signed (M-G1).
    """
    rows = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(
        person__in=list(person_ids), business_day__gte=since, business_day__lt=until, new_effective_customer=True,
        state__in=RECORDED,
    )  # fmt: skip
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for person_id, company_id in rows.order_by().values_list("person_id", "company_id"):
        found[person_id].add(company_id)
    return dict(found)
