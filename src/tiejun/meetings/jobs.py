"""What the business clock runs for meetings, in each group's own time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation.clock import at_clock
from tiejun.foundation.events import on
from tiejun.foundation.jobs import every
from tiejun.inbox.actions import notify
from tiejun.meetings.actions import meetings
from tiejun.meetings.events import MeetingLeft
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.queries.rooms import overrun_meetings
from tiejun.meetings.rules import Kind
from tiejun.org.queries import leader_of

if TYPE_CHECKING:
    from tiejun.foundation.clock import Occasion


@at_clock("meetings.prepare_briefing", time_key="clock.plan_readable", position=100, on_days_off=False)
def prepare_briefing(occasion: Occasion) -> dict[str, Any]:
    """Make the morning briefing ready when the plans can be read."""
    return _prepare(occasion, Kind.BRIEFING)


@at_clock("meetings.prepare_evening", time_key="clock.evening_pulse", position=175, on_days_off=False)
def prepare_evening(occasion: Occasion) -> dict[str, Any]:
    """Propose agenda and drill of the evening, so that shares can be thought of on the way back."""
    return _prepare(occasion, Kind.EVENING)


def _prepare(occasion: Occasion, kind: Kind) -> dict[str, Any]:
    policy = meeting_policy(occasion.scope, occasion.unit_id, zone=occasion.scope.zone, now=occasion.now)
    if not policy.is_held(kind, occasion.business_day):
        return {"prepared": 0}
    meetings.prepare_meeting(
        occasion.scope, unit_id=occasion.unit_id, kind=kind, day=occasion.business_day, now=occasion.now
    )
    return {"prepared": 1}


@at_clock("meetings.lock", time_key="clock.hard_lock", position=305)
def lock(occasion: Occasion) -> dict[str, Any]:
    """Close what was left open over night, say what is missing, and lock the minutes."""
    return meetings.lock_day(occasion.scope, unit_id=occasion.unit_id, day=occasion.business_day, now=occasion.now)


@every("*/5 * * * *")
def close_overrun() -> None:
    """Close meetings that have run past their longest time."""
    system, now = Scope.system("meetings.overrun"), timezone.now()
    for meeting_id in overrun_meetings(system, now=now):
        meetings.close_overrun(system, meeting_id=meeting_id, now=now)


@on(MeetingLeft)
def tell_the_leader(event: MeetingLeft) -> None:
    """Tell whoever leads the unit what a meeting lacks that the clock has closed."""
    system = Scope.system("meetings.left")
    leader = leader_of(system, event.unit_id, on=event.business_day)
    if leader is None:
        return
    code = "meetings.not_held" if "NOT_HELD" in event.missing else "meetings.closed_by_clock"
    notify(
        system,
        person_id=leader,
        code=code,
        facts={"day": event.business_day.isoformat()},
        url=reverse("meetings:room", args=[event.meeting_id]),
        dedupe_key=f"meetings.left:{event.meeting_id}",
        now=event.closed_at,
    )
