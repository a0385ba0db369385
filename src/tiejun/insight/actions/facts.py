"""The roll-up: the facts of closed business days, made of the rows of the modules, one statement for each fact and, where all days are counted, month."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.days import Days
from tiejun.foundation.lines import KEYS
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.insight.locks import lock_facts
from tiejun.insight.models import (
    FACTS,
    MONTHS,
    ChannelFact,
    CustomerFact,
    Cut,
    FieldFact,
    Interim,
    RollUp,
    RollUpProgress,
)
from tiejun.insight.queries.facts import LINES, LONGEST_TRANSACTION, TOUCHED, rows_of
from tiejun.insight.queries.months import month_rows
from tiejun.insight.queries.rolling import first_month, is_all_to_be_counted, last_roll_up, under_way

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from typing import Any

    from tiejun.access.scope import Scope
    from tiejun.foundation.lines import Sql
    from tiejun.insight.models import Fact
    from tiejun.insight.queries.months import Month

# Days before the last roll-up whose visits are looked at again: until then phones bring what they could not send.
DAYS_AGAIN = 7
# A board asks for all of its month, and what is dated ahead is part of it.
AHEAD = timedelta(days=366)
WORK_MEMORY = "128MB"
_MORE = {Cut.UNIT: "", Cut.PERSON: ", person_id", Cut.SOURCE: ", source", Cut.LINE: ", product_line_id"}
_OF_WHOLE = {Cut.SOURCE: ", source", Cut.LINE: ", product_line_id"}


@action(Ability.RUN_ROLL_UP)
def sum_month(scope: Scope, *, now: datetime) -> RollUpProgress:
    """Sum the next month of a count of all days, which begins here where none is under way; `roll_up` makes it the boards'.

    So the past is summed in steps of seconds, each in a transaction of its own, and goes on where it was broken off.
    """
    lock_facts()
    _take_memory()
    row = under_way(scope) or _begin(scope, now)
    month = row.upto
    _sum_next(scope, row)
    audit.record(scope, "insight.month_summed", row, month=month, months=row.months, left=row.months_left)
    return row


@action(Ability.RUN_ROLL_UP)
def roll_up(scope: Scope, *, now: datetime) -> RollUp:
    """Bring the facts up to the business day that runs, whatever was missed; what has changed in closed days is put right.

    Only rows that differ are written: a repeat writes none. Visits are summed anew of the days since the last run, of a week before them,
    and of days touched since. The other facts change at any age, because leads change hands and companies are merged: they are summed anew
    of the last `insight.restated_days`, and of all days in the first run of a month. A count of all days that is under way is brought to
    its end, and stands as of its beginning.
    """
    lock_facts()
    _take_memory()
    last, progress = last_roll_up(scope), under_way(scope)
    if progress is None and is_all_to_be_counted(scope, now=now):
        progress = _begin(scope, now)
    while progress is not None and progress.months_left:
        _sum_next(scope, progress)
    until = progress.until if progress else business_day(now, scope.zone)
    as_of = progress.as_of if progress else now
    book = policies.book(now)
    churn_days = book.integer("insight.churn_days")
    again = (book.integer("insight.restated_days"), DAYS_AGAIN)
    done = _by_months(progress)
    changed = {fact.__name__: progress.changed.get(fact.__name__, 0) for fact in done} if progress else {}
    for fact in [one for one in FACTS if one not in done]:
        is_whole = fact is CustomerFact and (progress is not None or last is None or last.churn_days != churn_days)
        span = (until - timedelta(days=again[fact is FieldFact]), until)
        days = Days(None, until) if is_whole or last is None else _days(scope, fact, last, span)
        changed[fact.__name__] = _restate_days(scope, fact, days, churn_days)
    for month in MONTHS:
        changed[month.__name__] = _restated(month, _by_key(month, month_rows(scope, month)), ("true", []))
    RollUpProgress.objects.all().delete()
    row = RollUp.objects.create(until=until, as_of=as_of, churn_days=churn_days, changed=changed)
    audit.record(scope, "insight.rolled_up", row, until=until, changed=sum(changed.values()))
    return row


@action(Ability.RUN_ROLL_UP)
def sum_running_days(scope: Scope, *, now: datetime) -> Interim:
    """Sum the days since the last roll-up as they stand, so that boards need not: those that run, and those touched since the last sum.

    Raises `NotFound` before the first roll-up.
    """
    lock_facts()
    _take_memory()
    last = last_roll_up(scope)
    if last is None:
        raise NotFound
    until = business_day(now, scope.zone) + AHEAD
    before = Interim.objects.filter(as_of__gt=last.as_of).first()
    touched_since = (before or last).as_of - LONGEST_TRANSACTION
    changed = 0
    for fact in LINES:
        also = TOUCHED[fact](scope, since=touched_since) if fact in TOUCHED else ()
        days = Days(last.until, until, tuple(sorted(day for day in also if day < last.until)))
        changed += _restate_days(scope, fact, days, last.churn_days)
    row, _is_new = Interim.objects.update_or_create(pk=1, defaults={"until": until, "as_of": now})
    audit.record(scope, "insight.running_days_summed", last, until=until, changed=changed)
    return row


def _begin(scope: Scope, now: datetime) -> RollUpProgress:
    until = business_day(now, scope.zone)
    since = first_month(scope, until=until)
    return RollUpProgress.objects.create(
        since=since, upto=since, until=until, as_of=now, is_first=last_roll_up(scope) is None,
        churn_days=policies.book(now).integer("insight.churn_days"),
    )  # fmt: skip


def _by_months(progress: RollUpProgress | None) -> list[type[Fact]]:
    """Return the facts that a count of all days sums month by month."""
    return [fact for fact in LINES if fact is not FieldFact or progress.is_first] if progress else []


def _sum_next(scope: Scope, row: RollUpProgress) -> None:
    """Sum the next month of a count of all days; the first one with whatever lies before it."""
    end = min((row.upto.replace(day=1) + timedelta(days=31)).replace(day=1), row.until)
    days = Days(None if row.upto == row.since else row.upto, end)
    for fact in _by_months(row):
        changed = _restate_days(scope, fact, days, row.churn_days)
        row.changed[fact.__name__] = row.changed.get(fact.__name__, 0) + changed
    row.upto = end
    row.save(update_fields=["upto", "changed"])


def _restate_days(scope: Scope, fact: type[Fact], days: Days, churn_days: int) -> int:
    fresh = _by_cut(fact, rows_of(scope, fact, days, churn_days))
    return _restated(fact, fresh, _within(days, months=fact is CustomerFact))


def _take_memory() -> None:
    """Let this transaction sort and hash in memory what a page never has to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [WORK_MEMORY])


def _days(scope: Scope, fact: type[Fact], last: RollUp, span: tuple[date, date]) -> Days:
    """Return the days that a fact is summed anew of, where not all of them are."""
    since, until = span
    since = min(since, last.until)
    if fact not in TOUCHED:
        return Days(since, until)
    touched = TOUCHED[fact](scope, since=last.as_of - LONGEST_TRANSACTION)
    return Days(since, until, tuple(sorted(day for day in touched if day < since)))


def _within(days: Days, *, months: bool) -> Sql:
    """Return the condition that a fact is of the days; customers are counted of every month up to the one in which the days end."""
    text = "f.day <= %s" if months else "f.day < %s"
    bounds: list[Any] = [days.until]
    if days.since is not None:
        since = days.since.replace(day=1) if months else days.since
        text, bounds = f"({text} AND f.day >= %s OR f.day = ANY(%s))", [*bounds, since, list(days.also)]
    return text, bounds


def _by_cut(fact: type[Fact], parts: Sequence[Sql]) -> Sql:
    """Return as SQL the lines summed as a whole, by unit, by unit and person, and (where the fact has it) by unit and source or what is sold."""
    lines = " UNION ALL ".join(f"({sql})" for sql, _params in parts)
    whole = "".join(more for cut, more in _OF_WHOLE.items() if cut in fact.cuts)
    of_units = (f"(day, unit_id, currency{_MORE[cut]})" for cut in fact.cuts if cut is not Cut.WHOLE)
    sets = ", ".join((f"(day, currency{whole})", *of_units))
    sums = ", ".join(f"SUM({name})::bigint AS {name}" for name in fact.measures)
    is_source, source = ("GROUPING(source)", "COALESCE(source, '')") if Cut.SOURCE in fact.cuts else ("1", "''")
    is_line, line = ("GROUPING(product_line_id)", ", product_line_id") if Cut.LINE in fact.cuts else ("1", "")
    text = (
        f"SELECT CASE WHEN GROUPING(unit_id) = 1 THEN 'WHOLE' WHEN GROUPING(person_id) = 0 THEN 'PERSON' WHEN {is_source} = 0 THEN 'SOURCE' "
        f"WHEN {is_line} = 0 THEN 'LINE' ELSE 'UNIT' END AS cut, "
        f"day, unit_id, person_id, {source} AS source, currency{line}, {sums} "
        f"FROM ({lines}) AS line({', '.join((*KEYS, *fact.measures))}) GROUP BY GROUPING SETS ({sets})"
    )
    return text, [one for _sql, given in parts for one in given]


def _by_key(fact: Month, rows: Sql) -> Sql:
    sql, params = rows
    keys = ", ".join(fact.key)
    sums = ", ".join(f"SUM({name})::bigint AS {name}" for name in fact.measures)
    if fact is ChannelFact:
        return f"SELECT {keys}, {sums} FROM ({sql}) AS line GROUP BY {keys}", params
    month = "(cohort, month, currency"
    text = (
        f"SELECT CASE WHEN GROUPING(unit_id) = 1 THEN 'WHOLE' WHEN GROUPING(source) = 1 THEN 'UNIT' ELSE 'SOURCE' END AS cut, "
        f"cohort, month, unit_id, COALESCE(source, '') AS source, currency, {sums} FROM ({sql}) AS line "
        f"GROUP BY GROUPING SETS ({month}, source), {month}, unit_id), {month}, unit_id, source))"
    )
    return text, params


def _restated(fact: type[Fact] | Month, fresh: Sql, within: Sql) -> int:
    """Make the facts within a condition what the fresh sums say, and return how many rows were written and taken out."""
    sql, params = fresh
    condition, bounds = within
    with connection.cursor() as cursor:
        cursor.execute(_statement(fact, sql, condition), [*params, *bounds, *bounds])
        written, taken_out = cursor.fetchone()
    return int(written + taken_out)


def _statement(fact: type[Fact] | Month, fresh: str, within: str) -> str:
    """Return the statement that takes out facts for which no sum stands, and writes those that differ."""
    table = fact._meta.db_table
    columns = ", ".join((*fact.key, *fact.measures))
    # One comparison of texts: the planner does not foresee how many rows agree in a part of the key.
    same_key = f"{_key('f', fact)} = {_key('n', fact)}"
    same_sums = " AND ".join(f"f.{name} = n.{name}" for name in fact.measures)
    renewed = ", ".join(f"{name} = EXCLUDED.{name}" for name in fact.measures)
    return f"""
        WITH fresh AS MATERIALIZED ({fresh}),
        gone AS (
            DELETE FROM {table} f WHERE {within} AND NOT EXISTS (SELECT FROM fresh n WHERE {same_key}) RETURNING 1
        ),
        written AS (
            INSERT INTO {table} ({columns})
            SELECT {columns} FROM fresh n
            WHERE NOT EXISTS (SELECT FROM {table} f WHERE {within} AND {same_key} AND {same_sums})
            ORDER BY {fact.key[0]}, {fact.key[1]}
            ON CONFLICT ({", ".join(fact.key)}) DO UPDATE SET {renewed}
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM gone)
    """


def _key(table: str, fact: type[Fact] | Month) -> str:
    columns = ", '|', ".join(f"{table}.{name}" for name in fact.key)
    return f"concat({columns})"
