"""Lead imports for programs: upload, look, start, cancel, findings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import StreamingHttpResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from tiejun.engines.geo import Datum
from tiejun.exchange.actions import imports as actions
from tiejun.exchange.queries import imports as queries
from tiejun.exchange.texts import words_of_fault
from tiejun.foundation.schemas import In, PageOut

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["imports"])


class ImportOut(Schema):
    id: UUID
    file_name: str
    state: str
    error: str
    encoding: str
    sheets: list[str]
    sheet: str
    columns: list[str]
    mapping: dict[str, int]
    datum: str
    datum_ground: str
    rows_total: int
    settled_count: int
    created_count: int
    known_count: int
    faulty_count: int
    uploaded_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class FaultOut(Schema):
    row: int
    column: str
    code: str
    message: str
    shown: str


class UploadIn(In):
    source_id: UUID
    pool_id: UUID | None = None
    campaign_id: UUID | None = None
    consent_basis: str = ""


class StartIn(In):
    mapping: dict[str, int]
    datum: Datum | None = None


class SheetIn(In):
    sheet: str


@router.get("/imports", response=PageOut[ImportOut])
def list_imports(request: TiejunRequest, cursor: str | None = None, size: int = 30) -> Any:
    """List imports, the newest first."""
    page = queries.imports_page(request.scope, cursor=cursor, size=size)
    return {"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.post("/imports", response={201: ImportOut})
def upload_import(request: TiejunRequest, body: Form[UploadIn], file: File[UploadedFile]) -> Any:
    """Upload a file of leads (with a pool), or of who answered a campaign; it is read in the background and waits for its start."""
    row = actions.upload_import(
        request.scope,
        name=file.name or "upload",
        content_type=file.content_type or "",
        chunks=file.chunks(),
        pool_id=body.pool_id,
        campaign_id=body.campaign_id,
        consent_basis=body.consent_basis,
        source_id=body.source_id,
        now=request.now,
    )
    return Status(201, row)


@router.get("/imports/{import_id}", response=ImportOut)
def one_import(request: TiejunRequest, import_id: UUID) -> Any:
    """Show an import with its progress."""
    return queries.import_in_reach(request.scope, import_id)


@router.post("/imports/{import_id}/start", response=ImportOut)
def start_import(request: TiejunRequest, import_id: UUID, body: StartIn) -> Any:
    """Start the run; `mapping` says which column (from 0) holds which field, `datum` what positions refer to."""
    return actions.start_import(
        request.scope, import_id=import_id, mapping=body.mapping, datum=body.datum, now=request.now
    )


@router.post("/imports/{import_id}/sheet", response=ImportOut)
def choose_sheet(request: TiejunRequest, import_id: UUID, body: SheetIn) -> Any:
    """Read another sheet of the workbook."""
    return actions.choose_sheet(request.scope, import_id=import_id, sheet=body.sheet)


@router.post("/imports/{import_id}/cancel", response=ImportOut)
def cancel_import(request: TiejunRequest, import_id: UUID) -> Any:
    """Stop after the batch that is under way; what came in stays."""
    return actions.cancel_import(request.scope, import_id=import_id, now=request.now)


@router.get("/imports/{import_id}/faults", response=PageOut[FaultOut])
def list_faults(request: TiejunRequest, import_id: UUID, cursor: str | None = None, size: int = 50) -> Any:
    """List the rows that did not come in, with the reasons."""
    page = queries.faults_page(request.scope, import_id, cursor=cursor, size=size)
    items = [
        {
            "row": fault.row,
            "column": fault.column,
            "code": fault.code,
            "message": words_of_fault(fault.code),
            "shown": fault.shown,
        }
        for fault in page.rows
    ]
    return {"items": items, "next": page.next_cursor, "previous": page.previous_cursor}


@router.get("/imports/{import_id}/faults.csv")
def faults_file(request: TiejunRequest, import_id: UUID) -> Any:
    """Download the rows that did not come in, to mend and upload again."""
    queries.import_in_reach(request.scope, import_id)  # a stream answers 200 before it is read
    content = queries.faults_file(request.scope, import_id)
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
