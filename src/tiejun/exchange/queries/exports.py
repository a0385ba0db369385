"""Tables of insight as rows of files, with headers in the reader's language; amounts in major units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tiejun.engines.growth import FACTORS, Factor
from tiejun.engines.tabular.writing import Cell
from tiejun.exchange.rules.imports import neutralised
from tiejun.insight.queries.anomalies import anomaly_page
from tiejun.insight.queries.channels import channels
from tiejun.insight.queries.cohorts import cohorts
from tiejun.insight.queries.growth import growth
from tiejun.insight.queries.links import link_words
from tiejun.insight.queries.metrics import entries_of_factors
from tiejun.insight.rules.links import Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.insight.models import Anomaly
    from tiejun.insight.queries.channels import Channel
    from tiejun.insight.queries.cohorts import Cohort, Since
    from tiejun.insight.queries.growth import Line
    from tiejun.insight.queries.links import LinkWords

MOST_ROWS, PAGE = 100_000, 200


@dataclass(frozen=True, slots=True)
class Table:
    """A table for a file: `name` is the file's and the sheet's; every text in `rows` is inert."""

    name: str
    header: list[str]
    rows: Iterator[list[Cell]]


def channel_table(scope: Scope, *, months: int, now: datetime) -> Table:
    """Return the channels of the last months as the page shows them, the sum last; raises `NotFound` for another number of months."""
    found = channels(scope, now=now, months=months)
    header = [
        _("Source"), _("Spent"), _("Valid leads"), _("A lead costs"), _("Buyers"), _("A buyer costs"), _("Signed"),
        _("Received"), _("For each yuan"), _("Currency"),
    ]  # fmt: skip
    lines = [_channel(line, line.name, found.currency) for line in found.lines]
    whole = _channel(found.whole, _("Total"), found.currency)
    return Table(f"{_('Channels')} {found.since:%Y-%m-%d} {found.today:%Y-%m-%d}", header, _inert([*lines, whole]))


def cohort_table(scope: Scope, *, unit_id: UUID | None, source: str, currency: str, now: datetime) -> Table:
    """Return the cohorts of the last twelve months, a row for each and each month since, all together last; raises `NotFound` as their page does."""
    found = cohorts(scope, now=now, unit_id=unit_id, source=source, currency=currency)
    header = [
        _("First order in"), _("Months since"), _("Customers"), _("Came back by then"), _("Share"), _("Low"), _("High"), _("Signed"),
        _("Of the first month"), _("Currency"),
    ]  # fmt: skip
    lines = [*found.lines, *([found.whole] if found.whole else [])]
    rows = [_cohort(line, since, currency) for line in lines for since in line.since]
    return Table(f"{_('Cohorts')} {found.today:%Y-%m-%d}", header, _inert(rows))


def growth_table(
    scope: Scope,
    *,
    month: date | None,
    other: date | None,
    unit_id: UUID | None,
    part: str,
    currency: str,
    now: datetime,
) -> Table:
    """Return the growth equation by part of two months, with what each factor did, the whole last; raises `NotFound` as its page does."""
    found = growth(scope, now=now, month=month, other=other, unit_id=unit_id, part=part, currency=currency)
    names = entries_of_factors(scope)
    factors = [*FACTORS, Factor.OUTSIDE]
    counted = [_("Valid leads"), _("Buyers"), _("Buyers of earlier leads"), _("Existing customers"), _("Orders")]
    spans = [f"{found.month:%Y-%m}", f"{found.other:%Y-%m}"]
    header = [_("Name"), *(f"{words} {span}" for span in spans for words in [*counted, _("Signed")])]
    header += [_("Change"), *(names[factor].name for factor in factors), _("Currency")]
    lines = [_growth(line, line.name or "–", factors, currency) for line in found.lines]
    whole = _growth(found.whole, _("Total"), factors, currency)
    return Table(f"{_('Growth equation')} {' '.join(spans)}", header, _inert([*lines, whole]))


def anomaly_table(scope: Scope, *, shown: str) -> Table:
    """Return the anomalies of a list (open, mine or closed), the newest first; raises `NotFound` for another list."""
    anomaly_page(scope, shown=shown, size=1)
    header = [
        pgettext("of the nine", "Link"), _("Unit"), _("Day"), _("Until"), _("Number"), _("Usual"), _("Low"), _("High"), _("Currency"),
        _("State"), _("What explains it"), _("Action"), pgettext("of an action", "Owner"), _("Due"), _("What was done"),
        _("What came of it"),
    ]  # fmt: skip
    return Table(_("Anomalies"), header, _inert(_anomalies(scope, shown, link_words(scope))))


def _channel(line: Channel, name: str, currency: str) -> list[Cell]:
    returned = None if line.returned is None else round(line.returned, 4)
    return [
        name, _major(line.spent_minor), line.leads, _major(line.lead_minor), line.buyers, _major(line.buyer_minor),
        _major(line.signed_minor), _major(line.collected_minor), returned, currency,
    ]  # fmt: skip


def _cohort(line: Cohort, since: Since, currency: str) -> list[Cell]:
    again = since.again
    share = None if again.value is None else round(again.value, 4)
    kept = None if since.kept is None else round(since.kept, 4)
    name = f"{line.month:%Y-%m}" if line.month else _("All together")
    return [
        name, since.months, again.cases, again.hits, share, round(again.low, 4), round(again.high, 4), _major(since.net_minor), kept,
        currency,
    ]  # fmt: skip


def _growth(line: Line, name: str, factors: list[Factor], currency: str) -> list[Cell]:
    cells: list[Cell] = [name]
    for counts in (line.after, line.before):
        cells += [counts.leads, counts.buyers, counts.late, counts.existing, counts.orders, _major(counts.net_minor)]
    return [*cells, _major(line.change_minor), *(_major(line.shares[factor]) for factor in factors), currency]


def _anomalies(scope: Scope, shown: str, links: Mapping[Link, LinkWords]) -> Iterator[list[Cell]]:
    cursor = None
    for _page in range(MOST_ROWS // PAGE):
        page = anomaly_page(scope, shown=shown, cursor=cursor, size=PAGE)
        for row in page.rows:
            yield _anomaly(row, links[Link(row.link)].title)
        cursor = page.next_cursor
        if cursor is None:
            return


def _anomaly(row: Anomaly, link: str) -> list[Cell]:
    def told(number: float) -> Cell:
        return _major(round(number)) if row.currency else round(number, 2)

    return [
        link, row.unit.name, row.day, row.last_day, told(row.value), told(row.usual), told(row.low), told(row.high), row.currency,
        row.state, row.reason, row.action, row.owner.name if row.owner else "", row.due_on, row.done, row.outcome,
    ]  # fmt: skip


def _major(minor: int | None) -> Cell:
    return None if minor is None else Decimal(minor).scaleb(-2)


def _inert(rows: Iterator[list[Cell]] | list[list[Cell]]) -> Iterator[list[Cell]]:
    for row in rows:
        yield [neutralised(cell) if isinstance(cell, str) else cell for cell in row]
