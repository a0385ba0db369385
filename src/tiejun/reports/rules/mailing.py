"""When a mail is due, and why one is not sent."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.engines.workdays.calendar import is_workday, next_workday
from tiejun.foundation.refusals import Refusal

if TYPE_CHECKING:
    from tiejun.engines.workdays.calendar import WorkCalendar

MOST_MAILINGS = 20
MOST_RECIPIENTS = 30
HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Rhythm(StrEnum):
    """How often a mail goes out: every working day, once a week, on the first working day of the month."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class MailRefusal(Refusal):
    """Why a mailing cannot be kept."""

    TOO_MANY_MAILINGS = "TOO_MANY_MAILINGS"
    RECIPIENT_OUT_OF_REACH = "RECIPIENT_OUT_OF_REACH"
    NAME_TAKEN = "MAILING_NAME_TAKEN"


class MailFault(StrEnum):
    """Why somebody did not get a mail."""

    NO_MAIL_SERVER = "NO_MAIL_SERVER"
    NO_ADDRESS = "NO_ADDRESS"
    NOT_ALLOWED = "NOT_ALLOWED"
    TOO_LONG = "TOO_LONG"
    NOT_SENT = "NOT_SENT"


def digest_code(board: str, *, is_empty: bool) -> str:
    """Return the code of a digest's notice: that of its board, or the one for a day on which nothing was counted."""
    return "reports.digest_empty" if is_empty else f"reports.digest_{board}"


def due_on(rhythm: Rhythm, weekday: int, first: date, calendar: WorkCalendar) -> date:
    """Return the first day from `first` on (included) on which a mail is due.

    A mail of a week goes out on its `weekday` (0 is Monday), one of a month on its first day; on a day off the next working day does.
    Raises `YearNotAnnounced` as the calendar does.
    """
    if rhythm is Rhythm.DAILY:
        return _workday_from(first, calendar)
    if rhythm is Rhythm.WEEKLY:
        nearest = first + timedelta(days=(weekday - first.weekday()) % 7)
        days = (nearest - timedelta(days=7), nearest, nearest + timedelta(days=7))
    else:
        month = first.replace(day=1)
        days = (month, (month + timedelta(days=32)).replace(day=1), (month + timedelta(days=64)).replace(day=1))
    return next(day for day in (_workday_from(planned, calendar) for planned in days) if day >= first)


def _workday_from(day: date, calendar: WorkCalendar) -> date:
    return day if is_workday(day, calendar) else next_workday(day, calendar)
