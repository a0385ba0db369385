"""What the report of a day says of its evening meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.meetings.models import ActionItem, Attendance, Decision, Meeting
from tiejun.meetings.queries.drills import drills_of
from tiejun.meetings.rules import IN_THE_ROOM, Kind

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def evening_meeting_of(scope: Scope, unit_id: UUID, day: date, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- as each part of the report is asked
    """Return what a group's evening meeting of a day brought, as plain JSON values; nothing where none was held."""
    rows = Meeting.objects.within(scope, Ability.VIEW_MEETINGS).filter(unit=unit_id, business_day=day)
    meeting = rows.filter(kind=Kind.EVENING, opened_at__isnull=False).first()
    if meeting is None:
        return {}
    played = [one for one in drills_of(scope, meeting) if one.rounds]
    actions = ActionItem.objects.filter(meeting=meeting).select_related("owner").order_by("due_on", "pk")
    return {
        "meeting_id": str(meeting.pk),
        "people": Attendance.objects.filter(meeting=meeting, presence__in=IN_THE_ROOM).count(),
        "minutes": int((meeting.closed_at - meeting.opened_at).total_seconds()) // 60
        if meeting.closed_at and meeting.opened_at
        else None,
        "missing": list(meeting.missing),
        "reason": meeting.reason,
        "decisions": list(Decision.objects.filter(meeting=meeting).order_by("made_at", "pk").values_list("words", flat=True)),
        "actions": [
            {"words": one.words, "owner": one.owner.name, "due_on": one.due_on.isoformat()} for one in actions
        ],
        "drills": [{"subject": one.subject.value, "player": one.player, "score": one.rounds[-1].whole} for one in played],
    }  # fmt: skip


def nothing_ahead(scope: Scope, unit_id: UUID, day: date, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- as each part of the report is asked
    """Return nothing: what a meeting brings stands in its minutes."""
    return {}
