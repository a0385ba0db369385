from __future__ import annotations

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
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bool[])
      AS k (id, company_id, district_code, intent, contact_wanted)
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
    companies, districts, intents, wanted = (list(column) for column in zip(*rows, strict=True))
    ids = [new_id() for _row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT, [pool_id, source_id, batch_id, now, now, ids, companies, districts, intents, wanted]
        )
        return dict(cursor.fetchall())
