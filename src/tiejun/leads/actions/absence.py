from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.engines.workdays.calendar import WorkCalendar, workdays_in
from tiejun.foundation import audit, policies
from tiejun.foundation.jobs import first_time
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of, known
from tiejun.leads.locks import lock_leads_of_holder, lock_seats
from tiejun.leads.models import LeadTenure
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.TRANSFER_LEAD)
def pause_for_leave(
    scope: Scope, *, leave_id: UUID, person_id: UUID, starts_on: date, ends_on: date, now: datetime
) -> int:
    """Move the due dates of a person's private holdings by the working days of a leave that lie before them.

    Once per leave, whatever often it is run; returns how many holdings moved (domain 11.4: leave of 5 days is a pause).
    """
    moved = 0
    if first_time(f"leads.pause:{leave_id}"):
        lock_seats([person_id])
        lock_leads_of_holder(person_id)
        open_ones = LeadTenure.objects.filter(person=person_id, ended_at=None, kind=LeadTenure.Kind.PRIVATE)
        for tenure in open_ones.exclude(due_at=None).order_by("lead"):
            moved += _pause(scope, tenure, starts_on, ends_on, now)
    audit.record(scope, "leads.paused_for_leave", person=person_id, leave=leave_id, holdings=moved)
    return moved


def _pause(scope: Scope, tenure: LeadTenure, starts_on: date, ends_on: date, now: datetime) -> int:
    assert tenure.due_at is not None
    first = max(starts_on, local_date(now, scope.zone))
    if local_date(tenure.due_at, scope.zone) < first:
        return 0
    book, chain = policies.book(now), org.unit_chain(scope, tenure.unit_id)
    calendar, hours = calendar_of(book, chain), hours_of(book, chain, scope.zone)
    days = known(lambda day_kinds: len(workdays_in(first, ends_on, day_kinds)), calendar)
    if not days:
        return 0
    away = [(first, ends_on)]
    # From the last worked moment before the old due date, so that the leave's own days are not counted twice.
    tenure.due_at = due_after(tenure.due_at, days, hours, _without(calendar, away))
    if tenure.no_deal_due_at is not None:
        tenure.no_deal_due_at = due_after(tenure.no_deal_due_at, days, hours, calendar)
    tenure.save(update_fields=["due_at", "no_deal_due_at"])
    return 1


def _without(calendar: WorkCalendar, spans: list[tuple[date, date]]) -> WorkCalendar:
    return calendar.without(
        [first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)]
    )
