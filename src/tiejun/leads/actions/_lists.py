"""Leads onto working lists, each step one statement whatever the number. The callers hold the seats and have asked the rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from tiejun.customers.actions.holders import set_holders
from tiejun.foundation.ids import new_id
from tiejun.foundation.statements import check_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.rules.allotting import Allotted, Lease, ShareFacts

# What changed hands since the night looked drops out: taken, frozen, closed, under a cool-down by now, or locked right now.
_LOCK = """
    SELECT l.id, l.company_id
    FROM unnest(%s::uuid[], %s::uuid[]) AS w (lead_id, person_id)
    JOIN leads_lead l ON l.id = w.lead_id
    JOIN leads_pool p ON p.id = l.pool_id
    WHERE l.status = 'POOLED' AND l.owner_id IS NULL AND l.frozen_reason = '' AND p.closed_at IS NULL
      AND NOT EXISTS (
          SELECT 1 FROM leads_cooldown c WHERE c.lead_id = l.id AND c.person_id = w.person_id AND c.until > %s
      )
    ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
"""

_TAKE = """
    UPDATE leads_lead l
    SET owner_id = w.person_id, unit_id = w.unit_id, status = 'ALLOTTED', last_activity_at = %s, next_step_at = NULL,
        version = l.version + 1
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS w (lead_id, person_id, unit_id)
    WHERE l.id = w.lead_id AND l.status = 'POOLED' AND l.owner_id IS NULL
"""

_BEGIN = """
    INSERT INTO leads_leadtenure (id, lead_id, person_id, unit_id, kind, start_reason, started_at, due_at, no_deal_due_at,
                                  policy_facts, end_reason, release_reason, end_note)
    SELECT w.id, w.lead_id, w.person_id, w.unit_id, 'ALLOTTED', %s, %s, w.due_at, NULL, w.facts::jsonb, '', '', ''
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[])
        AS w (id, lead_id, person_id, unit_id, due_at, facts)
"""

_TELL = """
    INSERT INTO leads_allotmentitem (id, run_id, lead_id, person_id, unit_id, tenure_id, tier, worth_minor, value_minor,
                                     minutes, reasons)
    SELECT w.id, %s, w.lead_id, w.person_id, w.unit_id, w.tenure_id, w.tier, w.worth, w.value, w.minutes, w.reasons::jsonb
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::bigint[], %s::bigint[],
                %s::int[], %s::text[])
        AS w (id, lead_id, person_id, unit_id, tenure_id, tier, worth, value, minutes, reasons)
"""

_SHARE = """
    INSERT INTO leads_allotmentshare (id, run_id, person_id, unit_id, is_newcomer, kept, planned, given, short, fresh,
                                      fresh_short, worth_minor, value_minor)
    SELECT w.id, %s, w.person_id, w.unit_id, w.is_newcomer, w.kept, w.planned, w.given, w.short, w.fresh, w.fresh_short,
           w.worth, w.value
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bool[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[],
                %s::int[], %s::bigint[], %s::bigint[])
        AS w (id, person_id, unit_id, is_newcomer, kept, planned, given, short, fresh, fresh_short, worth, value)
"""


class Receiver(NamedTuple):
    """Who is given leads: the unit of the day and the terms of the lease."""

    unit_id: UUID
    lease: Lease


def give(
    scope: Scope, items: Sequence[Allotted], receivers: Mapping[UUID, Receiver], *, start: str, now: datetime
) -> dict[UUID, UUID]:
    """Put free leads on the lists of receivers; returns lead → new tenure of those that were still free."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [[row.lead_id for row in items], [row.person_id for row in items], now])
        companies: dict[UUID, UUID] = dict(cursor.fetchall())
        rows = [row for row in items if row.lead_id in companies]
        leads, persons = [row.lead_id for row in rows], [row.person_id for row in rows]
        units = [receivers[person_id].unit_id for person_id in persons]
        tenures = [new_id() for _row in rows]
        cursor.execute(_TAKE, [now, leads, persons, units])
        assert cursor.rowcount == len(rows)
        due = [receivers[person_id].lease.due_at for person_id in persons]
        facts = {key: json.dumps(dict(receiver.lease.facts)) for key, receiver in receivers.items()}
        terms = [facts[person_id] for person_id in persons]
        cursor.execute(_BEGIN, [start, now, tenures, leads, persons, units, due, terms])
    holders = {companies[row.lead_id]: (row.person_id, receivers[row.person_id].unit_id) for row in rows}
    set_holders(scope, holders=holders, now=now)
    return dict(zip(leads, tenures, strict=True))


def tell(run_id: UUID, items: Sequence[Allotted], units: Mapping[UUID, UUID], tenures: Mapping[UUID, UUID]) -> None:
    """Write why each lead was chosen for its person; those without a tenure were looked at or taken before."""
    columns: list[list[Any]] = [
        [new_id() for _row in items],
        [row.lead_id for row in items],
        [row.person_id for row in items],
        [units[row.person_id] for row in items],
        [tenures.get(row.lead_id) for row in items],
        [row.tier for row in items],
        [row.worth_minor for row in items],
        [row.value_minor for row in items],
        [row.minutes for row in items],
        [json.dumps([dict(reason) for reason in row.reasons]) for row in items],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [run_id, *columns])
    check_keys()


def note_shares(run_id: UUID, shares: Sequence[ShareFacts], given: Mapping[UUID, int]) -> None:
    """Write what each list looks like after the run; what was taken before it could be given is missing from it."""
    columns: list[list[Any]] = [
        [new_id() for _row in shares],
        [row.person_id for row in shares],
        [row.unit_id for row in shares],
        [row.is_newcomer for row in shares],
        [row.kept for row in shares],
        [row.planned for row in shares],
        [given.get(row.person_id, 0) for row in shares],
        [row.short for row in shares],
        [row.fresh for row in shares],
        [row.fresh_short for row in shares],
        [row.worth_minor for row in shares],
        [row.value_minor for row in shares],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SHARE, [run_id, *columns])
