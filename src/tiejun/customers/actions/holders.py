"""The copy of who holds the lead of a company, for many companies at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.statements import asked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

_LOCK = "SELECT FROM customers_company WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_SET = """
    UPDATE customers_company c SET owner_id = k.person_id, unit_id = k.unit_id, changed_at = %s
    FROM json_to_recordset(%s) AS k (id uuid, person_id uuid, unit_id uuid) WHERE c.id = k.id
    RETURNING 1
"""


@action(Ability.TRANSFER_LEAD)
def set_holders(scope: Scope, *, holders: Mapping[UUID, tuple[UUID | None, UUID | None]], now: datetime) -> int:
    """Copy who holds their leads to many companies (company → person and unit, or None twice), in two statements.

    Called by `leads` alone, inside the holdings' transaction. Returns how many companies were changed.
    """
    rows = [
        {"id": company_id, "person_id": person_id, "unit_id": unit_id}
        for company_id, (person_id, unit_id) in holders.items()
    ]
    # Locked by id before the update, which would take them in any order.
    asked(_LOCK, [list(holders)])
    changed = len(asked(_SET, [now, to_json(rows).decode()]))
    audit.record(scope, "customers.holders_set", companies=changed)
    return changed
