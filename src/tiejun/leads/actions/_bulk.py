from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from pydantic_core import to_json

from tiejun.foundation.ids import new_id
from tiejun.leads.models import Lead

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

_FIELDS = [field.attname for field in Lead._meta.concrete_fields]
_INSERT_ONE = f"""
    INSERT INTO leads_lead (id, company_id, district_code, intent, contact_wanted, pool_id, source_id, status,
                            tenures_count, frozen_reason, last_activity_at, created_at, version)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'POOLED', 0, '', %s, %s, 1)
    ON CONFLICT DO NOTHING
    RETURNING {", ".join(_FIELDS)}
"""  # noqa: S608 -- names of columns

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
    batch = [{"id": new_id(), **dict(zip(columns, row, strict=True))} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [pool_id, source_id, batch_id, now, now, to_json(batch).decode()])
        return dict(cursor.fetchall())


def insert_lead(row: NewLead, *, pool_id: UUID, source_id: UUID, now: datetime) -> Lead | None:
    """Insert one pooled lead and return it as it stands; None when its company has an open one. Nobody else sees it before the commit."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ONE, [new_id(), *row, pool_id, source_id, now, now])
        made = cursor.fetchone()
    return Lead.from_db(connection.alias, _FIELDS, made) if made else None
