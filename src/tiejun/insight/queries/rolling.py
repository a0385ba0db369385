"""How far the facts are: whether all days are to be counted, from which month on, and what of it is done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.foundation.times import business_day
from tiejun.insight.models import RollUp, RollUpProgress
from tiejun.leads.queries.facts import first_lead_day
from tiejun.org.queries import headcount
from tiejun.pipeline.queries.facts import first_sale_day
from tiejun.visits.queries.facts import first_field_day

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.access.scope import Scope

# After so many nights that failed, the days since are too many to be summed each minute.
MOST_DAYS = timedelta(days=7)


def last_roll_up(scope: Scope) -> RollUp | None:
    """Return the last run that brought the facts up to a day; None before the first."""
    scope.require(Ability.VIEW_BOARD)
    return RollUp.objects.order_by("-as_of", "-pk").first()


def is_interim_wanted(scope: Scope, *, now: datetime) -> bool:
    """Tell whether the running days are summed each minute: there is a roll-up to go on from, and enough people for boards to be slow without."""
    last, today = last_roll_up(scope), business_day(now, scope.zone)
    if last is None or today - last.until > MOST_DAYS:
        return False
    return headcount(scope, on=today) >= policies.book(now).integer("insight.interim_from_people")


def under_way(scope: Scope) -> RollUpProgress | None:
    """Return the count of all days that has begun and is not done; None for none."""
    scope.require(Ability.VIEW_BOARD)
    return RollUpProgress.objects.order_by("-as_of", "-pk").first()


def past_in_progress(scope: Scope) -> tuple[int, int] | None:
    """Return of how many months of the past how many are summed, for who sees the clock's runs; None while none are being summed."""
    scope.require(Ability.VIEW_RUNS)
    found = RollUpProgress.objects.order_by("-as_of", "-pk").first()
    return (found.months - found.months_left, found.months) if found else None


def is_all_to_be_counted(scope: Scope, *, now: datetime) -> bool:
    """Tell whether months wait to be summed: at first, and when a month has begun since the last run."""
    found = under_way(scope)
    if found is not None:
        return found.months_left > 0
    last, until = last_roll_up(scope), business_day(now, scope.zone)
    return last is None or last.until < until.replace(day=1)


def first_month(scope: Scope, *, until: date) -> date:
    """Return the first day of the month in which the history begins, at the latest the one before `until`."""
    firsts = [first_lead_day(scope), first_field_day(scope), first_sale_day(scope)]
    return min((day for day in firsts if day is not None and day < until), default=until).replace(day=1)
