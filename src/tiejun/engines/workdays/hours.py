"""Working minutes and deadlines: time counts only within working hours of working days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from tiejun.engines.workdays.calendar import (
    CHINA,
    WorkCalendar,
    add_workdays,
    is_workday,
    workday_on_or_after,
)

_ONE_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Working hours of a day in a zone: ascending, disjoint spans of local time."""

    zone: tzinfo
    spans: tuple[tuple[time, time], ...] = (
        (time(9, 0), time(12, 0)),
        (time(13, 0), time(18, 0)),
    )

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise ValueError("working hours are ascending, disjoint spans")


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, from ``start_at`` to ``end_at`` (aware): leave, a stopped clock."""

    start_at: datetime
    end_at: datetime


def pause_of_days(first: date, last: date, zone: tzinfo) -> Pause:
    """A pause over whole days, both included: leave from the first to the last day."""
    return Pause(
        datetime.combine(first, time.min, tzinfo=zone),
        datetime.combine(last + _ONE_DAY, time.min, tzinfo=zone),
    )


def working_minutes_between(
    start: datetime,
    end: datetime,
    hours: WorkingHours,
    calendar: WorkCalendar = CHINA,
    pauses: Sequence[Pause] = (),
) -> int:
    """Whole working minutes from ``start`` to ``end``, both aware; negative when reversed.

    Raises YearNotAnnounced.
    """
    if end < start:
        return -working_minutes_between(end, start, hours, calendar, pauses)
    total = timedelta()
    for piece_start, piece_end in _open_pieces(start, hours, calendar, pauses):
        if piece_start >= end:
            break
        total += min(piece_end, end) - piece_start
        if piece_end >= end:
            break
    return total // _MINUTE


def deadline_after(
    start: datetime,
    minutes: int,
    hours: WorkingHours,
    calendar: WorkCalendar = CHINA,
    pauses: Sequence[Pause] = (),
) -> datetime:
    """The instant at which ``minutes`` working minutes have passed since ``start``.

    ``start`` is aware; the answer is in the zone of ``hours``. A deadline that falls on the
    end of a span stays there (18:00, not 09:00 of the next day). Zero minutes give ``start``.
    Raises YearNotAnnounced when the deadline lies beyond the known days, ValueError for
    negative ``minutes``.
    """
    if minutes < 0:
        raise ValueError("a deadline lies in the future")
    if minutes == 0:
        return start.astimezone(hours.zone)
    left = minutes * _MINUTE
    for piece_start, piece_end in _open_pieces(start, hours, calendar, pauses):
        if piece_end - piece_start >= left:
            return (piece_start + left).astimezone(hours.zone)
        left -= piece_end - piece_start
    raise AssertionError("working time never ends")


def moment_before(end: datetime, minutes: int, hours: WorkingHours, calendar: WorkCalendar = CHINA) -> datetime:
    """The last instant from which ``minutes`` working minutes pass until ``end`` (aware); zero minutes give ``end``.

    The answer is in the zone of ``hours``; one that falls on the start of a span stays there. Raises YearNotAnnounced,
    ValueError for negative ``minutes``.
    """
    if minutes < 0:
        raise ValueError("a warning comes before its deadline")
    left = minutes * _MINUTE
    local = end.astimezone(hours.zone)
    day = local.date()
    while left:
        if is_workday(day, calendar):
            for opens, closes in reversed(hours.spans):
                opened = datetime.combine(day, opens, tzinfo=hours.zone)
                shut = min(datetime.combine(day, closes, tzinfo=hours.zone), local)
                if shut - opened >= left:
                    return shut - left
                left -= max(shut - opened, timedelta())
        day -= _ONE_DAY
    return local


def working_span_at(
    at: datetime, hours: WorkingHours, calendar: WorkCalendar = CHINA
) -> tuple[datetime, datetime] | None:
    """The span of working time that an aware instant lies in (its start included), None outside of working time."""
    day = at.astimezone(hours.zone).date()
    if not is_workday(day, calendar):
        return None
    for opens, closes in hours.spans:
        opened, shut = (datetime.combine(day, edge, tzinfo=hours.zone) for edge in (opens, closes))
        if opened <= at < shut:
            return opened, shut
    return None


def deadline_in_workdays(start: datetime, days: int, hours: WorkingHours, calendar: WorkCalendar = CHINA) -> datetime:
    """The end of working hours on the ``days``-th working day after ``start``'s local day.

    Zero days mean the end of the same day, or of the next working day when it is not worked.
    Raises YearNotAnnounced.
    """
    day = start.astimezone(hours.zone).date()
    due = add_workdays(day, days, calendar) if days else workday_on_or_after(day, calendar)
    return datetime.combine(due, hours.spans[-1][1], tzinfo=hours.zone)


def _open_pieces(
    start: datetime, hours: WorkingHours, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime]]:
    """Pieces of counted time from ``start`` on, in UTC and in order, without end."""
    if start.tzinfo is None:
        raise ValueError("the instant needs a zone")
    closed = sorted((p.start_at.astimezone(UTC), p.end_at.astimezone(UTC)) for p in pauses)
    begin = start.astimezone(UTC)
    day = start.astimezone(hours.zone).date()
    while True:
        if is_workday(day, calendar):
            for opens, closes in hours.spans:
                opened = datetime.combine(day, opens, tzinfo=hours.zone).astimezone(UTC)
                shut = datetime.combine(day, closes, tzinfo=hours.zone).astimezone(UTC)
                yield from _without(max(opened, begin), shut, closed)
        day += _ONE_DAY


def _without(
    start: datetime, end: datetime, closed: Sequence[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    for pause_start, pause_end in closed:
        if pause_end <= start or pause_start >= end:
            continue
        if pause_start > start:
            yield start, pause_start
        start = max(start, pause_end)
    if start < end:
        yield start, end
