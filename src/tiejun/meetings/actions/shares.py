"""What people tell each other: a gain, a loss, a challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.meetings import locks
from tiejun.meetings.models import Attendance, ShareNote
from tiejun.meetings.rules import MeetingState, Presence, Refusal, Share

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LONGEST_SHARE = 500


@action(Ability.JOIN_MEETING)
def write_shares(
    scope: Scope, *, meeting_id: UUID, person_id: UUID, shares: Mapping[Share, str], now: datetime
) -> list[ShareNote]:
    """Write what a person tells, in place of what they told before; an empty one is taken back. One's own from before the
    meeting on, anybody's by its leader.

    Raises `NotFound`, `Refused` (NOT_IN_MEETING, ON_LEAVE, MINUTES_LOCKED), `Invalid`.
    """
    meeting = locks.lock_meeting(scope, meeting_id, Ability.JOIN_MEETING)
    is_leader = scope.covers(Ability.LEAD_MEETING, owner_id=None, unit_id=meeting.unit_id)
    if person_id != scope.person_id and not is_leader:
        raise NotFound
    place = Attendance.objects.filter(meeting=meeting, person=person_id).first()
    if place is None:
        raise Refused(Refusal.NOT_IN_MEETING)
    if place.presence == Presence.EXCUSED:
        raise Refused(Refusal.ON_LEAVE)
    if meeting.state == MeetingState.LOCKED:
        raise Refused(Refusal.MINUTES_LOCKED)
    said = {kind: words.strip() for kind, words in shares.items()}
    if any(len(words) > LONGEST_SHARE for words in said.values()):
        raise Invalid(words=_("A share has at most 500 characters."))
    ShareNote.objects.filter(meeting=meeting, person=person_id, kind__in=list(said)).delete()
    notes = ShareNote.objects.bulk_create(
        ShareNote(
            meeting=meeting, person_id=person_id, kind=kind, words=words, written_by_id=scope.own_id, written_at=now
        )
        for kind, words in said.items()
        if words
    )
    audit.record(scope, "meetings.shared", meeting, person_id=person_id, count=len(notes))
    return notes
