"""How a meeting is made ready from the facts of the day; a repeat renews what the machine has put there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.meetings.models import AgendaItem, Attendance, Drill, Meeting
from tiejun.meetings.queries.facts import evening_of, morning_of
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules import DrillState, ItemState, Kind, MeetingState, Origin, Presence
from tiejun.meetings.rules.agenda import agenda_of
from tiejun.meetings.rules.drilling import proposals
from tiejun.meetings.rules.grouping import small_groups
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.queries.policy import MeetingPolicy
    from tiejun.meetings.rules.agenda import Item
    from tiejun.meetings.rules.drilling import Proposal
    from tiejun.org.queries import TeamMember

FIRST_OF_OTHERS = 100


def meeting_of_day(scope: Scope, unit_id: UUID, kind: Kind, day: date, *, now: datetime) -> Meeting:
    """Return a unit's meeting of a day, locked; an absent one is scheduled by the policy."""
    zone = next(unit.zone for unit in org.all_units(scope) if unit.pk == unit_id)
    policy = meeting_policy(scope, unit_id, zone=zone, now=now)
    Meeting.objects.get_or_create(
        unit_id=unit_id,
        kind=kind,
        business_day=day,
        defaults={"planned_at": policy.planned_at(kind, day), "minutes": policy.minutes(kind, day)},
    )
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("unit")
    return rows.get(unit_id=unit_id, kind=kind, business_day=day)


def make_ready(scope: Scope, meeting: Meeting, *, now: datetime) -> None:
    """Fill a scheduled meeting's agenda, small groups and drills from the facts of its day."""
    policy = meeting_policy(scope, meeting.unit_id, zone=meeting.unit.zone, now=now)
    carry_items(meeting)
    most, fruitless = policy.number("agenda_most"), policy.number("fruitless_after")
    if meeting.kind == Kind.EVENING:
        evening = evening_of(scope, meeting.unit_id, meeting.business_day, policy=policy, now=now)
        _renew_items(meeting, agenda_of(evening.day, most=most, fruitless_after=fruitless))
        _renew_drills(meeting, proposals(evening.hardness, most=policy.number("drills_proposed")))
        members = evening.members
    else:
        members, morning = morning_of(scope, meeting.unit_id, meeting.business_day, now=now)
        _renew_items(meeting, agenda_of(morning, most=most, fruitless_after=fruitless))
    _renew_places(meeting, members, policy)


def _renew_items(meeting: Meeting, items: Sequence[Item]) -> None:
    AgendaItem.objects.filter(meeting=meeting, origin=Origin.MACHINE).delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, key=item.key, position=position, origin=Origin.MACHINE,
            code=f"meetings.{item.topic.value.lower()}", facts=item.facts, about_id=item.person_id,
        )
        for position, item in enumerate(items)
    )  # fmt: skip


def carry_items(meeting: Meeting) -> None:
    """Put on the agenda what the meeting before left open; the machine's own exceptions are found anew each day."""
    before = Meeting.objects.filter(
        unit_id=meeting.unit_id, kind=meeting.kind, business_day__lt=meeting.business_day
    ).exclude(state=MeetingState.SCHEDULED)
    last = before.order_by("-business_day").first()
    if last is None:
        return
    left = AgendaItem.objects.filter(meeting=last, state=ItemState.CARRIED).exclude(origin=Origin.MACHINE)
    AgendaItem.objects.bulk_create(
        (
            AgendaItem(
                meeting=meeting, key=row.key, position=row.position, origin=row.origin, code=row.code, facts=row.facts,
                words=row.words, about_id=row.about_id, added_by_id=row.added_by_id,
            )
            for row in left.order_by("position", "pk")
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _renew_drills(meeting: Meeting, found: Sequence[Proposal]) -> None:
    Drill.objects.filter(meeting=meeting, state=DrillState.PROPOSED).delete()
    Drill.objects.bulk_create(
        Drill(meeting=meeting, position=position, subject=one.subject, count=one.count, of=one.of)
        for position, one in enumerate(found)
    )


def _renew_places(meeting: Meeting, members: Sequence[TeamMember], policy: MeetingPolicy) -> None:
    held = Meeting.objects.filter(unit_id=meeting.unit_id, kind=meeting.kind, business_day__lt=meeting.business_day)
    turn = held.filter(opened_at__isnull=False).count()
    there = [member.person_id for member in members if member.leave_part != "FULL"]
    away = [member.person_id for member in members if member.leave_part == "FULL"]
    kept = dict(Attendance.objects.filter(meeting=meeting).values_list("person_id", "presence"))
    Attendance.objects.filter(meeting=meeting).delete()
    groups = small_groups(there, size=policy.number("group_size"), turn=turn)
    places = [
        Attendance(
            meeting=meeting, person_id=person_id, group=number, turn=place,
            presence=kept.get(person_id, Presence.PRESENT),
        )
        for number, group in enumerate(groups, 1)
        for place, person_id in enumerate(group, 1)
    ]  # fmt: skip
    places += [
        Attendance(meeting=meeting, person_id=person_id, group=0, turn=place, presence=Presence.EXCUSED)
        for place, person_id in enumerate(away, 1)
    ]
    Attendance.objects.bulk_create(places)
