"""Files of leads on their way in: upload, read, map, run batch by batch, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from pydantic_core import to_json

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.exchange import locks
from tiejun.exchange.models.imports import LeadImport
from tiejun.exchange.rules.imports import (
    FileFault,
    Refusal,
    RowFault,
    inbound_of,
    why_not_map,
    why_not_place,
    why_not_start,
)
from tiejun.foundation import audit, files, policies
from tiejun.foundation.jobs import start
from tiejun.foundation.refusals import Refused
from tiejun.leads.actions import import_leads
from tiejun.leads.queries import pool_for
from tiejun.marketing.actions.inbound import receive_inbound
from tiejun.marketing.queries.inbound import campaign_choices
from tiejun.marketing.queries.sources import source_of_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.geo import Datum
    from tiejun.exchange.rules.imports import Batch, Reading, RowFinding
    from tiejun.foundation.models import StoredFile

State = LeadImport.State
ROWS_BYTES = 4 << 30


@action(Ability.IMPORT_LEADS)
def upload_import(  # noqa: PLR0913 -- what is asked of a file
    scope: Scope,
    *,
    name: str,
    content_type: str,
    chunks: Iterable[bytes],
    source_id: UUID,
    now: datetime,
    pool_id: UUID | None = None,
    campaign_id: UUID | None = None,
    consent_basis: str = "",
) -> LeadImport:
    """Store a file and have it read: leads of a pool, or who answered a campaign, for marketing to check.

    `chunks` yields its bytes. Raises `Refused` FILE_EMPTY, FILE_TOO_LARGE (limit in the policy `exchange.import_max_bytes`),
    POOL_OR_CAMPAIGN, CONSENT_MISSING, CAMPAIGN_CLOSED and POOL_CLOSED; nothing is kept then.
    """
    _require_place(scope, pool_id, campaign_id, consent_basis)
    if source_of_id(scope, source_id) is None:
        raise Refused(Refusal.SOURCE_UNKNOWN)
    limit = policies.book(now).integer("exchange.import_max_bytes", scope.unit_chain)
    try:
        file = files.store(chunks, name=name, content_type=content_type, limit=limit, now=now)
    except files.TooLarge:
        raise Refused(Refusal.FILE_TOO_LARGE, limit=limit >> 20) from None
    if file.size == 0:
        raise Refused(Refusal.FILE_EMPTY)
    if scope.unit_id is None:
        raise Refused(Refusal.NO_UNIT)
    row = LeadImport.objects.create(
        file=file,
        file_name=file.name,
        uploaded_by_id=scope.own_id,
        unit_id=scope.unit_id,
        pool_id=pool_id,
        campaign_id=campaign_id,
        consent_basis=consent_basis.strip()[:200],
        source_id=source_id,
        uploaded_at=now,
    )
    start("exchange.read_import", lock=f"import-{row.pk}", import_id=str(row.pk), sheet="")
    audit.record(scope, "exchange.import_uploaded", row, size=file.size, digest=bytes(file.digest).hex())
    return row


def _require_place(scope: Scope, pool_id: UUID | None, campaign_id: UUID | None, consent_basis: str) -> None:
    refusal = why_not_place(
        has_pool=pool_id is not None, has_campaign=campaign_id is not None, consent_basis=consent_basis
    )
    if refusal:
        raise Refused(refusal)
    if pool_id is not None and pool_for(scope, pool_id) is None:
        raise Refused(Refusal.POOL_CLOSED)
    if campaign_id is not None:
        scope.require(Ability.RECEIVE_INBOUND)
        if campaign_id not in dict(campaign_choices(scope)):
            raise Refused(Refusal.CAMPAIGN_CLOSED)


@action(Ability.IMPORT_LEADS)
def choose_sheet(scope: Scope, *, import_id: UUID, sheet: str) -> LeadImport:
    """Have another sheet of the workbook read instead; raises `Refused` SHEET_UNKNOWN or ALREADY_STARTED."""
    row = locks.lock_import(scope, import_id)
    if row.state not in (State.READ, State.FAILED):
        raise Refused(Refusal.ALREADY_STARTED)
    if sheet not in row.sheets:
        raise Refused(Refusal.SHEET_UNKNOWN)
    row.state, row.error, row.sheet = State.UPLOADED, "", sheet
    row.save(update_fields=["state", "error", "sheet"])
    start("exchange.read_import", lock=f"import-{row.pk}", import_id=str(row.pk), sheet=sheet)
    audit.record(scope, "exchange.import_sheet_chosen", row)
    return row


@action(Ability.IMPORT_LEADS)
def note_reading(
    scope: Scope, *, import_id: UUID, reading: Reading | FileFault, rows: Path | None, now: datetime
) -> LeadImport:
    """Record what the worker found in the file, or why it cannot be read; `rows` is the sheet it wrote out of a workbook."""
    row = locks.lock_import(scope, import_id)
    if row.state != State.UPLOADED:
        audit.record(scope, "exchange.import_read_again", row)
        return row
    if isinstance(reading, FileFault):
        row.state, row.error, row.finished_at = State.FAILED, reading.value, now
        row.save(update_fields=["state", "error", "finished_at"])
        audit.record(scope, "exchange.import_unreadable", row, fault=reading.value)
        return row
    row.state = State.READ
    row.rows_file = _keep_rows(row, rows, now)
    row.encoding, row.delimiter, row.header_row = reading.encoding, reading.delimiter, reading.header_row
    row.sheets, row.sheet = list(reading.sheets), reading.sheet
    row.columns, row.preview, row.mapping = (
        list(reading.columns),
        [list(cells) for cells in reading.preview],
        dict(reading.mapping),
    )
    row.rows_total = reading.rows_total
    row.datum = reading.datum.datum if reading.datum else ""
    row.datum_ground = reading.datum.ground if reading.datum else ""
    row.save(
        update_fields=[
            "state",
            "rows_file",
            "encoding",
            "delimiter",
            "header_row",
            "sheets",
            "sheet",
            "columns",
            "preview",
            "mapping",
            "rows_total",
            "datum",
            "datum_ground",
        ]
    )
    audit.record(scope, "exchange.import_read", row, rows=reading.rows_total, columns=len(reading.columns))
    return row


def _keep_rows(row: LeadImport, rows: Path | None, now: datetime) -> StoredFile | None:
    if rows is None:
        return None
    with rows.open("rb") as file:
        chunks = iter(lambda: file.read(files.CHUNK_BYTES), b"")
        return files.store(chunks, name=f"{row.file_name}.csv", content_type="text/csv", limit=ROWS_BYTES, now=now)


@action(Ability.IMPORT_LEADS)
def start_import(
    scope: Scope, *, import_id: UUID, mapping: Mapping[str, int], now: datetime, datum: Datum | None = None
) -> LeadImport:
    """Set which column holds which field (field → column index from 0), what its positions refer to, and start the run.

    Raises `Refused` NOT_READ_YET, ALREADY_STARTED, NAME_NOT_MAPPED, COLUMN_USED_TWICE, HALF_A_POSITION or DATUM_NOT_CHOSEN.
    """
    row = locks.lock_import(scope, import_id)
    refusal = why_not_start(row.state) or why_not_map(mapping, len(row.columns), datum)
    if refusal:
        raise Refused(refusal)
    row.state, row.mapping, row.started_at = State.RUNNING, dict(mapping), now
    row.datum = datum if datum is not None and "lng" in mapping else ""
    row.save(update_fields=["state", "mapping", "started_at", "datum"])
    start("exchange.run_import", lock=f"import-{row.pk}", import_id=str(row.pk))
    audit.record(scope, "exchange.import_started", row, mapping=dict(mapping), datum=row.datum)
    return row


@action(Ability.IMPORT_LEADS)
def cancel_import(scope: Scope, *, import_id: UUID, now: datetime) -> LeadImport:
    """Stop a run after the batch that is under way; what came in stays. Raises `Refused` NOT_RUNNING."""
    row = locks.lock_import(scope, import_id)
    if row.state not in (State.UPLOADED, State.READ, State.RUNNING):
        raise Refused(Refusal.NOT_RUNNING)
    row.cancel_requested_at = now
    if row.state != State.RUNNING:
        row.state, row.finished_at = State.CANCELLED, now
    row.save(update_fields=["cancel_requested_at", "state", "finished_at"])
    audit.record(scope, "exchange.import_cancelled", row, position=row.position)
    return row


@action(Ability.IMPORT_LEADS)
def take_batch(scope: Scope, *, import_id: UUID, batch: Batch, now: datetime) -> bool:
    """Bring one batch of rows in, whole or not at all; a batch that was already settled changes nothing.

    Returns False when the run is to stop (cancelled or no longer running).
    """
    row = locks.lock_import(scope, import_id)
    if row.state != State.RUNNING or row.cancel_requested_at is not None:
        return _stop(scope, row, now)
    if batch.last_row <= row.position:
        audit.record(scope, "exchange.batch_repeated", row, last_row=batch.last_row)
        return True
    made, known = _leads_of(scope, row, batch, now) if row.pool_id else _records_of(scope, row, batch, now)
    _keep_faults(row, [*batch.faults, *batch.notes, *known])
    row.created_count += made
    row.known_count += len(known)
    row.faulty_count += len({number for number, *_ in batch.faults})
    row.position = batch.last_row
    row.save(update_fields=["created_count", "known_count", "faulty_count", "position"])
    audit.record(scope, "exchange.batch_taken", row, last_row=batch.last_row, created=made, known=len(known))
    return True


def _leads_of(scope: Scope, row: LeadImport, batch: Batch, now: datetime) -> tuple[int, list[RowFinding]]:
    assert row.pool_id is not None
    report = import_leads(
        scope, batch=batch.rows, pool_id=row.pool_id, source_id=row.source_id, batch_id=row.pk, now=now
    )
    return report.leads, [(fault.row, "", RowFault(fault.fault.value), "") for fault in report.faults]


def _records_of(scope: Scope, row: LeadImport, batch: Batch, now: datetime) -> tuple[int, list[RowFinding]]:
    """Hand the rows to marketing as a form would; the duplicate check and the intent check follow there."""
    source = source_of_id(scope, row.source_id)
    assert source is not None
    made, unreadable = 0, []
    for read in batch.as_read:
        facts = inbound_of(read, row.file_name, row.consent_basis)
        try:
            with transaction.atomic():
                receive_inbound(
                    scope, facts=facts, source_code=source.code, door="FILE", campaign_id=row.campaign_id,
                    door_key=f"file:{row.pk}:{read.row}", now=now,
                )  # fmt: skip
        except Refused:
            unreadable.append(read.row)
        else:
            made += 1
    return made, [(number, "", RowFault.NAME_UNREADABLE, "") for number in unreadable]


_KEEP_FAULTS = """
    INSERT INTO exchange_importfault (lead_import_id, row, "column", code, shown)
    SELECT %s, row, "column", code, shown
    FROM json_to_recordset(%s) AS k (row int, "column" text, code text, shown text)
    ON CONFLICT DO NOTHING
"""


def _keep_faults(row: LeadImport, faults: Sequence[RowFinding]) -> None:
    if not faults:
        return
    found = [
        {"row": number, "column": column[:120], "code": code, "shown": shown[:80]}
        for number, column, code, shown in faults
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_FAULTS, [row.pk, to_json(found).decode()])


def _stop(scope: Scope, row: LeadImport, now: datetime) -> bool:
    if row.state == State.RUNNING:
        row.state, row.finished_at = State.CANCELLED, now
        row.save(update_fields=["state", "finished_at"])
    audit.record(scope, "exchange.import_stopped", row, position=row.position)
    return False


@action(Ability.IMPORT_LEADS)
def break_off(scope: Scope, *, import_id: UUID, now: datetime) -> LeadImport:
    """Say of an import whose job failed for good that it is no longer at work; what came in stays."""
    row = locks.lock_import(scope, import_id)
    if row.state in (State.UPLOADED, State.RUNNING):
        row.state, row.error, row.finished_at = State.FAILED, FileFault.BROKE_OFF.value, now
        row.save(update_fields=["state", "error", "finished_at"])
    audit.record(scope, "exchange.import_broke_off", row, position=row.position)
    return row


@action(Ability.IMPORT_LEADS)
def finish_import(scope: Scope, *, import_id: UUID, now: datetime) -> LeadImport:
    """Close a run that came to the end of its file."""
    row = locks.lock_import(scope, import_id)
    if row.state == State.RUNNING:
        row.state, row.finished_at = State.DONE, now
        row.save(update_fields=["state", "finished_at"])
    audit.record(scope, "exchange.import_finished", row, state=row.state, created=row.created_count)
    return row
