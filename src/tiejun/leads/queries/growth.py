"""What the growth equation counts of leads: those received in a span, by who held them first or where they came from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q

from tiejun.access.abilities import Ability
from tiejun.foundation.times import at_local
from tiejun.leads.models import Lead, LeadTenure

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

NOT_VALID = (Lead.Status.CLOSED_INVALID, Lead.Status.MERGED)
_PARTS = {"unit": F("unit_id"), "person": F("person_id"), "source": F("lead__source__code")}


def received_by(
    scope: Scope, *, since: date, until: date, part: str, unit_ids: Collection[UUID] | None = None
) -> dict[Any, int]:
    """Return how many valid leads were received from `since` to `until` (exclusive, local days).

    By `part`: the unit or the person who held a lead first (None: nobody yet, told to who sees the whole company), or the code of its
    source. Within reach of the board and `unit_ids`.
    """
    span = _span(scope, since, until)
    tenures = LeadTenure.objects.within(scope, Ability.VIEW_BOARD)
    if unit_ids is not None:
        tenures = tenures.filter(unit_id__in=unit_ids)
    earlier = LeadTenure.objects.filter(lead=OuterRef("lead")).filter(
        Q(started_at__lt=OuterRef("started_at")) | Q(started_at=OuterRef("started_at"), pk__lt=OuterRef("pk"))
    )
    held = tenures.filter(~Exists(earlier), **{f"lead__{name}": value for name, value in span.items()})
    rows = held.exclude(lead__status__in=NOT_VALID).order_by().annotate(part=_PARTS[part]).values_list("part")
    found = Counter(dict(rows.annotate(number=Count("pk"))))
    if unit_ids is None and scope.covers(Ability.VIEW_BOARD, owner_id=None, unit_id=None):
        found.update(_unheld(Lead.objects.within(scope, Ability.VIEW_BOARD).filter(**span), part))
    return dict(found)


def arrived(scope: Scope, *, since: date, until: date, company_ids: Collection[UUID]) -> set[UUID]:
    """Return those of some companies whose valid lead was received from `since` to `until` (exclusive, local days)."""
    scope.require(Ability.VIEW_BOARD)
    rows = Lead.objects.filter(company_id__in=company_ids, **_span(scope, since, until))
    return set(rows.exclude(status__in=NOT_VALID).values_list("company_id", flat=True))


def _span(scope: Scope, since: date, until: date) -> dict[str, datetime]:
    return {
        "created_at__gte": at_local(since, "00:00", scope.zone),
        "created_at__lt": at_local(until, "00:00", scope.zone),
    }


def _unheld(leads: Any, part: str) -> dict[Any, int]:
    untouched = leads.exclude(status__in=NOT_VALID).filter(~Exists(LeadTenure.objects.filter(lead=OuterRef("pk"))))
    if part == "source":
        return dict(untouched.order_by().values_list("source__code").annotate(number=Count("pk")))
    number = untouched.aggregate(number=Count("pk"))["number"]
    return {None: number} if number else {}


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a company's first lead came from, and when it was received."""

    source: str
    received_at: datetime


def arrivals_of(scope: Scope, company_ids: Collection[UUID]) -> dict[UUID, Arrival]:
    """Return how companies came: by their first lead; companies without one are left out."""
    scope.require(Ability.VIEW_BOARD)
    rows = Lead.objects.filter(company_id__in=company_ids).exclude(status=Lead.Status.MERGED)
    first = rows.order_by("company_id", "created_at", "pk").distinct("company_id")
    found = first.values_list("company_id", "source__code", "created_at")
    return {company_id: Arrival(code, received_at) for company_id, code, received_at in found}
