"""Trials by the month in which they began: how many led to the full service, how soon, and to how much more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.engines.shares import Share, share_of
from tiejun.foundation import policies
from tiejun.foundation.times import business_day
from tiejun.insight.queries.cohorts import SHOWN, _plus
from tiejun.insight.queries.facts import Facts
from tiejun.org import queries as org
from tiejun.org.queries.reach import path_to, shown_as, units_below, units_in_reach
from tiejun.success.queries.trials import trial_sums

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit
    from tiejun.success.queries.trials import TrialSum


@dataclass(frozen=True, slots=True)
class TrialLine:
    """The trials of a month or a unit (`key`; None for all together).

    `in_time`: of those whose days are over, the share that led to the full service within them; `led_on`: how many did at whatever
    time, after `days` on the mean. `step_up`: what they ordered then against the trial's price; None for nothing to compare.
    """

    key: Any
    name: str
    trials: int
    in_time: Share
    led_on: int
    days: float | None
    tried_minor: int
    full_minor: int
    is_ranked: bool

    @property
    def step_up(self) -> float | None:
        return self.full_minor / self.tried_minor if self.tried_minor else None


@dataclass(frozen=True, slots=True)
class Trials:
    """Trials of the last twelve months of a currency: by month, all together, by unit."""

    today: date
    lines: list[TrialLine]
    whole: TrialLine | None
    parts: list[TrialLine]
    least_cases: int
    currency: str
    currencies: list[str]
    path: list[Unit]


def trials(scope: Scope, *, now: datetime, unit_id: UUID | None = None, currency: str = "CNY") -> Trials:
    """Return the trials of the last twelve months, of all within reach or of a unit with what is below it.

    A trial belongs to who sold it, as the organisation was then. Raises `NotFound` for a unit out of reach.
    """
    scope.require(Ability.VIEW_BOARD)
    units = units_in_reach(scope, org.all_units(scope), Ability.VIEW_BOARD)
    below = units_below(scope, units, unit_id) if unit_id else None
    today = business_day(now, scope.zone)
    found, currencies = trial_sums(
        scope, since=_plus(today.replace(day=1), 1 - SHOWN), today=today,
        unit_ids=Facts(scope, now).units(below), currency=currency,
    )  # fmt: skip
    path = path_to(scope, units, unit_id)
    least = policies.book(now).integer("insight.rank_min_n", scope.unit_chain)
    shown = shown_as(scope, units, path)
    months: dict[date, list[TrialSum]] = defaultdict(list)
    places: dict[tuple[Any, str], list[TrialSum]] = defaultdict(list)
    for one in found:
        months[one.month].append(one)
        places[shown.get(one.unit_id, (None, ""))].append(one)
    parts = [_line(key, name, sums, least) for (key, name), sums in places.items()]
    return Trials(
        today=today,
        lines=[_line(month, f"{month:%Y-%m}", months[month], least) for month in sorted(months)],
        whole=_line(None, "", found, least) if found else None,
        parts=sorted(
            parts,
            key=lambda part: (not part.is_ranked, -(part.in_time.value or 0) if part.is_ranked else 0, part.name),
        ),
        least_cases=least,
        currency=currency,
        currencies=currencies,
        path=path,
    )


def _line(key: Any, name: str, sums: Sequence[TrialSum], least: int) -> TrialLine:
    led_on, old = sum(one.led_on for one in sums), sum(one.old for one in sums)
    took = sum((one.days or 0) * one.led_on for one in sums)
    return TrialLine(
        key=key,
        name=name,
        trials=sum(one.trials for one in sums),
        in_time=share_of(sum(one.in_time for one in sums), old),
        led_on=led_on,
        days=took / led_on if led_on else None,
        tried_minor=sum(one.tried_minor for one in sums),
        full_minor=sum(one.full_minor for one in sums),
        is_ranked=old >= least,
    )
