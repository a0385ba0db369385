"""Sums of the facts: closed days from the roll-up, what came since from the rows of the modules, in one question."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.foundation.days import Days
from tiejun.foundation.lines import KEYS, Lines, Sql, compiled, nothing
from tiejun.insight.models import CustomerFact, Cut, DealFact, Fact, FieldFact, Interim, LeadFact, RollUp, SaleFact
from tiejun.leads.queries.facts import lead_lines
from tiejun.pipeline.queries.facts import deal_lines, last_order_lines, sale_days_touched, sale_lines
from tiejun.visits.queries.facts import field_days_touched, field_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LINES: dict[type[Fact], Callable[..., list[Lines]]] = {
    LeadFact: lead_lines,
    FieldFact: field_lines,
    DealFact: deal_lines,
    SaleFact: sale_lines,
}
TOUCHED: dict[type[Fact], Callable[..., set[date]]] = {FieldFact: field_days_touched, SaleFact: sale_days_touched}
# A row may be written down by a transaction that ends after the roll-up has looked.
LONGEST_TRANSACTION = timedelta(minutes=15)
# An interim that is renewed each minute and older than this waits for a worker: then the rows are read.
INTERIM_HOLDS = timedelta(minutes=3)
FIRST_MONTH = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose sums: from `since` to `until` (exclusive), of `unit_ids` (None: of all in reach), of one currency or (None) of each."""

    since: date
    until: date
    unit_ids: Collection[UUID] | None = None
    currency: str | None = None


class Facts:
    """The facts as the last roll-up left them, and which days are read from the rows instead: those since, and those touched since.

    Where an `interim` is young enough, these days stand as it left them, and no rows are read.
    """

    def __init__(self, scope: Scope, now: datetime) -> None:
        """Look up the last roll-up, the interim, and the days that changed since."""
        scope.require(Ability.VIEW_BOARD)
        self.scope, self.now = scope, now
        self.last = RollUp.objects.order_by("-as_of", "-pk").first()
        self.interim = None if self.last is None else self._interim(self.last)
        last = self.interim or self.last
        self._until = last.until if last else None
        self._touched: dict[type[Fact], tuple[date, ...]] = {}

    @property
    def running_as_of(self) -> datetime | None:
        """As of when the running day is shown; None: as it is now."""
        return self.interim.as_of if self.interim else None

    def sums(
        self, fact: type[Fact], asked: Asked, *, by: Sequence[str], cut: Cut = Cut.UNIT, wanted: Collection[str] = ()
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """Return the sums of a fact's measures by some of KEYS, as (key, …) → (measure, …).

        `wanted`: the measures that will be looked at (none: all); others may lack what came since the roll-up.
        """
        parts = [
            *self._rolled(fact, asked, self._cut(asked, cut, by)),
            *self._live(fact, asked, wanted or fact.measures, sources="source" in by),
        ]
        return _summed(fact.measures, parts, by, asked.currency)

    def scanned(self, fact: type[Fact], asked: Asked, *, by: Sequence[str], cut: Cut, wanted: Collection[str]) -> int:
        """Return about how many rows `sums` would read, by the planner's estimate; it reads none of them."""
        live = self._live(fact, asked, wanted, sources="source" in by)
        return sum(_scanned(*part) for part in [*self._rolled(fact, asked, self._cut(asked, cut, by)), *live])

    def customers(self, asked: Asked, *, by: Sequence[str], cut: Cut = Cut.UNIT) -> dict[tuple[Any, ...], int]:
        """Return the customers there were on `asked.since`, the first day of a month, by some of KEYS."""
        month = asked.since
        if self.last is not None and month <= self.last.until:
            whose = self._cut(asked, cut, by)
            rows = CustomerFact.objects.within(self.scope, Ability.VIEW_BOARD).filter(cut=whose, day=month)
            parts = [_stored(CustomerFact, rows, asked)]
        else:
            churn_days = policies.book(self.now).integer("insight.churn_days")
            parts = [
                customer_lines(self.scope, churn_days, first=month, last=month, unit_ids=self.units(asked.unit_ids))
            ]
        found = _summed(CustomerFact.measures, parts, by, asked.currency)
        return {key: numbers[0] for key, numbers in found.items()}

    def _interim(self, last: RollUp) -> Interim | None:
        return Interim.objects.filter(as_of__gt=max(last.as_of, self.now - INTERIM_HOLDS), as_of__lte=self.now).first()

    def _cut(self, asked: Asked, cut: Cut, by: Sequence[str]) -> Cut:
        """Return the cut with the fewest rows that answers: of the whole company, where all of it is asked for by nothing that it lacks."""
        return Cut.WHOLE if self.units(asked.unit_ids) is None and not {"unit_id", "person_id"} & set(by) else cut

    def _rolled(self, fact: type[Fact], asked: Asked, cut: Cut) -> list[Sql]:
        if self._until is None or asked.since >= self._until:
            return []
        rows = fact._default_manager.within(self.scope, Ability.VIEW_BOARD).filter(
            cut=cut, day__gte=asked.since, day__lt=min(asked.until, self._until)
        )
        touched = self._days_touched(fact)
        return [_stored(fact, rows.exclude(day__in=touched) if touched else rows, asked)]

    def _live(self, fact: type[Fact], asked: Asked, wanted: Collection[str], *, sources: bool) -> list[Sql]:
        also = tuple(day for day in self._days_touched(fact) if asked.since <= day < asked.until)
        since = asked.since if self._until is None else max(asked.since, self._until)
        if since >= asked.until and not also:
            return []
        days = Days(min(since, asked.until), asked.until, also)
        found = LINES[fact](self.scope, days, unit_ids=self.units(asked.unit_ids), sources=sources, wanted=wanted)
        return compiled([line for line in found if not set(wanted).isdisjoint(line.measures)], fact.measures)

    def units(self, unit_ids: Collection[UUID] | None) -> Collection[UUID] | None:
        """Return which units' rows are read, None for all: the asker's own rows elsewhere are no part of the board of the units they lead."""
        if unit_ids is not None or self.scope.covers(Ability.VIEW_BOARD, owner_id=None, unit_id=None):
            return unit_ids
        return {unit_id for _reach, grant in self.scope.reaches(Ability.VIEW_BOARD) for unit_id in grant.unit_ids}

    def _days_touched(self, fact: type[Fact]) -> tuple[date, ...]:
        if self.last is None or self.interim is not None or fact not in TOUCHED:
            return ()
        if fact not in self._touched:
            found = TOUCHED[fact](self.scope, since=self.last.as_of - LONGEST_TRANSACTION)
            self._touched[fact] = tuple(sorted(day for day in found if day < self.last.until))
        return self._touched[fact]


def customer_lines(
    scope: Scope, churn_days: int, *, first: date, last: date, unit_ids: Collection[UUID] | None = None
) -> Sql:
    """Return as SQL each customer of each month from `first` to `last`: a line for every month that begins while an order is their last."""
    orders = last_order_lines(scope)
    query: Any = orders.rows
    sql, params = query.query.sql_with_params()
    names = ", ".join((*orders.keys, *orders.measures))
    cut = "" if unit_ids is None else " WHERE o.unit_id = ANY(%s)"
    months = (
        "generate_series(GREATEST(date_trunc('month', o.day) + interval '1 month', %s::date::timestamp), "
        "LEAST(o.next_on, o.day + %s::int, %s::date)::timestamp, interval '1 month')"
    )
    text = (
        f"SELECT m::date AS day, o.unit_id, o.person_id, COALESCE(o.source, '')::varchar AS source, o.currency, "
        f"NULL::uuid AS product_line_id, 1::bigint AS customers "
        f"FROM ({sql}) AS o({names}) CROSS JOIN LATERAL {months} AS m{cut}"
    )
    more = [] if unit_ids is None else [list(unit_ids)]
    return text, [*params, first, churn_days, last, *more]


def _scanned(sql: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    waiting, rows = [(json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]], 0
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        rows += 0 if node.get("Plans") else int(node["Plan Rows"])
    return rows


def _stored(fact: type[Fact], rows: Any, asked: Asked) -> Sql:
    if asked.unit_ids is not None:
        rows = rows.filter(unit_id__in=asked.unit_ids)
    if asked.currency is not None:
        rows = rows.filter(currency=asked.currency)
    keys = fact.key[1:]
    line = Lines(rows.order_by().values_list(*keys, *fact.measures), keys, fact.measures)
    found = compiled([line], fact.measures)
    return found[0] if found else nothing(fact.measures)


def _summed(
    measures: Sequence[str], parts: Sequence[Sql], by: Sequence[str], currency: str | None
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    if not parts:
        return {}
    rows = " UNION ALL ".join(f"({sql})" for sql, _params in parts)
    params = [one for _sql, given in parts for one in given]
    sums = ", ".join(f"SUM({name})::bigint" for name in measures)
    names = ", ".join((*KEYS, *measures))
    keys = ", ".join(by)
    cut = "" if currency is None else " WHERE currency = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {keys}, {sums} FROM ({rows}) AS line({names}){cut} GROUP BY {keys}",
            [*params, *([] if currency is None else [currency])],
        )
        found = cursor.fetchall()
    return {tuple(row[: len(by)]): tuple(row[len(by) :]) for row in found}


def rows_of(scope: Scope, fact: type[Fact], days: Days, churn_days: int) -> list[Sql]:
    """Return as SQL the rows that a fact is summed of on some days, for its roll-up; months of customers to the one that `days` end in."""
    if fact is CustomerFact:
        first = days.since or FIRST_MONTH
        return [customer_lines(scope, churn_days, first=first.replace(day=1), last=days.until.replace(day=1))]
    return compiled(LINES[fact](scope, days), fact.measures)
