"""The nine links summed by day or unit, the days they are compared with, and their words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.engines.control import LEAST_DAYS, RUN
from tiejun.foundation import policies
from tiejun.foundation.worktime import workdays_of_month
from tiejun.insight import texts
from tiejun.insight.models import Cut, DealFact, FieldFact, LeadFact, SaleFact
from tiejun.insight.rules.links import Link, Measure

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.insight.models import Fact
    from tiejun.insight.queries.facts import Asked, Facts

# Where each measure is summed: its fact, the column, and whether amounts of one currency alone are counted.
COLUMNS: dict[Measure, tuple[type[Fact], str]] = {
    Measure.ENTERED: (LeadFact, "entered"),
    Measure.TAKEN: (LeadFact, "taken"),
    Measure.GIVEN_UP: (LeadFact, "given_up"),
    Measure.HIGH: (LeadFact, "high"),
    Measure.MEDIUM: (LeadFact, "medium"),
    Measure.NEW_EFFECTIVE: (FieldFact, "new_effective"),
    Measure.VISITS: (FieldFact, "visits"),
    Measure.EFFECTIVE: (FieldFact, "effective"),
    Measure.OPENED: (DealFact, "opened"),
    Measure.OPENED_MONEY: (DealFact, "opened_minor"),
    Measure.SIGNED: (SaleFact, "orders"),
    Measure.SIGNED_MONEY: (SaleFact, "signed_minor"),
    Measure.COLLECTED_MONEY: (SaleFact, "received_minor"),
}
Sums = dict[Measure, Counter[Any]]


@dataclass(frozen=True, slots=True)
class LinkSums:
    """Every measure by what was asked for, and all currencies that occur, CNY first."""

    measures: Sums
    currencies: list[str]


def link_sums(
    scope: Scope, facts: Facts, asked: Asked, *, by: Sequence[str], only: Collection[Measure] = tuple(Measure)
) -> LinkSums:
    """Sum the nine links by unit, day, or (unit, day): numbers whatever the currency, amounts of `asked.currency` alone.

    `only`: the measures that are asked for; facts that hold none of them are not read.
    """
    scope.require(Ability.VIEW_BOARD)
    sums: Sums = {measure: Counter() for measure in Measure}
    currencies: set[str] = set()
    for fact in (LeadFact, FieldFact, DealFact, SaleFact):
        columns = [
            (measure, fact.measures.index(name))
            for measure, (of, name) in COLUMNS.items()
            if of is fact and measure in only
        ]
        if not columns:
            continue
        found = facts.sums(
            fact,
            replace(asked, currency=None),
            by=(*by, "currency"),
            wanted=[fact.measures[at] for _measure, at in columns],
        )
        for (*parts, currency), numbers in found.items():
            key = parts[0] if len(parts) == 1 else tuple(parts)
            if currency:
                currencies.add(currency)
            for measure, place in columns:
                if currency in ("", asked.currency) or not COLUMNS[measure][1].endswith("_minor"):
                    sums[measure][key] += numbers[place]
    return LinkSums(sums, sorted(currencies, key=lambda code: (code != "CNY", code)))


def entered_by_source(scope: Scope, facts: Facts, asked: Asked) -> dict[str, int]:
    """Return the leads that came in by the code of their source."""
    scope.require(Ability.VIEW_BOARD)
    found = facts.sums(LeadFact, asked, by=("source",), cut=Cut.SOURCE, wanted=("entered",))
    place = LeadFact.measures.index("entered")
    return {source: numbers[place] for (source,), numbers in found.items() if numbers[place]}


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
