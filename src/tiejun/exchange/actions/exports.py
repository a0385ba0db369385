"""Lists on their way out: asked for, made at once or by the worker, cancelled, failed, cleared away."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import IO, TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import translation

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.exchange import locks
from tiejun.exchange.models.exports import TableExport
from tiejun.exchange.queries.sheets import Look, exported_kind, mark_of, sheet_of, write_file
from tiejun.exchange.rules.exports import UNDER_WAY, ExportFault, ExportRefusal, ExportState, FileKind, why_not_export
from tiejun.foundation import audit, files, policies
from tiejun.foundation.jobs import start
from tiejun.foundation.refusals import Refused
from tiejun.inbox.actions import notify
from tiejun.lists.queries import FixedSheet
from tiejun.lists.rules import state_of_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.exchange.queries.sheets import Written
    from tiejun.exchange.rules.shown import Shown
    from tiejun.foundation.models import StoredFile

FILE_BYTES = 4 << 30
TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@action(Ability.EXPORT_TABLES)
def take_shown(scope: Scope, *, target: IO[bytes], shown: Shown, file_kind: FileKind, now: datetime) -> Written:
    """Write a table as a page showed it into an open binary file; with many rows each says who took it out, and when.

    It holds what its reader had before their eyes, so there is nothing to read again; the log keeps what was taken, not the cells.
    """
    mark = mark_of(scope, FixedSheet(shown.header, shown.rows, contact=0), rows=len(shown.rows), now=now)
    look = Look(file_kind, shown.name, mark)
    written = write_file(scope, target, header=shown.header, batches=[shown.rows], contact=None, look=look)
    audit.record(scope, "exchange.shown_taken", None, name=shown.name, kind=file_kind.value, rows=written.rows)
    return written


@action(Ability.EXPORT_TABLES)
def ask_export(
    scope: Scope, *, kind: str, address: str, file_kind: FileKind, language: str, now: datetime
) -> TableExport:
    """Take a list out as its address shows it to the asker: at once when it is short, else by the worker, who tells when it is ready.

    Raises `NotFound` for a list that the asker cannot open, and `Refused` TOO_MANY_EXPORTS, TOO_MANY_ROWS.
    """
    known = exported_kind(scope, kind)
    filters = state_of_address(known, address)
    book = policies.book(now)
    most, at_once = (
        book.integer(f"exchange.{key}", scope.unit_chain) for key in ("export_max_rows", "export_rows_at_once")
    )
    most_under_way = book.integer("exchange.exports_under_way", scope.unit_chain)
    with translation.override(language):
        sheet = sheet_of(scope, kind, filters)
        rows = sheet.count(most + 1)
        refusal = why_not_export(
            under_way=locks.exports_under_way(scope), most_under_way=most_under_way, rows=rows, most_rows=most
        )
        if refusal:
            raise Refused(refusal, most=most if refusal is ExportRefusal.TOO_MANY_ROWS else most_under_way)
        row = TableExport(
            person_id=scope.own_id, kind=kind, filters=filters, file_kind=file_kind, language=language,
            name=f"{known.name} {now.astimezone(ZoneInfo(scope.zone)):%Y-%m-%d %H%M}", rows_total=rows, asked_at=now,
        )  # fmt: skip
        if rows > at_once:
            row.save(force_insert=True)
            start("exchange.run_export", lock=f"export-{row.pk}", export_id=str(row.pk))
            audit.record(scope, "exchange.export_asked", row, kind=kind, filters=filters, rows=rows)
            return row
        mark = mark_of(scope, sheet, rows=rows, now=now)
        with tempfile.TemporaryFile(prefix="tiejun-export-") as target:
            look = Look(file_kind, row.name, mark)
            written = write_file(
                scope, target, header=sheet.header, contact=sheet.contact, batches=[sheet.whole(at_once)], look=look
            )
            _settle(scope, row, _stored(row, target, now), written, is_marked=mark is not None, now=now)
    row.started_at = now
    row.save(force_insert=True)
    _record(scope, row)
    return row


@action(Ability.EXPORT_TABLES)
def finish_export(
    scope: Scope, *, export_id: UUID, content: IO[bytes], written: Written, is_marked: bool, now: datetime
) -> TableExport:
    """Keep the file that the worker wrote for the scope's person and tell them; one that was cancelled meanwhile stays cancelled."""
    row = locks.lock_export(scope, export_id)
    if row.state != ExportState.RUNNING or row.cancel_requested_at is not None:
        row.state, row.finished_at = ExportState.CANCELLED, now
        row.save(update_fields=["state", "finished_at"])
        audit.record(scope, "exchange.export_stopped", row, rows=row.rows_done)
        return row
    _settle(scope, row, _stored(row, content, now), written, is_marked=is_marked, now=now)
    row.save(
        update_fields=[
            "file", "state", "rows_total", "rows_done", "contacts", "is_marked", "finished_at", "expires_at",
        ]
    )  # fmt: skip
    notify(
        scope, person_id=row.person_id, code="exchange.export_ready", facts={"name": row.name, "rows": row.rows_done},
        url=f"/exchange/exports/{row.pk}/", dedupe_key=f"export-ready:{row.pk}", now=now,
    )  # fmt: skip
    _record(scope, row)
    return row


@action(Ability.EXPORT_TABLES)
def cancel_export(scope: Scope, *, export_id: UUID, now: datetime) -> TableExport:
    """Stop an own export after the batch that is under way; nothing of it is kept. Raises `NotFound`, `Refused` EXPORT_OVER."""
    row = locks.lock_export(scope, export_id)
    if row.state not in UNDER_WAY:
        raise Refused(ExportRefusal.EXPORT_OVER)
    row.cancel_requested_at = now
    if row.state == ExportState.WAITING:
        row.state, row.finished_at = ExportState.CANCELLED, now
    row.save(update_fields=["cancel_requested_at", "state", "finished_at"])
    audit.record(scope, "exchange.export_cancelled", row, rows=row.rows_done)
    return row


@action(Ability.CLEAR_EXPORTS)
def end_export(scope: Scope, *, export_id: UUID, fault: ExportFault | None, now: datetime) -> TableExport:
    """Note that the worker could not finish an export, or (no `fault`) that it stopped because it was cancelled; a failure is told."""
    row = TableExport.objects.select_for_update().get(pk=export_id)
    if row.state not in UNDER_WAY:
        audit.record(scope, "exchange.export_stopped", row, rows=row.rows_done)
        return row
    row.state = ExportState.FAILED if fault else ExportState.CANCELLED
    row.fault, row.finished_at = fault or "", now
    row.save(update_fields=["state", "fault", "finished_at"])
    if fault:
        notify(
            scope, person_id=row.person_id, code="exchange.export_failed", facts={"name": row.name},
            url=f"/exchange/exports/{row.pk}/", dedupe_key=f"export-failed:{row.pk}", now=now,
        )  # fmt: skip
        audit.record(scope, "exchange.export_failed", row, fault=fault)
        return row
    audit.record(scope, "exchange.export_stopped", row, rows=row.rows_done)
    return row


@action(Ability.CLEAR_EXPORTS)
def clear_exports(scope: Scope, *, now: datetime) -> int:
    """Remove the files whose time is over; what was taken out by whom stays known. Returns how many."""
    due = list(TableExport.objects.select_for_update().filter(state=ExportState.DONE, expires_at__lte=now)[:1_000])
    for row in due:
        file_id, row.file_id, row.state = row.file_id, None, ExportState.EXPIRED
        row.save(update_fields=["file", "state"])
        if file_id is not None:
            files.remove(file_id)
    audit.record(scope, "exchange.exports_cleared", count=len(due))
    return len(due)


def _settle(
    scope: Scope, row: TableExport, file: StoredFile, written: Written, *, is_marked: bool, now: datetime
) -> None:
    keep = policies.book(now).integer("exchange.export_keep_days", scope.unit_chain)
    row.file, row.state, row.is_marked = file, ExportState.DONE, is_marked
    row.rows_total = row.rows_done = written.rows
    row.contacts, row.finished_at, row.expires_at = written.contacts, now, now + timedelta(days=keep)


def _record(scope: Scope, row: TableExport) -> None:
    assert row.file is not None
    audit.record(
        scope, "exchange.export_made", row, kind=row.kind, filters=row.filters, rows=row.rows_done, contacts=row.contacts,
        marked=row.is_marked, digest=bytes(row.file.digest).hex(),
    )  # fmt: skip


def _stored(row: TableExport, content: IO[bytes], now: datetime) -> StoredFile:
    content.seek(0)
    chunks: Iterator[bytes] = iter(lambda: content.read(files.CHUNK_BYTES), b"")
    return files.store(
        chunks, name=row.file_name, content_type=TYPES[FileKind(row.file_kind)], limit=FILE_BYTES, now=now
    )
