"""What the answers of a board stand on: the month so far and as many working days of the one before, summed from the facts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.engines.shares import share_of
from tiejun.engines.workdays.spans import months_compared
from tiejun.foundation import policies
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import workdays_of_month
from tiejun.insight.models import Cut, LeadFact
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.insight.queries.links import link_sums
from tiejun.org import queries as org
from tiejun.org.queries.reach import path_to, shown_as, units_in_reach

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.shares import Share
    from tiejun.engines.workdays.spans import Span
    from tiejun.insight.queries.links import Sums
    from tiejun.insight.rules.links import Measure

Pair = tuple[Any, Any]


class Ground:
    """One board's scope, spans and units; every number comes from `Facts`."""

    def __init__(self, scope: Scope, *, now: datetime, currency: str) -> None:
        """Look up the spans that are compared and the units that parts are shown as."""
        self.scope, self.now, self.currency = scope, now, currency
        self.today = business_day(now, scope.zone)
        self.book = policies.book(now)
        first = self.today.replace(day=1)
        self.this, self.last = months_compared(
            first, (first - timedelta(days=1)).replace(day=1), self.today, self.workdays
        )
        self.units = units_in_reach(scope, org.all_units(scope), Ability.VIEW_BOARD)
        self.path = path_to(scope, self.units, None)
        self.shown: Mapping[UUID, tuple[UUID, str]] = shown_as(scope, self.units, self.path)
        self.facts = Facts(scope, now)
        self.least = self.book.integer("insight.rank_min_n", scope.unit_chain)

    def workdays(self, day: date) -> list[date]:
        """Return the working days of a day's month."""
        return workdays_of_month(self.book, self.scope.unit_chain, day)

    @property
    def gone_percent(self) -> int:
        """How much of the month's working days is over."""
        days = self.workdays(self.today)
        return round(100 * sum(day <= self.today for day in days) / len(days)) if days else 0

    @property
    def last_day(self) -> date:
        """The last day that is compared of the month before."""
        return self.last.so_far - timedelta(days=1)

    def asked(self, span: Span) -> Asked:
        """Return what is asked of a span, as far as it is compared."""
        return Asked(span.first, span.so_far, None, self.currency)

    def by_unit(self, only: Collection[Measure]) -> tuple[Sums, Sums]:
        """Return some measures by unit, of the month so far and of the one before."""
        this, last = (
            link_sums(self.scope, self.facts, self.asked(span), by=("unit_id",), only=only).measures
            for span in (self.this, self.last)
        )
        return this, last

    def by_source(self, span: Span) -> dict[str, tuple[int, int]]:
        """Return the leads that came in and the valid ones by the code of their source."""
        found = self.facts.sums(
            LeadFact, self.asked_leads(span), by=("source",), cut=Cut.SOURCE, wanted=("entered", "valid")
        )
        places = [LeadFact.measures.index(name) for name in ("entered", "valid")]
        return {code: (numbers[places[0]], numbers[places[1]]) for (code,), numbers in found.items()}

    def asked_leads(self, span: Span) -> Asked:
        """Return what is asked of leads, which know no currency."""
        return Asked(span.first, span.so_far)

    def shares(self, hits: Mapping[UUID, int], cases: Mapping[UUID, int]) -> dict[str, Share]:
        """Return a share for each unit right below the top of the reach, by its name; nobody's rows belong to none."""
        sums = [Counter[str](), Counter[str]()]
        for counted, target in zip((hits, cases), sums, strict=True):
            for unit_id, count in counted.items():
                if unit_id in self.shown:
                    target[self.shown[unit_id][1]] += count
        return {name: share_of(sums[0][name], sums[1][name]) for name in sums[1] if sums[1][name] > 0}
