"""The evening reviews: who must be talked to, what was said, what is carried over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast import locks
from tiejun.forecast.models import DailyForecast, DailyReport, ForecastReview
from tiejun.forecast.queries import people
from tiejun.forecast.queries.actuals import numbers_of
from tiejun.forecast.queries.departure import has_begun
from tiejun.forecast.queries.evening_facts import evening_facts, evening_members, review_policy
from tiejun.forecast.rules import DayState, Refusal, ReviewKind, ReviewState
from tiejun.forecast.rules.daily import LARGEST_DEALS, LARGEST_VISITS
from tiejun.forecast.rules.reviewing import evening_set, minutes_for
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.forecast.rules.reviewing import Due

HANDLED = (ReviewState.DONE, ReviewState.CARRIED, ReviewState.WAIVED)


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What a review brought. `backup_checked`: the answer to "is there a backup?", None where nothing is expected to sign.

    `deals`, `visits`, `effective`: the numbers of the next day as agreed, None: as they were said.
    """

    kind: ReviewKind
    findings: str
    agreed: str
    itinerary: str
    itinerary_confirmed: bool
    backup_checked: bool | None = None
    deals: int | None = None
    visits: int | None = None
    effective: int | None = None


@action(Ability.RUN_FORECASTS)
def compute_evening(scope: Scope, *, unit_id: UUID, day: date, due_at: datetime, now: datetime) -> dict[str, int]:
    """Open a group's evening: its report, and who must and who should be reviewed. What was handled already stays.

    `due_at`: when the report is due. A repeat computes the open ones anew. Returns counts by state.
    """
    DailyReport.objects.get_or_create(unit_id=unit_id, business_day=day, defaults={"due_at": due_at})
    policy = review_policy(scope, policies.book(now))
    facts = evening_facts(scope, evening_members(scope, unit_id, day), day=day, now=now)
    queue = evening_set(facts, policy)
    evening = ForecastReview.objects.select_for_update().filter(unit_id=unit_id, business_day=day)
    handled = {row.person_id for row in evening if row.state in HANDLED}
    ForecastReview.objects.filter(unit_id=unit_id, business_day=day, state__in=("REQUIRED", "SUGGESTED")).delete()
    rows = _rows(queue, handled, unit_id, day, now)
    ForecastReview.objects.bulk_create(rows, ignore_conflicts=True)
    counts = {state.lower(): sum(row.state == state for row in rows) for state in ReviewState}
    audit.record(scope, "forecast.evening_computed", unit_id=unit_id, day=day, counts=counts)
    return counts


def _rows(queue: Sequence[Due], handled: set[UUID], unit_id: UUID, day: date, now: datetime) -> list[ForecastReview]:
    return [
        ForecastReview(
            person_id=due.person_id, unit_id=unit_id, business_day=day, state=due.state, kind=due.kind,
            reasons=list(due.reasons), position=position, minutes=due.minutes,
            handled_at=now if due.state is ReviewState.WAIVED else None,
        )
        for position, due in enumerate(queue, start=1)
        if due.person_id not in handled
    ]  # fmt: skip


@action(Ability.REVIEW_FORECASTS)
def finish_review(
    scope: Scope, *, person_id: UUID, day: date, version: int, facts: ReviewFacts, now: datetime
) -> ForecastReview:
    """Keep what a review brought; the next day's forecast becomes reviewed, with the numbers that were agreed, unless that day has begun.

    Who was not on the list can be reviewed as well. `version` of the review, 0 for one that was not due. Raises `NotFound`,
    `Refused` (EVENING_NOT_OPEN, REPORT_CLOSED, REVIEW_OF_ONESELF, REVIEW_CLOSED, ITINERARY_NOT_ASKED, BACKUP_NOT_ASKED), `Stale`, `Invalid`.
    """
    unit_id = _open_evening(scope, person_id, day, now)
    row = _open_review(scope, person_id, unit_id=unit_id, day=day, version=version, now=now)
    tomorrow = _forecast_after(scope, person_id, day, now)
    _check_facts(facts, expects_deals=tomorrow is not None and tomorrow.expected_deals > 0)
    row.state, row.kind = ReviewState.DONE, facts.kind
    row.findings, row.agreed = facts.findings.strip(), facts.agreed.strip()
    row.itinerary, row.itinerary_confirmed = facts.itinerary.strip(), True
    row.backup_checked = facts.backup_checked
    row.handled_by_id, row.handled_at, row.version = scope.person_id, now, row.version + 1
    _save(row)
    if tomorrow is not None and tomorrow.state != DayState.CLOSED and not has_begun(scope, tomorrow.business_day, now):
        _agree(tomorrow, facts, scope, now)
    audit.record(scope, "forecast.review_finished", row, day=day, kind=facts.kind.value, person_id=person_id)
    return row


def _open_evening(scope: Scope, person_id: UUID, day: date, now: datetime) -> UUID:
    """Return the person's group whose evening is open; raises `NotFound` out of reach, `Refused` otherwise."""
    person = org.person_in_reach(scope, person_id, Ability.REVIEW_FORECASTS, on=day)
    unit_id = org.unit_of_person(scope, person.pk, on=day)
    if person_id == scope.person_id:
        raise Refused(Refusal.REVIEW_OF_ONESELF)
    try:
        report = locks.lock_report(scope, unit_id, day, Ability.REVIEW_FORECASTS)
    except NotFound:
        raise Refused(Refusal.EVENING_NOT_OPEN) from None
    if report.state == DailyReport.State.CLOSED:
        raise Refused(Refusal.REPORT_CLOSED)
    if day > business_day(now, scope.zone):
        raise Refused(Refusal.EVENING_NOT_OPEN)
    return unit_id


def _open_review(
    scope: Scope, person_id: UUID, *, unit_id: UUID, day: date, version: int, now: datetime
) -> ForecastReview:
    row = locks.lock_review(scope, person_id, day, Ability.REVIEW_FORECASTS)
    if row is None:
        minutes = review_policy(scope, policies.book(now)).minutes
        return ForecastReview(
            person_id=person_id, unit_id=unit_id, business_day=day, state=ReviewState.SUGGESTED, kind=ReviewKind.FULL,
            reasons=[], position=999, minutes=minutes_for(ReviewKind.FULL, minutes), version=0,
        )  # fmt: skip
    if row.state in HANDLED and row.state != ReviewState.WAIVED:
        raise Refused(Refusal.REVIEW_CLOSED)
    if row.version != version:
        raise Stale(row)
    return row


def _check_facts(facts: ReviewFacts, *, expects_deals: bool) -> None:
    if not facts.itinerary_confirmed:
        raise Refused(Refusal.ITINERARY_NOT_ASKED)
    if expects_deals and facts.backup_checked is None:
        raise Refused(Refusal.BACKUP_NOT_ASKED)
    if facts.kind is ReviewKind.FULL and not facts.findings.strip():
        raise Invalid(findings=_("A full review says in a sentence what was found."))
    visits = facts.visits if facts.visits is not None else LARGEST_VISITS
    if not 0 <= visits <= LARGEST_VISITS or not 0 <= (facts.effective or 0) <= visits:
        raise Invalid(visits=_("Visits lie between 0 and 60, and effective ones are among them."))
    if facts.deals is not None and not 0 <= facts.deals <= LARGEST_DEALS:
        raise Invalid(deals=_("Deals lie between 0 and 99."))


REVIEWED = (
    "state", "kind", "findings", "agreed", "itinerary", "itinerary_confirmed", "backup_checked", "carry_reason", "handled_by",
    "handled_at", "version",
)  # fmt: skip


def _save(row: ForecastReview) -> None:
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=REVIEWED)


def _forecast_after(scope: Scope, person_id: UUID, day: date, now: datetime) -> DailyForecast | None:
    following = next_workday_of(day, calendar_of(policies.book(now), scope.unit_chain))
    return locks.lock_day(scope, person_id, following, Ability.REVIEW_FORECASTS)


def _agree(row: DailyForecast, facts: ReviewFacts, scope: Scope, now: datetime) -> None:
    """Mark the next day as talked through; changed numbers carry the name of who changed them."""
    was = numbers_of(scope, row)
    visits = was.visits if facts.visits is None else facts.visits
    agreed = replace(
        was,
        deals=was.deals if facts.deals is None else facts.deals,
        visits=visits,
        morning=min(was.morning, visits),
        effective=min(was.effective if facts.effective is None else facts.effective, visits),
    )
    if agreed != was:
        row.changed_by_id, row.is_machine = scope.person_id, False
    row.expected_deals, row.expected_visits = agreed.deals, agreed.visits
    row.expected_morning, row.expected_effective = agreed.morning, agreed.effective
    row.state, row.submitted_at, row.changed_at, row.version = (
        DayState.REVIEWED,
        row.submitted_at or now,
        now,
        row.version + 1,
    )
    row.save(
        update_fields=[
            "state", "submitted_at", "expected_deals", "expected_visits", "expected_morning", "expected_effective",
            "is_machine", "changed_by", "changed_at", "version",
        ]
    )  # fmt: skip


@action(Ability.REVIEW_FORECASTS)
def carry_review(
    scope: Scope, *, person_id: UUID, day: date, version: int, reason: str, now: datetime
) -> ForecastReview:
    """Carry a required review over to the next evening, with the reason; never twice in a row for the same person.

    Raises `NotFound`, `Refused` (as `finish_review`, and CARRIED_TWICE), `Stale` and `Invalid`.
    """
    unit_id = _open_evening(scope, person_id, day, now)
    row = _open_review(scope, person_id, unit_id=unit_id, day=day, version=version, now=now)
    if row.state != ReviewState.REQUIRED:
        raise Refused(Refusal.REVIEW_CLOSED)
    if not reason.strip():
        raise Invalid(reason=_("Say why this cannot be done tonight."))
    last = people.workday_after(scope, day, -1, book=policies.book(now), chain=scope.unit_chain)
    if ForecastReview.objects.filter(person_id=person_id, business_day=last, state=ReviewState.CARRIED).exists():
        raise Refused(Refusal.CARRIED_TWICE)
    row.state, row.carry_reason = ReviewState.CARRIED, reason.strip()[:300]
    row.handled_by_id, row.handled_at, row.version = scope.person_id, now, row.version + 1
    _save(row)
    audit.record(scope, "forecast.review_carried", row, day=day, person_id=person_id, reason=row.carry_reason)
    return row
