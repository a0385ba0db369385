"""A meeting from its agenda to its end: prepared, opened, worked through, closed; by the clock where nobody did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast.queries.people import group_in_reach
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.foundation.times import business_day
from tiejun.meetings import locks
from tiejun.meetings.actions import _preparing
from tiejun.meetings.events import MeetingLeft
from tiejun.meetings.models import AgendaItem, Attendance, Meeting
from tiejun.meetings.queries.brought import lacking
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules import ItemState, MeetingState, Origin, Refusal
from tiejun.meetings.rules.closing import needs_reason
from tiejun.meetings.rules.words import is_registered

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.rules import Kind, Missing, Presence
    from tiejun.meetings.rules.agenda import Point

LONGEST_WORDS, LONGEST_KEY = 300, 80
EARLIEST = timedelta(hours=4)


@action(Ability.RUN_MEETINGS)
def prepare_meeting(scope: Scope, *, unit_id: UUID, kind: Kind, day: date, now: datetime) -> Meeting:
    """Make a unit's meeting of a day ready: agenda, small groups, drills. A repeat renews it until it is opened."""
    meeting = _preparing.meeting_of_day(scope, unit_id, kind, day, now=now)
    if meeting.state == MeetingState.SCHEDULED:
        _preparing.make_ready(scope, meeting, now=now)
    audit.record(scope, "meetings.prepared", meeting, unit_id=unit_id, day=day, kind=kind.value)
    return meeting


@action(Ability.LEAD_MEETING)
def open_meeting(scope: Scope, *, unit_id: UUID, kind: Kind, now: datetime) -> Meeting:
    """Begin today's meeting of a unit: its agenda is made from the facts of this moment and its hour starts.

    Raises `NotFound`, `Refused` (TOO_EARLY more than four hours before its time, ALREADY_OPEN).
    """
    unit = group_in_reach(scope, Ability.LEAD_MEETING, unit_id)
    day = business_day(now, unit.zone)
    policy = meeting_policy(scope, unit_id, zone=unit.zone, now=now)
    if now < policy.planned_at(kind, day) - EARLIEST:
        raise Refused(Refusal.TOO_EARLY, at=f"{policy.planned_at(kind, day):%H:%M}")
    meeting = _preparing.meeting_of_day(scope, unit_id, kind, day, now=now)
    if meeting.state != MeetingState.SCHEDULED:
        raise Refused(Refusal.ALREADY_OPEN)
    _preparing.make_ready(scope, meeting, now=now)
    meeting.state, meeting.opened_at, meeting.led_by_id = MeetingState.OPEN, now, scope.own_id
    meeting.version += 1
    meeting.save(update_fields=["state", "opened_at", "led_by", "version"])
    audit.record(scope, "meetings.opened", meeting, unit_id=unit_id, day=day, kind=kind.value)
    return meeting


@action(Ability.ADD_TO_AGENDA)
def add_to_agenda(scope: Scope, *, unit_id: UUID, kind: Kind, day: date, point: Point, now: datetime) -> AgendaItem:
    """Put a point on a unit's agenda of a day, in place of what has the same key there; for modules above, and for people.

    What is left open is carried to the next meeting. Raises `NotFound`, `Refused` MINUTES_LOCKED, `Invalid`.
    """
    unit = group_in_reach(scope, Ability.ADD_TO_AGENDA, unit_id)
    said = point.words.strip()[:LONGEST_WORDS]
    if not said and not is_registered(point.code):
        raise Invalid(words=_("Say what is to be talked about."))
    if day < business_day(now, unit.zone):
        raise Refused(Refusal.MINUTES_LOCKED)
    meeting = _preparing.meeting_of_day(scope, unit_id, kind, day, now=now)
    if meeting.state in (MeetingState.CLOSED, MeetingState.LOCKED):
        raise Refused(Refusal.MINUTES_LOCKED)
    last = AgendaItem.objects.filter(meeting=meeting, position__gte=_preparing.FIRST_OF_OTHERS).count()
    values = {
        "origin": Origin.MODULE if point.code else Origin.PERSON,
        "code": point.code,
        "facts": dict(point.facts),
        "words": said,
        "about_id": point.about_id,
        "added_by_id": scope.person_id,
    }
    first = values | {"position": _preparing.FIRST_OF_OTHERS + last}
    item, _made = AgendaItem.objects.update_or_create(
        meeting=meeting, key=point.key[:LONGEST_KEY], defaults=values, create_defaults=first
    )
    audit.record(scope, "meetings.agenda_added", meeting, key=item.key, code=point.code)
    return item


@action(Ability.LEAD_MEETING)
def settle_item(scope: Scope, *, meeting_id: UUID, item_id: UUID, is_done: bool) -> AgendaItem:
    """Tick an item of an open meeting's agenda, or take the tick back. Raises `NotFound`, `Refused` (NOT_OPEN, …)."""
    meeting = _open(scope, meeting_id)
    item = AgendaItem.objects.filter(meeting=meeting, pk=item_id).first()
    if item is None:
        raise NotFound
    item.state = ItemState.DONE if is_done else ItemState.OPEN
    item.save(update_fields=["state"])
    audit.record(scope, "meetings.item_settled", meeting, item_id=item_id, is_done=is_done)
    return item


@action(Ability.LEAD_MEETING)
def mark_presence(scope: Scope, *, meeting_id: UUID, person_id: UUID, presence: Presence) -> Attendance:
    """Note how somebody takes part. Raises `NotFound`, `Refused` (NOT_OPEN, MINUTES_LOCKED)."""
    meeting = locks.lock_writable(scope, meeting_id, Ability.LEAD_MEETING)
    row = Attendance.objects.filter(meeting=meeting, person=person_id).first()
    if row is None:
        raise NotFound
    row.presence = presence
    row.save(update_fields=["presence"])
    audit.record(scope, "meetings.presence_marked", meeting, person_id=person_id, presence=presence.value)
    return row


@action(Ability.LEAD_MEETING)
def close_meeting(scope: Scope, *, meeting_id: UUID, version: int, reason: str, now: datetime) -> Meeting:
    """End a meeting. What is left of the agenda is carried; shares, drill or outcome that are missing need a reason.

    Raises `NotFound`, `Stale`, `Refused` (NOT_OPEN, REASON_NEEDED).
    """
    meeting = locks.lock_meeting(scope, meeting_id, Ability.LEAD_MEETING)
    if meeting.state != MeetingState.OPEN:
        raise Refused(Refusal.NOT_OPEN)
    if meeting.version != version:
        raise Stale(meeting)
    gaps = lacking(scope, meeting, now=now)
    if needs_reason(gaps) and not reason.strip():
        raise Refused(Refusal.REASON_NEEDED)
    meeting.closed_by_id, meeting.reason = scope.person_id, reason.strip()[:LONGEST_WORDS]
    _close(meeting, gaps, now)
    audit.record(scope, "meetings.closed", meeting, missing=[one.value for one in gaps])
    return meeting


@action(Ability.RUN_MEETINGS)
def close_overrun(scope: Scope, *, meeting_id: UUID, now: datetime) -> Meeting:
    """Close a meeting that has run for longer than the policy lets it; its minutes can be completed until the lock."""
    meeting = locks.lock_meeting(scope, meeting_id, Ability.RUN_MEETINGS)
    if meeting.state == MeetingState.OPEN:
        _close(meeting, lacking(scope, meeting, now=now), now)
        _tell(meeting)
    audit.record(scope, "meetings.overrun_closed", meeting)
    return meeting


@action(Ability.RUN_MEETINGS)
def lock_day(scope: Scope, *, unit_id: UUID, day: date, now: datetime) -> dict[str, int]:
    """Lock a unit's meetings up to a business day: what was left open is closed, what was never held says so.

    Returns counts. Whoever leads the unit is told what a meeting that nobody closed is missing.
    """
    counts = {"locked": 0, "left_open": 0, "not_held": 0}
    rows = Meeting.objects.filter(unit_id=unit_id, business_day__lte=day).exclude(state=MeetingState.LOCKED)
    for meeting_id in rows.order_by("business_day", "pk").values_list("pk", flat=True):
        meeting = locks.lock_meeting(scope, meeting_id, Ability.RUN_MEETINGS)
        gaps = lacking(scope, meeting, now=now)
        if meeting.state in (MeetingState.OPEN, MeetingState.SCHEDULED):
            counts["left_open" if meeting.state == MeetingState.OPEN else "not_held"] += 1
            _close(meeting, gaps, now)
            _tell(meeting)
        meeting.missing = [one.value for one in gaps]
        meeting.state, meeting.version = MeetingState.LOCKED, meeting.version + 1
        meeting.save(update_fields=["state", "missing", "version"])
        counts["locked"] += 1
    audit.record(scope, "meetings.locked", unit_id=unit_id, day=day, counts=counts)
    return counts


def _open(scope: Scope, meeting_id: UUID) -> Meeting:
    meeting = locks.lock_meeting(scope, meeting_id, Ability.LEAD_MEETING)
    if meeting.state == MeetingState.LOCKED:
        raise Refused(Refusal.MINUTES_LOCKED)
    if meeting.state != MeetingState.OPEN:
        raise Refused(Refusal.NOT_OPEN)
    return meeting


def _close(meeting: Meeting, gaps: list[Missing], now: datetime) -> None:
    AgendaItem.objects.filter(meeting=meeting, state=ItemState.OPEN).update(state=ItemState.CARRIED)
    meeting.state, meeting.closed_at, meeting.version = MeetingState.CLOSED, now, meeting.version + 1
    meeting.missing = [one.value for one in gaps]
    meeting.save(update_fields=["state", "closed_at", "closed_by", "missing", "reason", "version"])


def _tell(meeting: Meeting) -> None:
    assert meeting.closed_at is not None
    announce(
        MeetingLeft(
            meeting.pk, meeting.unit_id, meeting.kind, meeting.business_day, tuple(meeting.missing), meeting.closed_at
        )
    )
