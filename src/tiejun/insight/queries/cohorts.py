"""Customers by the month of their first order: who came back, and what they spent since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.engines.shares import Share, share_of
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.insight.models import CohortFact, Cut
from tiejun.insight.queries.facts import Facts
from tiejun.insight.queries.months import month_sums
from tiejun.marketing.queries.sources import source_names
from tiejun.org import queries as org
from tiejun.org.queries.reach import path_to, shown_as, units_below, units_in_reach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit

PARTS = ("unit", "source")
SHOWN = 12
# buyers, again, net_minor
Numbers = tuple[int, int, int]
Cells = dict[tuple[date, date], Numbers]


@dataclass(frozen=True, slots=True)
class Since:
    """How it stood so many months after the first: who had come back by then, and what was spent in that month, against the first."""

    months: int
    again: Share
    net_minor: int
    kept: float | None

    @property
    def kept_percent(self) -> float | None:
        return None if self.kept is None else 100 * self.kept


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers who signed their first order in a month (None: all together, each as far as it is old enough); `since` from 0 on."""

    month: date | None
    customers: int
    since: list[Since]

    @property
    def now(self) -> Since:
        return self.since[-1]

    @property
    def first_minor(self) -> int:
        return self.since[0].net_minor

    @property
    def later_minor(self) -> int:
        return sum(since.net_minor for since in self.since[1:])


@dataclass(frozen=True, slots=True)
class CohortPart:
    """A unit or source: of its customers old enough, how many came back in time. `is_ranked`: there are enough of them to compare."""

    key: Any
    name: str
    again: Share
    is_ranked: bool


@dataclass(frozen=True, slots=True)
class Cohorts:
    """All that the page shows, as of the last roll-up; amounts and customers of `currency` alone.

    `so_far`: how many have come back, however old. `in_time`: of the customers whose first order is more than `window` months ago, how many came back by then; `kept`: what was spent in that
    month, against the first one.
    """

    as_of: datetime
    today: date
    lines: list[Cohort]
    whole: Cohort | None
    so_far: Share
    in_time: Share
    kept: float | None
    parts: list[CohortPart]
    part: str
    window: int
    least_cases: int
    source: str
    sources: dict[str, str]
    currency: str
    currencies: list[str]
    path: list[Unit]


def cohorts(
    scope: Scope,
    *,
    now: datetime,
    unit_id: UUID | None = None,
    source: str = "",
    part: str = "unit",
    currency: str = "CNY",
) -> Cohorts:
    """Return the cohorts of the last twelve months, of all within reach or of a unit with what is below it, and of one source if given.

    A customer belongs to who sold them their first order, as the organisation was then. Raises `NotFound` for a unit out of reach, an
    unknown source or part.
    """
    scope.require(Ability.VIEW_BOARD)
    units = units_in_reach(scope, org.all_units(scope), Ability.VIEW_BOARD)
    below = units_below(scope, units, unit_id) if unit_id else None
    names = source_names(scope)
    if part not in PARTS or (source and source not in names):
        raise NotFound
    today, facts, book = business_day(now, scope.zone), Facts(scope, now), policies.book(now)
    months = [_plus(today.replace(day=1), number - SHOWN + 1) for number in range(SHOWN)]
    path = path_to(scope, units, unit_id)
    shown = shown_as(scope, units, path) if part == "unit" else None
    cells, currencies = _cells(scope, (months[0], facts.units(below), source), currency, shown)
    window = book.integer("insight.repurchase_months", scope.unit_chain)
    least = book.integer("insight.rank_min_n", scope.unit_chain)
    whole: Cells = defaultdict(lambda: (0, 0, 0))
    for of_part in cells.values():
        _add(whole, of_part)
    lines = [line for month in months if (line := _line(whole, month, months[-1]))]
    old = [line for line in lines if line.month and _plus(line.month, window) < months[-1]]
    return Cohorts(
        as_of=facts.last.as_of if facts.last else now,
        today=today,
        lines=lines,
        whole=_pooled(lines),
        so_far=share_of(sum(line.now.again.hits for line in lines), sum(line.customers for line in lines)),
        in_time=share_of(sum(line.since[window].again.hits for line in old), sum(line.customers for line in old)),
        kept=_kept(sum(line.since[window].net_minor for line in old), sum(line.first_minor for line in old)),
        parts=_parts(cells, names if shown is None else dict(shown.values()), months, window=window, least=least),
        part=part,
        window=window,
        least_cases=least,
        source=source,
        sources=names,
        currency=currency,
        currencies=currencies,
        path=path,
    )


def _cells(
    scope: Scope, asked: tuple[date, Any, str], currency: str, shown: Mapping[UUID, tuple[UUID, str]] | None
) -> tuple[dict[Any, Cells], list[str]]:
    """Return the numbers by part (what units are `shown` as, or without it the source), cohort and month of a currency, and all currencies."""
    since, unit_ids, source = asked
    by, parts = "source", None
    cut = Cut.WHOLE if unit_ids is None else Cut.SOURCE
    if shown is not None:
        by, parts = "part", {unit: part for unit, (part, _name) in shown.items()}
        cut = Cut.SOURCE if source else Cut.UNIT
    where, params = "cohort >= %s", list[Any]([since])
    if unit_ids is not None:
        where, params = f"{where} AND unit_id = ANY(%s)", [*params, list(unit_ids)]
    if source:
        where, params = f"{where} AND source = %s", [*params, source]
    keys = ("currency", by, "cohort", "month")
    cells: dict[Any, Cells] = defaultdict(dict)
    currencies = {currency}
    found = month_sums(scope, CohortFact, by=keys, where=where, params=params, cut=cut, parts=parts)
    for code, part, cohort, month, *numbers in found:
        currencies.add(code)
        if code == currency:
            cells[part][cohort, month] = (numbers[0], numbers[1], numbers[2])
    return cells, sorted(currencies)


def _add(to: Cells, of: Mapping[tuple[date, date], Numbers]) -> None:
    for place, (buyers, again, net) in of.items():
        had = to.get(place, (0, 0, 0))
        to[place] = (had[0] + buyers, had[1] + again, had[2] + net)


def _line(cells: Mapping[tuple[date, date], Numbers], cohort: date, last: date) -> Cohort | None:
    customers = cells.get((cohort, cohort), (0, 0, 0))[0]
    if not customers:
        return None
    since, came_back, first = [], 0, cells[cohort, cohort][2]
    for number in range(SHOWN):
        month = _plus(cohort, number)
        if month > last:
            break
        _buyers, again, net = cells.get((cohort, month), (0, 0, 0))
        came_back += again
        since.append(Since(number, share_of(came_back, customers), net, _kept(net, first)))
    return Cohort(cohort, customers, since)


def _pooled(lines: Sequence[Cohort]) -> Cohort | None:
    """Return all cohorts together: each month since is taken of those that are old enough for it."""
    if not lines:
        return None
    since = []
    for number in range(max(len(line.since) for line in lines)):
        old = [line for line in lines if len(line.since) > number]
        hits, cases = sum(line.since[number].again.hits for line in old), sum(line.customers for line in old)
        net, first = sum(line.since[number].net_minor for line in old), sum(line.first_minor for line in old)
        since.append(Since(number, share_of(hits, cases), net, _kept(net, first)))
    return Cohort(None, sum(line.customers for line in lines), since)


def _kept(net: int, first: int) -> float | None:
    return net / first if first > 0 else None


def _parts(
    cells: Mapping[Any, Cells], names: Mapping[Any, str], months: Sequence[date], *, window: int, least: int
) -> list[CohortPart]:
    """Return how many came back in time by part: those with enough cases by their share, the others by name after them."""
    hits: dict[Any, int] = defaultdict(int)
    cases: dict[Any, int] = defaultdict(int)
    for key, of_part in cells.items():
        place = key if key in names else None
        for (cohort, month), (buyers, again, _net) in of_part.items():
            if _plus(cohort, window) < months[-1] and month <= _plus(cohort, window):
                hits[place] += again
                cases[place] += buyers if month == cohort else 0
    parts = [CohortPart(key, names.get(key, ""), share_of(hits[key], cases[key]), cases[key] >= least) for key in cases]
    return sorted(
        (part for part in parts if part.again.cases),
        key=lambda part: (not part.is_ranked, -(part.again.value or 0) if part.is_ranked else 0, part.name),
    )


def _plus(month: date, number: int) -> date:
    place = month.year * 12 + month.month - 1 + number
    return date(place // 12, place % 12 + 1, 1)
