from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection

from tiejun.foundation.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

_INSERT = """
    INSERT INTO leads_lead (id, company_id, district_code, intent, contact_wanted, pool_id, source_id, batch_id, status,
                            tenures_count, frozen_reason, last_activity_at, created_at, version)
    SELECT k.id, k.company_id, k.district_code, k.intent, k.contact_wanted, %s, %s, %s, 'POOLED', 0, '', %s, %s, 1
    FROM json_to_recordset(%s) AS k (id uuid, company_id uuid, district_code text, intent text, contact_wanted bool)
    ON CONFLICT DO NOTHING
    RETURNING company_id, id
"""

NewLead = tuple["UUID", str, str, bool]


def insert_leads(
    rows: Sequence[NewLead], *, pool_id: UUID, source_id: UUID, batch_id: UUID | None, now: datetime
) -> dict[UUID, UUID]:
    """Insert pooled leads in one statement; a company that has an open lead gets none.

    `rows`: company, district code, intent, whether a contact is wanted. Returns the new lead's id by company.
    """
    if not rows:
        return {}
    columns = ("company_id", "district_code", "intent", "contact_wanted")
    batch = [{"id": str(new_id()), **dict(zip(columns, (str(row[0]), *row[1:]), strict=True))} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [pool_id, source_id, batch_id, now, now, json.dumps(batch)])
        return dict(cursor.fetchall())
