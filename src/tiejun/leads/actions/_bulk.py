"""Many leads and holdings at once, each step one statement. The callers hold the locks and have asked the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from pydantic_core import to_json

from tiejun.foundation.ids import new_id, new_id_text
from tiejun.foundation.statements import asked
from tiejun.leads.models import Lead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

_INSERT = """
    INSERT INTO leads_lead (id, company_id, district_code, intent, contact_wanted, pool_id, source_id, batch_id, custom, status,
                            tenures_count, frozen_reason, last_activity_at, created_at, version)
    SELECT k.id, k.company_id, k.district_code, k.intent, k.contact_wanted, %s, %s, %s, k.custom, 'POOLED', 0, '', %s, %s, 1
    FROM json_to_recordset(%s) AS k (id uuid, company_id uuid, district_code text, intent text, contact_wanted bool, custom jsonb)
    ON CONFLICT DO NOTHING
    RETURNING company_id::text
"""

_FIELDS = [field.attname for field in Lead._meta.concrete_fields]
_INSERT_ONE = f"""
    INSERT INTO leads_lead (id, company_id, district_code, intent, contact_wanted, pool_id, source_id, status,
                            tenures_count, frozen_reason, last_activity_at, created_at, version)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'POOLED', 0, '', %s, %s, 1)
    ON CONFLICT DO NOTHING
    RETURNING {", ".join(_FIELDS)}
"""  # noqa: S608 -- names of columns
_END = """
    UPDATE leads_leadtenure SET ended_at = GREATEST(%s, started_at), end_reason = %s
    WHERE id = ANY(%s) AND ended_at IS NULL
    RETURNING id
"""

_MOVE = """
    UPDATE leads_lead l
    SET owner_id = k.person_id, unit_id = k.unit_id, status = k.status, last_activity_at = %s, version = l.version + 1,
        tenures_count = l.tenures_count + CASE WHEN k.person_id IS NULL THEN 0 ELSE 1 END,
        next_step_at = CASE WHEN k.person_id IS NULL THEN NULL ELSE l.next_step_at END
    FROM json_to_recordset(%s) AS k (id uuid, was_id uuid, person_id uuid, unit_id uuid, status text)
    WHERE l.id = k.id AND l.owner_id IS NOT DISTINCT FROM k.was_id
    RETURNING l.id
"""

_BEGIN = """
    INSERT INTO leads_leadtenure (id, lead_id, person_id, unit_id, kind, start_reason, started_at, due_at, no_deal_due_at,
                                  policy_facts, end_reason, release_reason, end_note)
    SELECT k.id, k.lead_id, k.person_id, k.unit_id, %s, %s, %s, k.due_at, k.no_deal_due_at, k.facts, '', '', ''
    FROM json_to_recordset(%s) AS k (id uuid, lead_id uuid, person_id uuid, unit_id uuid, due_at timestamptz,
                                     no_deal_due_at timestamptz, facts jsonb)
"""

_EXTEND = """
    UPDATE leads_leadtenure t SET due_at = k.due_at, last_qualifying_at = k.at
    FROM json_to_recordset(%s) AS k (id uuid, due_at timestamptz, at timestamptz) WHERE t.id = k.id
"""

_COOL_DOWN = """
    INSERT INTO leads_cooldown (id, lead_id, person_id, cause, until)
    SELECT k.id, k.lead_id, k.person_id, %s, %s FROM json_to_recordset(%s) AS k (id uuid, lead_id uuid, person_id uuid)
"""

_NOTE = """
    INSERT INTO leads_reclaimitem (id, run_id, tenure_id, lead_id, person_id, unit_id, to_person_id, outcome, cause, why_left, reasons,
                                   happened_at)
    SELECT k.id, %s, k.tenure_id, k.lead_id, k.person_id, k.unit_id, k.to_person_id, k.outcome, k.cause, k.why_left, k.reasons, %s
    FROM json_to_recordset(%s) AS k (id uuid, tenure_id uuid, lead_id uuid, person_id uuid, unit_id uuid, to_person_id uuid,
                                     outcome text, cause text, why_left text, reasons jsonb)
"""

NewLead = tuple[str, str, str, bool]


def insert_leads(
    rows: Sequence[NewLead],
    *,
    pool_id: UUID,
    source_id: UUID,
    batch_id: UUID | None,
    now: datetime,
    custom: Mapping[str, Mapping[str, Any]] | None = None,
) -> set[str]:
    """Insert pooled leads in one statement; a company that has an open lead gets none.

    `rows`: company's id, district code, intent, whether a contact is wanted. `custom`: values of custom fields by
    company. Returns the companies that got a lead.
    """
    if not rows:
        return set()
    columns = ("company_id", "district_code", "intent", "contact_wanted")
    batch: list[dict[str, Any]] = [{"id": new_id_text(), **dict(zip(columns, row, strict=True))} for row in rows]
    if custom:
        for lead in batch:
            lead["custom"] = custom.get(lead["company_id"])
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [pool_id, source_id, batch_id, now, now, to_json(batch).decode()])
        return {row[0] for row in cursor.fetchall()}


def insert_lead(row: NewLead, *, pool_id: UUID, source_id: UUID, now: datetime) -> Lead | None:
    """Insert one pooled lead and return it as it stands; None when its company has an open one. Nobody else sees it before the commit."""
    made = asked(_INSERT_ONE, [new_id_text(), *row, pool_id, source_id, now, now])
    return Lead.from_db(connection.alias, _FIELDS, made[0]) if made else None


class Move(NamedTuple):
    """A lead that changes hands: from a person, to a person of a unit or (None twice) to nobody, with its new status."""

    lead_id: UUID
    was_id: UUID | None
    person_id: UUID | None
    unit_id: UUID | None
    status: str


class NewHolding(NamedTuple):
    """A holding to begin; the deadlines and facts are those of the holder's terms."""

    lead_id: UUID
    person_id: UUID
    unit_id: UUID
    due_at: datetime | None
    no_deal_due_at: datetime | None
    facts: dict[str, Any]


def end_many(tenure_ids: Sequence[UUID], cause: str, now: datetime) -> set[UUID]:
    """End open holdings for one cause; returns those that were open still."""
    return _returned(_END, [now, cause, list(tenure_ids)])


def set_holder_many(moves: Sequence[Move], now: datetime) -> set[UUID]:
    """Write the copy of the holder to many leads; returns those that were held as the caller read them."""
    return _returned(_MOVE, [now, _json(move._asdict() | {"id": move.lead_id} for move in moves)])


def begin_many(holdings: Sequence[NewHolding], *, kind: str, start: str, now: datetime) -> None:
    """Open holdings of one kind and start; the database refuses a second open one of a lead."""
    if holdings:
        _run(_BEGIN, [kind, start, now, _json(holding._asdict() | {"id": new_id()} for holding in holdings)])


def extend_many(holdings: Sequence[tuple[UUID, datetime | None, datetime | None]]) -> None:
    """Write until when holdings are due, and their last qualifying contact."""
    if holdings:
        _run(_EXTEND, [_json({"id": pk, "due_at": due_at, "at": at} for pk, due_at, at in holdings)])


def cool_down_many(pairs: Sequence[tuple[UUID, UUID]], cause: str, until: datetime) -> None:
    """Keep persons away from leads (lead, person) until a moment."""
    if pairs:
        rows = ({"id": new_id(), "lead_id": lead_id, "person_id": person_id} for lead_id, person_id in pairs)
        _run(_COOL_DOWN, [cause, until, _json(rows)])


class Noted(NamedTuple):
    """What a reclaim run did with one holding, in the columns of its item."""

    tenure_id: UUID
    lead_id: UUID
    person_id: UUID
    unit_id: UUID
    to_person_id: UUID | None
    outcome: str
    cause: str
    why_left: str
    reasons: tuple[tuple[str, int], ...]


def note_many(run_id: UUID, items: Sequence[Noted], now: datetime) -> None:
    """Keep what a reclaim run did with holdings; the database refuses a second item of a holding in a run."""
    if items:
        _run(_NOTE, [run_id, now, _json(item._asdict() | {"id": new_id()} for item in items)])


def _json(rows: Iterable[dict[str, Any]]) -> str:
    return to_json(list(rows)).decode()


def _run(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _returned(statement: str, values: list[Any]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()}
