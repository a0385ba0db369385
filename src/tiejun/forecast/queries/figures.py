"""What the engine and the calendar say about the months of a group's people: history, expectation, rates, days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.engines.forecast.terms import History, Prediction
from tiejun.engines.golden import Prior
from tiejun.engines.workdays.calendar import is_announced
from tiejun.forecast.queries import people
from tiejun.forecast.rules.months import Deviation, Rates, Tree, deviation, taken_apart
from tiejun.foundation import policies
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import DaySales, signed_by_day
from tiejun.visits.queries.history import frozen_days, won_companies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tiejun.engines.workdays.calendar import WorkCalendar
    from tiejun.forecast.queries.people import Presence
    from tiejun.foundation.policies import PolicyBook
    from tiejun.org.models import Unit
    from tiejun.org.queries import TeamMember
    from tiejun.visits.queries.history import FrozenDay

WEEKS = 26
MONTHS_BACK = 6
RATE_SPAN = timedelta(days=120)
CYCLE = timedelta(days=30)  # customers won less long ago had no time to sign yet
WEEK = timedelta(days=7)
SILENCE = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class PastMonth:
    """What a person signed in a month, in deals and minor units."""

    month: date
    deals: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that stands beside a person's number for a month.

    `before_deals`: deals of the month right before, so far when it is the present one, None for one that is not known.
    `expected`, `low`, `high`: deals of the whole month as the engine sees them, what is signed included; `days`: working days
    of the person in it that are still to come, of `days_total`; `quota`: deals asked for by policy.
    """

    person_id: UUID
    month: date
    signed_deals: int
    signed_minor: int
    past: tuple[PastMonth, ...]
    before_deals: int | None
    expected: float
    low: int
    high: int
    prediction: Prediction
    rates: Rates
    prior: Prior
    days: int
    days_total: int
    capacity: int
    quota: int
    is_assumed: bool
    share: float
    sigmas: float

    def tree(self, deals: int) -> Tree:
        """Take a number of deals for the month apart."""
        return taken_apart(
            deals,
            signed=self.signed_deals,
            rates=self.rates,
            prior=self.prior,
            days=self.days,
            capacity=self.capacity,
            hours=float(self.capacity),
            is_assumed=self.is_assumed,
        )

    def deviation(self, deals: int) -> Deviation:
        """Return how far a number lies from the person's last months."""
        recent = [one.deals for one in self.past]
        return deviation(deals, recent, self.expected, share=self.share, sigmas=self.sigmas)

    @property
    def mean_minor(self) -> int:
        """What a deal of this person is worth on average, in minor units; 0 without a deal."""
        deals = sum(one.deals for one in self.past) + self.signed_deals
        return (sum(one.amount_minor for one in self.past) + self.signed_minor) // deals if deals else 0


def month_of(scope: Scope, day: date) -> date:  # noqa: ARG001 -- a calendar is no secret
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_after(scope: Scope, month: date, count: int = 1) -> date:  # noqa: ARG001 -- a calendar is no secret
    """Return the first day of the `count`-th month after a month (before it when negative)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def figures(
    scope: Scope, unit: Unit, members: Sequence[TeamMember], month: date, *, now: datetime
) -> dict[UUID, Figures]:
    """Return the figures of a group's people for a month, in seven queries.

    The engine learns from the whole group, whoever asks; what comes out is about the members named alone, and those are for
    the caller to have looked up in the asker's reach.
    """
    chain = org.unit_chain(scope, unit.pk)
    engine = Scope.system("forecast.engine", unit_chain=chain, zone=unit.zone)
    today = business_day(now, unit.zone)
    group = people.reps_of(engine, unit.pk, Ability.VIEW_FORECASTS, on=today)
    known = {member.person_id: member for member in [*group, *members]}
    book = policies.book(now)
    calendar = calendar_of(book, chain)
    source = _Source(engine, list(known.values()), month=month, today=today, book=book, calendar=calendar)
    return {member.person_id: source.figures_of(member.person_id) for member in members}


class _Source:
    """Reads once for the group, answers for each person."""

    def __init__(
        self,
        scope: Scope,
        members: Sequence[TeamMember],
        *,
        month: date,
        today: date,
        book: PolicyBook,
        calendar: WorkCalendar,
    ) -> None:
        self.scope, self.month, self.today, self.book, self.calendar = scope, month, today, book, calendar
        self.persons = [member.person_id for member in members]
        self.began = {member.person_id: member.first_field_on or member.joined_on for member in members}
        self.end = month_after(scope, month)
        monday, _sunday = people.week_of(scope, today)
        self.since, self.until = monday - WEEK * WEEKS, monday
        first = min(self.since, month_after(scope, month_of(scope, today), -MONTHS_BACK))
        self.sales = signed_by_day(scope, self.persons, since=first, until=max(self.end, today + timedelta(days=1)))
        self.known_from = _known_from(self.sales, first)
        self.there = people.presence(scope, self.persons, first=first, last=self.end, calendar=calendar)
        self.rates = _rates(scope, self.persons, self.sales, today)
        from tiejun.engines.forecast.counts import predict  # noqa: PLC0415 -- numpy, only where something is forecast

        self.predictions = predict([self._history(one) for one in self.persons], self._days_ahead())

    def _days_ahead(self) -> dict[str, float]:
        return {str(one): float(self._days(one, max(self.today, self.month))) for one in self.persons}

    def _days(self, person_id: UUID, since: date) -> int:
        return sum(since <= day < self.end for day in self.there[person_id].days)

    def _history(self, person_id: UUID) -> History:
        counts, days = [0] * WEEKS, [0.0] * WEEKS
        for (one, day), sales in self.sales.items():
            if one == person_id and self.since <= day < self.until:
                counts[(day - self.since).days // 7] += max(0, sales.deals)
        for day in self.there[person_id].days:
            if self.since <= day < self.until and day >= self._from(person_id):
                days[(day - self.since).days // 7] += 1
        # Somebody signed on a day off or before their first day in the field: then they were there.
        days = [max(there, 1.0) if count else there for count, there in zip(counts, days, strict=True)]
        return History(str(person_id), tuple(counts), tuple(days))

    def _from(self, person_id: UUID) -> date:
        return max(self.began[person_id], self.known_from)

    def _past(self, person_id: UUID) -> tuple[PastMonth, ...]:
        months: dict[date, list[int]] = {}
        start = min(self.month, month_of(self.scope, self.today))
        for count in range(-MONTHS_BACK, 0):
            month = month_after(self.scope, start, count)
            if self._present_in(self.there[person_id], month, self._from(person_id)):
                months[month] = [0, 0]
        for (one, day), sales in self.sales.items():
            if one == person_id and day.replace(day=1) in months:
                months[day.replace(day=1)][0] += sales.deals
                months[day.replace(day=1)][1] += sales.amount_minor
        return tuple(PastMonth(month, *values) for month, values in months.items())

    def _before(self, person_id: UUID) -> int | None:
        first = month_after(self.scope, self.month, -1)
        if first > self.today or self.month <= max(self.known_from, self.began[person_id]):
            return None
        return sum(
            one.deals for (key, day), one in self.sales.items() if key == person_id and first <= day < self.month
        )

    def _present_in(self, there: Presence, month: date, began: date) -> bool:
        end = month_after(self.scope, month)
        return sum(max(month, began) <= day < end for day in there.days) >= FULL_MONTH_DAYS

    def figures_of(self, person_id: UUID) -> Figures:
        signed = [
            sales
            for (one, day), sales in self.sales.items()
            if one == person_id and self.month <= day < self.end and day <= self.today
        ]
        deals, prediction, chain = (
            sum(one.deals for one in signed),
            self.predictions[str(person_id)],
            self.scope.unit_chain,
        )
        open_effective = max(0, self.rates.won_since(person_id, self.month) - deals)
        return Figures(
            person_id=person_id,
            month=self.month,
            signed_deals=deals,
            signed_minor=sum(one.amount_minor for one in signed),
            past=self._past(person_id),
            before_deals=self._before(person_id),
            expected=round(deals + prediction.mean, 1),
            low=deals + prediction.low,
            high=deals + prediction.high,
            prediction=prediction,
            rates=replace(self.rates.of(person_id), open_effective=open_effective),
            prior=Prior(self.book.decimal("golden.prior_alpha", chain), self.book.decimal("golden.prior_beta", chain)),
            days=self._days(person_id, max(self.today, self.month)),
            days_total=self._days(person_id, self.month),
            capacity=self.book.integer("forecast.visit_capacity", chain),
            quota=self.book.integer("golden.monthly_deals_goal", chain),
            is_assumed=not is_announced((self.end - timedelta(days=1)).year, self.calendar),
            share=self.book.decimal("forecast.deviation", chain),
            sigmas=self.book.decimal("forecast.deviation_sigma", chain),
        )


def _known_from(sales: Mapping[tuple[UUID, date], DaySales], first: date) -> date:
    """Return since when a group's deals are known: a long silence before the first one was another system's time."""
    begun = min((day for _person, day in sales), default=first)
    return begun if begun - first > SILENCE else first


FULL_MONTH_DAYS = 8  # a month in which somebody was there less says nothing about a month


class _Rates:
    """Rates of the last four months, of each and of all; `cohorts`: of each, customers won and how many of them have signed."""

    def __init__(self, rows: Sequence[FrozenDay], cohorts: Mapping[UUID, tuple[int, int]]) -> None:
        self.rows: dict[UUID, list[FrozenDay]] = defaultdict(list)
        for row in rows:
            self.rows[row.person_id].append(row)
        self.cohorts = cohorts
        visits = sum(row.visits for row in rows)
        self.group_rate = sum(row.new_effective_customers for row in rows) / visits if visits else 0.0

    def of(self, person_id: UUID) -> Rates:
        rows = self.rows[person_id]
        won, signed = self.cohorts.get(person_id, (0, 0))
        return Rates(
            signed=signed,
            effective=won,
            visits=sum(row.visits for row in rows),
            new_effective=sum(row.new_effective_customers for row in rows),
            group_rate=self.group_rate,
        )

    def won_since(self, person_id: UUID, day: date) -> int:
        return sum(row.new_effective_customers for row in self.rows[person_id] if row.day >= day)


def _rates(scope: Scope, persons: Sequence[UUID], sales: Mapping[tuple[UUID, date], DaySales], today: date) -> _Rates:
    since = today - RATE_SPAN
    rows = frozen_days(scope, persons, since=since, until=today)
    signed: dict[UUID, set[UUID]] = defaultdict(set)
    for (person_id, _day), one in sales.items():
        signed[person_id] |= one.companies
    # Deals of customers won before or after do not belong to the cohort: counted in, they made every ratio look better.
    won = won_companies(scope, persons, since=since, until=today - CYCLE)
    cohorts = {person_id: (len(companies), len(companies & signed[person_id])) for person_id, companies in won.items()}
    return _Rates(rows, cohorts)
