"""The business day: the day in a unit's zone that rolls over at 02:00, not at midnight."""

from datetime import date, datetime, time, timedelta, tzinfo

ROLLOVER = time(2, 0)

_ONE_DAY = timedelta(days=1)


def business_day(at: datetime, zone: tzinfo, rollover: time = ROLLOVER) -> date:
    """The business day of an instant.

    ``at`` is aware; ``zone`` is the unit's zone; before ``rollover`` local time the instant
    still belongs to the day before. Raises ValueError for a naive ``at``.
    """
    if at.tzinfo is None:
        raise ValueError("the instant needs a zone")
    local = at.astimezone(zone)
    return local.date() - _ONE_DAY if local.time() < rollover else local.date()


def business_day_bounds(day: date, zone: tzinfo, rollover: time = ROLLOVER) -> tuple[datetime, datetime]:
    """The instants from which (included) to which (excluded) a business day lasts, in its zone."""
    start = datetime.combine(day, rollover, tzinfo=zone)
    end = datetime.combine(day + _ONE_DAY, rollover, tzinfo=zone)
    return start, end
