"""The copy of who holds the lead of a company, for many companies at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.models import Company
from tiejun.foundation import audit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

_SET = """
    UPDATE customers_company c SET owner_id = k.person_id, unit_id = k.unit_id, changed_at = %s
    FROM json_to_recordset(%s) AS k (id uuid, person_id uuid, unit_id uuid) WHERE c.id = k.id
"""


@action(Ability.TRANSFER_LEAD)
def set_holders(scope: Scope, *, holders: Mapping[UUID, tuple[UUID | None, UUID | None]], now: datetime) -> int:
    """Copy who holds their leads to many companies (company → person and unit, or None twice), in two statements.

    Called by `leads` alone, inside the holdings' transaction. Returns how many companies were changed.
    """
    # Locked by id before the update, which would take them in any order.
    list(Company.objects.filter(pk__in=list(holders)).order_by("pk").select_for_update().values_list("pk"))
    rows = [
        {"id": str(company_id), "person_id": person_id and str(person_id), "unit_id": unit_id and str(unit_id)}
        for company_id, (person_id, unit_id) in holders.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SET, [now, json.dumps(rows)])
        changed = int(cursor.rowcount)
    audit.record(scope, "customers.holders_set", companies=changed)
    return changed
