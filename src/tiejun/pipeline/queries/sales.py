"""What persons signed, day by day, and what lies open at their companies: the facts that forecasts are judged by."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from tiejun.access.abilities import Ability
from tiejun.foundation.times import local_date
from tiejun.pipeline.models import UNDECIDED, Opportunity, Order

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope


@dataclass(slots=True)
class DaySales:
    """What a person signed on a day: deals, what they add in minor units, and at which companies."""

    deals: int = 0
    amount_minor: int = 0
    companies: set[UUID] = field(default_factory=set)


def signed_by_day(
    scope: Scope, person_ids: Iterable[UUID], *, since: date, until: date, currency: str = "CNY"
) -> dict[tuple[UUID, date], DaySales]:
    """Return what persons signed from `since` to `until` (exclusive) within reach, by person and day, in one query.

    An amendment adds its difference and no deal. A cancelled order no longer counts on its day.
    """
    rows = Order.objects.within(scope, Ability.VIEW_PIPELINE).filter(owner__in=list(person_ids))
    return _by_day(rows.filter(signed_on__gte=since, signed_on__lt=until, currency=currency), "owner_id")


def signed_by_unit(
    scope: Scope, unit_ids: Iterable[UUID], *, since: date, until: date, currency: str = "CNY"
) -> dict[tuple[UUID, date], DaySales]:
    """Return as `signed_by_day`, by the unit in which it was signed: what somebody sold stays there when they move or leave."""
    rows = Order.objects.within(scope, Ability.VIEW_PIPELINE).filter(unit__in=list(unit_ids))
    return _by_day(rows.filter(signed_on__gte=since, signed_on__lt=until, currency=currency), "unit_id")


def _by_day(rows: ScopedQuerySet[Order], key: str) -> dict[tuple[UUID, date], DaySales]:
    found: dict[tuple[UUID, date], DaySales] = defaultdict(DaySales)
    signed = rows.exclude(status=Order.Status.CANCELLED).order_by()
    for who, day, revision, delta, company_id in signed.values_list(
        key, "signed_on", "revision", "delta_minor", "company_id"
    ):
        assert day is not None  # the callers ask for a range
        sales = found[who, day]
        sales.deals += revision == 1
        sales.amount_minor += delta
        sales.companies.add(company_id)
    return dict(found)


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """The largest open opportunity at a company."""

    opportunity_id: UUID
    amount_minor: int
    category: str
    close_on: date


def open_deals(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, OpenDeal]:
    """Return the largest open opportunity of each of these companies within reach, in one query."""
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE).filter(
        company__in=list(company_ids), stage__in=UNDECIDED
    )
    found = rows.order_by("company", "amount_minor", "pk").values_list(
        "company_id", "pk", "amount_minor", "category", "close_on"
    )
    return {
        company_id: OpenDeal(pk, amount, category, close_on) for company_id, pk, amount, category, close_on in found
    }


def lost_reasons(
    scope: Scope, person_ids: Iterable[UUID], *, since: datetime, until: datetime
) -> dict[UUID, Counter[str]]:
    """Return why persons lost opportunities from one moment to another (exclusive) within reach, in one query."""
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE).filter(
        owner__in=list(person_ids), stage="LOST", closed_at__gte=since, closed_at__lt=until
    )
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    for owner_id, reason, count in rows.order_by().values_list("owner_id", "lost_reason").annotate(n=Count("pk")):
        found[owner_id][reason] += count
    return dict(found)


def lost_by_day(
    scope: Scope, person_ids: Iterable[UUID], *, since: datetime, until: datetime, zone: str
) -> dict[tuple[UUID, date], Counter[str]]:
    """Return as `lost_reasons`, by person and day in a zone, in one query."""
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE).filter(
        owner__in=list(person_ids), stage="LOST", closed_at__gte=since, closed_at__lt=until
    )
    found: dict[tuple[UUID, date], Counter[str]] = defaultdict(Counter)
    for owner_id, closed_at, reason in rows.values_list("owner_id", "closed_at", "lost_reason"):
        assert closed_at is not None  # the range says so
        found[owner_id, local_date(closed_at, zone)][reason] += 1
    return dict(found)


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """An order that a person signed."""

    order_id: UUID
    number: str
    company_id: UUID
    signed_on: date
    amount_minor: int
    currency: str


def signed_orders(scope: Scope, person_id: UUID, *, since: date, until: date, limit: int) -> list[SignedOrder]:
    """Return the deals that a person signed from `since` to `until` (exclusive) within reach, the newest first; amendments belong to their deal."""
    rows = Order.objects.within(scope, Ability.VIEW_PIPELINE).filter(
        owner=person_id, signed_on__gte=since, signed_on__lt=until, revision=1
    )
    found = rows.exclude(status=Order.Status.CANCELLED).order_by("-signed_on", "-pk")[:limit]
    return [
        SignedOrder(one.pk, one.number, one.company_id, one.signed_on, one.amount_minor, one.currency)
        for one in found
        if one.signed_on is not None
    ]
