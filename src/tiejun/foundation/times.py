"""Times: aware, within bounds, and the business day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import CheckConstraint, Q

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def is_sane(moment: datetime) -> bool:
    """Tell whether a datetime is aware and between 2000 and 2100."""
    return moment.tzinfo is not None and EARLIEST <= moment < LATEST


def sane_times(name: str, *fields: str) -> CheckConstraint:
    """Make the CHECK that keeps unreadable datetimes out of a table (`name`: a sentence)."""
    condition = Q()
    for field in fields:
        inside = Q(**{f"{field}__gte": EARLIEST, f"{field}__lt": LATEST})
        condition &= inside | Q(**{f"{field}__isnull": True})
    return CheckConstraint(condition=condition, name=name)


def local_date(moment: datetime, zone: str) -> date:
    """Return the calendar date of a moment in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def wall_clock(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return a moment as a clock on the wall of a zone shows it, without zone and seconds; None for none."""
    return moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) if moment else None


def business_day(moment: datetime, zone: str, rollover_hour: int = 2) -> date:
    """Return the business day a moment belongs to: it rolls over at 02:00 local time (domain 5.1)."""
    return (moment.astimezone(ZoneInfo(zone)) - timedelta(hours=rollover_hour)).date()


def at_local(day: date, clock: str, zone: str) -> datetime:
    """Return the aware moment of a local clock time `HH:MM` on a date (hours from 24 mean the next day)."""
    hours, minutes = (int(part) for part in clock.split(":"))
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=hours // 24)
    return start.replace(hour=hours % 24, minute=minutes)
