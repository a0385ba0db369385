"""Which days are worked, and arithmetic in such days."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from tiejun.engines.workdays.announced import ANNOUNCED_YEARS, HOLIDAYS, SHIFTED_WORKDAYS

FIVE_DAY_WEEK = frozenset(range(5))
SIX_DAY_WEEK = frozenset(range(6))

_ONE_DAY = timedelta(days=1)


class YearNotAnnounced(Exception):
    """The days off of a year are not announced yet, so no working day in it is known.

    ``year`` is the first such year that the question touched.
    """

    def __init__(self, year: int) -> None:
        super().__init__(f"the days off of {year} are not announced yet")
        self.year = year


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORKDAY = "WORKDAY"
    SHIFTED_WORKDAY = "SHIFTED_WORKDAY"
    COMPANY_WORKDAY = "COMPANY_WORKDAY"
    WEEKEND = "WEEKEND"
    PUBLIC_HOLIDAY = "PUBLIC_HOLIDAY"
    COMPANY_DAY_OFF = "COMPANY_DAY_OFF"

    @property
    def worked(self) -> bool:
        """Whether a day of this kind is a working day."""
        return self in _WORKED


_WORKED = frozenset({DayKind.WORKDAY, DayKind.SHIFTED_WORKDAY, DayKind.COMPANY_WORKDAY})


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """A company's, unit's or person's calendar on top of the announced days.

    ``days_off`` and ``days_on`` override the announced days; a day in both is off, so leave
    always wins. ``working_weekdays`` are the ordinary weekdays (0 = Monday). ``declared_years``
    are years not announced by the state for which the company has entered all its days itself:
    within them only weekdays and the two lists count.
    """

    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()
    working_weekdays: frozenset[int] = FIVE_DAY_WEEK
    declared_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.working_weekdays <= frozenset(range(7)) or not self.working_weekdays:
            raise ValueError("working_weekdays holds at least one of 0 to 6")

    def without(self, days: Collection[date]) -> "WorkCalendar":
        """The same calendar with more days off, such as a person's leave."""
        return replace(self, days_off=self.days_off | frozenset(days))


CHINA = WorkCalendar()


def is_announced(year: int, calendar: WorkCalendar = CHINA) -> bool:
    """Whether the working days of ``year`` are known."""
    return year in ANNOUNCED_YEARS or year in calendar.declared_years


def announced_until() -> date:
    """The last day whose kind is known from the announced years alone."""
    return date(max(ANNOUNCED_YEARS), 12, 31)


def day_kind(day: date, calendar: WorkCalendar = CHINA) -> DayKind:
    """What kind of day it is.

    The company's own lists answer even in a year that is not announced, because they do not
    depend on it. Otherwise raises YearNotAnnounced.
    """
    if day in calendar.days_off:
        return DayKind.COMPANY_DAY_OFF
    if day in calendar.days_on:
        return DayKind.COMPANY_WORKDAY
    if not is_announced(day.year, calendar):
        raise YearNotAnnounced(day.year)
    if day in SHIFTED_WORKDAYS:
        return DayKind.SHIFTED_WORKDAY
    if day in HOLIDAYS:
        return DayKind.PUBLIC_HOLIDAY
    if day.weekday() in calendar.working_weekdays:
        return DayKind.WORKDAY
    return DayKind.WEEKEND


def holiday_name(day: date) -> str | None:
    """The English name of the announced public holiday on that day, or None."""
    return HOLIDAYS.get(day)


def is_workday(day: date, calendar: WorkCalendar = CHINA) -> bool:
    """Whether the day is worked. Raises YearNotAnnounced."""
    return day_kind(day, calendar).worked


def workdays_in(first: date, last: date, calendar: WorkCalendar = CHINA) -> tuple[date, ...]:
    """The working days from ``first`` to ``last``, both included; none when ``last`` is earlier.

    Raises YearNotAnnounced.
    """
    length = (last - first).days + 1
    days = (first + timedelta(days=offset) for offset in range(length))
    return tuple(day for day in days if is_workday(day, calendar))


def workdays_between(start: date, end: date, calendar: WorkCalendar = CHINA) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier.

    So ``workdays_between(day, add_workdays(day, n)) == n``. Raises YearNotAnnounced.
    """
    if end < start:
        return -workdays_between(end, start, calendar)
    return len(workdays_in(start + _ONE_DAY, end, calendar))


def add_workdays(day: date, count: int, calendar: WorkCalendar = CHINA) -> date:
    """The ``count``-th working day after ``day`` (before it when negative); ``day`` itself for 0.

    Adding and subtracting the same count returns to ``day`` when ``day`` is a working day.
    Raises YearNotAnnounced when the way leads into a year that is not known.
    """
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day, calendar)
    return day


def next_workday(day: date, calendar: WorkCalendar = CHINA) -> date:
    """The first working day after ``day``. Raises YearNotAnnounced."""
    return add_workdays(day, 1, calendar)


def workday_on_or_after(day: date, calendar: WorkCalendar = CHINA) -> date:
    """``day`` itself when it is worked, else the next working day. Raises YearNotAnnounced."""
    return day if is_workday(day, calendar) else add_workdays(day, 1, calendar)
