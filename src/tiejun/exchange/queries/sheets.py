"""Which lists can be taken out as files, and what each file holds for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tiejun.access.abilities import Ability
from tiejun.customers.queries.exporting import companies_sheet
from tiejun.engines.tabular.writing import write_csv, write_workbook
from tiejun.exchange.rules.exports import FileKind
from tiejun.exchange.rules.imports import neutralised
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.insight.queries.reporting import report_sheet
from tiejun.leads.queries.exporting import held_sheet, pool_sheet
from tiejun.lists.queries import kind_of
from tiejun.marketing.queries.exporting import inbound_sheet
from tiejun.org import queries as org
from tiejun.pipeline.queries.exporting import opportunities_sheet, orders_sheet
from tiejun.visits.queries.exporting import visits_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell
    from tiejun.lists.queries import FixedSheet, Sheet
    from tiejun.lists.rules import ListKind

SHEETS: dict[str, Callable[[Scope, Mapping[str, str]], Sheet | FixedSheet]] = {
    "leads.mine": held_sheet,
    "leads.pool": pool_sheet,
    "customers": companies_sheet,
    "visits": visits_sheet,
    "pipeline.opportunities": opportunities_sheet,
    "pipeline.orders": orders_sheet,
    "marketing.inbound": inbound_sheet,
    "insight.report": report_sheet,
}


def exported_kind(scope: Scope, key: str) -> ListKind:
    """Return a list that the asker may open and take out; raises `NotFound`."""
    scope.require(Ability.EXPORT_TABLES)
    if key not in SHEETS:
        raise NotFound
    return kind_of(scope, key)


def sheet_of(scope: Scope, key: str, filters: str) -> Sheet | FixedSheet:
    """Return a list as a table, cut as the query of its address says, in the reader's language; raises `NotFound`."""
    kind = exported_kind(scope, key)
    return SHEETS[kind.key](scope, dict(parse_qsl(filters)))


@dataclass(frozen=True, slots=True)
class Mark:
    """Who took a table out, and when: it stands in each row and at the foot of each printed page."""

    who: str
    when: str

    @property
    def words(self) -> str:
        return _("%(who)s on %(when)s") % {"who": self.who, "when": self.when}


@dataclass(frozen=True, slots=True)
class Look:
    """What kind of file a table becomes, under which name, with which mark."""

    kind: FileKind
    name: str
    mark: Mark | None = None


@dataclass(slots=True)
class Written:
    """What went into a file so far: its rows, and those among them that show somebody's number."""

    rows: int = 0
    contacts: int = 0


def mark_of(scope: Scope, sheet: Sheet | FixedSheet, *, rows: int, now: datetime) -> Mark | None:
    """Return the mark that a file of so many rows carries: none for few contacts (policy `exchange.export_mark_contacts`)."""
    most = policies.book(now).integer("exchange.export_mark_contacts", scope.unit_chain)
    if sheet.contact is None or rows <= most:
        return None
    when = now.astimezone(ZoneInfo(scope.zone))
    return Mark(org.names_of(scope, [scope.person_id]).get(scope.own_id, scope.actor), f"{when:%Y-%m-%d %H:%M}")


def write_file(
    scope: Scope,
    target: IO[bytes],
    *,
    header: Sequence[str],
    batches: Iterable[list[list[Cell]]],
    contact: int | None,
    look: Look,
    after_batch: Callable[[Written], None] | None = None,
) -> Written:
    """Write a table into an open binary file, one batch in memory at a time; `after_batch` may end it by raising.

    `contact`: the place of the masked number among the cells, for counting; None where there is none.
    """
    scope.require(Ability.EXPORT_TABLES)
    written = Written()
    rows = _inert(batches, contact, look.mark, written, after_batch)
    words = [neutralised(name) for name in header] + ([_("Taken out by")] if look.mark else [])
    if look.kind is FileKind.XLSX:
        write_workbook(target, words, rows, name=look.name, footer=look.mark.words if look.mark else "")
    else:
        write_csv(target, words, rows)
    return written


def _inert(
    batches: Iterable[list[list[Cell]]],
    contact: int | None,
    mark: Mark | None,
    written: Written,
    after_batch: Callable[[Written], None] | None,
) -> Iterator[list[list[Cell]]]:
    tail: list[Cell] = [neutralised(mark.words)] if mark else []
    for batch in batches:
        written.rows += len(batch)
        if contact is not None:
            written.contacts += sum(1 for row in batch if row[contact])
        yield [[neutralised(cell) if type(cell) is str else cell for cell in row] + tail for row in batch]
        if after_batch is not None:
            after_batch(written)
