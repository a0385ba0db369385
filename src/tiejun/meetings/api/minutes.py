"""The steps of a running meeting for programs; each answers with the meeting as it then stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

from ninja import Router
from pydantic import Field, StringConstraints

from tiejun.access.abilities import Ability
from tiejun.foundation.schemas import Day, In, Line, Text
from tiejun.meetings.actions import drills, meetings, outcomes
from tiejun.meetings.actions import shares as share_actions
from tiejun.meetings.api.meetings import RoomOut, room_out
from tiejun.meetings.queries.rooms import meeting_in_reach
from tiejun.meetings.rules import Kind, Presence, Share
from tiejun.meetings.rules.agenda import Point
from tiejun.meetings.rules.drilling import Subject

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()
Words = Annotated[Text, StringConstraints(max_length=500)]


class SentenceIn(In):
    """A sentence."""

    words: Line


class AgendaItemIn(In):
    """Whether an item was talked about."""

    is_done: bool


class PresenceIn(In):
    """How somebody takes part."""

    presence: Presence


class SharesIn(In):
    """What somebody tells; an empty one is taken back."""

    gain: Words = ""
    loss: Words = ""
    challenge: Words = ""


class DrillIn(In):
    """Who plays what."""

    subject: Subject
    player_id: UUID
    customer_id: UUID


class DrillScoreIn(In):
    """1 to 5 for each of the four steps."""

    points: Annotated[list[Annotated[int, Field(ge=1, le=5)]], Field(min_length=4, max_length=4)]


class PassOverIn(In):
    """Why something is passed over."""

    reason: Line


class MeetingActionIn(In):
    """Who does what until when."""

    owner_id: UUID
    due_on: Day
    words: Line


@router.post("/meetings/{uuid:meeting_id}/agenda", response=RoomOut, summary="Add to the agenda")
def add_item(request: TiejunRequest, meeting_id: UUID, sent: SentenceIn) -> dict[str, Any]:
    row = meeting_in_reach(request.scope, meeting_id, Ability.ADD_TO_AGENDA)
    meetings.add_to_agenda(
        request.scope,
        unit_id=row.unit_id,
        kind=Kind(row.kind),
        day=row.business_day,
        point=Point(f"person:{uuid4()}", words=sent.words),
        now=request.now,
    )
    return room_out(request, meeting_id)


@router.put("/meetings/{uuid:meeting_id}/agenda/{uuid:item_id}", response=RoomOut, summary="Tick an item")
def settle_item(request: TiejunRequest, meeting_id: UUID, item_id: UUID, sent: AgendaItemIn) -> dict[str, Any]:
    meetings.settle_item(request.scope, meeting_id=meeting_id, item_id=item_id, is_done=sent.is_done)
    return room_out(request, meeting_id)


@router.put(
    "/meetings/{uuid:meeting_id}/presence/{uuid:person_id}",
    response=RoomOut,
    summary="Note how somebody takes part",
)
def mark_presence(request: TiejunRequest, meeting_id: UUID, person_id: UUID, sent: PresenceIn) -> dict[str, Any]:
    meetings.mark_presence(request.scope, meeting_id=meeting_id, person_id=person_id, presence=sent.presence)
    return room_out(request, meeting_id)


@router.put(
    "/meetings/{uuid:meeting_id}/shares/{uuid:person_id}",
    response=RoomOut,
    summary="Share a gain, a loss, a challenge",
)
def write_shares(request: TiejunRequest, meeting_id: UUID, person_id: UUID, sent: SharesIn) -> dict[str, Any]:
    told = {kind: getattr(sent, kind.value.lower()) for kind in Share}
    share_actions.write_shares(request.scope, meeting_id=meeting_id, person_id=person_id, shares=told, now=request.now)
    return room_out(request, meeting_id)


@router.post("/meetings/{uuid:meeting_id}/drills", response=RoomOut, summary="Play a drill")
def start_drill(request: TiejunRequest, meeting_id: UUID, sent: DrillIn) -> dict[str, Any]:
    drills.start_drill(request.scope, meeting_id=meeting_id, now=request.now, **sent.model_dump())
    return room_out(request, meeting_id)


@router.put(
    "/meetings/{uuid:meeting_id}/drills/{uuid:drill_id}/score",
    response=RoomOut,
    summary="Score the running round, blind",
)
def score_drill(request: TiejunRequest, meeting_id: UUID, drill_id: UUID, sent: DrillScoreIn) -> dict[str, Any]:
    drills.score_drill(request.scope, meeting_id=meeting_id, drill_id=drill_id, points=sent.points, now=request.now)
    return room_out(request, meeting_id)


@router.post(
    "/meetings/{uuid:meeting_id}/drills/{uuid:drill_id}/reveal",
    response=RoomOut,
    summary="Reveal a round",
)
def reveal_drill(request: TiejunRequest, meeting_id: UUID, drill_id: UUID) -> dict[str, Any]:
    drills.reveal_drill(request.scope, meeting_id=meeting_id, drill_id=drill_id)
    return room_out(request, meeting_id)


@router.post(
    "/meetings/{uuid:meeting_id}/drills/{uuid:drill_id}/repeat",
    response=RoomOut,
    summary="Play a drill once more",
)
def repeat_drill(request: TiejunRequest, meeting_id: UUID, drill_id: UUID) -> dict[str, Any]:
    drills.repeat_drill(request.scope, meeting_id=meeting_id, drill_id=drill_id)
    return room_out(request, meeting_id)


@router.post(
    "/meetings/{uuid:meeting_id}/drills/{uuid:drill_id}/skip",
    response=RoomOut,
    summary="Pass a drill over",
)
def skip_drill(request: TiejunRequest, meeting_id: UUID, drill_id: UUID, sent: PassOverIn) -> dict[str, Any]:
    drills.skip_drill(request.scope, meeting_id=meeting_id, drill_id=drill_id, reason=sent.reason)
    return room_out(request, meeting_id)


@router.post("/meetings/{uuid:meeting_id}/decisions", response=RoomOut, summary="Decide")
def decide(request: TiejunRequest, meeting_id: UUID, sent: SentenceIn) -> dict[str, Any]:
    outcomes.decide(request.scope, meeting_id=meeting_id, words=sent.words, now=request.now)
    return room_out(request, meeting_id)


@router.post("/meetings/{uuid:meeting_id}/actions", response=RoomOut, summary="Agree on an action")
def agree_action(request: TiejunRequest, meeting_id: UUID, sent: MeetingActionIn) -> dict[str, Any]:
    outcomes.agree_action(request.scope, meeting_id=meeting_id, now=request.now, **sent.model_dump())
    return room_out(request, meeting_id)
