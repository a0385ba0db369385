"""The meetings of a unit for programs: read, begun, closed; and the actions they left."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.access.abilities import Ability
from tiejun.foundation.schemas import In, Line
from tiejun.meetings import texts
from tiejun.meetings.actions import meetings as actions
from tiejun.meetings.actions import outcomes
from tiejun.meetings.queries import rooms as queries
from tiejun.meetings.queries.briefing import briefing
from tiejun.meetings.queries.drilled import use_after
from tiejun.meetings.rules import ActionState, Kind

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.meetings.models import ActionItem, Meeting
    from tiejun.meetings.queries.briefing import Briefing

router = Router()


class DrillUseOut(Schema):
    """Whether somebody of the room used a drilled subject on the next working day; `chances`: visits that asked for it."""

    subject: str
    drilled_on: date
    used_on: date
    name: str
    is_player: bool
    state: str
    chances: int
    used: int
    lost: int


Version = Annotated[int, Field(ge=1, le=10**9)]


class MeetingOut(Schema):
    """A meeting; `missing`: what it has not brought; `closed_by_id` null once the clock has closed it."""

    id: UUID
    unit_id: UUID
    kind: str
    business_day: date
    state: str
    planned_at: datetime
    minutes: int
    opened_at: datetime | None
    closed_at: datetime | None
    led_by_id: UUID | None
    closed_by_id: UUID | None
    missing: list[str]
    reason: str
    version: int


class MeetingActionOut(Schema):
    """An action: who does what until when."""

    id: UUID
    meeting_id: UUID
    unit_id: UUID
    owner_id: UUID
    words: str
    due_on: date
    state: str
    reason: str
    version: int


class MeetingsOut(Schema):
    """A unit's meetings of today and before, with its open actions."""

    unit_id: UUID
    today: date
    briefing: MeetingOut | None
    evening: MeetingOut | None
    earlier: list[MeetingOut]
    actions: list[MeetingActionOut]


class AgendaItemOut(Schema):
    """A line of an agenda in the reader's language."""

    id: UUID
    key: str
    origin: str
    state: str
    words: str


class AttendanceOut(Schema):
    """Somebody at a meeting, in which small group (0: on leave), with what they told."""

    person_id: UUID
    name: str
    group: int
    presence: str
    shares: dict[str, str]


class RoundOut(Schema):
    """A revealed round: medians of the peers."""

    scorers: int
    steps: list[float]
    whole: float


class DrillOut(Schema):
    """A drill; a running round tells how many have scored, and one's own figures alone."""

    id: UUID
    subject: str
    state: str
    flow: str
    count: int
    of: int
    player_id: UUID | None
    customer_id: UUID | None
    round: int
    scored: int
    mine: list[int]
    rounds: list[RoundOut]


class RoomOut(MeetingOut):
    """A meeting with its minutes."""

    items: list[AgendaItemOut]
    places: list[AttendanceOut]
    drills: list[DrillOut]
    decisions: list[str]
    actions: list[MeetingActionOut]


class TargetOut(Schema):
    """What a group's day is to bring, and how far the month is; amounts in minor units."""

    deals: int
    amount_minor: int
    visits: int
    floor: int
    month_deals: int
    month_minor: int


class ToSignOut(Schema):
    """A customer that is to sign; `backup` empty: nobody stands by."""

    company: str
    name: str
    amount_minor: int
    backup: str


class RouteOut(Schema):
    """Where somebody goes; `starts_at`: later after a day that was too long."""

    name: str
    leave_part: str
    stops: int
    is_submitted: bool
    first: str
    first_at: datetime | None
    districts: list[str]
    travel_metres: int
    starts_at: datetime | None


class BriefingOut(Schema):
    """A group's morning; `lines` are the routes that the asker may see."""

    target: TargetOut
    iron: list[ToSignOut]
    lines: list[RouteOut]


class BeginIn(In):
    """Which meeting of today begins."""

    unit_id: UUID
    kind: Kind


class MeetingCloseIn(In):
    """The end of a meeting; `reason`: why something is left out."""

    version: Version
    reason: Line = ""


class ActionEndIn(In):
    """The end of an action."""

    version: Version
    state: Literal["DONE", "DROPPED"]
    reason: Line = ""


@router.get("/meetings", response=MeetingsOut, summary="A unit's meetings and open actions")
def list_meetings(request: TiejunRequest, unit_id: UUID | None = None) -> dict[str, Any]:
    page = queries.meetings_page(request.scope, unit_id=unit_id, now=request.now)
    names = ("today", "briefing", "evening", "earlier", "actions")
    return {name: getattr(page, name) for name in names} | {"unit_id": page.unit.pk}


@router.post("/meetings/open", response=MeetingOut, summary="Begin a meeting of today")
def open_meeting(request: TiejunRequest, sent: BeginIn) -> Meeting:
    return actions.open_meeting(request.scope, unit_id=sent.unit_id, kind=sent.kind, now=request.now)


@router.get("/meetings/{uuid:meeting_id}", response=RoomOut, summary="A meeting with its minutes")
def show_meeting(request: TiejunRequest, meeting_id: UUID) -> dict[str, Any]:
    return room_out(request, meeting_id)


@router.get("/meetings/{uuid:meeting_id}/briefing", response=BriefingOut, summary="The morning of a day")
def show_briefing(request: TiejunRequest, meeting_id: UUID) -> Briefing:
    return briefing(request.scope, queries.meeting_in_reach(request.scope, meeting_id), now=request.now)


@router.post("/meetings/{uuid:meeting_id}/close", response=MeetingOut, summary="Close a meeting")
def close_meeting(request: TiejunRequest, meeting_id: UUID, sent: MeetingCloseIn) -> Meeting:
    return actions.close_meeting(
        request.scope, meeting_id=meeting_id, version=sent.version, reason=sent.reason, now=request.now
    )


@router.post("/meetings/actions/{uuid:action_id}/end", response=MeetingActionOut, summary="End an action")
def end_action(request: TiejunRequest, action_id: UUID, sent: ActionEndIn) -> ActionItem:
    return outcomes.end_action(
        request.scope,
        action_id=action_id,
        version=sent.version,
        state=ActionState(sent.state),
        reason=sent.reason,
        now=request.now,
    )


def room_out(request: TiejunRequest, meeting_id: UUID) -> dict[str, Any]:
    """Return a meeting with its minutes as the API tells it."""
    room = queries.room(request.scope, meeting_id, now=request.now)
    own = {name: getattr(room.meeting, name) for name in MeetingOut.model_fields}
    return own | {
        "items": [
            {"words": item.words or texts.said(item.code, item.facts)}
            | {name: getattr(item, name) for name in ("id", "key", "origin", "state")}
            for item in room.items
        ],
        "places": [
            {"shares": {kind.value: words for kind, words in place.shares.items()}}
            | {name: getattr(place, name) for name in ("person_id", "name", "group", "presence")}
            for place in [*room.people, *room.away]
        ],
        "drills": [
            {name: getattr(line.drill, name) for name in ("id", "state", "flow", "count", "of", "round")}
            | {"player_id": line.drill.player_id, "customer_id": line.drill.customer_id, "subject": line.subject.value}
            | {"scored": line.scored, "mine": list(line.mine), "rounds": list(line.rounds)}
            for line in room.drills
        ],
        "decisions": [row.words for row in room.decisions],
        "actions": room.actions,
    }


@router.get(
    "/meetings/{uuid:meeting_id}/drill-uses",
    response=list[DrillUseOut],
    summary="Whether what a meeting drilled was used on the next working day",
)
def drill_uses(request: TiejunRequest, meeting_id: UUID) -> list[dict[str, Any]]:
    request.scope.require(Ability.VIEW_MEETINGS)
    meeting = queries.meeting_in_reach(request.scope, meeting_id)
    return [
        {
            "subject": one.subject.value,
            "drilled_on": one.day,
            "used_on": one.used_on,
            "name": line.name,
            "is_player": line.is_player,
            "state": line.use.state.value,
            "chances": line.use.chances,
            "used": line.use.used,
            "lost": line.use.lost,
        }
        for one in use_after(request.scope, meeting, now=request.now)
        for line in one.lines
    ]
