"""Talks between two, the monthly sharing and the screens on the walls, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field, StringConstraints

from tiejun.foundation.schemas import In, Line, Text
from tiejun.meetings.actions import screens as screen_actions
from tiejun.meetings.actions import sharing as sharing_actions
from tiejun.meetings.actions import talks as talk_actions
from tiejun.meetings.queries import sharing as sharing_queries
from tiejun.meetings.queries import talks as talk_queries
from tiejun.meetings.queries import wall as wall_queries
from tiejun.meetings.rules.talks import DraftKind, TalkKind

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.meetings.models import ContentDraft, MonthlySharing, OneToOne, WallScreen

router = Router()
Title = Annotated[Line, StringConstraints(max_length=120)]
Place = Annotated[Line, StringConstraints(max_length=60)]


class OneToOneOut(Schema):
    """A talk between two with the numbers of its week; `plan_version`: the edition of the coaching plan that was looked at."""

    id: UUID
    kind: str
    person_id: UUID
    unit_id: UUID
    week: date
    facts: dict[str, int]
    found: str
    agreed: str
    plan_id: UUID | None
    plan_version: int | None
    held_by_id: UUID
    held_at: datetime
    version: int


class DueOneToOneOut(Schema):
    """Somebody to talk to this week; `talk` null while it was not held."""

    person_id: UUID
    name: str
    kind: str
    talk: OneToOneOut | None


class OneToOnesOut(Schema):
    """The talks of the running week, and one's own last ones."""

    week: date
    unit_id: UUID | None
    is_due: bool
    lines: list[DueOneToOneOut]
    mine: list[OneToOneOut]


class OneToOneIn(In):
    """What a talk brought; `version` 0 for the first of the week."""

    kind: TalkKind = TalkKind.WEEKLY
    version: Annotated[int, Field(ge=0, le=10**9)] = 0
    found: Text
    agreed: Text
    plan_id: UUID | None = None
    plan_version: Annotated[int, Field(ge=1, le=10**6)] | None = None


class SharingOut(Schema):
    """What one of the verified best shared."""

    id: UUID
    unit_id: UUID
    month: date
    speaker_id: UUID
    facts: dict[str, int]
    notes: str
    problems: str
    held_at: datetime


class ContentDraftOut(Schema):
    """A draft of shared content."""

    id: UUID
    sharing_id: UUID
    unit_id: UUID
    kind: str
    title: str
    text: str
    state: str
    author_id: UUID


class BestOut(Schema):
    """Somebody who may be asked to share; amounts in minor units."""

    person_id: UUID
    name: str
    collected_minor: int


class SharingsOut(Schema):
    """A unit's monthly sharing; `best` is told to who holds it."""

    unit_id: UUID
    month: date
    present: SharingOut | None
    best: list[BestOut]
    earlier: list[SharingOut]
    drafts: list[ContentDraftOut]


class SharingIn(In):
    """What was shared by whom."""

    unit_id: UUID
    speaker_id: UUID
    notes: Text
    problems: Text = ""


class ContentDraftIn(In):
    """A part of a sharing that becomes a draft."""

    kind: DraftKind
    title: Title
    text: Text


class ScreenOut(Schema):
    """A wall board; `path` is its address on this site, which needs no sign-in."""

    id: UUID
    unit_id: UUID
    name: str
    ends_at: datetime
    path: str


class ScreenIn(In):
    """A new wall board."""

    unit_id: UUID
    name: Place


@router.get("/one-to-ones", response=OneToOnesOut, summary="This week's talks between two")
def list_talks(request: TiejunRequest, unit_id: UUID | None = None) -> dict[str, Any]:
    page = talk_queries.talks_page(request.scope, unit_id=unit_id, now=request.now)
    lines = [
        {"person_id": line.member.person_id, "name": line.member.name, "kind": line.kind.value, "talk": line.talk}
        for line in page.lines
    ]
    return {
        "week": page.week,
        "unit_id": page.unit.pk if page.unit else None,
        "is_due": page.is_due,
        "lines": lines,
        "mine": page.mine,
    }


@router.put("/one-to-ones/{uuid:person_id}", response=OneToOneOut, summary="Keep this week's talk")
def hold_talk(request: TiejunRequest, person_id: UUID, sent: OneToOneIn) -> OneToOne:
    notes = talk_actions.TalkNotes(**sent.model_dump(exclude={"version", "kind"}))
    return talk_actions.hold_talk(
        request.scope, person_id=person_id, kind=sent.kind, version=sent.version, notes=notes, now=request.now
    )


@router.get("/sharings", response=SharingsOut, summary="A unit's monthly sharing")
def show_sharing(request: TiejunRequest, unit_id: UUID | None = None) -> dict[str, Any]:
    page = sharing_queries.sharing_page(request.scope, unit_id=unit_id, now=request.now)
    names = ("month", "present", "best", "earlier", "drafts")
    return {"unit_id": page.unit.pk} | {name: getattr(page, name) for name in names}


@router.post("/sharings", response=SharingOut, summary="Keep what was shared")
def hold_sharing(request: TiejunRequest, sent: SharingIn) -> MonthlySharing:
    return sharing_actions.hold_sharing(request.scope, now=request.now, **sent.model_dump())


@router.post("/sharings/{uuid:sharing_id}/drafts", response=ContentDraftOut, summary="Make a draft")
def draft_content(request: TiejunRequest, sharing_id: UUID, sent: ContentDraftIn) -> ContentDraft:
    return sharing_actions.draft_content(request.scope, sharing_id=sharing_id, now=request.now, **sent.model_dump())


@router.post("/content-drafts/{uuid:draft_id}/withdraw", response=ContentDraftOut, summary="Withdraw")
def withdraw_draft(request: TiejunRequest, draft_id: UUID) -> ContentDraft:
    return sharing_actions.withdraw_draft(request.scope, draft_id=draft_id)


@router.get("/wall-screens", response=list[ScreenOut], summary="The wall boards of a unit")
def list_screens(request: TiejunRequest, unit_id: UUID | None = None) -> list[dict[str, Any]]:
    page = wall_queries.screens_page(request.scope, unit_id=unit_id, now=request.now)
    return [_screen(request, line.screen) for line in page.lines]


@router.post("/wall-screens", response=ScreenOut, summary="Make a wall board")
def make_screen(request: TiejunRequest, sent: ScreenIn) -> dict[str, Any]:
    row = screen_actions.make_screen(request.scope, unit_id=sent.unit_id, name=sent.name, now=request.now)
    return _screen(request, row)


@router.post("/wall-screens/{uuid:screen_id}/close", response=ScreenOut, summary="Close a wall board")
def close_screen(request: TiejunRequest, screen_id: UUID) -> dict[str, Any]:
    return _screen(request, screen_actions.close_screen(request.scope, screen_id=screen_id, now=request.now))


def _screen(request: TiejunRequest, row: WallScreen) -> dict[str, Any]:
    mark = wall_queries.mark_of(request.scope, row.pk)
    names = ("id", "unit_id", "name", "ends_at")
    return {name: getattr(row, name) for name in names} | {"path": f"/meetings/wall/{row.pk}/{mark}/"}
