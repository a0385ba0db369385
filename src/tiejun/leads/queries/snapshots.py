"""Leads as they stood when they were given to somebody, and as they stand now: what scores are learned from and computed for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from tiejun.access.abilities import Ability
from tiejun.customers.queries.history import registry_edits
from tiejun.leads.rules.scoring import WORDS, Snapshot

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

# Beginnings of a new try; a promotion or a conversion goes on with one.
_BEGINNINGS = ("CLAIMED", "CREATED", "ASSIGNED", "TRANSFERRED", "ALLOTTED", "SWAPPED_IN", "HANDED_OVER")

# Each value as of `w.at`. What the registry says of a company has no history of its own: see `past_snapshots`.
_VALUES = """
    SELECT l.id, l.company_id, w.at, s.code, l.intent, c.industry, l.district_code,
           w.at::date - c.registered_on,
           CASE WHEN c.capital_currency = 'CNY' THEN c.capital_minor / 100 END,
           GREATEST(0, EXTRACT(EPOCH FROM w.at - l.created_at)::float8 / 86400),
           (SELECT count(*) FROM customers_contact k WHERE k.company_id = l.company_id AND k.phone_last4 <> ''
               AND k.created_at <= w.at AND (k.removed_at IS NULL OR k.removed_at > w.at)),
           (SELECT count(*) FROM leads_leadtenure t WHERE t.lead_id = l.id AND t.kind = 'PRIVATE' AND t.started_at < w.at),
           COALESCE(f.contacts, 0), COALESCE(f.talks, 0), COALESCE(f.refusals, 0)
    FROM w JOIN leads_lead l ON l.id = w.lead_id
    JOIN customers_company c ON c.id = l.company_id
    JOIN marketing_source s ON s.id = l.source_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS contacts, count(*) FILTER (WHERE outcome IN ('TALKED', 'INTERESTED', 'NEXT_STEP')) AS talks,
               count(*) FILTER (WHERE outcome = 'REFUSED') AS refusals
        FROM leads_followup WHERE lead_id = l.id AND happened_at < w.at AND kind <> 'NOTE'
    ) f ON true
"""
_PAST = f"""
    WITH w AS MATERIALIZED (
        SELECT lead_id, started_at AS at FROM leads_leadtenure
        WHERE start_reason = ANY(%(beginnings)s) AND started_at >= %(since)s AND started_at < %(until)s
        ORDER BY started_at DESC, id LIMIT %(most)s
    ) {_VALUES} ORDER BY w.at, l.id
"""  # noqa: S608 -- constants of this file
_NOW = f"""
    WITH w AS MATERIALIZED (
        SELECT id AS lead_id, %(now)s::timestamptz AS at FROM leads_lead
        WHERE id > %(after)s AND status IN ('POOLED', 'ALLOTTED', 'PRIVATE') ORDER BY id LIMIT %(most)s
    ) {_VALUES} ORDER BY l.id
"""  # noqa: S608 -- constants of this file


def past_snapshots(scope: Scope, *, since: datetime, until: datetime, most: int) -> list[Snapshot]:
    """Return the latest leads that were given to somebody between two moments, as they stood then, the oldest first.

    A company whose registry facts somebody changed afterwards is left out: what was known then is not known any more, and
    what a colleague filled in after a good talk must not explain the talk.
    """
    scope.require(Ability.RUN_ALLOTMENT)
    terms = {"beginnings": list(_BEGINNINGS), "since": since, "until": until, "most": most}
    rows = _snapshots(_PAST, terms)
    edited = registry_edits(scope, {row.company_id for row in rows}, since=since)
    return [row for row in rows if row.company_id not in edited or edited[row.company_id] <= row.at]


def snapshots_now(scope: Scope, *, after: UUID, most: int, now: datetime) -> list[Snapshot]:
    """Return the next leads by id that wait or are worked on, as they stand."""
    scope.require(Ability.RUN_ALLOTMENT)
    return _snapshots(_NOW, {"after": after, "most": most, "now": now})


def _snapshots(statement: str, terms: dict[str, Any]) -> list[Snapshot]:
    with connection.cursor() as cursor:
        cursor.execute(statement, terms)
        return [_snapshot(row) for row in cursor.fetchall()]


def _snapshot(row: tuple[Any, ...]) -> Snapshot:
    lead_id, company_id, at, *values = row
    numbers = tuple(None if value is None else float(value) for value in values[len(WORDS) :])
    return Snapshot(lead_id, company_id, at, tuple(values[: len(WORDS)]), numbers)
