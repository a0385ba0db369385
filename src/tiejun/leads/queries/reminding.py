"""Which reminders must be planned and told now; read by the actions that plan and tell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from tiejun.access.abilities import Ability
from tiejun.engines.workdays.hours import working_span_at
from tiejun.foundation import policies
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import known
from tiejun.leads.models import LeadReminder, LeadTenure
from tiejun.leads.queries.reclaiming import work_time
from tiejun.leads.rules.reclaiming import AGAIN, LAST, is_told_again, reminder_moments
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.leads.rules.reclaiming import Moment

LOOKS_AHEAD_DAYS = 400


def to_plan(scope: Scope, unit_id: UUID, *, limit: int) -> list[LeadTenure]:
    """Return private holdings of a unit whose present deadline has no reminders yet, the nearest deadline first."""
    scope.require(Ability.RECLAIM_LEADS)
    planned = LeadReminder.objects.filter(tenure=OuterRef("pk"), due_at=OuterRef("due_at"))
    rows = _private(unit_id).exclude(due_at=None).filter(~Exists(planned))
    return list(rows.order_by("due_at", "pk")[:limit])


def moments_of(scope: Scope, unit_id: UUID, tenures: Sequence[LeadTenure], now: datetime) -> dict[UUID, list[Moment]]:
    """Return when the holders of these holdings are to be told, by the policies in force and each person's leave.

    The clock of a holding begins with it, and anew with each qualifying follow-up. A step that was told for an earlier
    deadline and would come at the same moment or before is not told again; the last one always is.
    """
    scope.require(Ability.RECLAIM_LEADS)
    book, chain = policies.book(now), org.unit_chain(scope, unit_id)
    shares = book.integers("lead.reminder_shares", chain)
    minutes = book.integer("lead.reminder_last_hours", chain) * 60
    earliest = min((row.started_at for row in tenures), default=now)
    time = work_time(
        scope,
        chain,
        {row.person_id for row in tenures},
        book=book,
        since=local_date(earliest, scope.zone),
        until=local_date(now, scope.zone) + timedelta(days=LOOKS_AHEAD_DAYS),
    )
    before: dict[tuple[UUID, str], datetime] = {}
    for tenure_id, step, at in LeadReminder.objects.filter(
        tenure__in=[row.pk for row in tenures], sent_at__isnull=False
    ).values_list("tenure", "step", "remind_at"):
        before[tenure_id, step] = max(at, before.get((tenure_id, step), at))
    moments = {}
    for row in tenures:
        assert row.due_at is not None
        began, due_at = row.last_qualifying_at or row.started_at, row.due_at
        planned = known(
            lambda days, began=began, due_at=due_at: reminder_moments(  # type: ignore[misc]
                began, due_at, shares=shares, last_minutes=minutes, hours=time.hours, calendar=days
            ),
            time.of(row.person_id),
        )
        moments[row.pk] = [
            moment
            for moment in planned
            if moment.step == LAST or before.get((row.pk, moment.step), moment.at - timedelta(1)) < moment.at
        ]
    return moments


def working_until(scope: Scope, unit_id: UUID, now: datetime) -> datetime | None:
    """Return when the half of the working day that it is now in a unit ends, None outside of working time."""
    chain = org.unit_chain(scope, unit_id)
    today = local_date(now, scope.zone)
    time = work_time(scope, chain, (), book=policies.book(now), since=today, until=today)
    span = known(lambda days: working_span_at(now, time.hours, days), time.calendar)
    return span[1] if span else None


def due_reminders(scope: Scope, unit_id: UUID, *, until: datetime, now: datetime) -> list[LeadReminder]:
    """Return what is to be told of a unit's holdings by a moment, locked, with company; who is on leave waits."""
    scope.require(Ability.RECLAIM_LEADS)
    rows = LeadReminder.objects.filter(
        tenure__unit=unit_id, tenure__ended_at=None, tenure__due_at=F("due_at"), sent_at=None, remind_at__lte=until
    ).exclude(tenure__person__in=_away(scope, unit_id, now))
    related = rows.select_related("tenure__lead__company").defer("tenure__lead__company__search_grams")
    return list(related.select_for_update(of=("self",), skip_locked=True).order_by("pk"))


def to_tell_again(scope: Scope, unit_id: UUID, *, now: datetime) -> list[LeadTenure]:
    """Return holdings that ran out before their holders were told twice, and were not told again yet."""
    scope.require(Ability.RECLAIM_LEADS)
    again = LeadReminder.objects.filter(tenure=OuterRef("pk"), due_at=OuterRef("due_at"), step=AGAIN)
    began = Coalesce(F("last_qualifying_at"), F("started_at"))
    told = LeadReminder.objects.filter(tenure=OuterRef("pk"), sent_at__gte=OuterRef("began")).order_by()
    moments = told.values("tenure").annotate(number=Count("sent_at", distinct=True)).values("number")
    rows = _private(unit_id).filter(~Exists(again), due_at__lte=now).annotate(began=began, moments=moments)
    found = rows.exclude(person__in=_away(scope, unit_id, now)).select_related("lead__company")
    return [row for row in found.order_by("pk") if row.due_at and is_told_again(row.due_at, row.moments or 0, now)]


def _private(unit_id: UUID) -> QuerySet[LeadTenure]:
    return LeadTenure.objects.filter(Q(unit=unit_id, ended_at=None, kind=LeadTenure.Kind.PRIVATE))


def _away(scope: Scope, unit_id: UUID, now: datetime) -> list[UUID]:
    today = local_date(now, scope.zone)
    holders = _private(unit_id).order_by().values_list("person", flat=True).distinct()
    spans = org.leave_between(scope, list(holders), first=today, last=today)
    return sorted({span.person_id for span in spans if span.part == "FULL"})
