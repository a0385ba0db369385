"""The nine links counted by unit and day, the days they are compared with, and their words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.engines.control import LEAST_DAYS, RUN
from tiejun.foundation import policies
from tiejun.foundation.worktime import workdays_of_month
from tiejun.insight import texts
from tiejun.insight.rules.links import Link, Measure
from tiejun.leads.queries.board import lead_counts
from tiejun.pipeline.queries.board import pipeline_sums
from tiejun.visits.queries.board import field_counts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.leads.queries.board import LeadCounts
    from tiejun.pipeline.queries.board import PipelineSums


@dataclass(slots=True)
class Counts:
    """Every measure by unit and day, as the modules counted them; the unit is None for leads that nobody holds."""

    measures: dict[Measure, Counter[tuple[UUID | None, date]]]
    leads: LeadCounts
    pipeline: PipelineSums

    def total(self, measure: Measure, first: date, after: date, within: Callable[[UUID | None], bool]) -> int:
        """Return a measure's sum from `first` to `after` (exclusive) of the units that are within."""
        return sum(
            n for (unit_id, day), n in self.measures[measure].items() if first <= day < after and within(unit_id)
        )

    def per_day(self, measure: Measure, within: Callable[[UUID | None], bool]) -> Counter[date]:
        """Return a measure's number of each day, of the units that are within."""
        found: Counter[date] = Counter()
        for (unit_id, day), number in self.measures[measure].items():
            if within(unit_id):
                found[day] += number
        return found


def link_counts(scope: Scope, *, since: date, until: date, today: date, currency: str) -> Counts:
    """Count the nine links from `since` to `until` (exclusive) within reach of the board; amounts of `currency` alone."""
    leads = lead_counts(scope, since=since, until=until)
    pipeline = pipeline_sums(scope, since=since, until=until, today=today, currency=currency)
    visits: Counter[Any] = Counter()
    effective: Counter[Any] = Counter()
    new: Counter[Any] = Counter()
    for row in field_counts(scope, since=since, until=until):
        place = (row.unit_id, row.day)
        visits[place], effective[place], new[place] = row.visits, row.effective_visits, row.new_effective_customers
    measures: dict[Measure, Counter[Any]] = {
        Measure.ENTERED: leads.entered,
        Measure.TAKEN: leads.taken,
        Measure.GIVEN_UP: leads.given_up,
        Measure.HIGH: leads.high,
        Measure.MEDIUM: leads.medium,
        Measure.NEW_EFFECTIVE: new,
        Measure.VISITS: visits,
        Measure.EFFECTIVE: effective,
        Measure.OPENED: pipeline.opened,
        Measure.OPENED_MONEY: pipeline.opened_minor,
        Measure.SIGNED: pipeline.signed,
        Measure.SIGNED_MONEY: pipeline.signed_minor,
        Measure.COLLECTED_MONEY: pipeline.collected_minor,
    }
    return Counts(measures, leads, pipeline)


def days_compared(scope: Scope, *, today: date, now: datetime) -> list[date]:
    """Return the working days that control limits are taken from: those that are over of this month and the one before.

    Where these are too few for limits, as in the first days of a month, the month before them as well.
    """
    book, chain = policies.book(now), scope.unit_chain
    days = [day for day in workdays_of_month(book, chain, today) if day < today]
    month = today
    for earlier in (1, 2):
        if earlier > 1 and len(days) >= LEAST_DAYS + RUN:
            break
        month = month.replace(day=1) - timedelta(days=1)
        days = [*workdays_of_month(book, chain, month), *days]
    return days


@dataclass(frozen=True, slots=True)
class LinkWords:
    """A link's name, icon and definition."""

    title: str
    icon: str
    definition: str


def link_words(scope: Scope) -> dict[Link, LinkWords]:  # noqa: ARG001 -- what is counted is no secret
    """Return the words of the nine links in the reader's language."""
    return {
        link: LinkWords(str(texts.LINKS[link]), texts.LINK_ICONS[link], str(texts.LINK_DEFINITIONS[link]))
        for link in Link
    }


def measure_words(scope: Scope) -> dict[Measure, str]:  # noqa: ARG001 -- what is counted is no secret
    """Return the names of what is counted in the reader's language."""
    return {measure: str(words) for measure, words in texts.MEASURES.items()}


def base_words(scope: Scope) -> dict[Measure, str]:  # noqa: ARG001 -- what is counted is no secret
    """Return what a conversion is taken of, as in “of leads taken”, in the reader's language."""
    return {measure: str(words) for measure, words in texts.OF_MEASURES.items()}
