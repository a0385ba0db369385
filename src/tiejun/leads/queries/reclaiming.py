"""What a reclaim run reads: the due holdings of a unit, what the ledger of reminders says of them, and the run's terms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.workdays.hours import moment_before
from tiejun.foundation import policies
from tiejun.foundation.statements import asked
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of, hours_of, known
from tiejun.leads.models import LeadTenure, ReclaimItem
from tiejun.leads.models.tenures import holdings_due
from tiejun.leads.queries import holding
from tiejun.leads.queries.next_holder import colleagues, weights_of
from tiejun.leads.rules.reclaiming import Told
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.workdays.calendar import WorkCalendar
    from tiejun.engines.workdays.hours import WorkingHours
    from tiejun.foundation.policies import PolicyBook
    from tiejun.leads.models import ReclaimRun
    from tiejun.leads.queries.holding import Holder, Terms
    from tiejun.leads.rules.next_holder import Colleague, Weights

RECENT_DAYS = 21
# Statements with a list: a night asks them hundreds of times, each time about hundreds of holdings.
_TOLD = """
    SELECT t.id, count(DISTINCT r.sent_at) FILTER (WHERE r.counts), count(*) FILTER (WHERE r.is_missing),
           count(*) FILTER (WHERE r.due_at = t.due_at), max(r.sent_at) FILTER (WHERE r.counts)
    FROM leads_leadtenure t
    CROSS JOIN LATERAL (
        SELECT due_at, sent_at, sent_at >= COALESCE(t.last_qualifying_at, t.started_at) AND sent_at <= %(at)s AS counts,
               sent_at IS NULL AND due_at = t.due_at AND remind_at <= %(at)s AS is_missing
        FROM leads_leadreminder WHERE tenure_id = t.id
    ) r
    WHERE t.id = ANY(%(tenures)s)
    GROUP BY t.id
"""
_FRUITLESS = """
    SELECT t.lead_id, count(*) FROM leads_leadtenure t JOIN leads_lead l ON l.id = t.lead_id
    WHERE t.lead_id = ANY(%s) AND t.kind = 'PRIVATE' AND t.end_reason IN ('RECLAIMED', 'RELEASED')
      AND (l.woken_at IS NULL OR t.ended_at > l.woken_at)
      -- One that was given back by mistake and held again at once went on.
      AND (SELECT n.start_reason FROM leads_leadtenure n WHERE n.lead_id = t.lead_id AND n.id <> t.id AND n.started_at >= t.ended_at
           ORDER BY n.started_at, n.id LIMIT 1) IS DISTINCT FROM 'RESTORED'
    GROUP BY t.lead_id
"""


def due_tenures(scope: Scope, run: ReclaimRun) -> list[UUID]:
    """Return the due holdings that a run has not dealt with yet, by lead: read again, it goes on where it stopped."""
    scope.require(Ability.RECLAIM_LEADS)
    done = ReclaimItem.objects.filter(run=run).values("tenure")
    rows = LeadTenure.objects.filter(holdings_due(run.due_at), unit=run.unit_id).exclude(pk__in=done)
    return list(rows.order_by("lead").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class WorkTime:
    """The working time of a unit by the policies of an instant, and without the leave of each person who has some."""

    hours: WorkingHours
    calendar: WorkCalendar
    away: dict[UUID, tuple[tuple[date, date], ...]]

    def of(self, person_id: UUID) -> WorkCalendar:
        """Return the calendar of a person."""
        spans = self.away.get(person_id, ())
        days = {first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)}
        return self.calendar.without(days) if days else self.calendar


def work_time(
    scope: Scope, chain: tuple[UUID, ...], person_ids: Collection[UUID], *, book: PolicyBook, since: date, until: date
) -> WorkTime:
    """Return the working time of a unit (`chain`) and of persons between two days; half days away count as worked."""
    away: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for span in org.leave_between(scope, person_ids, first=since, last=until):
        if span.part == "FULL":
            away[span.person_id].append((span.starts_on, span.ends_on))
    spans = {person_id: tuple(rows) for person_id, rows in away.items()}
    return WorkTime(hours_of(book, chain, scope.zone), calendar_of(book, chain), spans)


@dataclass(frozen=True, slots=True)
class RunTerms:
    """What one run goes by, read once before its batches: by the policies of the run's own night.

    `told_by`: until when a person must have been told for the last time; `default_told_by` for who has no leave.
    """

    colleagues: dict[UUID, Colleague]
    holders: dict[UUID, Holder]
    terms: dict[UUID, Terms]
    told_by: dict[UUID, datetime]
    default_told_by: datetime
    cooldown: timedelta
    most_tenures: int
    weights: Weights


def run_terms(scope: Scope, run: ReclaimRun, now: datetime) -> RunTerms:
    """Return the terms of a run: who may receive and under which terms, and what the night's policies say."""
    scope.require(Ability.RECLAIM_LEADS)
    book, chain = policies.book(run.due_at), org.unit_chain(scope, run.unit_id)
    receivers = {row.person_id: row for row in colleagues(scope, now, book=book)}
    holders = {
        person_id: holding.Holder(person_id, row.unit_id, chain, local_date(now, scope.zone))
        for person_id, row in receivers.items()
    }
    by_default, by_person = told_by(scope, run.unit_id, run.due_at, book=book)
    return RunTerms(
        colleagues=receivers,
        holders=holders,
        terms={person_id: holding.terms(scope, holder, now, book) for person_id, holder in holders.items()},
        told_by=by_person,
        default_told_by=by_default,
        cooldown=timedelta(days=book.integer("lead.cooldown_reclaim_days", chain)),
        most_tenures=book.integer("lead.max_tenures_before_rest", chain),
        weights=weights_of(scope, book),
    )


def told_by(scope: Scope, unit_id: UUID, at: datetime, *, book: PolicyBook) -> tuple[datetime, dict[UUID, datetime]]:
    """Return until when the last reminder must have been sent for a run at `at`: for everybody, and for who was on leave."""
    chain = org.unit_chain(scope, unit_id)
    minutes = book.integer("lead.reminder_last_hours", chain) * 60
    persons = (
        LeadTenure.objects.filter(holdings_due(at), unit=unit_id).order_by().values_list("person", flat=True).distinct()
    )
    today = local_date(at, scope.zone)
    time = work_time(scope, chain, list(persons), book=book, since=today - timedelta(days=RECENT_DAYS), until=today)

    def before(calendar: WorkCalendar) -> datetime:
        return known(lambda days: moment_before(at, minutes, time.hours, days), calendar)

    return before(time.calendar), {person_id: before(time.of(person_id)) for person_id in time.away}


def told_of(scope: Scope, tenure_ids: Collection[UUID], *, at: datetime) -> dict[UUID, Told]:  # noqa: ARG001 -- asked about holdings within reach, or under the run's locks
    """Return what the ledger says of holdings at a moment; a holding without a reminder is left out."""
    rows = asked(_TOLD, {"tenures": list(tenure_ids), "at": at})
    # A deadline nobody planned reminders for is one that could not be told.
    return {
        tenure_id: Told(moments, absent or int(not planned), last_at)
        for tenure_id, moments, absent, planned, last_at in rows
    }


def fruitless_tenures(scope: Scope, lead_ids: Collection[UUID]) -> dict[UUID, int]:  # noqa: ARG001 -- a number, asked under the run's locks
    """Return how many private holdings of each lead ended without result before, since it was last woken."""
    return dict(asked(_FRUITLESS, [list(lead_ids)]))
