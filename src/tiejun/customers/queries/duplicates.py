"""What the search for duplicates reads: which companies changed, what the engine knows of them, which share a key."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from tiejun.customers.models import Company, Contact, DuplicateProposal
from tiejun.engines.duplicates import MOST_IN_A_KEY, record_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.duplicates import Record

# A key that more companies share than can be one says nothing: it is counted as far as that alone.
_CANDIDATES = """
    SELECT DISTINCT LEAST(mine.company_id, other.company_id), GREATEST(mine.company_id, other.company_id)
    FROM customers_companykey mine
    CROSS JOIN LATERAL (
        SELECT k.company_id, count(*) OVER () AS shared
        FROM (SELECT company_id FROM customers_companykey WHERE key = mine.key LIMIT %(most)s + 1) k
    ) other
    WHERE mine.company_id = ANY(%(companies)s) AND other.company_id <> mine.company_id AND other.shared <= %(most)s
"""
_FACTS = (
    "pk", "name", "credit_code", "city_code", "domain", "building", "address", "latitude", "longitude", "legal_person",
)  # fmt: skip


def changed_companies(
    scope: Scope,  # noqa: ARG001 -- asked by the nightly search
    *,
    since: datetime | None,
    after: UUID | None,
    limit: int,
) -> list[UUID]:
    """Return the next companies by id that changed since a moment (None: all), merged ones left out."""
    rows = Company.objects.filter(merged_into=None)
    if since is not None:
        rows = rows.filter(changed_at__gte=since)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def records_of(scope: Scope, company_ids: Collection[UUID]) -> dict[UUID, Record]:  # noqa: ARG001 -- asked by the nightly search
    """Return companies as the engine sees them, in two queries; merged ones are left out."""
    phones: dict[UUID, list[bytes]] = defaultdict(list)
    contacts = Contact.objects.filter(company__in=list(company_ids), removed_at=None).exclude(phone_index=b"")
    for company_id, index in contacts.values_list("company", "phone_index"):
        phones[company_id].append(bytes(index))
    rows = Company.objects.filter(pk__in=list(company_ids), merged_into=None).values_list(*_FACTS)
    return {
        pk: record_of(
            pk, name, code=code or "", city=city, domain=domain, phones=phones[pk], building=str(building or ""),
            address=address, latitude=latitude, longitude=longitude, legal_person=legal_person,
        )
        for pk, name, code, city, domain, building, address, latitude, longitude, legal_person in rows
    }  # fmt: skip


def candidates_of(scope: Scope, company_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:  # noqa: ARG001 -- asked by the nightly search
    """Return each pair of one of these companies and any that shares a key with it, the smaller id first."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"companies": list(company_ids), "most": MOST_IN_A_KEY})
        return [(row[0], row[1]) for row in cursor.fetchall()]


def stale_pairs(scope: Scope, company_ids: Collection[UUID]) -> list[tuple[UUID, tuple[UUID, UUID]]]:  # noqa: ARG001 -- asked by the nightly search
    """Return the open proposals about these companies: id and pair; what the search does not find again is withdrawn."""
    ids = list(company_ids)
    rows = DuplicateProposal.objects.filter(Q(first__in=ids) | Q(second__in=ids), status=DuplicateProposal.Status.OPEN)
    return [(pk, (first, second)) for pk, first, second in rows.values_list("pk", "first", "second")]
