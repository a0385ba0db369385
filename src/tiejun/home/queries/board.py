"""The board of the nine links: real rows counted for a month and the month before, by unit, within reach."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.control import signal
from tiejun.engines.workdays.spans import months_compared
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.home import rules
from tiejun.home.queries import clock as clocks
from tiejun.insight.queries.anomalies import anomalies_on_board
from tiejun.insight.queries.links import days_compared, link_counts
from tiejun.insight.rules.links import MONEY, SHOWN, Link, Measure
from tiejun.org import queries as org
from tiejun.org.queries.reach import path_to, tops, units_below, units_in_reach
from tiejun.quality.queries.truth import truth_by_unit
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.control import Signal
    from tiejun.engines.workdays.spans import Span
    from tiejun.insight.queries.links import Counts
    from tiejun.leads.queries.board import LeadCounts
    from tiejun.org.models import Unit
    from tiejun.quality.queries.truth import TruthLine

SOURCES_SHOWN = 5
OLDEST_MONTH = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the month, of the whole month before, and of the month before up to the same working day."""

    measure: Measure
    value: int
    before: int
    before_so_far: int

    @property
    def is_money(self) -> bool:
        return self.measure in MONEY

    @property
    def change(self) -> int:
        return self.value - self.before_so_far


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link: its figures, the large one per working day, and its number per hundred of an earlier link.

    `signal`: how the last whole working day of the running month lies outside what the days before it make usual; `anomaly_id`: where it was raised.
    """

    link: Link
    figure: Figure
    beside: list[Figure]
    trend: list[int]
    of_measure: Measure | None
    percent: float | None
    signal: Signal | None
    anomaly_id: UUID | None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Leads that came in from a source, in its two names."""

    code: str
    name: str
    name_en: str
    value: int
    before: int


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit with what is below it."""

    unit_id: UUID
    name: str
    has_children: bool
    visits: int
    effective: rules.Share
    new_effective: int
    signed: int
    signed_minor: int
    collected_minor: int
    overdue_minor: int
    truth: TruthLine | None


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows; `path` leads from the top of the reach to the chosen unit, which is `path[-1]`.

    Amounts are of `currency` alone; `currencies` are all that occur in the two months. Numbers count every currency.
    """

    month: date
    previous_month: date
    following_month: date | None
    today: date
    days: int
    links: list[LinkLine]
    sources: list[SourceLine]
    effective: rules.Share
    overdue: int
    overdue_minor: int
    path: list[Unit]
    units: list[UnitFigures]
    is_whole: bool
    currency: str
    currencies: list[str]


def board(
    scope: Scope, *, month: date | None = None, unit_id: UUID | None = None, currency: str = "CNY", now: datetime
) -> Board:
    """Return the nine links of a month within reach, if asked for of a unit with what is below it.

    `month`: any day of it, None = the running one. Raises `NotFound` for a unit out of reach or a month to come.
    """
    scope.require(Ability.VIEW_BOARD)
    today = business_day(now, scope.zone)
    first = (month or today).replace(day=1)
    if first > today or first < OLDEST_MONTH:
        raise NotFound
    policy = field_policy(scope, now)
    before = (first - timedelta(days=1)).replace(day=1)
    this, last = months_compared(first, before, today, lambda day: clocks.workdays_of_month(scope, policy, day))
    # A month that is over is compared with nothing.
    history = days_compared(scope, today=today, now=now) if first == today.replace(day=1) else []
    counts = link_counts(scope, since=min([last.first, *history[:1]]), until=this.after, today=today, currency=currency)
    all_units = units_in_reach(scope, org.all_units(scope), Ability.VIEW_BOARD)
    below = units_below(scope, all_units, unit_id) if unit_id else None
    is_whole = below is None and scope.covers(Ability.VIEW_BOARD, owner_id=None, unit_id=None)
    path = path_to(scope, all_units, unit_id)

    def within(owner: UUID | None) -> bool:
        return below is None or owner in below

    days = [day for day in clocks.workdays_of_month(scope, policy, first) if day <= today]
    unit = path[-1].pk if path else None
    raised = anomalies_on_board(scope, unit_id=unit, currency=currency, day=history[-1]) if history else {}
    figures = {measure: _figure(counts, measure, this, last, within) for measure in Measure}
    return Board(
        month=first,
        previous_month=last.first,
        following_month=this.after if this.after <= today else None,
        today=today,
        days=len(days),
        links=[_link(link, figures, counts, days, within, history=history, raised=raised) for link in Link],
        sources=_sources(counts.leads, this, last, within),
        effective=rules.share_of(figures[Measure.EFFECTIVE].value, figures[Measure.VISITS].value),
        overdue=sum(n for owner, n in counts.pipeline.overdue.items() if within(owner)),
        overdue_minor=sum(n for owner, n in counts.pipeline.overdue_minor.items() if within(owner)),
        path=path,
        units=_units(scope, all_units, path, counts, this, now=now),
        is_whole=is_whole,
        currency=currency,
        currencies=counts.pipeline.currencies,
    )


def _figure(counts: Counts, measure: Measure, this: Span, last: Span, within: Callable[[UUID | None], bool]) -> Figure:
    return Figure(
        measure=measure,
        value=counts.total(measure, this.first, this.after, within),
        before=counts.total(measure, last.first, last.after, within),
        before_so_far=counts.total(measure, last.first, last.so_far, within),
    )


def _link(
    link: Link,
    figures: dict[Measure, Figure],
    counts: Counts,
    days: Sequence[date],
    within: Callable[[UUID | None], bool],
    *,
    history: Sequence[date],
    raised: Mapping[str, UUID],
) -> LinkLine:
    large, beside, of_measure = SHOWN[link]
    base = figures[of_measure].value if of_measure else 0
    hits = figures[large].value + (figures[Measure.MEDIUM].value if link is Link.INTENT else 0)
    per_day = counts.per_day(large, within)
    return LinkLine(
        link=link,
        figure=figures[large],
        beside=[figures[measure] for measure in beside],
        trend=[per_day[day] for day in days],
        of_measure=of_measure,
        percent=100 * hits / base if base > 0 else None,
        signal=signal([(day, per_day[day]) for day in history]),
        anomaly_id=raised.get(link),
    )


def _sources(leads: LeadCounts, this: Span, last: Span, within: Callable[[UUID | None], bool]) -> list[SourceLine]:
    now_in: Counter[tuple[str, str, str]] = Counter()
    before: Counter[tuple[str, str, str]] = Counter()
    for (code, name, name_en, owner, day), number in leads.by_source.items():
        if within(owner) and day >= last.first:
            (now_in if this.first <= day < this.after else before)[code, name, name_en] += number
    rows = [SourceLine(*source, now_in[source], before[source]) for source in sorted({*now_in, *before})]
    return sorted(rows, key=lambda row: (-row.value, -row.before, row.code))[:SOURCES_SHOWN]


def _units(
    scope: Scope, units: Sequence[Unit], path: Sequence[Unit], counts: Counts, this: Span, *, now: datetime
) -> list[UnitFigures]:
    truths = truth_by_unit(scope, now=now)
    parent_ids = {unit.parent_id for unit in units}
    rows = [unit for unit in units if unit.parent_id == path[-1].pk] if path else tops(scope, units)
    lines = []
    for unit in rows:
        below = units_below(scope, units, unit.pk)
        sums = {measure: counts.total(measure, this.first, this.after, below.__contains__) for measure in Measure}
        lines.append(
            UnitFigures(
                unit_id=unit.pk,
                name=unit.name,
                has_children=unit.pk in parent_ids,
                visits=sums[Measure.VISITS],
                effective=rules.share_of(sums[Measure.EFFECTIVE], sums[Measure.VISITS]),
                new_effective=sums[Measure.NEW_EFFECTIVE],
                signed=sums[Measure.SIGNED],
                signed_minor=sums[Measure.SIGNED_MONEY],
                collected_minor=sums[Measure.COLLECTED_MONEY],
                overdue_minor=sum(n for owner, n in counts.pipeline.overdue_minor.items() if owner in below),
                truth=truths.get(unit.pk),
            )
        )
    return lines
