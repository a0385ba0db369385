"""The drill: two play, the peers score blind, the round is revealed, and played again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.meetings import locks
from tiejun.meetings.models import Attendance, Drill, DrillScore, Meeting
from tiejun.meetings.queries.facts import members_of
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules import IN_THE_ROOM, DrillState, MeetingState, Refusal
from tiejun.meetings.rules.drilling import ROUNDS, Flow, Subject, flow_of, is_score

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LONGEST_REASON = 300


@action(Ability.LEAD_MEETING)
def start_drill(
    scope: Scope, *, meeting_id: UUID, subject: Subject, player_id: UUID, customer_id: UUID, now: datetime
) -> Drill:
    """Let two people of the room play a subject; the peers may score from now on. A subject that was not proposed is added.

    Raises `NotFound`, `Refused` (NOT_OPEN, DRILL_RUNNING, DRILL_OVER, SAME_PLAYERS, NOT_IN_MEETING).
    """
    meeting = _open(scope, meeting_id, Ability.LEAD_MEETING)
    if Drill.objects.filter(meeting=meeting, state=DrillState.PLAYING).exists():
        raise Refused(Refusal.DRILL_RUNNING)
    if player_id == customer_id:
        raise Refused(Refusal.SAME_PLAYERS)
    there = _there(meeting)
    if player_id not in there or customer_id not in there:
        raise Refused(Refusal.NOT_IN_MEETING)
    drill, _made = Drill.objects.get_or_create(meeting=meeting, subject=subject, defaults={"position": len(Subject)})
    if drill.state not in (DrillState.PROPOSED, DrillState.SKIPPED):
        raise Refused(Refusal.DRILL_OVER)
    drill.state, drill.round, drill.reason = DrillState.PLAYING, 1, ""
    drill.player_id, drill.customer_id = player_id, customer_id
    drill.flow = _flow(scope, meeting, subject, player_id, now)
    drill.save(update_fields=["state", "round", "reason", "player", "customer", "flow"])
    audit.record(scope, "meetings.drill_started", meeting, drill_id=drill.pk, subject=subject.value)
    return drill


def _flow(scope: Scope, meeting: Meeting, subject: Subject, player_id: UUID, now: datetime) -> Flow:
    day = meeting.business_day
    member = next((one for one in members_of(scope, meeting.unit_id, day) if one.person_id == player_id), None)
    first = member.first_field_on if member else None
    after = policies.book(now).integer("objection.experienced_after_days", scope.unit_chain)
    return flow_of(subject, days_in_field=(day - first).days if first else 0, experienced_after=after)


@action(Ability.JOIN_MEETING)
def score_drill(scope: Scope, *, meeting_id: UUID, drill_id: UUID, points: Sequence[int], now: datetime) -> DrillScore:
    """Score the running round: 1 to 5 for each of its four steps. Until it is revealed the own figures can be changed.

    Raises `NotFound`, `Refused` (NOT_OPEN, NOT_IN_MEETING, NO_DRILL_RUNNING, SCORE_OF_ONESELF), `Invalid`.
    """
    meeting = _open(scope, meeting_id, Ability.JOIN_MEETING)
    drill = locks.lock_drill(meeting, drill_id)
    if drill.state != DrillState.PLAYING:
        raise Refused(Refusal.NO_DRILL_RUNNING)
    if drill.player_id == scope.person_id:
        raise Refused(Refusal.SCORE_OF_ONESELF)
    is_leader = scope.covers(Ability.LEAD_MEETING, owner_id=None, unit_id=meeting.unit_id)
    if scope.own_id not in _there(meeting) and not is_leader:
        raise Refused(Refusal.NOT_IN_MEETING)
    if not is_score(points):
        raise Invalid(points=_("Give each of the four steps 1 to 5 points."))
    score, _made = DrillScore.objects.update_or_create(
        drill=drill,
        round=drill.round,
        scorer_id=scope.own_id,
        defaults={"points": list(points), "scored_at": now},
    )
    audit.record(scope, "meetings.drill_scored", meeting, drill_id=drill_id)
    return score


@action(Ability.LEAD_MEETING)
def reveal_drill(scope: Scope, *, meeting_id: UUID, drill_id: UUID) -> Drill:
    """End the running round: its medians are shown to all. Raises `NotFound`, `Refused` (NO_DRILL_RUNNING, TOO_FEW_SCORES)."""
    meeting = _open(scope, meeting_id, Ability.LEAD_MEETING)
    drill = locks.lock_drill(meeting, drill_id)
    if drill.state != DrillState.PLAYING:
        raise Refused(Refusal.NO_DRILL_RUNNING)
    least = min(_least(scope, meeting), len(_there(meeting) - {drill.player_id}) + 1)  # the leader scores too
    scored = DrillScore.objects.filter(drill=drill, round=drill.round).count()
    if scored < least:
        raise Refused(Refusal.TOO_FEW_SCORES, count=scored, least=least)
    drill.state, drill.revealed = DrillState.REVEALED, drill.round
    drill.save(update_fields=["state", "revealed"])
    audit.record(scope, "meetings.drill_revealed", meeting, drill_id=drill_id, round=drill.round)
    return drill


@action(Ability.LEAD_MEETING)
def repeat_drill(scope: Scope, *, meeting_id: UUID, drill_id: UUID) -> Drill:
    """Play a revealed drill once more with the same people. Raises `NotFound`, `Refused` (DRILL_RUNNING, DRILL_OVER)."""
    meeting = _open(scope, meeting_id, Ability.LEAD_MEETING)
    drill = locks.lock_drill(meeting, drill_id)
    if Drill.objects.filter(meeting=meeting, state=DrillState.PLAYING).exists():
        raise Refused(Refusal.DRILL_RUNNING)
    if drill.state != DrillState.REVEALED or drill.round >= ROUNDS:
        raise Refused(Refusal.DRILL_OVER)
    drill.state, drill.round = DrillState.PLAYING, drill.round + 1
    drill.save(update_fields=["state", "round"])
    audit.record(scope, "meetings.drill_repeated", meeting, drill_id=drill_id)
    return drill


@action(Ability.LEAD_MEETING)
def skip_drill(scope: Scope, *, meeting_id: UUID, drill_id: UUID, reason: str) -> Drill:
    """Pass a drill over that was not revealed, with the reason. Raises `NotFound`, `Refused` (NOT_OPEN, DRILL_OVER), `Invalid`."""
    meeting = _open(scope, meeting_id, Ability.LEAD_MEETING)
    drill = locks.lock_drill(meeting, drill_id)
    if drill.revealed or drill.state == DrillState.SKIPPED:
        raise Refused(Refusal.DRILL_OVER)
    if not reason.strip():
        raise Invalid(reason=_("Say why this is not drilled."))
    drill.state, drill.reason = DrillState.SKIPPED, reason.strip()[:LONGEST_REASON]
    drill.save(update_fields=["state", "reason"])
    audit.record(scope, "meetings.drill_skipped", meeting, drill_id=drill_id, reason=drill.reason)
    return drill


def _open(scope: Scope, meeting_id: UUID, ability: Ability) -> Meeting:
    meeting = locks.lock_meeting(scope, meeting_id, ability)
    if meeting.state == MeetingState.LOCKED:
        raise Refused(Refusal.MINUTES_LOCKED)
    if meeting.state != MeetingState.OPEN:
        raise Refused(Refusal.NOT_OPEN)
    return meeting


def _least(scope: Scope, meeting: Meeting) -> int:
    assert meeting.opened_at is not None
    policy = meeting_policy(scope, meeting.unit_id, zone=meeting.unit.zone, now=meeting.opened_at)
    return policy.number("scores_least")


def _there(meeting: Meeting) -> set[UUID]:
    rows = Attendance.objects.filter(meeting=meeting, presence__in=IN_THE_ROOM)
    return set(rows.values_list("person_id", flat=True))
