"""Which clock to believe, which day a visit belongs to, and whether it came in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from tiejun.visits.rules.vocabulary import Entry, Flag, Refusal

if TYPE_CHECKING:
    from tiejun.visits.rules.vocabulary import Capture

EARLIEST_DEVICE_TIME = datetime(2020, 1, 1, tzinfo=UTC)
LONGEST_OFFLINE = timedelta(days=60)
# A record that needs longer than this from the button to the server waited in the phone.
ONLINE_WITHIN = timedelta(minutes=2)
MAX_OFFSET_SECONDS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Clocked:
    """A capture with its time corrected: `at` is aware and believable, `offset` is server minus phone."""

    at: datetime
    offset: timedelta
    flags: tuple[Flag, ...]


def clocked(capture: Capture, *, received_at: datetime, tolerance: timedelta) -> Clocked:
    """Correct the phone's time by the offset measured when the record was sent.

    Without `sent_at` the phone is believed as far as the past goes, and never in the future. A time that cannot be read, or
    lies before 2020 or 60 days back, becomes the time of receipt and is flagged: the record is never lost.
    """
    if capture.recorded_at is None:
        return Clocked(received_at, timedelta(0), (Flag.CLOCK_UNREADABLE,) if capture.is_clock_unreadable else ())
    offset = (
        received_at - capture.sent_at
        if capture.sent_at is not None
        else min(timedelta(0), received_at - capture.recorded_at)
    )
    if abs(offset) <= tolerance:
        offset = timedelta(0) if capture.recorded_at <= received_at else received_at - capture.recorded_at
        flags: tuple[Flag, ...] = ()
    else:
        flags = (Flag.CLOCK_SKEW,)
    at = min(capture.recorded_at + offset, received_at)
    if at < max(EARLIEST_DEVICE_TIME, received_at - LONGEST_OFFLINE):
        return Clocked(received_at, offset, (Flag.CLOCK_UNREADABLE,))
    if received_at - at > ONLINE_WITHIN:
        flags = (*flags, Flag.OFFLINE)
    return Clocked(at, offset, flags)


@dataclass(frozen=True, slots=True)
class DayBounds:
    """When a business day locks: softly for its author, hard for everybody."""

    business_day: date
    soft_at: datetime
    hard_at: datetime


def entry_of(clock: Clocked, *, received_at: datetime, bounds: DayBounds) -> Entry:
    """Decide rule 6: in time when received before the soft lock, or captured before it and received before the hard lock.

    A phone whose clock is off by more than the tolerance cannot prove when it captured: after the soft lock it is late.
    """
    if received_at < bounds.soft_at:
        return Entry.ON_TIME
    proven = not {Flag.CLOCK_SKEW, Flag.CLOCK_UNREADABLE} & set(clock.flags)
    if proven and clock.at < bounds.soft_at and received_at < bounds.hard_at:
        return Entry.ON_TIME
    return Entry.LATE


def why_not_edit(*, is_author: bool, now: datetime, bounds: DayBounds, is_locked: bool) -> Refusal | None:
    """Say why a visit's record may not be edited: only its author, only until the soft lock."""
    if not is_author:
        return Refusal.ONLY_THE_AUTHOR
    if is_locked or now >= bounds.soft_at:
        return Refusal.DAY_IS_LOCKED
    return None


def why_not_amend(*, is_author: bool, is_frozen: bool, reason: str) -> Refusal | None:
    """Say why a visit may not be amended: only its author, only after the hard lock, only with a reason."""
    if not is_author:
        return Refusal.ONLY_THE_AUTHOR
    if not is_frozen:
        return Refusal.DAY_IS_NOT_LOCKED
    if not reason.strip():
        return Refusal.REASON_IS_MISSING
    return None


def may_locate(*, at: datetime, opens_at: datetime, closes_at: datetime, is_workday: bool, has_consent: bool) -> bool:
    """Tell whether a position may be kept: within working time and with consent, else it is dropped unread."""
    return has_consent and is_workday and opens_at <= at <= closes_at


def is_short(*, started_at: datetime, ended_at: datetime, least_minutes: int) -> bool:
    """Tell whether a checked-in visit was shorter than the policy's minutes (a warning, never a refusal)."""
    return ended_at - started_at < timedelta(minutes=least_minutes)
