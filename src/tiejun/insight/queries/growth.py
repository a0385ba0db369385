"""The growth equation of a month beside another one, by unit, person or source: which factor moved the money."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.engines.growth import FACTORS, Counts, Factor, attribution, factors, settled, total
from tiejun.engines.workdays.spans import Span, months_compared
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import workdays_of_month
from tiejun.insight.models import Cut, LeadFact, SaleFact
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.marketing.queries.sources import source_names
from tiejun.org import queries as org
from tiejun.org.queries.reach import path_to, shown_as, units_below, units_in_reach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit

CUTS = {"unit": (Cut.UNIT, "unit_id"), "person": (Cut.PERSON, "person_id"), "source": (Cut.SOURCE, "source")}
PARTS = tuple(CUTS)
OLDEST_MONTH = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """The equation of one part of the whole (or of the whole): what was counted then and now, and what each factor did.

    `shares`: minor units, which sum to `change_minor` exactly. `main`: the factor that did most, None where nothing changed.
    """

    key: Any
    name: str
    before: Counts
    after: Counts
    shares: dict[Factor, int]

    @property
    def change_minor(self) -> int:
        return self.after.net_minor - self.before.net_minor

    @property
    def was(self) -> dict[Factor, Fraction | None]:
        return factors(self.before)

    @property
    def came(self) -> dict[Factor, Fraction | None]:
        return factors(self.after)

    @property
    def main(self) -> Factor | None:
        found = max((*FACTORS, Factor.OUTSIDE), key=lambda factor: abs(self.shares[factor]))
        return found if self.shares[found] else None


@dataclass(frozen=True, slots=True)
class Growth:
    """All that the page shows; `running_as_of`: until when the running day is summed, None: it is live; `lines_left_out`: how many lines there are where there are more than were asked for. Spans are compared to `until` and `other_until` (exclusive). Amounts are of `currency` alone."""

    month: date
    other: date
    today: date
    until: date
    other_until: date
    following_month: date | None
    part: str
    whole: Line
    lines: list[Line]
    lines_left_out: int
    collected_minor: int
    collected_minor_before: int
    churn_days: int
    currency: str
    currencies: list[str]
    path: list[Unit]
    running_as_of: datetime | None


def growth(
    scope: Scope,
    *,
    now: datetime,
    month: date | None = None,
    other: date | None = None,
    unit_id: UUID | None = None,
    part: str = "unit",
    currency: str = "CNY",
    most_lines: int | None = None,
) -> Growth:
    """Return the equation of a month beside `other` (None: the month before), of all within reach or of a unit with what is below it.

    `month`: any day of it, None = the running one, which is compared with as many working days of the other. `part`: unit, person or
    source. Where that makes more than `most_lines`, there are none of them. Raises `NotFound` for a unit out of reach, an unknown part, or months that are to come or not in order.
    """
    scope.require(Ability.VIEW_BOARD)
    today = business_day(now, scope.zone)
    this, that = _spans(scope, month, other, today, now)
    units = units_in_reach(scope, org.all_units(scope), Ability.VIEW_BOARD)
    below = units_below(scope, units, unit_id) if unit_id else None
    if part not in PARTS:
        raise NotFound
    facts = Facts(scope, now)
    now_asked, then_asked = (Asked(span.first, span.so_far, below, currency) for span in (this, that))
    after, before = counted(scope, facts, now_asked, part=part), counted(scope, facts, then_asked, part=part)
    path = path_to(scope, units, unit_id)
    parts = {*before, *after}
    left_out = len(parts) if part == "person" and most_lines is not None and len(parts) > most_lines else 0
    lines = [] if left_out else _lines(before, after, _names(scope, part, units, path, parts))
    money = [_money(facts, asked) for asked in (now_asked, then_asked)]
    return Growth(
        month=this.first,
        other=that.first,
        today=today,
        until=this.so_far,
        other_until=that.so_far,
        following_month=this.after if this.after <= today else None,
        part=part,
        whole=_line(None, "", total(before.values()), total(after.values())),
        lines=lines,
        lines_left_out=left_out,
        collected_minor=money[0].get(currency, 0),
        collected_minor_before=money[1].get(currency, 0),
        churn_days=policies.book(now).integer("insight.churn_days"),
        currency=currency,
        currencies=sorted({*money[0], *money[1]}),
        path=path,
        running_as_of=facts.running_as_of,
    )


def _spans(scope: Scope, month: date | None, other: date | None, today: date, now: datetime) -> tuple[Span, Span]:
    first = (month or today).replace(day=1)
    against = (other or first - timedelta(days=1)).replace(day=1)
    if not OLDEST_MONTH <= against < first <= today:
        raise NotFound
    book = policies.book(now)
    return months_compared(first, against, today, lambda day: workdays_of_month(book, scope.unit_chain, day))


def counted(scope: Scope, facts: Facts, asked: Asked, *, part: str) -> dict[Any, Counts]:
    """Return what the equation counts from `asked.since`, which begins a month, by part; None: nobody's, or of no source."""
    scope.require(Ability.VIEW_BOARD)
    cut, column = CUTS[part]
    found: dict[Any, Counts] = {}
    valid = LeadFact.measures.index("valid")

    def add(key: Any, counts: Counts) -> None:
        found[key or None] = found.get(key or None, Counts()) + counts

    for (key,), sums in facts.sums(
        LeadFact, replace(asked, currency=None), by=(column,), cut=cut, wanted=("valid",)
    ).items():
        add(key, Counts(leads=sums[valid]))
    for (key,), sums in facts.sums(SaleFact, asked, by=(column,), cut=cut).items():
        sold = dict(zip(SaleFact.measures, sums, strict=True))
        add(key, Counts(0, sold["fresh"], sold["late"], 0, sold["orders"], sold["signed_minor"]))
    for (key,), number in facts.customers(asked, by=(column,), cut=cut).items():
        add(key, Counts(existing=number))
    return {key: counts for key, counts in found.items() if counts != Counts()}


def _money(facts: Facts, asked: Asked) -> dict[str, int]:
    """Return what was received by currency of all orders and money of a span."""
    found = facts.sums(SaleFact, replace(asked, currency=None), by=("currency",), wanted=("orders", "received_minor"))
    return {code: sums[SaleFact.measures.index("received_minor")] for (code,), sums in found.items()}


def _lines(
    before: Mapping[Any, Counts], after: Mapping[Any, Counts], names: Mapping[Any, tuple[Any, str]]
) -> list[Line]:
    """Return a line for each part that is shown, by name; what has no name of its own comes last."""
    was: dict[Any, Counts] = {}
    came: dict[Any, Counts] = {}
    for source, target in ((before, was), (after, came)):
        for key, counts in source.items():
            shown = names.get(key, (None, ""))[0]
            target[shown] = target.get(shown, Counts()) + counts
    words = dict(names.values())
    nothing = Counts()
    keys = sorted({*was, *came}, key=lambda key: (key is None, words.get(key, ""), str(key)))
    return [_line(key, words.get(key, ""), was.get(key, nothing), came.get(key, nothing)) for key in keys]


def _line(key: Any, name: str, before: Counts, after: Counts) -> Line:
    was, came = settled(before), settled(after)
    return Line(key, name, was, came, attribution(was, came))


def _names(
    scope: Scope, part: str, units: Sequence[Unit], path: Sequence[Unit], keys: set[Any]
) -> dict[Any, tuple[Any, str]]:
    """Return what each counted part is shown as: its key and its name; units are shown as those right below the chosen one."""
    if part == "person":
        return {key: (key, name) for key, name in org.names_of(scope, keys).items()}
    if part == "source":
        return {code: (code, name) for code, name in source_names(scope).items()}
    return dict(shown_as(scope, units, path))
