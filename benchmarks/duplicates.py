"""The search for duplicates over 120,000 changed companies, and one merge of two customers with 500 links."""

import time
from datetime import UTC, datetime, timedelta

from django.db import connection

from benchmarks.report import Row
from tiejun.access.scope import Scope
from tiejun.customers.actions import merging
from tiejun.customers.jobs import seek_duplicates
from tiejun.customers.models import Company, Contact, DuplicateRun
from tiejun.customers.queries.intake import contact_columns
from tiejun.customers.rules import ContactFacts

COMPANIES, MOST_S, LINKS, MOST_MERGE_S = 120_000, 120, 500, 1.0
_TOUCH = (
    "UPDATE customers_company SET changed_at = %s WHERE id IN (SELECT id FROM customers_company ORDER BY id LIMIT %s)"
)


def measure() -> list[Row]:
    """The seconds of the search and of the merge, both by the clock of a quiet machine."""
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, [now, COMPANIES])
    DuplicateRun.objects.create(started_at=now, finished_at=now)
    began = time.monotonic()
    seek_duplicates(now=now + timedelta(minutes=1))
    seconds = time.monotonic() - began
    run = DuplicateRun.objects.order_by("-started_at")[0]
    found = f"search for duplicates among {run.companies:,} companies, {run.compared:,} pairs judged, {run.proposed:,} proposed"
    return [
        Row(found, f"{seconds:.0f} s", f"≤ {MOST_S} s", seconds <= MOST_S),
        _merge(now),
    ]


def _merge(now: datetime) -> Row:
    scope = Scope.system("benchmarks.merge")
    first, second = (
        Company.objects.filter(owner=None, merged_into=None).order_by("-pk").values_list("pk", flat=True)[:2]
    )
    facts = [ContactFacts(f"Person {n}", f"1380000{n:04}") for n in range(LINKS)]
    Contact.objects.bulk_create(
        Contact(company_id=second, created_at=now, **contact_columns(scope, fact)) for fact in facts
    )
    began = time.monotonic()
    merge = merging.merge_companies(scope, survivor_id=first, absorbed_id=second, chosen={}, note="", now=now)
    seconds = time.monotonic() - began
    merging.undo_merge(scope, merge_id=merge.pk, now=now)
    return Row(
        f"merge of two customers with {LINKS} links",
        f"{seconds:.2f} s",
        f"≤ {MOST_MERGE_S:g} s",
        seconds <= MOST_MERGE_S,
    )
