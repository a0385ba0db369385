"""By when a lead is to be spoken to for the first time, in working time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.engines.workdays.hours import deadline_after, working_minutes_between
from tiejun.foundation import policies
from tiejun.foundation.times import at_local, local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of, known

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.marketing.models import Source
    from tiejun.marketing.rules.handover import NewLead

MINUTES = 60


def first_contact_due(
    scope: Scope, source: Source, intent: str, *, unit_chain: tuple[UUID, ...], now: datetime
) -> datetime:
    """Return the deadline of the first contact: the policy's working hours, fewer for a hot lead, or the source's own.

    A hot lead never waits longer than the policy says for hot ones.
    """
    book = policies.book(now)
    hours = source.first_contact_hours or book.integer("lead.first_contact_hours", unit_chain)
    if intent == "HIGH":
        hours = min(hours, book.integer("lead.first_contact_hours_hot", unit_chain))
    worked, calendar = hours_of(book, unit_chain, scope.zone), calendar_of(book, unit_chain)
    return known(lambda days: deadline_after(now, hours * MINUTES, worked, days), calendar)


def registrations_due(
    scope: Scope, leads: Sequence[NewLead], source: Source, *, unit_chain: tuple[UUID, ...], now: datetime
) -> dict[UUID, datetime]:
    """Return the deadlines of newly registered companies: some working days after the registration, never before the
    first-contact hours have passed. Companies that are registered for longer than the policy's days are left out.
    """
    book = policies.book(now)
    today = local_date(now, scope.zone)
    fresh = book.integer("marketing.registration_fresh_days", unit_chain)
    days = book.integer("marketing.registration_contact_days", unit_chain)
    worked, calendar = hours_of(book, unit_chain, scope.zone), calendar_of(book, unit_chain)
    soonest = first_contact_due(scope, source, "UNKNOWN", unit_chain=unit_chain, now=now)
    by_day: dict[date, datetime] = {}
    found = {}
    for lead in leads:
        day = lead.registered_on
        if day is None or not 0 <= (today - day).days <= fresh:
            continue
        if day not in by_day:
            by_day[day] = max(soonest, due_after(at_local(day, "12:00", scope.zone), days, worked, calendar))
        found[lead.lead_id] = by_day[day]
    return found


def minutes_until(scope: Scope, start: datetime, end: datetime, *, unit_chain: tuple[UUID, ...]) -> int:
    """Return the working minutes from one instant to a later one."""
    book = policies.book(end)
    worked, calendar = hours_of(book, unit_chain, scope.zone), calendar_of(book, unit_chain)
    return max(0, known(lambda days: working_minutes_between(start, end, worked, days), calendar))
