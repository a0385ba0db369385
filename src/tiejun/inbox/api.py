from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from tiejun.foundation.schemas import PageOut
from tiejun.inbox import actions, queries
from tiejun.inbox.rules import shown_count

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["notices"])


class NoticeOut(Schema):
    """A notice in the language of the request; `code` is stable, `url` is a path of this site or empty."""

    notice_id: UUID
    code: str
    text: str
    url: str
    sent_at: datetime
    is_read: bool


class UnreadOut(Schema):
    """The number on the bell: empty, 1 to 99, or 99+."""

    unread: str


class ReadOut(Schema):
    """How many notices were marked as read."""

    count: int


@router.get("/notices", response=PageOut[NoticeOut], summary="List one's own notices")
def list_notices(
    request: TiejunRequest,
    unread_only: Annotated[bool, Query()] = False,  # noqa: FBT002 -- a query parameter
    cursor: str | None = None,
    size: Annotated[int, Field(ge=1, le=200)] = 30,
) -> Any:
    page = queries.notices_page(request.scope, unread_only=unread_only, cursor=cursor, size=size)
    return {"items": page.lines, "next": page.next_cursor, "previous": page.previous_cursor}


@router.get("/notices/unread", response=UnreadOut, summary="Count one's own unread notices")
def unread(request: TiejunRequest) -> Any:
    return {"unread": shown_count(queries.own_unread_count(request.scope))}


@router.post("/notices/{uuid:notice_id}/read", response=NoticeOut, summary="Mark a notice as read")
def mark_read(request: TiejunRequest, notice_id: UUID) -> Any:
    notice = actions.mark_read(request.scope, notice_id=notice_id, now=request.now)
    return queries.line_of(request.scope, notice)


@router.post("/notices/read-all", response=ReadOut, summary="Mark all notices as read")
def mark_all_read(request: TiejunRequest) -> Any:
    return {"count": actions.mark_all_read(request.scope, now=request.now)}
