"""Decisions, and actions that are carried until they are done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.meetings import locks
from tiejun.meetings.models import ActionItem, Attendance, Decision
from tiejun.meetings.rules import ActionState, Refusal

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LONGEST_DECISION, LONGEST_ACTION, LONGEST_REASON = 500, 300, 300


@action(Ability.LEAD_MEETING)
def decide(scope: Scope, *, meeting_id: UUID, words: str, now: datetime) -> Decision:
    """Write down what a meeting decided. Raises `NotFound`, `Refused` (NOT_OPEN, MINUTES_LOCKED), `Invalid`."""
    meeting = locks.lock_writable(scope, meeting_id, Ability.LEAD_MEETING)
    if not words.strip():
        raise Invalid(words=_("Say what was decided."))
    row = Decision.objects.create(
        meeting=meeting, words=words.strip()[:LONGEST_DECISION], made_by_id=scope.own_id, made_at=now
    )
    audit.record(scope, "meetings.decided", meeting, decision_id=row.pk)
    return row


@action(Ability.LEAD_MEETING)
def agree_action(
    scope: Scope, *, meeting_id: UUID, owner_id: UUID, due_on: date, words: str, now: datetime
) -> ActionItem:
    """Agree on who does what until when; it stands on each meeting of the unit until it is ended.

    Raises `NotFound`, `Refused` (NOT_OPEN, MINUTES_LOCKED, OWNER_NOT_IN_GROUP, DUE_IN_THE_PAST), `Invalid`.
    """
    meeting = locks.lock_writable(scope, meeting_id, Ability.LEAD_MEETING)
    if not words.strip():
        raise Invalid(words=_("Say what is to be done."))
    if owner_id != scope.person_id and not Attendance.objects.filter(meeting=meeting, person=owner_id).exists():
        raise Refused(Refusal.OWNER_NOT_IN_GROUP)
    if due_on < meeting.business_day:
        raise Refused(Refusal.DUE_IN_THE_PAST)
    row = ActionItem.objects.create(
        meeting=meeting,
        unit_id=meeting.unit_id,
        owner_id=owner_id,
        words=words.strip()[:LONGEST_ACTION],
        due_on=due_on,
        made_by_id=scope.own_id,
        made_at=now,
    )
    audit.record(scope, "meetings.action_agreed", row, owner_id=owner_id, due_on=due_on)
    return row


@action(Ability.JOIN_MEETING)
def end_action(
    scope: Scope, *, action_id: UUID, version: int, state: ActionState, reason: str = "", now: datetime
) -> ActionItem:
    """Say that an action is done (its owner, or who leads), or drop it with a reason (who leads).

    Raises `NotFound`, `Stale`, `Refused` (NOT_YOUR_ACTION, ACTION_ENDED), `Invalid`.
    """
    row = locks.lock_action(scope, action_id, Ability.JOIN_MEETING, version=version)
    leads = scope.covers(Ability.LEAD_MEETING, owner_id=None, unit_id=row.unit_id)
    if not leads and (row.owner_id != scope.person_id or state is ActionState.DROPPED):
        raise Refused(Refusal.NOT_YOUR_ACTION)
    if row.state != ActionState.OPEN:
        raise Refused(Refusal.ACTION_ENDED)
    if state is ActionState.DROPPED and not reason.strip():
        raise Invalid(reason=_("Say why this is dropped."))
    row.state, row.reason = state, reason.strip()[:LONGEST_REASON]
    row.ended_by_id, row.ended_at, row.version = scope.own_id, now, row.version + 1
    row.save(update_fields=["state", "reason", "ended_by", "ended_at", "version"])
    audit.record(scope, "meetings.action_ended", row, state=state.value)
    return row
