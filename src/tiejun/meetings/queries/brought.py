"""What a meeting has brought so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from tiejun.meetings.models import ActionItem, AgendaItem, Attendance, Decision, Drill, ShareNote
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules import IN_THE_ROOM, ItemState, Kind
from tiejun.meetings.rules.closing import Brought, missing

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.meetings.models import Meeting
    from tiejun.meetings.rules import Missing


def lacking(scope: Scope, meeting: Meeting, *, now: datetime) -> list[Missing]:
    """Return what a meeting (read with its unit) lacks as it stands."""
    policy = meeting_policy(scope, meeting.unit_id, zone=meeting.unit.zone, now=now)
    return missing(Kind(meeting.kind), brought(scope, meeting), shares_least=policy.number("shares_least"))


def brought(scope: Scope, meeting: Meeting) -> Brought:  # noqa: ARG001 -- the meeting was read in the scope already
    """Return what a meeting has brought so far: the shares of each small group that was there, drills, outcomes, items left."""
    there = Attendance.objects.filter(meeting=meeting, group__gt=0, presence__in=IN_THE_ROOM)
    groups = dict(there.values_list("person_id", "group"))
    shares = dict.fromkeys(sorted(set(groups.values())), 0)
    for person_id in ShareNote.objects.filter(meeting=meeting).values_list("person_id", flat=True):
        if person_id in groups:
            shares[groups[person_id]] += 1
    left = AgendaItem.objects.filter(meeting=meeting, state__in=(ItemState.OPEN, ItemState.CARRIED)).count()
    outcomes = Decision.objects.filter(meeting=meeting).count() + ActionItem.objects.filter(meeting=meeting).count()
    drills = Drill.objects.filter(meeting=meeting).aggregate(n=Count("pk", filter=Q(revealed__gt=0)))["n"]
    return Brought(meeting.opened_at is not None, tuple(shares.values()), drills, outcomes, left)
