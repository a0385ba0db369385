"""The supervisor's evening: the queue, and everything about one person on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.forecast.models import DailyForecast, DailyReport, ForecastReview, MonthlyForecast
from tiejun.forecast.queries import people
from tiejun.forecast.queries.actuals import actuals_of
from tiejun.forecast.queries.tomorrow import DayForecast, forecasts_on
from tiejun.forecast.rules import ReviewKind, ReviewState
from tiejun.forecast.rules.daily import DayActuals
from tiejun.forecast.rules.reviewing import full_reviews_due
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.org import queries as org
from tiejun.pipeline.queries import MonthMoney, month_money
from tiejun.visits.queries.days import day_counts
from tiejun.visits.queries.field_days import plans_on, visits_on
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit
    from tiejun.org.queries import TeamMember
    from tiejun.visits.queries.field_days import PlanOfDay, VisitOfDay
    from tiejun.visits.rules.counting import DayCounts, Floor

EARLIER = 3


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A person in the evening's queue; `review` is None for who need not be talked to tonight."""

    person_id: UUID
    name: str
    leave_part: str
    review: ForecastReview | None
    full_done: int
    full_due: int
    next_deals: int
    next_minor: int

    @property
    def state(self) -> str:
        return self.review.state if self.review else ""

    @property
    def is_open(self) -> bool:
        return self.state == ReviewState.REQUIRED


@dataclass(frozen=True, slots=True)
class Evening:
    """A group's evening. `minutes_left`: the time boxes of what is still required; `report` None before the set is computed."""

    unit: Unit
    units: list[Unit]
    day: date
    today: date
    next_day: date
    report: DailyReport | None
    lines: list[QueueLine]
    rest: list[QueueLine]
    opens_at: datetime

    @property
    def required(self) -> int:
        return sum(line.is_open for line in self.lines)

    @property
    def done(self) -> int:
        return sum(line.state == ReviewState.DONE for line in self.lines)

    @property
    def minutes_left(self) -> int:
        return sum(line.review.minutes for line in self.lines if line.review and line.is_open)

    @property
    def is_closed(self) -> bool:
        return self.report is not None and self.report.state == DailyReport.State.CLOSED


def evening(scope: Scope, *, unit_id: UUID | None = None, day: date | None = None, now: datetime) -> Evening:
    """Return a group's evening within reach: who must be reviewed, who may be, who need not.

    The number of queries does not depend on the number of people. Raises `NotFound`.
    """
    scope.require(Ability.VIEW_REPORTS)
    units = people.groups_in_reach(scope, Ability.VIEW_REPORTS)
    unit = next((one for one in units if unit_id in (None, one.pk)), None)
    today = business_day(now, scope.zone)
    day = day or today
    if unit is None or day > today:
        raise NotFound
    policy = field_policy(scope, now, chain=org.unit_chain(scope, unit.pk), zone=unit.zone)
    following = next_workday_of(day, calendar_of(policy.book, policy.chain))
    members = people.reps_of(scope, unit.pk, Ability.VIEW_FORECASTS, on=day)
    lines = _lines(scope, members, policy.chain, day, following, now=now)
    queued = sorted((line for line in lines if line.review), key=_place)
    report = DailyReport.objects.filter(unit_id=unit.pk, business_day=day).first()
    return Evening(
        unit=unit,
        units=units,
        day=day,
        today=today,
        next_day=following,
        report=report,
        lines=queued,
        rest=[line for line in lines if not line.review],
        opens_at=policy.moment(day, "clock.must_review"),
    )


def _place(line: QueueLine) -> tuple[bool, int]:
    assert line.review is not None
    return line.state not in (ReviewState.REQUIRED, ReviewState.SUGGESTED), line.review.position


def _lines(
    scope: Scope, members: Sequence[TeamMember], chain: Sequence[UUID], day: date, following: date, *, now: datetime
) -> list[QueueLine]:
    persons = [member.person_id for member in members]
    reviews = {row.person_id: row for row in ForecastReview.objects.filter(person__in=persons, business_day=day)}
    weeks = coverage(scope, persons, chain=chain, day=day, now=now)
    ahead = {
        person_id: (deals, minor)
        for person_id, deals, minor in DailyForecast.objects.filter(
            person__in=persons, business_day=following
        ).values_list("person_id", "expected_deals", "expected_minor")
    }
    return [
        QueueLine(
            person_id=member.person_id,
            name=member.name,
            leave_part=member.leave_part,
            review=reviews.get(member.person_id),
            full_done=weeks[member.person_id].done,
            full_due=weeks[member.person_id].due,
            next_deals=ahead.get(member.person_id, (0, 0))[0],
            next_minor=ahead.get(member.person_id, (0, 0))[1],
        )
        for member in members
    ]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Full reviews of a person in a week: done and due (M-F7)."""

    done: int
    due: int


def coverage(
    scope: Scope, person_ids: Sequence[UUID], *, chain: Sequence[UUID], day: date, now: datetime
) -> dict[UUID, Coverage]:
    """Return the full reviews of persons in the ISO week of a day, done and due by the policies of their unit's `chain`, in three queries."""
    book = policies.book(now)
    monday, sunday = people.week_of(scope, day)
    there = people.presence(scope, person_ids, first=monday, last=sunday, calendar=calendar_of(book, chain))
    per_week = book.integer("forecast.full_reviews_per_week", chain)
    rows = ForecastReview.objects.filter(
        person__in=person_ids, business_day__gte=monday, business_day__lte=sunday, state=ReviewState.DONE,
        kind=ReviewKind.FULL,
    )  # fmt: skip
    done = list(rows.values_list("person_id", flat=True))
    return {one: Coverage(done.count(one), full_reviews_due(there[one].count(), per_week)) for one in person_ids}


@dataclass(frozen=True, slots=True)
class StopName:
    """A stop of a day with its company's name and district."""

    name: str
    district_code: str
    closing_class: str


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """Everything about one person for the talk: today said and done, the next day, the month, the earlier talks.

    `signed`: companies that signed today, by this minute; `committed`: deals that the person has published for the month.
    """

    member: TeamMember
    day: date
    next_day: date
    review: ForecastReview | None
    said: DayForecast | None
    actual: DayActuals
    signed: frozenset[UUID]
    counts: DayCounts
    floor: Floor
    visits: list[tuple[VisitOfDay, str]]
    tomorrow: DayForecast
    plan: PlanOfDay | None
    stops: list[StopName]
    week: Coverage
    money: MonthMoney
    committed: int | None
    earlier: list[ForecastReview]
    may_carry: bool
    may_work: bool
    is_closed: bool

    @property
    def expects_deals(self) -> bool:
        return self.tomorrow.numbers.deals > 0


def review_sheet(scope: Scope, person_id: UUID, *, day: date | None = None, now: datetime) -> ReviewSheet:
    """Return the review screen of one person within reach; raises `NotFound`."""
    scope.require(Ability.VIEW_REPORTS)
    today = business_day(now, scope.zone)
    day = day or today
    if day > today:
        raise NotFound
    member = member_in_reach(scope, person_id, day)
    policy = field_policy(scope, now)
    following = next_workday_of(day, calendar_of(policy.book, policy.chain))
    review = ForecastReview.objects.filter(person=person_id, business_day=day).first()
    earlier = _earlier(person_id, day)
    last = people.workday_after(scope, day, -1, book=policy.book, chain=policy.chain)
    has_said = DailyForecast.objects.filter(person=person_id, business_day=day).exists()
    plan = plans_on(scope, [person_id], [following]).get((person_id, following))
    actuals, sales = actuals_of(scope, [person_id], day, now=now)
    visits, stops = _companies(scope, visits_on(scope, [person_id], day, now=now).get(person_id, []), plan)
    return ReviewSheet(
        member=member,
        day=day,
        next_day=following,
        review=review,
        said=forecasts_on(scope, [person_id], day, now=now)[person_id] if has_said else None,
        actual=actuals[person_id],
        signed=frozenset(company for one in sales.values() for company in one.companies),
        counts=day_counts(scope, [person_id], day, now=now)[person_id],
        floor=policy.floor(member.leave_part),
        visits=visits,
        tomorrow=forecasts_on(scope, [person_id], following, now=now)[person_id],
        plan=plan,
        stops=stops,
        week=coverage(scope, [person_id], chain=policy.chain, day=day, now=now)[person_id],
        money=month_money(scope, [person_id], day)[person_id],
        committed=_committed(person_id, day),
        earlier=earlier,
        may_carry=not any(row.business_day == last and row.state == ReviewState.CARRIED for row in earlier),
        may_work=scope.covers(Ability.REVIEW_FORECASTS, owner_id=None, unit_id=member.unit_id)
        and person_id != scope.person_id,
        is_closed=DailyReport.objects.filter(unit=member.unit_id, business_day=day, state="CLOSED").exists(),
    )


def _earlier(person_id: UUID, day: date) -> list[ForecastReview]:
    rows = ForecastReview.objects.filter(person=person_id, business_day__lt=day, state__in=["DONE", "CARRIED"])
    return list(rows.select_related("handled_by").order_by("-business_day")[:EARLIER])


def _committed(person_id: UUID, day: date) -> int | None:
    rows = MonthlyForecast.objects.filter(person=person_id, month=day.replace(day=1), state="PUBLISHED")
    return rows.values_list("deals", flat=True).first()


def member_in_reach(scope: Scope, person_id: UUID, day: date, *, ability: Ability = Ability.VIEW_REPORTS) -> TeamMember:
    """Return a representative within reach of an ability on a day; raises `NotFound`."""
    unit_id = org.unit_of_person(scope, person_id, on=day)
    if not scope.covers(ability, owner_id=person_id, unit_id=unit_id):
        raise NotFound
    for member in people.reps_of(scope, unit_id, ability, on=day):
        if member.person_id == person_id:
            return member
    raise NotFound


def _companies(
    scope: Scope, visits: Sequence[VisitOfDay], plan: PlanOfDay | None
) -> tuple[list[tuple[VisitOfDay, str]], list[StopName]]:
    route = plan.route if plan else ()
    briefs = customers.briefs(scope, {visit.company_id for visit in visits} | {stop.company_id for stop in route})
    named = [(visit, briefs[visit.company_id].name) for visit in visits]
    stops = [briefs[stop.company_id] for stop in route]
    return named, [StopName(brief.name, brief.district_code, brief.closing_class) for brief in stops]
