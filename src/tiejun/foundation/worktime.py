"""Working time by policy: the calendar and the hours of a unit, for deadlines that count working days alone."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from tiejun.engines.workdays.calendar import WorkCalendar, YearNotAnnounced, next_workday, workdays_in
from tiejun.engines.workdays.hours import WorkingHours, deadline_in_workdays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.foundation.policies import PolicyBook

T = TypeVar("T")


def calendar_of(book: PolicyBook, unit_chain: Sequence[UUID], leave: Sequence[tuple[date, date]] = ()) -> WorkCalendar:
    """Return the calendar of a unit by policy, without the days of `leave` (spans, both ends included)."""
    away = {first + timedelta(days=n) for first, last in leave for n in range((last - first).days + 1)}
    return WorkCalendar(
        days_off=frozenset({_day(key) for key in book.mapping("calendar.extra_days_off", unit_chain)} | away),
        days_on=frozenset(_day(key) for key in book.mapping("calendar.extra_workdays", unit_chain)),
        working_weekdays=frozenset(book.integers("calendar.weekdays", unit_chain)),
        declared_years=frozenset(book.integers("calendar.declared_years", unit_chain)),
    )


def hours_of(book: PolicyBook, unit_chain: Sequence[UUID], zone: str) -> WorkingHours:
    """Return the working hours of a unit by policy, the lunch break left out."""
    start, lunch, back, end = (
        time.fromisoformat(book.text(key, unit_chain))
        for key in ("worktime.hours_start", "clock.lunch_start", "clock.lunch_end", "worktime.hours_end")
    )
    return WorkingHours(ZoneInfo(zone), ((start, lunch), (back, end)))


def due_after(start: datetime, days: int, hours: WorkingHours, calendar: WorkCalendar) -> datetime:
    """Return the end of working hours on the n-th working day after `start`; the lead's and the customer's deadlines."""
    return known(lambda days_known: deadline_in_workdays(start, days, hours, days_known), calendar)


def next_workday_of(day: date, calendar: WorkCalendar) -> date:
    """Return the first working day after `day`."""
    return known(lambda days_known: next_workday(day, days_known), calendar)


def workdays_of_month(book: PolicyBook, unit_chain: Sequence[UUID], day: date) -> list[date]:
    """Return the working days of a day's month by the unit's calendar, in order."""
    first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return list(known(lambda days_known: workdays_in(first, last, days_known), calendar_of(book, unit_chain)))


def known(ask: Callable[[WorkCalendar], T], calendar: WorkCalendar) -> T:
    """Ask a question of the calendar; in a year whose days off are not announced yet, ordinary weekdays are worked.

    The announcement comes in November: until then a deadline in January must still have a day, and the next deadline
    of the same holding is computed with the days that are known by then.
    """
    while True:
        try:
            return ask(calendar)
        except YearNotAnnounced as gap:
            calendar = replace(calendar, declared_years=calendar.declared_years | {gap.year})


def _day(text: str) -> date:
    return date.fromisoformat(text)
