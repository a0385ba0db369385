"""What the must-review set asks of a group's people, in a number of queries that does not depend on theirs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from tiejun.access.abilities import Ability
from tiejun.forecast.models import DailyForecast, ForecastReview
from tiejun.forecast.queries import people
from tiejun.forecast.queries.actuals import actuals_of, numbers_of
from tiejun.forecast.queries.drafts import machine_drafts
from tiejun.forecast.rules import DayState, ReviewKind, ReviewState
from tiejun.forecast.rules.daily import judged
from tiejun.forecast.rules.reviewing import PersonFacts, ReviewPolicy
from tiejun.foundation import policies
from tiejun.foundation.worktime import calendar_of, next_workday_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook
    from tiejun.org.queries import TeamMember

MEDIAN_DAYS = 20


def review_policy(scope: Scope, book: PolicyBook) -> ReviewPolicy:
    """Return the policy of evening reviews in force for the asker's unit."""
    chain = scope.unit_chain
    return ReviewPolicy(
        multiplier=book.decimal("forecast.high_multiplier", chain),
        percentile=book.integer("forecast.high_percentile", chain),
        large_deal_minor=book.integer("forecast.large_deal_minor", chain),
        minutes=book.integer("forecast.review_minutes_budget", chain),
        per_week=book.integer("forecast.full_reviews_per_week", chain),
    )


@dataclass(frozen=True, slots=True)
class _Missed:
    result: set[UUID]
    process: set[UUID]


def evening_facts(scope: Scope, members: Sequence[TeamMember], *, day: date, now: datetime) -> list[PersonFacts]:
    """Return what the rules need to know of each member of a group on an evening."""
    book = policies.book(now)
    calendar = calendar_of(book, scope.unit_chain)
    persons = [member.person_id for member in members]
    tomorrow = _tomorrow(scope, persons, next_workday_of(day, calendar), now)
    last = people.workday_after(scope, day, -1, book=book, chain=scope.unit_chain)
    missed = _missed(scope, persons, day, last, now)
    monday, sunday = people.week_of(scope, day)
    there = people.presence(scope, persons, first=monday, last=sunday, calendar=calendar)
    medians = _medians(persons, people.workday_after(scope, day, -MEDIAN_DAYS, book=book, chain=scope.unit_chain), day)
    week = ForecastReview.objects.filter(person__in=persons, business_day__gte=monday, business_day__lt=day)
    full = list(week.filter(state=ReviewState.DONE, kind=ReviewKind.FULL).values_list("person_id", flat=True))
    carried = _carried(persons, last)
    return [
        PersonFacts(
            person_id=member.person_id,
            name=member.name,
            is_away=member.leave_part == "FULL",
            missed_result=member.person_id in missed.result and member.leave_part != "FULL",
            missed_process=member.person_id in missed.process and member.leave_part != "FULL",
            deals=tomorrow[member.person_id].deals,
            largest_minor=tomorrow[member.person_id].largest_minor,
            without_backup=tomorrow[member.person_id].without_backup,
            median=medians.get(member.person_id),
            present_days=there[member.person_id].count(),
            evenings_left=there[member.person_id].left(day),
            full_done=full.count(member.person_id),
            was_carried=member.person_id in carried,
        )
        for member in members
    ]


@dataclass(frozen=True, slots=True)
class _Tomorrow:
    deals: int = 0
    largest_minor: int = 0
    without_backup: int = 0


def _tomorrow(scope: Scope, persons: Sequence[UUID], day: date, now: datetime) -> dict[UUID, _Tomorrow]:
    """What is said for the next working day: as submitted, or as the machine drafts it now; a draft of this very moment is that."""
    rows = DailyForecast.objects.filter(person__in=persons, business_day=day)
    fresh = rows.filter(~Q(state=DayState.DRAFT) | Q(changed_at=now))
    columns = ("person_id", "expected_deals", "largest_minor", "lacking_backup")
    said = {row[0]: _Tomorrow(*row[1:]) for row in fresh.values_list(*columns)}
    silent = [person_id for person_id in persons if person_id not in said]
    for person_id, draft in (machine_drafts(scope, silent, day, now=now) if silent else {}).items():
        largest = max((deal.amount_minor for deal in draft.deals if deal.closing_class == "A"), default=0)
        lacking = sum(deal.lacks_backup for deal in draft.deals)
        said[person_id] = _Tomorrow(draft.numbers.deals, largest, lacking)
    return said


def _missed(scope: Scope, persons: Sequence[UUID], day: date, last: date, now: datetime) -> _Missed:
    """Who missed today by the counts of this moment, or by the lock's judgement of the last day that nobody talked about."""
    rows = {row.person_id: row for row in DailyForecast.objects.filter(person__in=persons, business_day=day)}
    actuals, _sales = actuals_of(scope, list(rows), day, now=now)
    talked = ForecastReview.objects.filter(
        person=OuterRef("person"), business_day=last, state__in=(ReviewState.DONE, ReviewState.CARRIED)
    )
    at_lock = DailyForecast.objects.filter(~Exists(talked), person__in=persons, business_day=last, result_met=False)
    result, process = set(at_lock.values_list("person_id", flat=True)), set()
    for person_id, row in rows.items():
        verdict = judged(numbers_of(scope, row), actuals[person_id])
        if not verdict.result_met:
            result.add(person_id)
        if not verdict.process_met:
            process.add(person_id)
    return _Missed(result, process)


def _medians(persons: Sequence[UUID], since: date, until: date) -> dict[UUID, float]:
    said: dict[UUID, list[int]] = defaultdict(list)
    rows = DailyForecast.objects.filter(person__in=persons, business_day__gte=since, business_day__lte=until)
    for person_id, deals in rows.values_list("person_id", "expected_deals"):
        said[person_id].append(deals)
    return {person_id: float(median(values)) for person_id, values in said.items()}


def _carried(persons: Sequence[UUID], last: date) -> set[UUID]:
    rows = ForecastReview.objects.filter(person__in=persons, business_day=last, state=ReviewState.CARRIED)
    return set(rows.values_list("person_id", flat=True))


def evening_members(scope: Scope, unit_id: UUID, day: date) -> list[TeamMember]:
    """Return whom a group's evening is about."""
    return people.reps_of(scope, unit_id, Ability.VIEW_FORECASTS, on=day)
