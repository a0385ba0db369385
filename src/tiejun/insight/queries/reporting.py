"""Own reports: chosen metrics of the catalogue, summed from the facts by one or two groups; no SQL of anybody's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from tiejun.access.abilities import Ability
from tiejun.engines.shares import Share, share_of
from tiejun.foundation import policies
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import business_day
from tiejun.insight import texts
from tiejun.insight.models import Cut, DealFact, Fact, FieldFact, LeadFact, SaleFact
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.insight.queries.metrics import entries
from tiejun.insight.rules.metrics import Unit as MetricUnit
from tiejun.insight.rules.reporting import (
    RATIOS,
    SUMS,
    TIMES,
    Dimension,
    ReportRefusal,
    ReportWish,
    days_of,
    grouped_day,
    may_rank,
    why_not_report,
    wish_from,
)
from tiejun.insight.texts import reporting as words
from tiejun.lists.queries import FixedSheet
from tiejun.marketing.queries.sources import source_names
from tiejun.org import queries as org
from tiejun.org.queries.reach import units_below, units_in_reach

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell
    from tiejun.insight.queries.metrics import MetricEntry

FACTS: dict[str, type[Fact]] = {"LEAD": LeadFact, "FIELD": FieldFact, "DEAL": DealFact, "SALE": SaleFact}
KEYS = {
    Dimension.UNIT: "unit_id",
    Dimension.PERSON: "person_id",
    Dimension.SOURCE: "source",
    Dimension.PRODUCT: "product_line_id",
}
CUTS = {Dimension.PERSON: Cut.PERSON, Dimension.SOURCE: Cut.SOURCE, Dimension.PRODUCT: Cut.LINE}
TIMED_OUT = "57014"
Value = int | Share | None
Sums = dict[tuple[Any, ...], Counter[str]]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line: the names of its groups (days as dates), a value for each column, and what the groups are: ids, codes, days."""

    names: tuple[Any, ...]
    values: tuple[Value, ...]
    key: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is shown. `is_ranked`: the parts stand in the order of the first number, else by name; `since`, `until`: both included."""

    wish: ReportWish
    since: date
    until: date
    columns: list[MetricEntry]
    lines: list[ReportLine]
    whole: ReportLine
    is_ranked: bool
    least_cases: int

    @property
    def chart(self) -> list[float]:
        """The first column as numbers, one for each line: what the chart draws."""
        return [_number(line.values[0]) for line in self.lines]

    @property
    def has_line(self) -> bool:
        """Whether the lines are days one after the other, to be drawn as one line."""
        return self.wish.also is None and self.wish.by in TIMES and len(self.lines) > 1


def report(scope: Scope, wish: ReportWish, *, now: datetime) -> Report:
    """Make a report within the reach of VIEW_BOARD.

    Raises `NotFound` for a unit out of reach, and `Refused`: what cannot be asked, or what would read more than the policy allows.
    """
    scope.require(Ability.VIEW_BOARD)
    refusal = why_not_report(wish)
    if refusal:
        raise Refused(refusal)
    units = units_in_reach(scope, org.all_units(scope), Ability.VIEW_BOARD)
    unit_ids = units_below(scope, units, wish.unit_id) if wish.unit_id else None
    since, until = days_of(wish, business_day(now, scope.zone))
    sums = _bounded(scope, wish, Asked(since, until, unit_ids), now)
    known = entries(scope)
    book = policies.book(now)
    most, least = (book.integer(f"insight.{key}", scope.unit_chain) for key in ("report_max_lines", "rank_min_n"))
    if len(sums) > most:
        raise Refused(ReportRefusal.TOO_MANY_LINES, most=most)
    names = _names(scope, wish, sums, {unit.pk: unit.name for unit in units})
    is_ranked = wish.by not in TIMES and may_rank([_cases(wish.measures[0], found) for found in sums.values()], least)
    lines = [ReportLine(names[key], _values(wish, found), key) for key, found in sums.items()]
    lines.sort(key=lambda line: tuple(str(name) for name in line.names))
    if is_ranked:
        lines.sort(key=lambda line: -_number(line.values[0]))
    together: Counter[str] = Counter()
    for found in sums.values():
        for key, number in found.items():
            together[key] += number
    whole = ReportLine(tuple("" for _one in wish.groups), _values(wish, together))
    columns = [known[key] for key in wish.measures]
    return Report(wish, since, date.fromordinal(until.toordinal() - 1), columns, lines, whole, is_ranked, least)


def report_sheet(scope: Scope, wanted: Mapping[str, str]) -> FixedSheet:
    """Return a report as its address says it as a table for a file: amounts in major units, shares with their interval, the sum last."""
    assert scope.at is not None, "a report is of the moment that its asker has"
    found = report(scope, wish_from(wanted), now=scope.at)
    header = [str(words.DIMENSIONS[group]) for group in found.wish.groups]
    for column in found.columns:
        header += [column.name, *([_("Low"), _("High")] if column.metric.unit is MetricUnit.PERCENT else [])]
    rows = [_cells(found, line, line.names) for line in found.lines]
    total = (_("Total"), *("" for _one in found.wish.groups[1:]))
    return FixedSheet([*header, _("Currency")], [*rows, _cells(found, found.whole, total)])


def _cells(found: Report, line: ReportLine, names: tuple[Any, ...]) -> list[Cell]:
    cells: list[Cell] = list(names)
    for column, value in zip(found.columns, line.values, strict=True):
        if isinstance(value, Share):
            cells += [None if part is None else round(part, 4) for part in (value.value, value.low, value.high)]
        else:
            is_money = column.metric.unit is MetricUnit.MONEY
            cells.append(Decimal(value).scaleb(-2) if is_money and value is not None else value)
    return [*cells, found.wish.currency]


def _bounded(scope: Scope, wish: ReportWish, asked: Asked, now: datetime) -> Sums:
    """Sum within bounds: refused before it begins when too many rows would be read, and ended when it takes too long."""
    book = policies.book(now)
    most, seconds = (book.integer(f"insight.{key}", scope.unit_chain) for key in ("report_max_rows", "report_seconds"))
    facts, cut = Facts(scope, now), next((CUTS[group] for group in wish.groups if group in CUTS), Cut.UNIT)
    wanted: dict[str, set[str]] = {}
    for key in sorted(wish.summed):
        wanted.setdefault(SUMS[key].fact, set()).add(SUMS[key].column)
    about = sum(
        facts.scanned(FACTS[name], asked, by=_keys(wish), cut=cut, wanted=columns) for name, columns in wanted.items()
    )
    if about > most:
        raise Refused(ReportRefusal.TOO_WIDE, about=f"{about:,}", most=f"{most:,}")
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds}s"])
            return _sums(facts, wish, asked, cut, wanted)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == TIMED_OUT:
            raise Refused(ReportRefusal.TOO_SLOW, seconds=seconds) from None
        raise


def _keys(wish: ReportWish) -> tuple[str, ...]:
    return tuple(KEYS.get(group, "day") for group in wish.groups)


def _sums(facts: Facts, wish: ReportWish, asked: Asked, cut: Cut, wanted: Mapping[str, set[str]]) -> Sums:
    keys = _keys(wish)
    sums: Sums = defaultdict(Counter)
    for name, summed in wanted.items():
        fact = FACTS[name]
        columns = [(key, fact.measures.index(SUMS[key].column)) for key in wish.summed if SUMS[key].fact == name]
        for (*parts, currency), numbers in facts.sums(
            fact, asked, by=(*keys, "currency"), cut=cut, wanted=summed
        ).items():
            place = tuple(
                grouped_day(part, group) if group in TIMES else part
                for part, group in zip(parts, wish.groups, strict=True)
            )
            for key, at in columns:
                if currency in ("", wish.currency) or not SUMS[key].column.endswith("_minor"):
                    sums[place][key] += numbers[at]
    return {place: found for place, found in sums.items() if any(found.values())}


def _names(
    scope: Scope, wish: ReportWish, sums: Sums, unit_names: Mapping[UUID, str]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    people = {key[place] for key in sums for place, group in enumerate(wish.groups) if group is Dimension.PERSON}
    of: dict[Dimension, Mapping[Any, str]] = {
        Dimension.UNIT: unit_names,
        Dimension.PERSON: org.names_of(scope, people) if people else {},
        Dimension.SOURCE: source_names(scope) if Dimension.SOURCE in wish.groups else {},
        Dimension.PRODUCT: org.product_line_names(scope) if Dimension.PRODUCT in wish.groups else {},
    }

    def name(group: Dimension, part: Any) -> Any:
        return part if group in TIMES else of[group].get(part) or str(texts.NO_PART[group.value])

    return {key: tuple(name(group, part) for group, part in zip(wish.groups, key, strict=True)) for key in sums}


def _values(wish: ReportWish, found: Mapping[str, int]) -> tuple[Value, ...]:
    values: list[Value] = []
    for key in wish.measures:
        ratio = RATIOS.get(key)
        if ratio is None:
            values.append(found.get(key, 0))
        elif ratio.is_share:
            values.append(share_of(found.get(ratio.over, 0), found.get(ratio.under, 0)))
        else:
            under = found.get(ratio.under, 0)
            values.append(round(found.get(ratio.over, 0) / under) if under > 0 else None)
    return tuple(values)


def _cases(key: str, found: Mapping[str, int]) -> int:
    counted = RATIOS[key].under if key in RATIOS else SUMS[key].cases or key
    return found.get(counted, 0)


def _number(value: Value) -> float:
    return float(value.value or 0.0) if isinstance(value, Share) else float(value or 0)
