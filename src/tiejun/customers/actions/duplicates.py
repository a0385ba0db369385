"""The search for companies that may be one: keys of what changed, candidates by a common key, proposals with reasons."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from pydantic_core import to_json

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.models import CompanyKey, DuplicateProposal, DuplicateRun
from tiejun.customers.queries.duplicates import candidates_of, records_of, stale_pairs
from tiejun.customers.rules.merging import in_order
from tiejun.engines.duplicates import judged, keys_of
from tiejun.foundation import audit, policies
from tiejun.foundation.ids import new_id_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

# What was written a little before a run began may have been committed after it had looked.
OVERLAP = timedelta(hours=1)
# A pair that is there keeps its decision; an open one is judged anew; one whose reasons had gone is open again.
_PROPOSE = """
    INSERT INTO customers_duplicateproposal (id, first_id, second_id, confidence, reasons, status, found_at)
    SELECT k.id, k.first_id, k.second_id, k.confidence, k.reasons, 'OPEN', %s
    FROM json_to_recordset(%s) AS k (id uuid, first_id uuid, second_id uuid, confidence int, reasons text[])
    ON CONFLICT (first_id, second_id) DO UPDATE
    SET confidence = EXCLUDED.confidence, reasons = EXCLUDED.reasons, status = 'OPEN', decided_at = NULL
    WHERE customers_duplicateproposal.status IN ('OPEN', 'GONE')
"""


@action(Ability.FIND_DUPLICATES)
def open_run(scope: Scope, *, now: datetime) -> DuplicateRun:
    """Begin a search over what changed since the last finished one began, or over everything; an unfinished one goes on."""
    latest = DuplicateRun.objects.order_by("-started_at", "-pk").first()
    if latest is not None and latest.finished_at is None:
        run = latest
    else:
        since = latest.started_at - OVERLAP if latest else None
        run = DuplicateRun.objects.create(since_at=since, started_at=now)
    audit.record(scope, "customers.duplicates_sought", run, since=run.since_at)
    return run


@action(Ability.FIND_DUPLICATES)
def write_keys(scope: Scope, *, company_ids: Sequence[UUID]) -> int:
    """Write the keys of some companies anew; returns how many keys they have."""
    keys = [
        CompanyKey(company_id=record.id, key=key)
        for record in records_of(scope, company_ids).values()
        for key in sorted(keys_of(record))
    ]
    CompanyKey.objects.filter(company__in=list(company_ids)).delete()
    CompanyKey.objects.bulk_create(keys, batch_size=10_000)
    audit.record(scope, "customers.keys_written", companies=len(company_ids), keys=len(keys))
    return len(keys)


@action(Ability.FIND_DUPLICATES)
def propose_among(scope: Scope, *, run_id: UUID, company_ids: Sequence[UUID], now: datetime) -> int:
    """Judge some companies against all that share a key with them and keep what is likely enough; returns the proposals.

    Running it again changes nothing; what somebody told apart or merged stays decided; what is no longer likely is withdrawn.
    """
    least = policies.book(now).integer("customer.duplicate_confidence")
    pairs = candidates_of(scope, company_ids)
    records = records_of(scope, {pk for pair in pairs for pk in pair})
    found = []
    for one, other in pairs:
        judgement = judged(records[one], records[other]) if one in records and other in records else None
        if judgement is not None and judgement.confidence >= least:
            first, second = in_order(one, other)
            facts = {"confidence": judgement.confidence, "reasons": [reason.value for reason in judgement.reasons]}
            found.append({"id": new_id_text(), "first_id": first, "second_id": second, **facts})
    kept = {(row["first_id"], row["second_id"]) for row in found}
    gone = [pk for pk, pair in stale_pairs(scope, company_ids) if pair not in kept]
    DuplicateProposal.objects.filter(pk__in=gone).update(status=DuplicateProposal.Status.GONE, decided_at=now)
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_PROPOSE, [now, to_json(found).decode()])
    run = DuplicateRun.objects.select_for_update().get(pk=run_id)
    run.companies += len(company_ids)
    run.compared += len(pairs)
    run.proposed += len(found)
    run.save(update_fields=["companies", "compared", "proposed"])
    audit.record(scope, "customers.duplicates_proposed", run, companies=len(company_ids), proposals=len(found))
    return len(found)


@action(Ability.FIND_DUPLICATES)
def close_run(scope: Scope, *, run_id: UUID, now: datetime) -> DuplicateRun:
    """End a search."""
    run = DuplicateRun.objects.select_for_update().get(pk=run_id)
    run.finished_at = now
    run.save(update_fields=["finished_at"])
    audit.record(scope, "customers.duplicates_found", run, companies=run.companies, proposed=run.proposed)
    return run
