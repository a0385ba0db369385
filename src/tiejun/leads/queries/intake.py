"""What a new lead needs before it is written: its source, its pool, and rows of a file made ready for the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.customers.queries import intake as customers
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.statements import asked
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
              AND CASE WHEN %(pool)s::uuid IS NOT NULL THEN id = %(pool)s::uuid
                  ELSE (districts = '{}' OR %(district)s = ANY(districts))
                       AND (NOT is_listed_only AND (unit_id IS NULL OR unit_id = ANY(%(chain)s::uuid[]))
                            OR id IN (SELECT pool_id FROM leads_poolmember
                                      WHERE person_id = %(person)s::uuid OR unit_id = ANY(%(chain)s::uuid[]))) END
            ORDER BY districts = '{}', array_position(%(chain)s::uuid[], unit_id), name LIMIT 1)
"""


def source_and_pool(
    scope: Scope, *, source_code: str, pool_id: UUID | None, district_code: str = ""
) -> tuple[UUID | None, UUID | None]:
    """Return the source of this code and the open pool of this id; None where there is none.

    Without an id: the asker's pool that fits the district, the one made for it first, then the nearest to the asker's unit.
    """
    given = {
        "source": source_code,
        "pool": pool_id,
        "chain": list(scope.unit_chain),
        "person": scope.person_id,
        "district": district_code,
    }
    ((source, pool),) = asked(_PLACE, given)
    return source, pool


def ready(scope: Scope, rows: Iterable[rules.LeadRow]) -> tuple[rules.ReadyRow, ...]:
    """Return clean rows of an import ready for `actions.import_leads`. No SQL runs in here, so that a thread may do it."""
    return tuple(_ready(scope, row) for row in rows)


def _ready(scope: Scope, row: rules.LeadRow) -> rules.ReadyRow:
    try:
        company = customers.ready(scope, row.company)
    except Invalid:
        company = None
    return rules.ReadyRow(row.row, company, row.intent, not rules.can_be_called(row.company), row.custom)
