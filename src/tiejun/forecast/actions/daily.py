"""The forecast of a day: saved or accepted by the person, submitted by the deadline, closed beside what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.queries.closing import held_by
from tiejun.forecast import locks
from tiejun.forecast.models import DailyDeal, DailyForecast
from tiejun.forecast.queries import people
from tiejun.forecast.queries.actuals import actuals_of, numbers_of
from tiejun.forecast.queries.departure import has_begun
from tiejun.forecast.queries.drafts import Draft, machine_drafts
from tiejun.forecast.rules import DayState, Refusal
from tiejun.forecast.rules.daily import (
    LARGEST_DEALS,
    LARGEST_VISITS,
    DayNumbers,
    Deal,
    judged,
)
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import open_deals
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

MOST_DEALS = 40
LARGEST_MINOR = 10**13


@action(Ability.MAKE_FORECAST)
def save_day(
    scope: Scope, *, day: date, version: int, numbers: DayNumbers, deals: Sequence[Deal], now: datetime
) -> DailyForecast:
    """Submit one's own forecast of a coming working day; what equals the machine's draft is marked as accepted.

    `version`: of the forecast that was changed, 0 for the first. Raises `Refused` (NOT_A_WORKDAY, DAY_HAS_BEGUN, DAY_REVIEWED,
    TOO_FAR_AHEAD, NOT_YOUR_CUSTOMER), `Stale` and `Invalid`.
    """
    _check_day(scope, day, now)
    _check_numbers(numbers, deals)
    draft = machine_drafts(scope, [scope.own_id], day, now=now)[scope.own_id]
    known = _with_opportunities(scope, deals)
    row = locks.lock_day(scope, scope.own_id, day, Ability.MAKE_FORECAST)
    _check_version(row, version)
    is_machine = draft.numbers == numbers and _same(draft.deals, known)
    due = field_policy(scope, now).due_at(day)
    row = row or DailyForecast(
        person_id=scope.own_id, unit_id=org.unit_of_person(scope, scope.own_id, on=day), business_day=day, version=0
    )
    _fill(row, Draft(tuple(known), numbers), now)
    row.state, row.submitted_at, row.is_late = DayState.SUBMITTED, now, now > due
    row.is_machine, row.changed_by_id = is_machine, scope.own_id
    _write(row, known)
    audit.record(
        scope, "forecast.day_submitted", row, day=day, deals=numbers.deals, visits=numbers.visits, machine=is_machine
    )
    return row


def _check_day(scope: Scope, day: date, now: datetime) -> None:
    policy = field_policy(scope, now)
    today = business_day(now, policy.zone)
    if has_begun(scope, day, now):
        raise Refused(Refusal.DAY_HAS_BEGUN)
    if not policy.is_workday(day):
        raise Refused(Refusal.NOT_A_WORKDAY)
    last = people.workday_after(scope, today, 5, book=policy.book, chain=policy.chain)
    if day > last:
        raise Refused(Refusal.TOO_FAR_AHEAD)


def _check_numbers(numbers: DayNumbers, deals: Sequence[Deal]) -> None:
    if not 0 <= numbers.visits <= LARGEST_VISITS or not 0 <= numbers.morning <= numbers.visits:
        raise Invalid(visits=_("Visits lie between 0 and 60, and those of the morning are among them."))
    if not 0 <= numbers.effective <= numbers.visits:
        raise Invalid(effective=_("Effective visits are among the visits."))
    if not 0 <= numbers.deals <= LARGEST_DEALS:
        raise Invalid(deals=_("Deals lie between 0 and 99."))
    if not 0 <= numbers.amount_minor <= LARGEST_MINOR or any(not 0 <= d.amount_minor <= LARGEST_MINOR for d in deals):
        raise Invalid(amount=_("This amount is out of bounds."))
    companies = [deal.company_id for deal in deals]
    if len(companies) > MOST_DEALS or len(set(companies)) != len(companies):
        raise Invalid(companies=_("A forecast names up to forty customers, each once."))
    if any(deal.backup_company_id == deal.company_id for deal in deals):
        raise Invalid(backup=_("A customer cannot be its own backup."))


def _check_version(row: DailyForecast | None, version: int) -> None:
    if row is None:
        return
    if row.state in (DayState.REVIEWED, DayState.CLOSED):
        raise Refused(Refusal.DAY_REVIEWED)
    # A machine draft that came meanwhile is no one's work: it may be written over.
    if row.version != version and not (version == 0 and row.state == DayState.DRAFT):
        raise Stale(row)


def _with_opportunities(scope: Scope, deals: Sequence[Deal]) -> list[Deal]:
    """Check that all customers are in the asker's own hands, and name the open opportunities."""
    wanted = {deal.company_id for deal in deals} | {deal.backup_company_id for deal in deals} - {None}
    if wanted - held_by(scope, scope.own_id, [one for one in wanted if one is not None]):
        raise Refused(Refusal.NOT_YOUR_CUSTOMER)
    known = open_deals(scope, [deal.company_id for deal in deals])
    return [
        Deal(
            deal.company_id,
            deal.closing_class,
            deal.amount_minor,
            known[deal.company_id].opportunity_id if deal.company_id in known else None,
            deal.backup_company_id,
            deal.backup_plan.strip()[:300],
        )
        for deal in deals
    ]


def _same(draft: Sequence[Deal], given: Sequence[Deal]) -> bool:
    return sorted(draft, key=lambda deal: deal.company_id) == sorted(given, key=lambda deal: deal.company_id)


def _fill(row: DailyForecast, draft: Draft, now: datetime) -> None:
    numbers = draft.numbers
    row.expected_deals, row.expected_minor = numbers.deals, numbers.amount_minor
    row.expected_visits, row.expected_morning = numbers.visits, numbers.morning
    row.expected_effective = numbers.effective
    row.lacking_backup = sum(deal.lacks_backup for deal in draft.deals)
    row.largest_minor = max((deal.amount_minor for deal in draft.deals if deal.closing_class == "A"), default=0)
    row.changed_at, row.version = now, row.version + 1


CONTENT = (
    "state", "expected_deals", "expected_minor", "expected_visits", "expected_morning", "expected_effective", "lacking_backup",
    "largest_minor", "is_machine", "is_late", "submitted_at", "changed_at", "changed_by", "version",
)  # fmt: skip


def _write(row: DailyForecast, deals: Sequence[Deal]) -> None:
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=CONTENT)
        DailyDeal.objects.filter(forecast=row).delete()
    DailyDeal.objects.bulk_create(_deal_rows(row, deals))


def _deal_rows(row: DailyForecast, deals: Sequence[Deal]) -> list[DailyDeal]:
    return [
        DailyDeal(
            forecast=row, company_id=deal.company_id, opportunity_id=deal.opportunity_id, closing_class=deal.closing_class,
            amount_minor=deal.amount_minor, backup_company_id=deal.backup_company_id, backup_plan=deal.backup_plan,
            position=position,
        )
        for position, deal in enumerate(deals, start=1)
    ]  # fmt: skip


@action(Ability.RUN_FORECASTS)
def draft_days(scope: Scope, *, unit_id: UUID, day: date, now: datetime) -> int:
    """Draft a day for everybody of a group who has no forecast of it and is not away; returns how many were drafted."""
    made = _draft_missing(scope, unit_id, day, now, state=DayState.DRAFT)
    audit.record(scope, "forecast.days_drafted", unit_id=unit_id, day=day, count=made)
    return made


def _draft_missing(scope: Scope, unit_id: UUID, day: date, now: datetime, *, state: DayState) -> int:
    """Insert the machine's draft for whoever of a group has no forecast of a day; in seven queries."""
    members = people.reps_of(scope, unit_id, Ability.VIEW_FORECASTS, on=day)
    there = {member.person_id: member.leave_part for member in members if member.leave_part != "FULL"}
    locks.alone_with("day", there, day)
    has = DailyForecast.objects.filter(person__in=list(there), business_day=day).values_list("person_id", flat=True)
    missing = [person_id for person_id in there if person_id not in set(has)]
    if not missing:
        return 0
    drafts = machine_drafts(scope, missing, day, now=now, leave=there)
    rows = []
    for person_id in missing:
        row = DailyForecast(person_id=person_id, unit_id=unit_id, business_day=day, state=state, version=0)
        _fill(row, drafts[person_id], now)
        row.submitted_at = now if state != DayState.DRAFT else None
        rows.append(row)
    DailyForecast.objects.bulk_create(rows)
    DailyDeal.objects.bulk_create([deal for row in rows for deal in _deal_rows(row, drafts[row.person_id].deals)])
    return len(rows)


@action(Ability.RUN_FORECASTS)
def submit_drafts(scope: Scope, *, unit_id: UUID, day: date, now: datetime) -> int:
    """Take the drafts of a day as said at the deadline: nobody stays at work for typing. Returns how many were taken."""
    _draft_missing(scope, unit_id, day, now, state=DayState.SUBMITTED)
    drafts = DailyForecast.objects.filter(unit_id=unit_id, business_day=day, state=DayState.DRAFT)
    taken = drafts.update(state=DayState.SUBMITTED, submitted_at=now)
    audit.record(scope, "forecast.drafts_taken", unit_id=unit_id, day=day, count=taken)
    return taken


@action(Ability.RUN_FORECASTS)
def close_days(scope: Scope, *, unit_id: UUID, day: date, now: datetime) -> int:
    """Write beside each forecast of a group's day what came, and judge result and process apart; returns how many."""
    rows = list(
        DailyForecast.objects.select_for_update().filter(unit_id=unit_id, business_day=day).exclude(state="CLOSED")
    )
    persons = [row.person_id for row in rows]
    actuals, sales = actuals_of(scope, persons, day, now=now)
    for row in rows:
        actual = actuals[row.person_id]
        verdict = judged(numbers_of(scope, row), actual)
        row.actual_deals, row.actual_minor = max(0, actual.deals), actual.amount_minor
        row.actual_visits, row.actual_effective = actual.visits, actual.effective
        row.result_met, row.process_met = verdict.result_met, verdict.process_met
        row.state, row.closed_at, row.submitted_at = DayState.CLOSED, now, row.submitted_at or now
    DailyForecast.objects.bulk_update(rows, [*CLOSING, "submitted_at"])
    won = {(person_id, company) for (person_id, _on), one in sales.items() for company in one.companies}
    deals = list(DailyDeal.objects.filter(forecast__in=rows).select_related("forecast"))
    for deal in deals:
        deal.is_signed = (deal.forecast.person_id, deal.company_id) in won
    DailyDeal.objects.bulk_update(deals, ["is_signed"])
    audit.record(
        scope,
        "forecast.days_closed",
        unit_id=unit_id,
        day=day,
        count=len(rows),
        missed=sum(not r.result_met for r in rows),
    )
    return len(rows)


CLOSING = (
    "actual_deals", "actual_minor", "actual_visits", "actual_effective", "result_met", "process_met", "state", "closed_at",
)  # fmt: skip
