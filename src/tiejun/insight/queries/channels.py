"""Channels from a yuan spent to a yuan received: the leads of a span, and what came of them to this day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.insight.models import ChannelFact, Cut, LeadFact
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.insight.queries.months import month_sums
from tiejun.marketing.queries.campaigns import spent_by_source
from tiejun.marketing.queries.sources import source_names

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.access.scope import Scope

MONTHS = (1, 3, 12)


@dataclass(frozen=True, slots=True)
class Channel:
    """A source: what its campaigns cost in the span, the valid leads it brought then, and what these companies came to since.

    Amounts in minor units. `buyers`: companies whose first lead is one of these, with an order signed since the month began in which it was received.
    """

    code: str
    name: str
    spent_minor: int
    leads: int
    buyers: int
    signed_minor: int
    collected_minor: int

    @property
    def lead_minor(self) -> int | None:
        """What a lead cost; None without cost or lead."""
        return round(self.spent_minor / self.leads) if self.spent_minor and self.leads else None

    @property
    def buyer_minor(self) -> int | None:
        """What a buyer cost; None without cost or buyer."""
        return round(self.spent_minor / self.buyers) if self.spent_minor and self.buyers else None

    @property
    def returned(self) -> float | None:
        """What was received for each unit spent; None without cost."""
        return self.collected_minor / self.spent_minor if self.spent_minor else None


@dataclass(frozen=True, slots=True)
class Channels:
    """All sources by name with their sum; leads from `since` on, what came of them until `as_of`, the last roll-up."""

    since: date
    today: date
    months: int
    whole: Channel
    lines: list[Channel]
    currency: str
    as_of: datetime


def channels(scope: Scope, *, now: datetime, months: int = 3, currency: str = "CNY") -> Channels:
    """Return what each source cost and brought in the running month and those before it, `months` (of MONTHS) in all.

    Costs are in the company's own currency; orders and money of `currency` alone. Raises `NotFound` for another number of months.
    """
    scope.require(Ability.VIEW_CAMPAIGNS)
    if months not in MONTHS:
        raise NotFound
    today = business_day(now, scope.zone)
    since, until = _first(today, months), today + timedelta(days=1)
    spent = spent_by_source(scope, since=since, until=until)
    facts, valid = Facts(scope, now), LeadFact.measures.index("valid")
    sums = facts.sums(LeadFact, Asked(since, until), by=("source",), cut=Cut.SOURCE, wanted=("valid",))
    leads = {code: numbers[valid] for (code,), numbers in sums.items() if numbers[valid]}
    where = "cohort >= %s AND month >= %s AND currency = %s"
    rows = month_sums(scope, ChannelFact, by=("source",), where=where, params=[since, since, currency])
    sold = {code: numbers for code, *numbers in rows}
    names = source_names(scope)
    codes = sorted({*spent, *leads, *sold}, key=lambda code: (names.get(code, code), code))
    lines = [
        Channel(code, names.get(code, code), spent.get(code, 0), leads.get(code, 0), *sold.get(code, (0, 0, 0)))
        for code in codes
    ]
    as_of = facts.last.as_of if facts.last else now
    return Channels(since, today, months, _sum(lines), lines, currency, as_of)


def _first(today: date, months: int) -> date:
    number = today.year * 12 + today.month - months
    return date(number // 12, number % 12 + 1, 1)


def _sum(lines: list[Channel]) -> Channel:
    return Channel(
        "",
        "",
        sum(line.spent_minor for line in lines),
        sum(line.leads for line in lines),
        sum(line.buyers for line in lines),
        sum(line.signed_minor for line in lines),
        sum(line.collected_minor for line in lines),
    )
