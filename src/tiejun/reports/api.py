"""Mailings for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import get_language
from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.exchange.rules.exports import FileKind
from tiejun.foundation.schemas import In, Line, Text
from tiejun.insight.queries.boards import boards_open
from tiejun.reports.actions import digests as digest_actions
from tiejun.reports.actions import mailings as actions
from tiejun.reports.actions.mailings import MailingWish
from tiejun.reports.queries import digests as digest_queries
from tiejun.reports.queries import mailings as queries
from tiejun.reports.rules.mailing import MOST_RECIPIENTS, Rhythm

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.reports.queries.mailings import MailingLine

router = Router(tags=["reports"])


class DeliveryOut(Schema):
    """A mail that was sent with so many rows, or why it was not."""

    person_id: UUID
    due_at: datetime
    sent_at: datetime | None
    rows: int
    fault: str


class MailingOut(Schema):
    """A mailing; `due_at`: when the next one goes out, null while it is paused; `deliveries`: the last mails, the newest first."""

    id: UUID
    name: str
    kind: str
    filters: str
    file_kind: FileKind
    rhythm: Rhythm
    weekday: int
    hour: str
    zone: str
    due_at: datetime | None
    version: int
    deliveries: list[DeliveryOut]


class MailingWishIn(In):
    """How a mailing shall be: `weekday` (0 is Monday) for weekly ones, `hour` as `08:30`."""

    name: Line
    rhythm: Rhythm
    hour: Line
    persons: list[UUID] = Field(max_length=MOST_RECIPIENTS)
    weekday: int = Field(0, ge=0, le=6)
    file_kind: FileKind = FileKind.XLSX

    def wish(self) -> MailingWish:
        """Return it as the action takes it."""
        return MailingWish(self.name, self.rhythm, self.hour, self.persons, self.file_kind, self.weekday)


class MailingIn(MailingWishIn):
    """A new mailing: its list, and the query of the list's address."""

    kind: Line
    state: Text = ""


class MailingEditIn(MailingWishIn):
    """A mailing as it shall be."""

    version: int


@router.get("/mailings", response=list[MailingOut], summary="List one's own mailings")
def list_mailings(request: TiejunRequest) -> Any:
    return [_told(line) for line in queries.own_mailings(request.scope)]


@router.post("/mailings", response={201: MailingOut}, summary="Have a list sent by mail")
def keep_mailing(request: TiejunRequest, body: MailingIn) -> Any:
    row = actions.keep_mailing(
        request.scope,
        kind=body.kind,
        address=body.state,
        wish=body.wish(),
        language=get_language() or "en",
        now=request.now,
    )
    return Status(201, _told(queries.own_mailing(request.scope, row.pk)))


@router.patch("/mailings/{uuid:mailing_id}", response=MailingOut, summary="Change a mailing")
def edit_mailing(request: TiejunRequest, mailing_id: UUID, body: MailingEditIn) -> Any:
    actions.edit_mailing(request.scope, mailing_id=mailing_id, version=body.version, wish=body.wish(), now=request.now)
    return _told(queries.own_mailing(request.scope, mailing_id))


@router.post("/mailings/{uuid:mailing_id}/pause", response=MailingOut, summary="Pause a mailing")
def pause_mailing(request: TiejunRequest, mailing_id: UUID) -> Any:
    actions.pause_mailing(request.scope, mailing_id=mailing_id)
    return _told(queries.own_mailing(request.scope, mailing_id))


@router.delete("/mailings/{uuid:mailing_id}", response={204: None}, summary="Remove a mailing")
def remove_mailing(request: TiejunRequest, mailing_id: UUID) -> Any:
    actions.remove_mailing(request.scope, mailing_id=mailing_id)
    return Status(204, None)


def _told(line: MailingLine) -> dict[str, Any]:
    row = line.row
    names = ("id", "name", "kind", "filters", "file_kind", "rhythm", "weekday", "hour", "zone", "due_at", "version")
    return {name: getattr(row, name) for name in names} | {"deliveries": line.last}


class DigestWishOut(Schema):
    """How one has the morning digest: each working day at `hour` in the inbox, by mail too if wished; `due_at`: the next one."""

    board: str
    hour: str
    by_mail: bool
    zone: str
    due_at: datetime


class DigestLineOut(Schema):
    """A number of the day (minor units for amounts), the mean of the working days before it, and HIGH or LOW where it lies outside its control limits."""

    metric: str
    name: str
    value: int
    usual: float | None
    side: str | None


class DigestAnswerOut(Schema):
    """An answer of the board that needs somebody."""

    question: str
    title: str
    sentence: str


class DigestOut(Schema):
    """The morning digest of a board: of the last working day, null where none has passed yet."""

    board: str
    day: date | None
    currency: str
    lines: list[DigestLineOut]
    watched: list[DigestAnswerOut]
    subscription: DigestWishOut | None


class DigestWishIn(In):
    """How one wishes to have it: `board` is `ceo`, `marketing` or `sales`, `hour` as `08:30`."""

    board: Line
    hour: Line
    by_mail: bool = False


@router.get("/digest", response=DigestOut, summary="Show this morning's digest, and how one has it")
def show_digest(request: TiejunRequest, board: str = "") -> Any:
    wish = digest_queries.own_wish(request.scope)
    open_to = boards_open(request.scope)
    asked = board or (wish.board if wish and wish.board in open_to else open_to[0])
    found = digest_queries.digest_of(request.scope, asked, now=request.now)
    lines = [
        {
            "metric": line.metric,
            "name": line.name,
            "value": line.value,
            "usual": line.usual,
            "side": line.signal.side if line.signal else None,
        }
        for line in found.lines
    ]
    return {
        "board": found.board.board,
        "day": found.day,
        "currency": found.board.currency,
        "lines": lines,
        "watched": found.watched,
        "subscription": wish,
    }


@router.put("/digest", response=DigestWishOut, summary="Have the morning digest, or change how one has it")
def wish_digest(request: TiejunRequest, body: DigestWishIn) -> Any:
    return digest_actions.wish_digest(
        request.scope, **body.model_dump(), language=get_language() or "en", now=request.now
    )


@router.delete("/digest", response={204: None}, summary="Have the morning digest no more")
def stop_digest(request: TiejunRequest) -> Any:
    digest_actions.stop_digest(request.scope)
    return Status(204, None)
