"""The room of a meeting, and the meetings of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.forecast.queries.people import group_in_reach, groups_in_reach
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.meetings.models import ActionItem, AgendaItem, Attendance, Decision, Meeting, ShareNote
from tiejun.meetings.queries.brought import lacking
from tiejun.meetings.queries.drafts import share_drafts
from tiejun.meetings.queries.drills import DrillLine, drills_of
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules import IN_THE_ROOM, WRITABLE, ActionState, Kind, MeetingState, Presence, Share
from tiejun.meetings.rules.closing import part_ends, part_now

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.queries.drafts import Draft
    from tiejun.meetings.queries.policy import MeetingPolicy
    from tiejun.meetings.rules import Missing
    from tiejun.org.models import Unit

SHOWN = 14
LOOKED_AHEAD = 31


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody at a meeting with what they told."""

    person_id: UUID
    name: str
    group: int
    presence: Presence
    shares: dict[Share, str]

    @property
    def is_there(self) -> bool:
        return self.presence in IN_THE_ROOM


@dataclass(frozen=True, slots=True)
class Room:
    """A meeting as somebody of its unit sees it. `parts`: when each part of its hour ends; `mine`: the own place; `due_on`: the next working day;
    `drafts`: what the own day offers to be told.
    """

    meeting: Meeting
    unit: Unit
    today: date
    items: list[AgendaItem]
    groups: list[list[Place]]
    away: list[Place]
    drills: list[DrillLine]
    decisions: list[Decision]
    actions: list[ActionItem]
    open_actions: list[ActionItem]
    parts: list[datetime]
    part: int
    gaps: list[Missing]
    mine: Place | None
    may_lead: bool
    due_on: date
    drafts: dict[Share, Draft]

    @property
    def is_open(self) -> bool:
        return self.meeting.state == MeetingState.OPEN

    @property
    def is_writable(self) -> bool:
        return self.meeting.state in WRITABLE

    @property
    def ends_at(self) -> datetime:
        start = self.meeting.opened_at or self.meeting.planned_at
        return start + timedelta(minutes=self.meeting.minutes)

    @property
    def playing(self) -> DrillLine | None:
        return next((line for line in self.drills if line.is_playing), None)

    @property
    def people(self) -> list[Place]:
        return [place for group in self.groups for place in group]

    @property
    def items_done(self) -> int:
        return sum(item.state == "DONE" for item in self.items)

    @property
    def shared(self) -> int:
        return sum(bool(place.shares) for place in self.people)


def meeting_in_reach(scope: Scope, meeting_id: UUID, ability: Ability = Ability.VIEW_MEETINGS) -> Meeting:
    """Return a meeting within reach, with its unit; raises `NotFound`."""
    row = Meeting.objects.within(scope, ability).select_related("unit", "led_by", "closed_by").filter(pk=meeting_id)
    found = row.first()
    if found is None:
        raise NotFound
    return found


def room(scope: Scope, meeting_id: UUID, *, now: datetime) -> Room:
    """Return a meeting's room within reach, in a number of queries that does not depend on its people; raises `NotFound`."""
    scope.require(Ability.VIEW_MEETINGS)
    meeting = meeting_in_reach(scope, meeting_id)
    policy = meeting_policy(scope, meeting.unit_id, zone=meeting.unit.zone, now=now)
    places = _places(scope, meeting)
    groups: dict[int, list[Place]] = {}
    for place in places:
        if place.group:
            groups.setdefault(place.group, []).append(place)
    mine = next((place for place in places if place.person_id == scope.person_id), None)
    start = meeting.opened_at or meeting.planned_at
    parts = part_ends(start, meeting.minutes, policy.time_plan)
    open_ones = ActionItem.objects.filter(unit=meeting.unit_id, state=ActionState.OPEN).exclude(meeting=meeting)
    return Room(
        meeting=meeting,
        unit=meeting.unit,
        today=business_day(now, meeting.unit.zone),
        items=list(AgendaItem.objects.filter(meeting=meeting).order_by("position", "pk")),
        groups=list(groups.values()),
        away=[place for place in places if not place.group],
        drills=drills_of(scope, meeting) if meeting.kind == Kind.EVENING else [],
        decisions=list(Decision.objects.filter(meeting=meeting).order_by("made_at", "pk")),
        actions=list(ActionItem.objects.filter(meeting=meeting).select_related("owner").order_by("due_on", "pk")),
        open_actions=list(open_ones.select_related("owner").order_by("due_on", "pk")),
        parts=parts,
        part=part_now(parts, now),
        gaps=lacking(scope, meeting, now=now),
        mine=mine,
        may_lead=scope.covers(Ability.LEAD_MEETING, owner_id=None, unit_id=meeting.unit_id),
        due_on=policy.next_day(meeting.business_day),
        drafts=_drafts(scope, meeting, mine, policy, now),
    )


def _drafts(
    scope: Scope, meeting: Meeting, mine: Place | None, policy: MeetingPolicy, now: datetime
) -> dict[Share, Draft]:
    if (
        mine is None
        or not mine.group
        or mine.shares
        or meeting.kind != Kind.EVENING
        or meeting.state == MeetingState.LOCKED
    ):
        return {}
    return share_drafts(scope, mine.person_id, meeting.business_day, policy=policy, now=now)


def action_in_reach(scope: Scope, action_id: UUID) -> ActionItem:
    """Return an action of a unit whose meetings the asker joins; raises `NotFound`."""
    row = ActionItem.objects.within(scope, Ability.JOIN_MEETING).filter(pk=action_id).first()
    if row is None:
        raise NotFound
    return row


def overrun_meetings(scope: Scope, *, now: datetime) -> list[UUID]:
    """Return the open meetings that have run for longer than their policy lets them."""
    rows = Meeting.objects.filter(state=MeetingState.OPEN).select_related("unit").order_by("pk")
    over = []
    for row in rows:
        policy = meeting_policy(scope, row.unit_id, zone=row.unit.zone, now=now)
        if row.opened_at and row.opened_at + timedelta(minutes=policy.number("longest_minutes")) <= now:
            over.append(row.pk)
    return over


def next_evening(scope: Scope, *, unit_id: UUID, now: datetime) -> date:
    """Return the day of a group's next evening meeting that takes points: tonight's unless it is over or none is held; raises `NotFound`."""
    unit = group_in_reach(scope, Ability.ADD_TO_AGENDA, unit_id)
    policy = meeting_policy(scope, unit_id, zone=unit.zone, now=now)
    day = business_day(now, unit.zone)
    over = Meeting.objects.filter(unit=unit_id, kind=Kind.EVENING, business_day__gte=day).exclude(
        state__in=(MeetingState.SCHEDULED, MeetingState.OPEN)
    )
    passed = set(over.values_list("business_day", flat=True))
    for _day in range(LOOKED_AHEAD):
        if day not in passed and policy.is_held(Kind.EVENING, day):
            return day
        day = policy.next_day(day)
    return day


def _places(scope: Scope, meeting: Meeting) -> list[Place]:  # noqa: ARG001 -- the meeting was read in the scope
    told: dict[UUID, dict[Share, str]] = {}
    for note in ShareNote.objects.filter(meeting=meeting):
        told.setdefault(note.person_id, {})[Share(note.kind)] = note.words
    rows = Attendance.objects.filter(meeting=meeting).select_related("person").order_by("group", "turn", "pk")
    return [
        Place(row.person_id, row.person.name, row.group, Presence(row.presence), told.get(row.person_id, {}))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    """A unit's meetings: today's by kind (None while not scheduled), those before, and the open actions, one's own first."""

    unit: Unit
    units: list[Unit]
    today: date
    briefing: Meeting | None
    evening: Meeting | None
    briefing_at: datetime | None
    evening_at: datetime | None
    earlier: list[Meeting]
    actions: list[ActionItem]
    may_lead: bool


def meetings_page(scope: Scope, *, unit_id: UUID | None = None, now: datetime) -> MeetingsPage:
    """Return the meetings of a unit within reach (the own group, or the first); raises `NotFound`."""
    scope.require(Ability.VIEW_MEETINGS)
    unit = group_in_reach(scope, Ability.VIEW_MEETINGS, unit_id)
    today = business_day(now, unit.zone)
    policy = meeting_policy(scope, unit.pk, zone=unit.zone, now=now)
    rows = Meeting.objects.within(scope, Ability.VIEW_MEETINGS).filter(unit_id=unit.pk)
    present = {row.kind: row for row in rows.filter(business_day=today)}
    earlier = rows.filter(business_day__lt=today).select_related("led_by").order_by("-business_day", "-kind")
    actions = ActionItem.objects.within(scope, Ability.VIEW_MEETINGS).filter(unit_id=unit.pk, state=ActionState.OPEN)
    mine_first = sorted(
        actions.select_related("owner"), key=lambda row: (row.owner_id != scope.person_id, row.due_on, str(row.pk))
    )
    return MeetingsPage(
        unit=unit,
        units=groups_in_reach(scope, Ability.VIEW_MEETINGS),
        today=today,
        briefing=present.get(Kind.BRIEFING),
        evening=present.get(Kind.EVENING),
        briefing_at=policy.planned_at(Kind.BRIEFING, today) if policy.is_held(Kind.BRIEFING, today) else None,
        evening_at=policy.planned_at(Kind.EVENING, today) if policy.is_held(Kind.EVENING, today) else None,
        earlier=list(earlier[:SHOWN]),
        actions=mine_first,
        may_lead=scope.covers(Ability.LEAD_MEETING, owner_id=None, unit_id=unit.pk),
    )
