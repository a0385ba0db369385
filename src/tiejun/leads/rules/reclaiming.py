"""Decisions about taking leads back: when a holder is told, when a holding ends by rule, and what becomes of the lead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from tiejun.engines.workdays.hours import deadline_after, moment_before, working_minutes_between
from tiejun.leads.rules.next_holder import Place, cell_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.engines.workdays.calendar import WorkCalendar
    from tiejun.engines.workdays.hours import WorkingHours

LAST, AGAIN = "LAST", "AGAIN"
LEAST_REMINDERS = 2


class Cause(StrEnum):
    """Why a holding is due."""

    NO_FOLLOW_UP = "NO_FOLLOW_UP"
    NO_DEAL = "NO_DEAL"
    LEASE_ENDED = "LEASE_ENDED"


class Outcome(StrEnum):
    """What a reclaim run did with a due holding; what is left stays with its holder."""

    HANDED_OVER = "HANDED_OVER"
    POOLED = "POOLED"
    RESTED = "RESTED"
    LEFT = "LEFT"


class WhyLeft(StrEnum):
    """Why a due holding was not taken back."""

    REMINDERS_MISSING = "REMINDERS_MISSING"
    TOO_FEW_REMINDERS = "TOO_FEW_REMINDERS"
    REMINDED_TOO_LATE = "REMINDED_TOO_LATE"
    FROZEN = "FROZEN"
    BUSY = "BUSY"


class DueHolding(NamedTuple):
    """A due holding with what its lead and company say to the decision; `frozen_reason` and `industry` empty without."""

    tenure_id: UUID
    lead_id: UUID
    person_id: UUID
    unit_id: UUID
    kind: str
    due_at: datetime | None
    no_deal_due_at: datetime | None
    company_id: UUID
    pool_id: UUID
    district: str
    frozen_reason: str
    industry: str
    latitude: float | None
    longitude: float | None

    @property
    def place(self) -> Place:
        """Return its lead as the choice of the next holder sees it."""
        cell = cell_of(self.latitude, self.longitude)
        return Place(self.lead_id, self.pool_id, cell, self.district, self.industry)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a holder is to be told: `step` is P and a share of the time in percent, or LAST."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What the ledger of reminders says of a holding since its clock began.

    `moments`: how many different times the holder was told; `missing`: reminders that were to be sent by now and were not.
    """

    moments: int = 0
    missing: int = 0
    last_at: datetime | None = None


def reminder_moments(
    started_at: datetime,
    due_at: datetime,
    *,
    shares: Sequence[int],
    last_minutes: int,
    hours: WorkingHours,
    calendar: WorkCalendar,
) -> list[Moment]:
    """Return when a holder is told, in working time of the holder's calendar, the earliest first.

    `shares`: percent of the working time from `started_at` to `due_at`; `last_minutes`: working minutes before `due_at`.
    Of two steps at one moment the later one stays. A holding that is due as it starts has none but the last.
    """
    whole = max(0, working_minutes_between(started_at, due_at, hours, calendar))
    moments = {}
    for share in sorted(shares):
        at = deadline_after(started_at, whole * share // 100, hours, calendar)
        moments[at] = f"P{share}"
    moments[max(started_at, moment_before(due_at, last_minutes, hours, calendar))] = LAST
    return [Moment(step, at) for at, step in sorted(moments.items())]


def runs_out_at(due_at: datetime | None, no_deal_due_at: datetime | None) -> datetime | None:
    """Return when a holding runs out: at the earlier of its two deadlines; None for one without."""
    return min((at for at in (due_at, no_deal_due_at) if at is not None), default=None)


def cause_of(kind: str, due_at: datetime | None, no_deal_due_at: datetime | None) -> Cause:
    """Return why a due holding is due: an allotment's lease ended, no deal came in time, or no follow-up."""
    if kind == "ALLOTTED":
        return Cause.LEASE_ENDED
    if no_deal_due_at is not None and (due_at is None or no_deal_due_at <= due_at):
        return Cause.NO_DEAL
    return Cause.NO_FOLLOW_UP


def why_left(kind: str, told: Told, *, is_frozen: bool, told_by: datetime) -> WhyLeft | None:
    """Return why a due holding may not be taken back, or None (domain 6.5, invariant 6; 11.26).

    A private holding needs at least two reminders at different times, none missing, the last one by `told_by`: four working
    hours before the run. An allotment's lease needs none: its end is known from the morning it was given.
    """
    if is_frozen:
        return WhyLeft.FROZEN
    if kind == "ALLOTTED":
        return None
    if told.missing or told.last_at is None:
        return WhyLeft.REMINDERS_MISSING
    if told.moments < LEAST_REMINDERS:
        return WhyLeft.TOO_FEW_REMINDERS
    return WhyLeft.REMINDED_TOO_LATE if told.last_at > told_by else None


def outcome_of(kind: str, fruitless: int, most_tenures: int, *, has_receiver: bool) -> Outcome:
    """Return what becomes of a lead that is taken back.

    `fruitless`: private holdings that ended without result, this one included. A lease goes back to the pool, where the
    allotment of the same night gives it to whom it fits best; nobody has called, so it does not count as a try.
    """
    if kind == "ALLOTTED":
        return Outcome.POOLED
    if fruitless >= most_tenures:
        return Outcome.RESTED
    return Outcome.HANDED_OVER if has_receiver else Outcome.POOLED


def is_told_again(due_at: datetime, moments: int, now: datetime) -> bool:
    """Tell whether a holder must be told once more: the holding ran out before anybody told them twice."""
    return due_at <= now and 0 < moments < LEAST_REMINDERS
