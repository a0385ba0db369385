"""High and accurate: how what was said compares with what came, per person and unit, by day, week and month (M-F1 to M-F8)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.engines.forecast import scoring
from tiejun.engines.forecast.scoring import Calibration
from tiejun.forecast.models import DailyForecast, ForecastReview, GroupForecast, MonthlyForecast, WeeklyForecast
from tiejun.forecast.queries import people
from tiejun.forecast.queries.evening import coverage
from tiejun.forecast.queries.figures import month_after, month_of
from tiejun.forecast.rules import ReviewState
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import signed_by_day, signed_by_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit

MONTHS = 12
DAYS = 28
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MonthCase:
    """A month that is over: said at first and at last, what came, and the engine's interval then.

    What was published first is what accuracy and score go by (domain 6.9): a later number is easier the later it is said.
    """

    month: date
    first: int
    last: int
    came: int
    low: int | None
    high: int | None
    score: float | None

    @property
    def accuracy(self) -> float:
        return scoring.accuracy(self.came, self.first)

    @property
    def error(self) -> float | None:
        return scoring.signed_error(self.came, self.first)


@dataclass(frozen=True, slots=True)
class WeekCase:
    """A week that is over (its Monday): deals that were agreed on and deals that came, of everybody who had agreed."""

    week: date
    said: int
    came: int


@dataclass(frozen=True, slots=True)
class HorizonLine:
    """One horizon: periods that are over, deals said and come, mean accuracy and bias; `held`: periods whose process came as said."""

    horizon: str
    periods: int
    said: int
    came: int
    accuracy: float | None
    bias: float | None
    held: float | None


@dataclass(frozen=True, slots=True)
class PersonScore:
    """A person's months: mean score (M-F5), accuracy (M-F4), bias (M-F3)."""

    person_id: UUID
    name: str
    cases: tuple[MonthCase, ...]

    @property
    def score(self) -> float | None:
        known = [case.score for case in self.cases if case.score is not None]
        return fmean(known) if known else None

    @property
    def accuracy(self) -> float | None:
        return fmean(case.accuracy for case in self.cases) if self.cases else None

    @property
    def bias(self) -> float | None:
        return scoring.bias([case.error for case in self.cases])


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The page: by horizon, month by month, by person; how often the engine's intervals held; how the evenings were kept.

    `coverage_done` of `coverage_due`: full reviews of the last four weeks (M-F7); `same_evening` of `required`: must-reviews
    handled the same evening (M-F8).
    """

    unit: Unit | None
    units: list[Unit]
    horizons: list[HorizonLine]
    months: list[MonthCase]
    weeks: list[WeekCase]
    persons: list[PersonScore]
    calibration: Calibration | None
    coverage_done: int
    coverage_due: int
    same_evening: int
    required: int


def accuracy_page(scope: Scope, *, unit_id: UUID | None = None, now: datetime) -> Accuracy:
    """Return how true the forecasts of a group in reach were, or one's own; raises `NotFound` for a group out of reach."""
    scope.require(Ability.VIEW_FORECASTS)
    today = business_day(now, scope.zone)
    units = people.groups_in_reach(scope, Ability.VIEW_FORECASTS)
    if unit_id is not None and unit_id not in {one.pk for one in units}:
        raise NotFound
    unit = next((one for one in units if unit_id in (None, one.pk)), None)
    if unit is not None:
        members = people.reps_of(scope, unit.pk, Ability.VIEW_FORECASTS, on=today)
        names = {member.person_id: member.name for member in members}
    else:
        names = {scope.own_id: ""}
    persons = list(names)
    quota = policies.book(now).integer("golden.monthly_deals_goal", scope.unit_chain)
    came = _came(scope, persons, today)
    cases = _cases(persons, came, month_of(scope, today), quota)
    found = [PersonScore(one, names[one], tuple(cases[one])) for one in persons]
    everything = [case for one in found for case in one.cases]
    chain = org.unit_chain(scope, unit.pk) if unit else scope.unit_chain
    done, due = _coverage(scope, persons, chain, today, now)
    evenings = _evenings(scope, persons, today)
    pairs = _agreed_weeks(persons, came, today)
    return Accuracy(
        unit=unit,
        units=units,
        horizons=[_daily(persons, today), _weekly(pairs), _monthly(everything)],
        months=_group_months(scope, unit, month_of(scope, today), quota) if unit else cases[persons[0]],
        weeks=_week_cases(pairs),
        persons=[one for one in found if one.cases],
        calibration=scoring.calibration(
            [(case.low, case.high, case.came) for case in everything if case.low is not None and case.high is not None]
        ),
        coverage_done=done,
        coverage_due=due,
        same_evening=evenings["same"] or 0,
        required=evenings["required"] or 0,
    )


def _came(scope: Scope, persons: Sequence[UUID], today: date) -> Counter[tuple[UUID, date]]:
    """Deals by person and day of the last year."""
    since = month_after(scope, month_of(scope, today), -MONTHS)
    sales = signed_by_day(scope, persons, since=since, until=today + timedelta(days=1))
    return Counter({key: one.deals for key, one in sales.items()})


def _cases(
    persons: Sequence[UUID], came: Mapping[tuple[UUID, date], int], present: date, quota: int
) -> dict[UUID, list[MonthCase]]:
    """The months that are over with what was published for them, the oldest first."""
    sums: Counter[tuple[UUID, date]] = Counter()
    for (person_id, day), deals in came.items():
        sums[person_id, day.replace(day=1)] += deals
    editions: dict[tuple[UUID, date], list[MonthlyForecast]] = defaultdict(list)
    rows = MonthlyForecast.objects.filter(person__in=persons, month__lt=present, published_at__isnull=False)
    for row in rows.order_by("month", "edition"):
        editions[row.person_id, row.month].append(row)
    found: dict[UUID, list[MonthCase]] = {one: [] for one in persons}
    for (person_id, month), said in editions.items():
        actual, first, last = sums[person_id, month], said[0], said[-1]
        score = scoring.high_and_accurate(actual, first.deals, quota)
        found[person_id].append(
            MonthCase(month, first.deals, last.deals, actual, first.expected_low, first.expected_high, score)
        )
    return {person_id: cases[-MONTHS:] for person_id, cases in found.items()}


def _group_months(scope: Scope, unit: Unit, present: date, quota: int) -> list[MonthCase]:
    """The group's months as it was then: what its leader answered for (M-F6), else the sum of what its people said first.

    Who has left or moved since stays in the months in which they were there, with what they signed in it.
    """
    since = month_after(scope, present, -MONTHS)
    group = GroupForecast.objects.filter(unit=unit.pk, month__lt=present, month__gte=since)
    answered = {row.month: row.deals for row in group.order_by("month", "-edition")}
    came: Counter[date] = Counter()
    for (_unit, day), sales in signed_by_unit(scope, [unit.pk], since=since, until=present).items():
        came[day.replace(day=1)] += sales.deals
    said: dict[date, dict[UUID, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = MonthlyForecast.objects.filter(unit=unit.pk, month__lt=present, month__gte=since, published_at__isnull=False)
    for row in rows.order_by("month", "edition"):
        said[row.month][row.person_id].append(row.deals)
    cases = []
    for month, people_said in sorted(said.items()):
        first = answered.get(month, sum(deals[0] for deals in people_said.values()))
        last = sum(deals[-1] for deals in people_said.values())
        score = scoring.high_and_accurate(came[month], first, quota * len(people_said))
        cases.append(MonthCase(month, first, last, came[month], None, None, score))
    return cases


def _monthly(cases: Sequence[MonthCase]) -> HorizonLine:
    return HorizonLine(
        "MONTH",
        len(cases),
        sum(case.first for case in cases),
        sum(case.came for case in cases),
        fmean(case.accuracy for case in cases) if cases else None,
        scoring.signed_error(sum(case.came for case in cases), sum(case.first for case in cases)),
        None,
    )


def _agreed_weeks(
    persons: Sequence[UUID], came: Mapping[tuple[UUID, date], int], today: date
) -> list[tuple[date, int, int]]:
    """The weeks of the last quarter that are over: Monday, deals that came, deals agreed, one for each person."""
    monday = today - timedelta(days=today.weekday())
    rows = list(
        WeeklyForecast.objects.filter(person__in=persons, week__lt=monday, week__gte=monday - WEEK * 12).values_list(
            "person_id", "week", "deals"
        )
    )
    sums: Counter[tuple[UUID, date]] = Counter()
    for (person_id, day), deals in came.items():
        sums[person_id, day - timedelta(days=day.weekday())] += deals
    return [(week, sums[person_id, week], deals) for person_id, week, deals in rows]


def _week_cases(pairs: Sequence[tuple[date, int, int]]) -> list[WeekCase]:
    came: Counter[date] = Counter()
    said: Counter[date] = Counter()
    for week, actual, agreed in pairs:
        came[week] += actual
        said[week] += agreed
    return [WeekCase(week, said[week], came[week]) for week in sorted(said)]


def _weekly(pairs: Sequence[tuple[date, int, int]]) -> HorizonLine:
    return HorizonLine(
        "WEEK",
        len(pairs),
        sum(said for _, _, said in pairs),
        sum(actual for _, actual, _ in pairs),
        fmean(scoring.accuracy(actual, said) for _, actual, said in pairs) if pairs else None,
        scoring.signed_error(sum(actual for _, actual, _ in pairs), sum(said for _, _, said in pairs)),
        None,
    )


def _daily(persons: Sequence[UUID], today: date) -> HorizonLine:
    rows = DailyForecast.objects.filter(
        person__in=persons, business_day__gte=today - timedelta(days=DAYS), business_day__lt=today, state="CLOSED"
    )
    sums = rows.aggregate(
        days=Count("pk"),
        said=Sum("expected_deals"),
        came=Sum("actual_deals"),
        hit=Count("pk", filter=Q(result_met=True)),
        process=Count("pk", filter=Q(process_met=True)),
    )
    days, said, came = sums["days"], sums["said"] or 0, sums["came"] or 0
    return HorizonLine(
        "DAY",
        days,
        said,
        came,
        sums["hit"] / days if days else None,
        scoring.signed_error(came, said),
        sums["process"] / days if days else None,
    )


def _coverage(
    scope: Scope, persons: Sequence[UUID], chain: Sequence[UUID], today: date, now: datetime
) -> tuple[int, int]:
    """M-F7 of the four weeks that are over, as far as there were evenings."""
    done = due = 0
    for back in range(1, 5):
        monday, sunday = people.week_of(scope, today - WEEK * back)
        if not ForecastReview.objects.filter(person__in=persons, business_day__range=(monday, sunday)).exists():
            continue
        for one in coverage(scope, persons, chain=chain, day=today - WEEK * back, now=now).values():
            done, due = done + min(one.done, one.due), due + one.due
    return done, due


def _evenings(scope: Scope, persons: Sequence[UUID], today: date) -> dict[str, int]:
    """M-F8 of the last four weeks."""
    rows = ForecastReview.objects.filter(
        person__in=persons, business_day__gte=today - timedelta(days=DAYS), business_day__lt=today
    )
    # Whom nobody had to review but somebody did is in neither number.
    counted = rows.exclude(state__in=[ReviewState.WAIVED, ReviewState.SUGGESTED]).exclude(reasons=[])
    found = list(counted.values_list("business_day", "state", "handled_at"))
    same = sum(
        state == ReviewState.DONE and handled_at is not None and business_day(handled_at, scope.zone) == day
        for day, state, handled_at in found
    )
    return {"required": len(found), "same": same}
