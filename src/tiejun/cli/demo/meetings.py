"""The demo's meetings: last evening's with its minutes, one before it with an action still open, and those of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.cli.demo.company import SYSTEM, ZONE
from tiejun.cli.demo.names import words
from tiejun.engines.workdays.calendar import WorkCalendar, next_workday
from tiejun.foundation.times import at_local
from tiejun.meetings.actions import drills, meetings, outcomes, screens, shares, sharing, talks
from tiejun.meetings.queries.rooms import room
from tiejun.meetings.queries.sharing import sharing_page
from tiejun.meetings.rules import ActionState, Kind, Share
from tiejun.meetings.rules.agenda import Point
from tiejun.meetings.rules.drilling import ROUNDS, STEPS
from tiejun.meetings.rules.talks import DraftKind, TalkKind
from tiejun.org.queries import scope_of_person, unit_chain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from random import Random
    from uuid import UUID

    from tiejun.cli.demo.company import DemoStaff
    from tiejun.meetings.models import Meeting

SCORERS = 4


@dataclass(frozen=True, slots=True)
class _Group:
    unit_id: UUID
    supervisor_id: UUID
    random: Random

    @property
    def clock(self) -> Scope:
        return Scope.system("demo", unit_chain=unit_chain(SYSTEM, self.unit_id), zone=ZONE)

    def leader(self, at: datetime) -> Scope:
        return scope_of_person(self.supervisor_id, at=at, origin="demo")


def hold_meetings(staff: DemoStaff, random: Random, days: Sequence[date], today: date, now: datetime) -> None:
    """Hold the evening meetings of the last days (the first group those of both) and bring today's as far as its clock."""
    for number, (unit_id, supervisor_id) in enumerate(zip(staff.groups, staff.supervisors, strict=True)):
        group = _Group(unit_id, supervisor_id, random)
        for day in days if number == 0 else days[-1:]:
            _evening(group, day)
            meetings.lock_day(group.clock, unit_id=unit_id, day=day, now=at_local(day, "26:00", ZONE))
        _today(group, today, now)


def hold_talks(staff: DemoStaff, random: Random, now: datetime) -> None:
    """In the first group: two weekly talks, the manager's about coaching, last month's sharing with a draft, a screen on the wall."""
    told, group = words()["meetings"], _Group(staff.groups[0], staff.supervisors[0], random)
    leader = group.leader(now)
    people = [rep.person_id for rep in staff.reps if rep.unit_id == group.unit_id]
    for person_id, (found, agreed) in zip(people, told["talks"], strict=False):
        notes = talks.TalkNotes(found, agreed)
        talks.hold_talk(leader, person_id=person_id, kind=TalkKind.WEEKLY, version=0, notes=notes, now=now)
    manager = scope_of_person(staff.persons[Role.REGIONAL_MANAGER], at=now, origin="demo")
    notes = talks.TalkNotes(*told["coaching"])
    talks.hold_talk(manager, person_id=group.supervisor_id, kind=TalkKind.COACHING, version=0, notes=notes, now=now)
    screens.make_screen(leader, unit_id=group.unit_id, name=told["screen"], now=now)
    best = sharing_page(leader, unit_id=group.unit_id, now=now).best
    if best:
        row = sharing.hold_sharing(
            leader, unit_id=group.unit_id, speaker_id=best[0].person_id, notes=told["sharing"],
            problems=told["problems"], now=now,
        )  # fmt: skip
        title, text = told["draft"]
        sharing.draft_content(leader, sharing_id=row.pk, kind=DraftKind.OBJECTION, title=title, text=text, now=now)


def _today(group: _Group, today: date, now: datetime) -> None:
    """Agendas can be read from the morning on; what has begun by now runs or is over."""
    for kind, begins, ends in ((Kind.BRIEFING, "09:00", "09:18"), (Kind.EVENING, "17:00", "17:38")):
        begin, end = at_local(today, begins, ZONE), at_local(today, ends, ZONE)
        if kind is Kind.EVENING and end <= now:
            _evening(group, today)
            continue
        meetings.prepare_meeting(group.clock, unit_id=group.unit_id, kind=kind, day=today, now=now)
        if begin <= now:
            row = meetings.open_meeting(group.leader(begin), unit_id=group.unit_id, kind=kind, now=begin)
            if end <= now:
                meetings.close_meeting(group.leader(end), meeting_id=row.pk, version=row.version, reason="", now=end)


def _evening(group: _Group, day: date) -> None:
    told, begin, end = words()["meetings"], at_local(day, "17:00", ZONE), at_local(day, "17:38", ZONE)
    leader = group.leader(begin)
    row = meetings.open_meeting(leader, unit_id=group.unit_id, kind=Kind.EVENING, now=begin)
    point = Point("demo", words=group.random.choice(told["points"]))
    meetings.add_to_agenda(leader, unit_id=group.unit_id, kind=Kind.EVENING, day=day, point=point, now=begin)
    shown = room(leader, row.pk, now=begin)
    there = [place.person_id for place in shown.people if place.is_there]
    for item in shown.items:
        meetings.settle_item(leader, meeting_id=row.pk, item_id=item.pk, is_done=True)
    for number, person_id in enumerate(there):
        said = {kind: group.random.choice(told[kind.value.lower()]) for kind in list(Share)[: 2 + (number % 2)]}
        shares.write_shares(
            leader, meeting_id=row.pk, person_id=person_id, shares=said, now=begin + timedelta(minutes=10 + number)
        )
    if len(there) > SCORERS:
        _drill(group, row, there, begin + timedelta(minutes=26))
    outcomes.decide(
        leader, meeting_id=row.pk, words=group.random.choice(told["decisions"]), now=begin + timedelta(minutes=35)
    )
    _actions(group, row, there, day, end)
    meetings.close_meeting(leader, meeting_id=row.pk, version=row.version, reason=told["reason"], now=end)


def _drill(group: _Group, row: Meeting, there: Sequence[UUID], now: datetime) -> None:
    leader = group.leader(now)
    subject = room(leader, row.pk, now=now).drills[0].subject
    drill = drills.start_drill(
        leader, meeting_id=row.pk, subject=subject, player_id=there[0], customer_id=there[1], now=now
    )
    for number in range(1, ROUNDS + 1):
        at = now + timedelta(minutes=4 * number)
        for scorer in there[1 : SCORERS + 1]:
            points = [min(5, group.random.randint(2, 4) + number - 1) for _step in range(STEPS)]
            scope = scope_of_person(scorer, at=at, origin="demo")
            drills.score_drill(scope, meeting_id=row.pk, drill_id=drill.pk, points=points, now=at)
        drills.reveal_drill(leader, meeting_id=row.pk, drill_id=drill.pk)
        if number < ROUNDS:
            drills.repeat_drill(leader, meeting_id=row.pk, drill_id=drill.pk)


def _actions(group: _Group, row: Meeting, there: Sequence[UUID], day: date, now: datetime) -> None:
    """Two actions: one is done the same evening, the other is carried to the next meetings."""
    due_on = next_workday(day, WorkCalendar())
    known = words()["meetings"]["actions"]
    chosen = [known[(day.toordinal() + place) % len(known)] for place in range(2)]
    made = [
        outcomes.agree_action(group.leader(now), meeting_id=row.pk, owner_id=owner, due_on=due_on, words=what, now=now)
        for owner, what in zip(there, chosen, strict=False)
    ]
    if made:
        outcomes.end_action(
            group.leader(now), action_id=made[0].pk, version=1, state=ActionState.DONE, now=now + timedelta(minutes=9)
        )
