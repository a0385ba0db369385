from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tiejun.access.abilities import Ability
from tiejun.exchange.models.imports import ImportFault, LeadImport
from tiejun.exchange.queries.tables import original_rows
from tiejun.exchange.rules.imports import RowFault, neutralised
from tiejun.exchange.texts import words_of_fault
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from tiejun.access.scope import Scope


def imports_page(scope: Scope, *, cursor: str | None = None, size: int = 30) -> keyset.Page[LeadImport]:
    """Return the imports within reach, newest first."""
    scope.require(Ability.IMPORT_LEADS)
    rows = LeadImport.objects.within(scope, Ability.IMPORT_LEADS).select_related(
        "pool", "campaign", "source", "uploaded_by"
    )
    return keyset.page(rows, order=["-uploaded_at", "-id"], cursor=cursor, size=size)


def import_in_reach(scope: Scope, import_id: UUID) -> LeadImport:
    """Return one import; raises `NotFound` outside reach."""
    scope.require(Ability.IMPORT_LEADS)
    rows = LeadImport.objects.within(scope, Ability.IMPORT_LEADS).select_related(
        "pool", "campaign", "source", "uploaded_by", "file"
    )
    row = rows.filter(pk=import_id).first()
    if row is None:
        raise NotFound
    return row


def faults_page(
    scope: Scope, import_id: UUID, *, cursor: str | None = None, size: int = 50
) -> keyset.Page[ImportFault]:
    """Return the faults of an import in the order of its rows."""
    import_in_reach(scope, import_id)
    return keyset.page(
        ImportFault.objects.filter(lead_import_id=import_id), order=["row", "id"], cursor=cursor, size=size
    )


def faults_file(scope: Scope, import_id: UUID) -> Iterator[str]:
    """Yield a CSV of the rows that did not come in: as they stood in the file, then row number and reason.

    A reader mends the rows in place and uploads the file again. Cells that a spreadsheet would run are made inert.
    """
    job = import_in_reach(scope, import_id)
    yield "\ufeff" + _line([*job.columns, _("Row"), _("What is wrong")])
    reasons = _reasons(import_id)
    wanted = next(reasons, None)
    if wanted is None:  # as with a file that was not read yet: its encoding is not known
        return
    for number, cells in original_rows(scope, job):
        if wanted is None:
            return
        if number == wanted[0]:
            padding = [""] * (len(job.columns) - len(cells))
            yield _line([*cells, *padding, str(number), wanted[1]])
            wanted = next(reasons, None)


def _reasons(import_id: UUID) -> Iterator[tuple[int, str]]:
    current = 0
    words: list[str] = []
    rejected = ImportFault.objects.filter(lead_import_id=import_id).exclude(code=RowFault.CODE_MENDED.value)
    for fault in rejected.order_by("row", "id").iterator(2000):
        if fault.row != current and words:
            yield current, "; ".join(words)
            words = []
        current = fault.row
        text = words_of_fault(fault.code)
        words.append(f"{fault.column}: {text}" if fault.column else text)
    if words:
        yield current, "; ".join(words)


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([neutralised(cell.encode("utf-8", "replace").decode()) for cell in cells])
    return buffer.getvalue()
