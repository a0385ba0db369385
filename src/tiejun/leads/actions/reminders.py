"""Reminders of leads that run out: planned when a deadline is known, told once in working time, kept in the ledger."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.times import local_date
from tiejun.inbox import actions as inbox
from tiejun.leads.models import LeadReminder
from tiejun.leads.queries.reminding import due_reminders, moments_of, to_plan, to_tell_again, working_until
from tiejun.leads.rules.reclaiming import AGAIN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.models import LeadTenure

BATCH = 2_000
NAMED = 5


@action(Ability.RECLAIM_LEADS)
def plan_reminders(scope: Scope, *, unit_id: UUID, now: datetime) -> int:
    """Plan the reminders of holdings whose deadline is new, up to 2,000 of a unit; returns how many holdings.

    What was planned for a deadline that moved, or for a holding that ended, and was not told is taken out.
    """
    gone = LeadReminder.objects.filter(tenure__unit=unit_id, sent_at=None).exclude(tenure__ended_at=None)
    gone.delete()
    tenures = to_plan(scope, unit_id, limit=BATCH)
    moments = moments_of(scope, unit_id, tenures, now)
    LeadReminder.objects.filter(tenure__in=tenures, sent_at=None).delete()
    LeadReminder.objects.bulk_create(
        (_reminder(tenure, moment.step, moment.at) for tenure in tenures for moment in moments[tenure.pk]),
        ignore_conflicts=True,
    )
    audit.record(scope, "leads.reminders_planned", unit=unit_id, holdings=len(tenures))
    return len(tenures)


@action(Ability.RECLAIM_LEADS)
def send_reminders(scope: Scope, *, unit_id: UUID, now: datetime) -> int:
    """Tell the holders of a unit what runs out: one notice per person with all that falls into this half of the day.

    Outside of working time nothing is told and everything waits. Who is on leave is told when back. Returns how many
    persons were told.
    """
    until = working_until(scope, unit_id, now)
    told: dict[UUID, list[LeadReminder]] = defaultdict(list)
    if until is not None:
        for row in due_reminders(scope, unit_id, until=until, now=now):
            told[row.tenure.person_id].append(row)
        for tenure in to_tell_again(scope, unit_id, now=now):
            told[tenure.person_id].append(_reminder(tenure, AGAIN, now))
    rows = [row for group in told.values() for row in group]
    for row in rows:
        row.sent_at = now
    LeadReminder.objects.bulk_create([row for row in rows if row.step == AGAIN], ignore_conflicts=True)
    planned = [row.pk for row in rows if row.step != AGAIN]
    LeadReminder.objects.filter(pk__in=planned, sent_at=None).update(sent_at=now)
    for person_id in sorted(told):
        _tell(scope, person_id, told[person_id], now)
    audit.record(scope, "leads.reminders_sent", unit=unit_id, persons=len(told), reminders=len(rows))
    return len(told)


def _reminder(tenure: LeadTenure, step: str, at: datetime) -> LeadReminder:
    assert tenure.due_at is not None
    return LeadReminder(tenure=tenure, step=step, due_at=tenure.due_at, remind_at=at)


def _tell(scope: Scope, person_id: UUID, rows: Sequence[LeadReminder], now: datetime) -> None:
    first = {row.tenure_id: row for row in sorted(rows, key=lambda row: row.due_at, reverse=True)}
    soonest = sorted(first.values(), key=lambda row: (row.due_at, row.tenure_id))
    today = local_date(now, scope.zone)
    days = [(local_date(row.due_at, scope.zone) - today).days for row in soonest]
    names = [row.tenure.lead.company.name for row in soonest]
    inbox.notify(
        scope,
        person_id=person_id,
        code="leads.run_out",
        facts={
            "count": len(soonest),
            "today": sum(day <= 0 for day in days),
            "tomorrow": sum(day == 1 for day in days),
            "companies": " · ".join(names[:NAMED]) + (" …" if len(names) > NAMED else ""),
        },
        url="/leads/reclaims/",
        dedupe_key=f"leads.run_out:{now.isoformat()}",
        now=now,
    )
