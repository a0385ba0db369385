"""Exports for programs: ask, watch, fetch, stop."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import get_language
from ninja import Router, Schema, Status

from tiejun.exchange.actions import exports as actions
from tiejun.exchange.queries import taken as queries
from tiejun.exchange.rules.exports import FileKind
from tiejun.exchange.views.taken import file_answer
from tiejun.foundation.schemas import In, Line, PageOut, Text

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["exports"])


class ExportOut(Schema):
    """An export; `contacts`: rows that show somebody's number, masked as in the list; `is_marked`: every row says who took it out."""

    id: UUID
    kind: str
    filters: str
    file_kind: FileKind
    name: str
    state: str
    fault: str
    rows_total: int
    rows_done: int
    contacts: int
    is_marked: bool
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None


class ExportIn(In):
    """A list by its key (as saved views name it) and the query of its address (what the list does not name is left out)."""

    kind: Line
    state: Text = ""
    file_kind: FileKind = FileKind.CSV


@router.get("/exports", response=PageOut[ExportOut], summary="List one's own exports")
def list_exports(request: TiejunRequest, cursor: str | None = None, size: int = 30) -> Any:
    page = queries.exports_page(request.scope, cursor=cursor, size=size)
    return {"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.post("/exports", response={201: ExportOut}, summary="Take a list out as a file")
def ask_export(request: TiejunRequest, body: ExportIn) -> Any:
    """Short lists are DONE at once, long ones are written in the background."""
    row = actions.ask_export(
        request.scope, kind=body.kind, address=body.state, file_kind=body.file_kind, language=get_language() or "en",
        now=request.now,
    )  # fmt: skip
    return Status(201, row)


@router.get("/exports/{uuid:export_id}", response=ExportOut, summary="Show an export and its progress")
def one_export(request: TiejunRequest, export_id: UUID) -> Any:
    return queries.own_export(request.scope, export_id)


@router.post("/exports/{uuid:export_id}/cancel", response=ExportOut, summary="Stop an export")
def cancel_export(request: TiejunRequest, export_id: UUID) -> Any:
    return actions.cancel_export(request.scope, export_id=export_id, now=request.now)


@router.get("/exports/{uuid:export_id}/file", summary="Fetch the file of an export")
def export_file(request: TiejunRequest, export_id: UUID) -> Any:
    """A part of it with the header `Range`."""
    return file_answer(request, queries.own_export(request.scope, export_id))
