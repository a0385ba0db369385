"""The board on the wall: what a room sees at a glance, read once for all screens of a unit.

What is shown is kept in the process: the day's facts for longer than what happens in the meeting. A poll that finds it fresh
asks the database nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, TypeVar, cast

from django.db.models import Count, Max, OuterRef, Subquery

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.forecast.queries.people import group_in_reach, groups_in_reach
from tiejun.forecast.queries.tomorrow import forecasts_on
from tiejun.foundation.crypto import blind_index
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.meetings.models import Attendance, Drill, Meeting, ShareNote, WallScreen
from tiejun.meetings.queries.facts import members_of
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules import IN_THE_ROOM, DrillState, MeetingState, Share
from tiejun.meetings.rules.closing import part_ends, part_now
from tiejun.meetings.rules.wall import on_the_wall, without_contacts
from tiejun.pipeline.queries.sales import signed_by_day
from tiejun.visits.queries.days import day_counts
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.meetings.queries.policy import MeetingPolicy
    from tiejun.org.models import Unit

T = TypeVar("T")
MOST_SHARES, MOST_DEALS = 4, 6
SCREEN_SECONDS, POLICY_SECONDS, MOST_KEPT, GRACE = 60, 300, 4000, timedelta(seconds=3)
_kept: dict[tuple[str, UUID], tuple[datetime, object]] = {}
_stamped: dict[UUID, tuple[list[object], WallDay, WallBoard]] = {}


@dataclass(frozen=True, slots=True)
class WallDeal:
    """A customer that is to sign: nothing but its name, whose it is, how much, and whether it is done."""

    company: str
    name: str
    amount_minor: int
    is_signed: bool


@dataclass(frozen=True, slots=True)
class WallDay:
    """A unit's day in sums; `floor`: the visits of all who are at work; `deals_on`: the day that the A list is for."""

    visits: int
    floor: int
    effective: int
    new_effective: int
    deals: int
    amount_minor: int
    deals_on: date
    is_tomorrow: bool
    iron: tuple[WallDeal, ...]
    more: int


@dataclass(frozen=True, slots=True)
class WallMeeting:
    """A meeting of the day; `at`: when the open one ends, or when another begins; `part` of an open one from 0 on."""

    kind: str
    is_open: bool
    is_over: bool
    at: datetime
    part: int
    people: int
    shared: int
    shares: tuple[tuple[Share, str, str], ...]
    drill: str


@dataclass(frozen=True, slots=True)
class WallBoard:
    """What hangs on the wall. `tag` changes with what is shown."""

    unit_name: str
    today: date
    day: WallDay
    meeting: WallMeeting | None
    poll_seconds: int
    tag: str

    @property
    def is_running(self) -> bool:
        return self.meeting is not None and self.meeting.is_open


def mark_of(scope: Scope, screen_id: UUID) -> str:  # noqa: ARG001 -- a mark opens nothing without its screen's row
    """Return the part of a screen's address that nobody can guess."""
    return blind_index(f"meetings.wall:{screen_id}").hex()[:32]


def wall_board(scope: Scope, screen_id: UUID, mark: str, *, now: datetime) -> WallBoard:
    """Return the board of a screen's unit; raises `NotFound` for a wrong address and for a screen that has ended."""
    if not compare_digest(mark.encode(), mark_of(scope, screen_id).encode()):
        raise NotFound
    screen = _fresh("screen", screen_id, now, SCREEN_SECONDS, lambda: _screen(screen_id))
    if screen.closed_at is not None or screen.ends_at <= now:
        raise NotFound
    unit = screen.unit
    kept = _kept.get(("board", unit.pk))
    if kept is not None and kept[0] > now:
        return cast("WallBoard", kept[1])
    policy = _fresh(
        "policy", unit.pk, now, POLICY_SECONDS, lambda: meeting_policy(scope, unit.pk, zone=unit.zone, now=now)
    )
    seconds, facts_seconds = policy.number("wall_seconds"), policy.number("wall_facts_seconds")
    day = _fresh("day", unit.pk, now, facts_seconds, lambda: _day(unit, policy, now))
    return _fresh("board", unit.pk, now, seconds, lambda: _board(unit, day, policy, now))


def forget(scope: Scope, screen_id: UUID) -> None:  # noqa: ARG001 -- called by who closed the screen
    """Drop what this process keeps of a screen; others look again within a minute."""
    _kept.pop(("screen", screen_id), None)


def _fresh(part: str, key: UUID, now: datetime, seconds: int, read: Callable[[], T]) -> T:
    """Return what was kept, or read it anew. While one request reads, the others are answered with what was there before."""
    kept = _kept.get((part, key))
    if kept is not None:
        if kept[0] > now:
            return cast("T", kept[1])
        _kept[part, key] = (now + GRACE, kept[1])
    elif len(_kept) >= MOST_KEPT:
        _kept.clear()
    value = read()
    _kept[part, key] = (now + timedelta(seconds=seconds), value)
    return value


def _screen(screen_id: UUID) -> WallScreen:
    row = WallScreen.objects.select_related("unit").filter(pk=screen_id).first()
    if row is None:
        raise NotFound
    return row


def _day(unit: Unit, policy: MeetingPolicy, now: datetime) -> WallDay:
    system = Scope.system("meetings.wall", unit_chain=policy.chain, zone=unit.zone)
    today = business_day(now, unit.zone)
    members = members_of(system, unit.pk, today)
    persons, names = [one.person_id for one in members], {one.person_id: one.name for one in members}
    counts = day_counts(system, persons, today, now=now).values()
    sales = signed_by_day(system, persons, since=today, until=today + timedelta(days=1)).values()
    field = field_policy(system, now, chain=policy.chain, zone=policy.zone)
    is_tomorrow = now >= field.moment(today, "clock.evening_pulse")
    deals_on = policy.next_day(today) if is_tomorrow else today
    iron = [
        WallDeal(without_contacts(line.name), names[person_id], line.deal.amount_minor, bool(line.is_signed))
        for person_id, said in forecasts_on(system, persons, deals_on, now=now).items()
        for line in said.iron
    ]
    iron.sort(key=lambda deal: (deal.company, deal.name))
    return WallDay(
        visits=sum(one.restated_visits for one in counts),
        floor=sum(field.floor(one.leave_part).visits for one in members) if field.is_workday(today) else 0,
        effective=sum(one.restated_effective_visits for one in counts),
        new_effective=sum(one.restated_new_effective_customers for one in counts),
        deals=sum(one.deals for one in sales),
        amount_minor=sum(one.amount_minor for one in sales),
        deals_on=deals_on,
        is_tomorrow=is_tomorrow,
        iron=tuple(iron[:MOST_DEALS]),
        more=max(0, len(iron) - MOST_DEALS),
    )


def _board(unit: Unit, day: WallDay, policy: MeetingPolicy, now: datetime) -> WallBoard:
    """The board as it is now; where nothing has happened in the room since it was read, the one before."""
    today = business_day(now, unit.zone)
    stamp = _stamp(unit, today, policy, now)
    kept = _stamped.get(unit.pk)
    if kept is not None and kept[0] == stamp and kept[1] is day:
        return kept[2]
    meeting = _meeting(unit, today, policy, now)
    told = sha256(repr((unit.name, today, day, meeting)).encode()).hexdigest()[:24]
    board = WallBoard(unit.name, today, day, meeting, policy.number("wall_seconds"), told)
    if len(_stamped) >= MOST_KEPT:
        _stamped.clear()
    _stamped[unit.pk] = (stamp, day, board)
    return board


def _stamp(unit: Unit, today: date, policy: MeetingPolicy, now: datetime) -> list[object]:
    """What tells in one statement whether anything has happened in the day's meetings, and which part of them runs."""
    notes = ShareNote.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    there = Attendance.objects.filter(meeting=OuterRef("pk"), presence__in=IN_THE_ROOM).order_by().values("meeting")
    drills = Drill.objects.filter(meeting=OuterRef("pk"), state=DrillState.PLAYING)
    rows = Meeting.objects.filter(unit=unit, business_day=today).order_by("planned_at")
    found = rows.annotate(
        told=Subquery(notes.annotate(n=Count("pk")).values("n")),
        told_at=Subquery(notes.annotate(at=Max("written_at")).values("at")),
        there=Subquery(there.annotate(n=Count("pk")).values("n")),
        drill=Subquery(drills.values("subject")[:1]),
    )
    stamp: list[object] = [today]
    for row in found.values_list("pk", "version", "opened_at", "minutes", "told", "told_at", "there", "drill"):
        part = part_now(part_ends(row[2], row[3], policy.time_plan), now) if row[2] else -1
        stamp += [*row, part]
    return stamp


def _meeting(unit: Unit, today: date, policy: MeetingPolicy, now: datetime) -> WallMeeting | None:
    """The meeting that is open, else the next one of the day, else the last: its shares stay on the wall."""
    rows = list(Meeting.objects.filter(unit=unit, business_day=today).order_by("planned_at"))
    states = (MeetingState.OPEN, MeetingState.SCHEDULED)
    row = next((one for state in states for one in rows if one.state == state), rows[-1] if rows else None)
    if row is None:
        return None
    is_open, start = row.state == MeetingState.OPEN, row.opened_at or row.planned_at
    there = set(
        Attendance.objects.filter(meeting=row, group__gt=0, presence__in=IN_THE_ROOM).values_list(
            "person_id", flat=True
        )
    )
    notes = list(ShareNote.objects.filter(meeting=row).order_by("written_at", "pk").select_related("person"))
    drill = Drill.objects.filter(meeting=row, state=DrillState.PLAYING).first()
    return WallMeeting(
        kind=row.kind,
        is_open=is_open,
        at=start + timedelta(minutes=row.minutes) if is_open else row.planned_at,
        is_over=row.closed_at is not None,
        part=part_now(part_ends(start, row.minutes, policy.time_plan), now) if is_open else -1,
        people=len(there),
        shared=len({note.person_id for note in notes} & there),
        shares=tuple(on_the_wall([(Share(one.kind), one.person.name, one.words) for one in notes], most=MOST_SHARES)),
        drill=drill.subject if drill else "",
    )


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """A screen with the rest of its address."""

    screen: WallScreen
    mark: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ScreensPage:
    """The screens of a unit, the newest first."""

    unit: Unit
    units: list[Unit]
    lines: list[ScreenLine]


def screens_page(scope: Scope, *, unit_id: UUID | None = None, now: datetime) -> ScreensPage:
    """Return the screens of a unit within reach; raises `NotFound`."""
    scope.require(Ability.MANAGE_SCREENS)
    unit = group_in_reach(scope, Ability.MANAGE_SCREENS, unit_id)
    rows = WallScreen.objects.within(scope, Ability.MANAGE_SCREENS).filter(unit_id=unit.pk, closed_at=None)
    lines = [ScreenLine(row, mark_of(scope, row.pk), row.ends_at > now) for row in rows.order_by("-made_at", "pk")]
    return ScreensPage(unit, groups_in_reach(scope, Ability.MANAGE_SCREENS), lines)


def screen_in_reach(scope: Scope, screen_id: UUID) -> WallScreen:
    """Return a screen within reach; raises `NotFound`."""
    row = WallScreen.objects.within(scope, Ability.MANAGE_SCREENS).filter(pk=screen_id).first()
    if row is None:
        raise NotFound
    return row
