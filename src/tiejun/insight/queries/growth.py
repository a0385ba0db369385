"""The growth equation of a month beside another one, by unit, person or source: which factor moved the money."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.engines.growth import FACTORS, Counts, Factor, attribution, factors, settled, total
from tiejun.engines.workdays.spans import Span, months_compared
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import workdays_of_month
from tiejun.leads.queries.growth import Arrival, arrivals_of, arrived, received_by
from tiejun.marketing.queries.sources import source_names
from tiejun.org import queries as org
from tiejun.org.queries.reach import path_to, tops, units_below, units_in_reach
from tiejun.pipeline.queries.growth import collected_by, currencies_signed, existing_by, first_buyers, signed_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit

PARTS = ("unit", "person", "source")
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
    """All that the page shows; spans are compared to `until` and `other_until` (exclusive). Amounts are of `currency` alone."""

    month: date
    other: date
    today: date
    until: date
    other_until: date
    following_month: date | None
    part: str
    whole: Line
    lines: list[Line]
    collected_minor: int
    collected_minor_before: int
    churn_days: int
    currency: str
    currencies: list[str]
    path: list[Unit]


@dataclass(frozen=True, slots=True)
class _Asked:
    scope: Scope
    part: str
    currency: str
    unit_ids: set[UUID] | None
    churn_days: int


def growth(
    scope: Scope,
    *,
    now: datetime,
    month: date | None = None,
    other: date | None = None,
    unit_id: UUID | None = None,
    part: str = "unit",
    currency: str = "CNY",
) -> Growth:
    """Return the equation of a month beside `other` (None: the month before), of all within reach or of a unit with what is below it.

    `month`: any day of it, None = the running one, which is compared with as many working days of the other. `part`: unit, person or
    source. Raises `NotFound` for a unit out of reach, an unknown part, or months that are to come or not in order.
    """
    scope.require(Ability.VIEW_BOARD)
    today = business_day(now, scope.zone)
    this, that = _spans(scope, month, other, today, now)
    units = units_in_reach(scope, org.all_units(scope), Ability.VIEW_BOARD)
    below = units_below(scope, units, unit_id) if unit_id else None
    if part not in PARTS:
        raise NotFound
    churn_days = policies.book(now).integer("insight.churn_days", scope.unit_chain)
    asked = _Asked(scope, part, currency, below, churn_days)
    after, before = _counted(asked, this.first, this.so_far), _counted(asked, that.first, that.so_far)
    path = path_to(scope, units, unit_id)
    lines = _lines(before, after, _names(scope, part, units, path, {*before, *after}))
    taken = [
        sum(
            collected_by(
                scope, since=span.first, until=span.so_far, currency=currency, part="unit", unit_ids=below
            ).values()
        )
        for span in (this, that)
    ]
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
        collected_minor=taken[0],
        collected_minor_before=taken[1],
        churn_days=churn_days,
        currency=currency,
        currencies=currencies_signed(scope, since=that.first, until=this.after),
        path=path,
    )


def _spans(scope: Scope, month: date | None, other: date | None, today: date, now: datetime) -> tuple[Span, Span]:
    first = (month or today).replace(day=1)
    against = (other or first - timedelta(days=1)).replace(day=1)
    if not OLDEST_MONTH <= against < first <= today:
        raise NotFound
    book = policies.book(now)
    return months_compared(first, against, today, lambda day: workdays_of_month(book, scope.unit_chain, day))


def _counted(asked: _Asked, since: date, until: date) -> dict[Any, Counts]:
    """Return what was counted from `since` to `until` (exclusive) by part."""
    scope, currency, unit_ids = asked.scope, asked.currency, asked.unit_ids
    part = "company" if asked.part == "source" else asked.part
    leads = received_by(scope, since=since, until=until, part=asked.part, unit_ids=unit_ids)
    first = first_buyers(scope, since=since, until=until, currency=currency, part=part, unit_ids=unit_ids)
    fresh = arrived(scope, since=since, until=until, company_ids=first)
    buyers = Counter(key for company_id, key in first.items() if company_id in fresh)
    late = Counter(key for company_id, key in first.items() if company_id not in fresh)
    orders = signed_by(scope, since=since, until=until, currency=currency, part=part, unit_ids=unit_ids)
    existing = existing_by(
        scope, before=since, churn_days=asked.churn_days, currency=currency, part=part, unit_ids=unit_ids
    )
    counted: dict[Any, Counts] = {}
    for key in {*buyers, *late, *orders, *existing}:
        counted[key] = Counts(0, buyers[key], late[key], existing.get(key, 0), *orders.get(key, (0, 0)))
    if asked.part == "source":
        counted = _by_source(counted, arrivals_of(scope, set(counted)))
    for key, number in leads.items():
        counted[key] = counted.get(key, Counts()) + Counts(leads=number)
    return counted


def _by_source(rows: Mapping[Any, Counts], arrivals: Mapping[Any, Arrival]) -> dict[Any, Counts]:
    found: dict[Any, Counts] = {}
    for company_id, counts in rows.items():
        key = arrivals[company_id].source if company_id in arrivals else None
        found[key] = found.get(key, Counts()) + counts
    return found


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
    rows = [unit for unit in units if unit.parent_id == path[-1].pk] if path else tops(scope, units)
    shown = {unit.pk: (unit.pk, unit.name) for unit in path[-1:]}
    for row in rows:
        shown |= dict.fromkeys(units_below(scope, units, row.pk), (row.pk, row.name))
    return shown
