"""The page "Me": one's own month, and where one can go."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.shares import Share, share_of
from tiejun.foundation.times import business_day
from tiejun.home.queries import clock as clocks
from tiejun.home.queries.today import golden_of
from tiejun.org import queries as org
from tiejun.pipeline import queries as pipeline
from tiejun.visits.queries.days import month_counts
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.home.rules import GoldenLine
    from tiejun.pipeline.queries import MonthMoney
    from tiejun.visits.rules.counting import MonthCounts


@dataclass(frozen=True, slots=True)
class OwnMonth:
    """A representative's month so far; `floor` is what the worked days ask for, `effective` the share of effective visits."""

    month: date
    counts: MonthCounts
    money: MonthMoney
    effective: Share
    floor: int
    golden: GoldenLine


@dataclass(frozen=True, slots=True)
class Me:
    """Who one is here, and the month of who has a field day."""

    unit_path: list[str]
    month: OwnMonth | None


def me(scope: Scope, *, now: datetime) -> Me:
    """Return one's own page."""
    scope.require(Ability.MANAGE_OWN_ACCOUNT)
    names = {unit.pk: unit.name for unit in org.all_units(scope)}
    path = [names[unit_id] for unit_id in reversed(scope.unit_chain) if unit_id in names]
    return Me(unit_path=path, month=own_month(scope, now=now) if scope.can(Ability.VIEW_TODAY) else None)


def own_month(scope: Scope, *, now: datetime) -> OwnMonth:
    """Return the asker's month so far; a whole day of leave asks for nothing, half a day for half."""
    scope.require(Ability.VIEW_TODAY)
    person_id, day, policy = scope.own_id, business_day(now, scope.zone), field_policy(scope, now)
    first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    leave = org.leave_between(scope, [person_id], first=first, last=last)
    worked = [other for other in clocks.workdays_of_month(scope, policy, day) if other <= day]
    counts = month_counts(scope, [person_id], day, now=now)[person_id]
    money = pipeline.month_money(scope, [person_id], day)[person_id]
    return OwnMonth(
        month=first,
        counts=counts,
        money=money,
        effective=share_of(counts.effective_visits, counts.visits),
        floor=sum(policy.floor(clocks.leave_part_on(scope, leave, person_id, other)).visits for other in worked),
        golden=golden_of(scope, policy, counts, money, days_left=clocks.workdays_left(scope, policy, day, leave)),
    )
