"""The terms of an allotted lead, and how much room a working list has: read by pages, and by actions under their locks."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from tiejun.foundation import policies
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.leads.models import LeadTenure
from tiejun.leads.rules.allotting import Lease, ListPolicy
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook

FACTS = ("allotment_lease_days", "credit_days_visit", "credit_days_call", "credit_days_message")
LONGEST_LEAVE = timedelta(days=400)


def list_day(scope: Scope, now: datetime) -> date:
    """Return the business day whose working list is being filled."""
    return business_day(now, scope.zone)


def listed_counts(scope: Scope, person_ids: Collection[UUID]) -> dict[UUID, int]:  # noqa: ARG001 -- a number, for persons of the asker's reach
    """Return how many open leases each person has; who has none is left out."""
    rows = LeadTenure.objects.filter(person__in=person_ids, ended_at=None, kind=LeadTenure.Kind.ALLOTTED).order_by()
    return dict(rows.values_list("person_id").annotate(number=Count("pk")))


def rooms(scope: Scope, units: Mapping[UUID, UUID], now: datetime) -> dict[UUID, int]:
    """Return how many more leads fit on the list of each person (person → unit)."""
    book, chains = policies.book(now), org.unit_chains(scope, units.values())
    counts = listed_counts(scope, units)
    return {
        person_id: ListPolicy.by_policy(book, chains[unit_id]).room(counts.get(person_id, 0))
        for person_id, unit_id in units.items()
    }


def lease_terms(scope: Scope, units: Mapping[UUID, UUID], now: datetime) -> dict[UUID, Lease]:
    """Return the terms of a lease that begins now, by person: working days without the person's leave (domain 6.5)."""
    book, chains = policies.book(now), org.unit_chains(scope, units.values())
    today = business_day(now, scope.zone)
    away: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for span in org.leave_between(scope, units, first=today, last=today + LONGEST_LEAVE):
        if span.part == "FULL":
            away[span.person_id].append((span.starts_on, span.ends_on))
    known: dict[tuple[UUID, tuple[tuple[date, date], ...]], Lease] = {}
    terms = {}
    for person_id, unit_id in units.items():
        key = (unit_id, tuple(away[person_id]))
        if key not in known:
            known[key] = _lease(book, chains[unit_id], key[1], scope.zone, now)
        terms[person_id] = known[key]
    return terms


def _lease(
    book: PolicyBook, chain: Sequence[UUID], away: Sequence[tuple[date, date]], zone: str, now: datetime
) -> Lease:
    facts = {name: book.integer(f"lead.{name}", chain) for name in FACTS}
    due = due_after(now, facts["allotment_lease_days"], hours_of(book, chain, zone), calendar_of(book, chain, away))
    return Lease(due, facts)
