"""The board of the nine links: real rows counted for a month and the month before, by unit, within reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.control import signal
from tiejun.engines.shares import Share, share_of
from tiejun.engines.workdays.spans import months_compared
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.home.queries import clock as clocks
from tiejun.insight.queries.anomalies import anomalies_on_board
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.insight.queries.links import days_compared, entered_by_source, link_sums
from tiejun.insight.rules.links import MONEY, SHOWN, Link, Measure
from tiejun.marketing.queries.sources import sources
from tiejun.org import queries as org
from tiejun.org.queries.reach import parts_below, path_to, units_below, units_in_reach
from tiejun.pipeline.queries.facts import overdue_by_unit
from tiejun.quality.queries.truth import truth_by_unit
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.control import Signal
    from tiejun.engines.workdays.spans import Span
    from tiejun.insight.queries.links import Sums
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
    effective: Share
    new_effective: int
    signed: int
    signed_minor: int
    collected_minor: int
    overdue_minor: int
    truth: TruthLine | None


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows; `path` leads from the top of the reach to the chosen unit, which is `path[-1]`.

    Amounts are of `currency` alone; `currencies` are all that occur in the two months. Numbers count every currency. `running_as_of`: until
    when the running day is summed, None: it is live.
    """

    month: date
    previous_month: date
    following_month: date | None
    today: date
    days: int
    links: list[LinkLine]
    sources: list[SourceLine]
    effective: Share
    overdue: int
    overdue_minor: int
    path: list[Unit]
    units: list[UnitFigures]
    is_whole: bool
    currency: str
    currencies: list[str]
    running_as_of: datetime | None


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
    all_units = units_in_reach(scope, org.all_units(scope), Ability.VIEW_BOARD)
    below = units_below(scope, all_units, unit_id) if unit_id else None
    path = path_to(scope, all_units, unit_id)
    facts, asked = Facts(scope, now), Asked(min([last.first, *history[:1]]), this.after, below, currency)
    by_day = link_sums(scope, facts, asked, by=("day",))
    by_unit = link_sums(scope, facts, replace(asked, since=this.first), by=("unit_id",)).measures
    overdue = _overdue(scope, below, today)
    days = [day for day in clocks.workdays_of_month(scope, policy, first) if day <= today]
    top = path[-1].pk if path else None
    raised = anomalies_on_board(scope, unit_id=top, currency=currency, day=history[-1]) if history else {}
    figures = {measure: _figure(by_day.measures[measure], measure, this, last) for measure in Measure}
    late = {unit: minor for (unit, code), (_number, minor) in overdue.items() if code == currency}
    return Board(
        month=first,
        previous_month=last.first,
        following_month=this.after if this.after <= today else None,
        today=today,
        days=len(days),
        links=[_link(link, figures, by_day.measures, days, history=history, raised=raised) for link in Link],
        sources=_sources(facts, asked, this, last),
        effective=share_of(figures[Measure.EFFECTIVE].value, figures[Measure.VISITS].value),
        overdue=sum(number for number, _minor in overdue.values()),
        overdue_minor=sum(late.values()),
        path=path,
        units=_units(scope, all_units, path, by_unit, late, now=now),
        is_whole=below is None and scope.covers(Ability.VIEW_BOARD, owner_id=None, unit_id=None),
        currency=currency,
        currencies=_currencies(by_day.currencies, overdue),
        running_as_of=facts.running_as_of,
    )


def _overdue(scope: Scope, below: Collection[UUID] | None, today: date) -> dict[tuple[UUID, str], tuple[int, int]]:
    found = overdue_by_unit(scope, today=today)
    return {place: sums for place, sums in found.items() if below is None or place[0] in below}


def _currencies(counted: Sequence[str], overdue: Mapping[tuple[UUID, str], tuple[int, int]]) -> list[str]:
    return sorted({*counted, *(code for _unit, code in overdue)}, key=lambda code: (code != "CNY", code))


def _figure(per_day: Mapping[date, int], measure: Measure, this: Span, last: Span) -> Figure:
    def total(first: date, after: date) -> int:
        return sum(number for day, number in per_day.items() if first <= day < after)

    return Figure(
        measure=measure,
        value=total(this.first, this.after),
        before=total(last.first, last.after),
        before_so_far=total(last.first, last.so_far),
    )


def _link(
    link: Link,
    figures: dict[Measure, Figure],
    sums: Sums,
    days: Sequence[date],
    *,
    history: Sequence[date],
    raised: Mapping[str, UUID],
) -> LinkLine:
    large, beside, of_measure = SHOWN[link]
    base = figures[of_measure].value if of_measure else 0
    hits = figures[large].value + (figures[Measure.MEDIUM].value if link is Link.INTENT else 0)
    per_day = sums[large]
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


def _sources(facts: Facts, asked: Asked, this: Span, last: Span) -> list[SourceLine]:
    now_in, before = (
        entered_by_source(facts.scope, facts, replace(asked, since=first, until=after, currency=None))
        for first, after in ((this.first, this.after), (last.first, last.after))
    )
    rows = [
        SourceLine(row.code, row.name, row.name_en, now_in.get(row.code, 0), before.get(row.code, 0))
        for row in sources(facts.scope)
        if row.code in now_in or row.code in before
    ]
    return sorted(rows, key=lambda row: (-row.value, -row.before, row.code))[:SOURCES_SHOWN]


def _units(
    scope: Scope,
    units: Sequence[Unit],
    path: Sequence[Unit],
    by_unit: Sums,
    overdue: Mapping[UUID, int],
    *,
    now: datetime,
) -> list[UnitFigures]:
    parent_ids = {unit.parent_id for unit in units}
    rows, _way = parts_below(scope, units, path)
    truths = truth_by_unit(scope, [row.pk for row in rows], now=now)
    lines = []
    for unit in rows:
        below = units_below(scope, units, unit.pk)
        sums = {measure: sum(by_unit[measure][inner] for inner in below) for measure in Measure}
        lines.append(
            UnitFigures(
                unit_id=unit.pk,
                name=unit.name,
                has_children=unit.pk in parent_ids,
                visits=sums[Measure.VISITS],
                effective=share_of(sums[Measure.EFFECTIVE], sums[Measure.VISITS]),
                new_effective=sums[Measure.NEW_EFFECTIVE],
                signed=sums[Measure.SIGNED],
                signed_minor=sums[Measure.SIGNED_MONEY],
                collected_minor=sums[Measure.COLLECTED_MONEY],
                overdue_minor=sum(overdue.get(inner, 0) for inner in below),
                truth=truths.get(unit.pk),
            )
        )
    return lines
