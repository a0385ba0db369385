from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiejun.engines.workdays.business_day import business_day, business_day_bounds
from tiejun.engines.workdays.calendar import WorkCalendar, YearNotAnnounced, announced_until
from tiejun.engines.workdays.hours import (
    Pause,
    WorkingHours,
    deadline_after,
    deadline_in_workdays,
    pause_of_days,
    working_minutes_between,
)

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours(ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-10 09:00", "2026-03-10 18:00", 480),
        ("2026-03-10 11:30", "2026-03-10 13:30", 60),
        ("2026-03-10 07:00", "2026-03-10 08:59", 0),
        ("2026-03-13 17:00", "2026-03-16 10:00", 120),
        ("2026-09-30 17:30", "2026-10-08 09:30", 60),
        ("2026-02-13 17:00", "2026-02-14 10:00", 120),
        ("2026-03-10 10:00", "2026-03-10 09:00", -60),
    ],
)
def test_minutes_count_only_in_working_hours(start: str, end: str, minutes: int) -> None:
    assert working_minutes_between(at(start), at(end), HOURS) == minutes


def test_overlapping_pauses_are_taken_out_once() -> None:
    pauses = [
        Pause(at("2026-03-10 10:00"), at("2026-03-10 11:00")),
        Pause(at("2026-03-10 10:30"), at("2026-03-10 14:00")),
    ]

    minutes = working_minutes_between(at("2026-03-10 09:00"), at("2026-03-10 18:00"), HOURS, pauses=pauses)

    assert minutes == 300


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-10 09:00", 0, "2026-03-10 09:00"),
        ("2026-03-10 09:00", 180, "2026-03-10 12:00"),
        ("2026-03-10 09:00", 181, "2026-03-10 13:01"),
        ("2026-03-10 17:30", 60, "2026-03-11 09:30"),
        ("2026-03-13 20:00", 120, "2026-03-16 11:00"),
        ("2026-09-30 17:00", 120, "2026-10-08 10:00"),
    ],
)
def test_deadline_is_reached_after_working_minutes(start: str, minutes: int, due: str) -> None:
    assert deadline_after(at(start), minutes, HOURS) == at(due)


def test_leave_moves_the_deadline() -> None:
    leave = pause_of_days(date(2026, 3, 11), date(2026, 3, 12), ZONE)

    due = deadline_after(at("2026-03-10 17:00"), 120, HOURS, pauses=[leave])

    assert due == at("2026-03-13 10:00")


def test_deadline_in_workdays_is_the_end_of_that_day() -> None:
    assert deadline_in_workdays(at("2026-09-30 10:00"), 2, HOURS) == at("2026-10-09 18:00")
    assert deadline_in_workdays(at("2026-10-02 10:00"), 0, HOURS) == at("2026-10-08 18:00")


def test_deadline_beyond_the_known_days_is_named() -> None:
    last = datetime.combine(announced_until(), time(17, 0), tzinfo=ZONE)

    with pytest.raises(YearNotAnnounced):
        deadline_after(last, 600, HOURS)
    with pytest.raises(YearNotAnnounced):
        deadline_in_workdays(last, 1, HOURS, WorkCalendar())


@pytest.mark.parametrize("spans", [(), ((time(12), time(9)),), ((time(9), time(12)), (time(11), time(13)))])
def test_working_hours_out_of_order_are_refused(spans: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        WorkingHours(ZONE, spans)


def test_naive_instants_and_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        working_minutes_between(datetime(2026, 3, 10), datetime(2026, 3, 11), HOURS)
    with pytest.raises(ValueError, match="future"):
        deadline_after(at("2026-03-10 09:00"), -1, HOURS)
    with pytest.raises(ValueError, match="zone"):
        business_day(datetime(2026, 3, 10), ZONE)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-10 01:59:59", date(2026, 3, 9)),
        ("2026-03-10 02:00:00", date(2026, 3, 10)),
        ("2026-03-10 23:59:59", date(2026, 3, 10)),
        ("2026-01-01 00:30:00", date(2025, 12, 31)),
    ],
)
def test_business_day_rolls_over_at_two(instant: str, day: date) -> None:
    assert business_day(at(instant), ZONE) == day
    assert business_day(at(instant).astimezone(UTC), ZONE) == day


instants = st.datetimes(datetime(2024, 1, 1), datetime(2025, 6, 30), timezones=st.just(ZONE))


@given(instants)
def test_business_day_holds_its_instants(instant: datetime) -> None:
    start, end = business_day_bounds(business_day(instant, ZONE), ZONE)

    assert start <= instant < end
    assert business_day(start, ZONE) != business_day(end, ZONE)


@given(instants, st.integers(1, 5000), st.integers(0, 6000))
def test_minutes_until_a_deadline_are_the_minutes_given(start: datetime, minutes: int, pause_after: int) -> None:
    start = start.replace(second=0, microsecond=0)
    begin = start + timedelta(minutes=pause_after)
    pauses = [Pause(begin, begin + timedelta(hours=30))]

    due = deadline_after(start, minutes, HOURS, pauses=pauses)

    assert working_minutes_between(start, due, HOURS, pauses=pauses) == minutes
