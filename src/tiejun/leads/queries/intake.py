"""What a new lead needs before it is written: its source, its pool, and rows of a file made ready for the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from tiejun.customers.queries import intake as customers
from tiejun.foundation.refusals import Invalid
from tiejun.leads import rules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tiejun.access.scope import Scope

# Asked by every new lead, so without the cost of composing it.
_PLACE = """
    SELECT (SELECT id FROM marketing_source WHERE code = %(source)s),
           (SELECT id FROM leads_pool
            WHERE closed_at IS NULL
              AND CASE WHEN %(pool)s::uuid IS NULL THEN unit_id IS NULL OR unit_id = ANY(%(chain)s::uuid[]) ELSE id = %(pool)s::uuid END
            ORDER BY array_position(%(chain)s::uuid[], unit_id), name LIMIT 1)
"""


def source_and_pool(scope: Scope, *, source_code: str, pool_id: UUID | None) -> tuple[UUID | None, UUID | None]:
    """Return the source of this code and the open pool of this id, or the nearest one to the asker's unit; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"source": source_code, "pool": pool_id, "chain": list(scope.unit_chain)})
        source, pool = cursor.fetchone()
        return source, pool


def ready(scope: Scope, rows: Iterable[rules.LeadRow]) -> tuple[rules.ReadyRow, ...]:
    """Return clean rows of an import ready for `actions.import_leads`. No SQL runs in here, so that a thread may do it."""
    return tuple(_ready(scope, row) for row in rows)


def _ready(scope: Scope, row: rules.LeadRow) -> rules.ReadyRow:
    try:
        company = customers.ready(scope, row.company)
    except Invalid:
        company = None
    return rules.ReadyRow(row.row, company, row.intent, not rules.can_be_called(row.company))
