"""Sums by month of arrival or of the first order: as the last roll-up left them, or of the rows where none was yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from tiejun.insight.models import ChannelFact, CohortFact, Cut, RollUp
from tiejun.pipeline.queries.buyers import amount_lines, channel_lines, purchase_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.lines import Lines, Sql

Month = type[CohortFact] | type[ChannelFact]


def month_rows(scope: Scope, fact: Month) -> Sql:
    """Return as SQL the rows that a fact of months is summed of: `fact.key`, then `fact.measures`."""
    return _cohorts(scope) if fact is CohortFact else _channels(scope)


def month_sums(
    scope: Scope,
    fact: Month,
    *,
    by: Sequence[str],
    where: str,
    params: Sequence[Any],
    cut: Cut | None = None,
    parts: Mapping[UUID, UUID] | None = None,
) -> list[tuple[Any, ...]]:
    """Return the sums of a fact of months by some of its key, of the rows that a condition on its key holds for.

    `cut`: the one to read of a fact that is kept in several. `parts`: what each unit belongs to, which `by` may name as `part`; None: what is in none.
    """
    stored: Sql = (f"SELECT * FROM {fact._meta.db_table}{' WHERE cut = %s' if cut else ''}", [cut] if cut else [])
    rows, given = stored if RollUp.objects.exists() else month_rows(scope, fact)
    joined, units = "", list[Any]()
    if parts is not None:
        joined = "LEFT JOIN unnest(%s::uuid[], %s::uuid[]) AS of_unit(unit, part) ON of_unit.unit = fact.unit_id"
        units = [list(parts), list(parts.values())]
    sums = ", ".join(f"SUM({name})::bigint" for name in fact.measures)
    keys = ", ".join(by)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {keys}, {sums} FROM ({rows}) AS fact {joined} WHERE {where} GROUP BY {keys}",
            [*given, *units, *params],
        )
        return list(cursor.fetchall())


def _table(lines: Sequence[Lines]) -> Sql:
    parts, params = [], []
    for line in lines:
        query: Any = line.rows
        sql, given = query.query.sql_with_params()
        parts.append(f"({sql})")
        params += list(given)
    return f"(({' UNION ALL '.join(parts)}))", params


def _columns(lines: Sequence[Lines]) -> str:
    return ", ".join((*lines[0].keys, *lines[0].measures))


def _cohorts(scope: Scope) -> Sql:
    purchases, amounts = [purchase_lines(scope)], amount_lines(scope)
    (bought, first), (money, second) = _table(purchases), _table(amounts)
    return (
        f"""
        SELECT cohort, month, unit_id, COALESCE(source, '')::varchar AS source, currency, buyers, again, net_minor FROM (
            WITH bought({_columns(purchases)}) AS MATERIALIZED ({bought}),
            began AS (
                SELECT buyer, currency, unit_id, source, date_trunc('month', day)::date AS cohort FROM bought WHERE place = 1
            )
            SELECT cohort, date_trunc('month', b.day)::date AS month, a.unit_id, a.source, currency,
                (row_number() OVER (PARTITION BY buyer, currency, date_trunc('month', b.day) ORDER BY place) = 1)::int::bigint AS buyers,
                (place = 2)::int::bigint AS again, 0::bigint AS net_minor
            FROM bought b JOIN began a USING (buyer, currency)
            UNION ALL
            SELECT cohort, date_trunc('month', m.day)::date, unit_id, source, currency, 0, 0, m.minor
            FROM {money} AS m({_columns(amounts)}) JOIN began USING (buyer, currency) WHERE m.signed_on >= cohort
        ) AS of_months
        """,
        [*first, *second],
    )


def _channels(scope: Scope) -> Sql:
    lines = channel_lines(scope)
    rows, params = _table(lines)
    return (
        f"""
        SELECT cohort, month, source, currency, buyers, signed_minor, received_minor FROM (
            WITH line AS MATERIALIZED (
                SELECT *, date_trunc('month', arrived_on)::date AS cohort FROM {rows} AS l({_columns(lines)})
            )
            SELECT cohort, date_trunc('month', day)::date AS month, source, currency, 0::bigint AS buyers,
                signed_minor::bigint, received_minor::bigint FROM line
            UNION ALL
            SELECT cohort, cohort, source, currency, (COALESCE(SUM(orders) FILTER (WHERE day >= cohort), 0) > 0)::int, 0, 0
            FROM line GROUP BY buyer, cohort, source, currency
        ) AS of_months
        """,
        params,
    )
