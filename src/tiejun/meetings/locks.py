"""Row locks of meetings, always in this order: meeting, drill, action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.meetings.models import ActionItem, Drill, Meeting
from tiejun.meetings.rules import WRITABLE, MeetingState, Refusal

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope
    from tiejun.meetings.rules import Kind


def lock_meeting(scope: Scope, meeting_id: UUID, ability: Ability, *, version: int | None = None) -> Meeting:
    """Lock and return a meeting within reach; raises `NotFound`, or `Stale` for another version."""
    rows = Meeting.objects.within(scope, ability).select_for_update(of=("self",)).select_related("unit")
    row = rows.filter(pk=meeting_id).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def lock_writable(scope: Scope, meeting_id: UUID, ability: Ability) -> Meeting:
    """Lock and return a meeting whose minutes can be written; raises `NotFound`, `Refused` (NOT_OPEN, MINUTES_LOCKED)."""
    row = lock_meeting(scope, meeting_id, ability)
    if row.state == MeetingState.LOCKED:
        raise Refused(Refusal.MINUTES_LOCKED)
    if row.state not in WRITABLE:
        raise Refused(Refusal.NOT_OPEN)
    return row


def lock_day(unit_id: UUID, kind: Kind, day: date) -> Meeting | None:
    """Lock and return a unit's meeting of a day, None when there is none."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("unit")
    return rows.filter(unit_id=unit_id, kind=kind, business_day=day).first()


def lock_drill(meeting: Meeting, drill_id: UUID) -> Drill:
    """Lock and return a drill of a locked meeting; raises `NotFound`."""
    row = Drill.objects.select_for_update().filter(meeting=meeting, pk=drill_id).first()
    if row is None:
        raise NotFound
    return row


def lock_action(scope: Scope, action_id: UUID, ability: Ability, *, version: int) -> ActionItem:
    """Lock and return an action within reach; raises `NotFound`, or `Stale` for another version."""
    row = ActionItem.objects.within(scope, ability).select_for_update(of=("self",)).filter(pk=action_id).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise Stale(row)
    return row
