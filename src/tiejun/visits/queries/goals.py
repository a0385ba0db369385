"""A person's day against its floor, and the golden rule's line of the month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.engines.golden import Prior, customers_needed, day_need, golden_ratio
from tiejun.engines.workdays.calendar import workdays_in
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of, known
from tiejun.org.queries import absence
from tiejun.visits.queries.days import day_counts, month_counts
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.golden import Need
    from tiejun.visits.rules.counting import DayCounts, Floor, MonthCounts


@dataclass(frozen=True, slots=True)
class DayProgress:
    """A person's business day so far; times aware."""

    day: date
    counts: DayCounts
    floor: Floor
    soft_lock_at: datetime
    hard_lock_at: datetime

    @property
    def missing(self) -> int:
        """Visits to the floor."""
        return max(0, self.floor.visits - self.counts.visits)


def day_progress(scope: Scope, *, person_id: UUID, now: datetime, leave_part: str = "") -> DayProgress:
    """Return the present business day of a person within reach against the floor."""
    policy = field_policy(scope, now)
    day = business_day(now, policy.zone)
    bounds = policy.bounds(day)
    counts = day_counts(scope, [person_id], day, now=now)[person_id]
    return DayProgress(day, counts, policy.floor(leave_part), bounds.soft_at, bounds.hard_at)


@dataclass(frozen=True, slots=True)
class GoldenLine:
    """The golden rule for one person's month: `goal` deals need `need.need` more effective customers."""

    goal: int
    signed: int
    ratio: float
    month: MonthCounts
    remaining_days: int
    need: Need


def golden_line(
    scope: Scope, *, person_id: UUID, signed: int, now: datetime, effective_before: int = 0, signed_before: int = 0
) -> GoldenLine:
    """Work out what the month's goal still asks of each day (M-G1 to M-G4).

    `signed`: deals of this month. `effective_before` and `signed_before`: effective customers and their deals of older
    cohorts, from which the ratio is learned beside the policy's prior.
    """
    policy = field_policy(scope, now)
    today = business_day(now, policy.zone)
    month = month_counts(scope, [person_id], today, now=now)[person_id]
    prior = Prior(
        policy.book.decimal("golden.prior_alpha", policy.chain), policy.book.decimal("golden.prior_beta", policy.chain)
    )
    ratio = golden_ratio(signed=min(signed_before, effective_before), effective_customers=effective_before, prior=prior)
    goal = policy.book.integer("golden.monthly_deals_goal", policy.chain)
    open_chances = [ratio.p] * max(0, month.new_effective_customers - signed)
    last = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    calendar = calendar_of(policy.book, policy.chain, absence.whole_days_away(scope, person_id, since=today))
    remaining = len(known(lambda days: workdays_in(today, last, days), calendar))
    floor = policy.floor().visits
    need = day_need(
        need=customers_needed(target=goal, signed=signed, open_chances=open_chances, p=ratio.p),
        remaining_days=remaining,
        effective_rate=month.effective_rate,
        capacity=floor,
    )
    return GoldenLine(goal, signed, ratio.ratio, month, remaining, need)
