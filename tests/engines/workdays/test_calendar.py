import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cases import trial_file
from tiejun.engines.workdays.calendar import (
    SIX_DAY_WEEK,
    DayKind,
    WorkCalendar,
    YearNotAnnounced,
    add_workdays,
    announced_until,
    day_kind,
    holiday_name,
    is_announced,
    is_workday,
    next_workday,
    workday_on_or_after,
    workdays_between,
    workdays_in,
)


@pytest.mark.parametrize(("year", "count"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year_match_the_announcement(year: int, count: int) -> None:
    assert len(workdays_in(date(year, 1, 1), date(year, 12, 31))) == count


def test_shifted_working_days_of_2026_are_weekend_days_that_are_worked() -> None:
    shifted = [
        day for day in workdays_in(date(2026, 1, 1), date(2026, 12, 31)) if day_kind(day) is DayKind.SHIFTED_WORKDAY
    ]

    assert shifted == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


def test_year_that_is_not_announced_is_named_and_never_guessed() -> None:
    year = announced_until().year + 1

    with pytest.raises(YearNotAnnounced) as refused:
        is_workday(date(year, 3, 3))

    assert refused.value.year == year
    assert not is_announced(year)
    with pytest.raises(YearNotAnnounced):
        add_workdays(announced_until(), 1)
    with pytest.raises(YearNotAnnounced):
        workdays_between(announced_until(), announced_until() + timedelta(days=1))


def test_declared_year_follows_what_the_company_entered() -> None:
    year = announced_until().year + 1
    monday = next(d for d in (date(year, 3, n) for n in range(1, 8)) if d.weekday() == 0)
    calendar = WorkCalendar(
        days_off=frozenset({monday}),
        days_on=frozenset({monday - timedelta(days=1)}),
        declared_years=frozenset({year}),
    )

    kinds = [day_kind(monday + timedelta(days=n), calendar) for n in (-2, -1, 0, 1)]

    assert kinds == [
        DayKind.WEEKEND,
        DayKind.COMPANY_WORKDAY,
        DayKind.COMPANY_DAY_OFF,
        DayKind.WORKDAY,
    ]


def test_company_lists_override_and_leave_wins() -> None:
    holiday = date(2026, 10, 1)
    calendar = WorkCalendar(days_on=frozenset({holiday}))

    assert (holiday_name(holiday), is_workday(holiday)) == ("National Day", False)
    assert is_workday(holiday, calendar)
    assert not is_workday(holiday, calendar.without([holiday]))


def test_six_day_week_works_saturdays_but_not_holidays() -> None:
    calendar = WorkCalendar(working_weekdays=SIX_DAY_WEEK)

    kinds = [day_kind(day, calendar) for day in (date(2026, 10, 3), date(2026, 10, 17))]

    assert kinds == [DayKind.PUBLIC_HOLIDAY, DayKind.WORKDAY]
    assert not is_workday(date(2026, 10, 18), calendar)


def test_national_day_is_jumped_over() -> None:
    assert add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_workdays(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert next_workday(date(2026, 10, 9)) == date(2026, 10, 10)
    assert workday_on_or_after(date(2026, 10, 3)) == date(2026, 10, 8)
    assert workdays_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert workdays_in(date(2026, 10, 8), date(2026, 10, 1)) == ()


def test_calendar_without_a_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="working_weekdays"):
        WorkCalendar(working_weekdays=frozenset())


known_days = st.dates(date(2010, 1, 1), date(2025, 6, 30))
counts = st.integers(-120, 120)


@given(known_days, counts)
def test_adding_and_subtracting_workdays_are_inverse(day: date, count: int) -> None:
    start = workday_on_or_after(day)

    there = add_workdays(start, count)

    assert add_workdays(there, -count) == start
    assert workdays_between(start, there) == count


@given(known_days, st.integers(0, 90), st.integers(0, 90))
def test_counts_of_adjacent_spans_add_up(day: date, first: int, second: int) -> None:
    middle = day + timedelta(days=first)
    end = middle + timedelta(days=second)

    parts = workdays_between(day, middle) + workdays_between(middle, end)

    assert parts == workdays_between(day, end)


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_calendar_agrees_with_the_published_list(year: int) -> None:
    published = json.loads(trial_file("calendars", f"holiday-cn-{year}.json").read_bytes())

    days = {date.fromisoformat(row["date"]): not row["isOffDay"] for row in published["days"]}

    assert {day: is_workday(day) for day in days if day.year == year} == {
        day: worked for day, worked in days.items() if day.year == year
    }
