"""What the demo company says of its forecasts, for `benchmarks.forecast_demo`; on a Django that is set up."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import TYPE_CHECKING

from benchmarks.report import Row
from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.engines.forecast.counts import predict
from tiejun.engines.forecast.terms import History, Prediction
from tiejun.forecast.models import DailyForecast, WeeklyForecast
from tiejun.forecast.queries import people
from tiejun.foundation import policies
from tiejun.foundation.worktime import calendar_of
from tiejun.pipeline.queries.sales import signed_by_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

FIRST = 4  # weeks known at the first forecast
WEEK = timedelta(days=7)
HELD_FROM = 0.75
Case = tuple[Prediction, int, int, int]  # expected, came, came in the week before, said by the person


def measured() -> list[Row]:
    weeks = list(_weeks())
    engine = fmean(abs(expected.mean - came) for expected, came, _before, _said in weeks)
    naive = fmean(abs(before - came) for _expected, came, before, _said in weeks)
    own = fmean(abs(said - came) for _expected, came, _before, said in weeks)
    held = fmean(expected.low <= came <= expected.high for expected, came, _before, _said in weeks)
    came, said = sum(case[1] for case in weeks), sum(case[3] for case in weeks)
    work = f"Demo company, next week of each person ({len(weeks)} forecasts)"
    return [
        Row(f"{work}: mean error in deals against the week before (seasonal naive)", f"{engine:.2f}", "≤ 1 ×",
            engine <= naive, f"{naive:.2f}", f"{engine / naive:.3f} ×"),
        # The people of the demo are drawn, so a verdict about their word would be one about ourselves.
        Row(f"{work}: mean error against the person's own word", f"{engine:.2f}", "shown", holds=True, floor=f"{own:.2f}",
            ratio=f"{engine / own:.3f} ×"),
        Row(f"{work}: intervals of 80 % that held (counts are whole: more than 80 % is no fault)", f"{held:.1%}", "≥ 75 %",
            held >= HELD_FROM),
        Row(f"{work}: deals that came of those said, {came} of {said}", f"{came / said - 1:+.0%}", "shown", holds=True),
        _days(),
    ]  # fmt: skip


def _days() -> Row:
    """What people said of single days, as the page of accuracy judges it."""

    rows = list(
        DailyForecast.objects.filter(state="CLOSED").values_list("expected_deals", "actual_deals", "result_met")
    )
    said, came = sum(row[0] for row in rows), sum(row[1] or 0 for row in rows)
    met = fmean(bool(row[2]) for row in rows)
    work = f"Demo company, days that people said themselves ({len(rows)}): deals {came} of {said}"
    return Row(
        f"{work}; days whose deals came as said", f"{met:.0%}", "shown", holds=True, ratio=f"{came / said - 1:+.0%}"
    )


def _weeks() -> Iterator[Case]:
    """Each person's week that is over and was agreed on, forecast from the weeks before it alone."""

    system = Scope.system("benchmark", zone="Asia/Shanghai")
    said = {(row.person_id, row.week): row.deals for row in WeeklyForecast.objects.all()}
    if not said:
        raise RuntimeError("the demo company has agreed on no week")
    first, last = min(week for _person, week in said), max(week for _person, week in said)
    calendar = calendar_of(policies.book(datetime.now().astimezone()), ())
    for unit in people.groups_in_reach(system, Ability.VIEW_FORECASTS):
        persons = [one.person_id for one in people.reps_of(system, unit.pk, Ability.VIEW_FORECASTS, on=last)]
        sales = signed_by_day(system, persons, since=first, until=last + WEEK)
        there = people.presence(system, persons, first=first, last=last + WEEK, calendar=calendar)
        deals: dict[UUID, Counter[date]] = defaultdict(Counter)
        days: dict[UUID, Counter[date]] = defaultdict(Counter)
        for (person_id, day), one in sales.items():
            deals[person_id][day - timedelta(days=day.weekday())] += one.deals
        for person_id in persons:
            days[person_id] = Counter(day - timedelta(days=day.weekday()) for day in there[person_id].days)
        yield from _origins(
            _Group(persons, deals, days), [first + WEEK * n for n in range((last - first).days // 7 + 1)], said
        )


@dataclass(frozen=True)
class _Group:
    """Whom a forecast borrows strength from: deals and days present of each, by week."""

    persons: Sequence[UUID]
    deals: dict[UUID, Counter[date]]
    days: dict[UUID, Counter[date]]


def _origins(group: _Group, weeks: Sequence[date], said: dict[tuple[UUID, date], int]) -> Iterator[Case]:
    today = date.today()  # noqa: DTZ011 -- the demo ends on the machine's own day
    persons, deals, days = group.persons, group.deals, group.days
    for place, week in enumerate(weeks):
        if place < FIRST or week + WEEK > today:
            continue
        past = weeks[:place]
        histories = [
            History(
                str(one), tuple(deals[one][day] for day in past), tuple(float(max(1, days[one][day])) for day in past)
            )
            for one in persons
        ]
        found = predict(histories, {str(one): float(days[one][week]) for one in persons})
        for one in persons:
            if (one, week) in said:
                yield found[str(one)], deals[one][week], deals[one][past[-1]], said[one, week]
