"""Fifty wall boards open at once, each in the room of another group and then all in one: what they cost while a meeting runs.

Each screen polls as its page does, with the ETag of what it shows; somebody shares something every minute.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.client import Client
from benchmarks.meters import cpu_seconds
from benchmarks.report import Row
from tiejun.access.scope import Scope
from tiejun.foundation import policies
from tiejun.foundation.times import business_day
from tiejun.meetings.models import Attendance, Meeting, ShareNote, WallScreen
from tiejun.meetings.queries.wall import mark_of
from tiejun.org.models import Person, Position, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.installation import Installation, Server
    from benchmarks.world import World

SCREENS, WATCHED_S, SHARED_EVERY_S, PEOPLE, MOST_PERCENT = 50, 120, 60, 10, 5
ZONE = "Asia/Shanghai"
ASKER = Scope.system("benchmark")


def measure(installation: Installation, world: World, web: Server) -> list[Row]:
    """Open meetings in as many groups as there are screens, and let the screens look on."""
    meetings = _meetings(world)
    seconds = policies.book(datetime.now(UTC)).integer("meetings.wall_seconds")
    return [
        _row(installation, web, "each of another group", meetings, seconds),
        _row(installation, web, "all of one group", meetings[:1] * SCREENS, seconds),
    ]


def _meetings(world: World) -> list[Meeting]:
    now = datetime.now(UTC)
    day = business_day(now, ZONE)
    have = list(Unit.objects.filter(kind="GROUP").order_by("name")[:SCREENS])
    above = have[0]
    for number in range(len(have), SCREENS):
        fresh = Unit(
            name=f"Room {number}", kind="GROUP", parent_id=above.parent_id, city_code=above.city_code, zone=above.zone
        )
        fresh.path = f"{above.path.rpartition('/')[0]}/{fresh.pk}"
        fresh.save(force_insert=True)
        have.append(fresh)
    meetings = []
    for unit in have:
        leader = (
            Position.objects.filter(unit=unit).values_list("person_id", flat=True).first() or world.supervisor.person_id
        )
        row, _made = Meeting.objects.get_or_create(
            unit=unit, kind="EVENING", business_day=day,
            defaults={
                "state": "OPEN", "planned_at": now, "minutes": 60, "opened_at": now, "led_by_id": leader,
            },
        )  # fmt: skip
        _seat(row, now)
        meetings.append(row)
    return meetings


def _seat(meeting: Meeting, now: datetime) -> None:
    """Ten people of the group, with a plain day's work behind them where the world has given them one."""
    have = list(Position.objects.filter(unit=meeting.unit_id, role="REP").values_list("person_id", flat=True)[:PEOPLE])
    for number in range(len(have), PEOPLE):
        name = f"Room {meeting.pk} {number}"
        person = Person.objects.create(
            name=name[:20],
            name_initials="room",
            staff_number=f"{meeting.pk}"[-12:] + f"-{number}",
            joined_on=now.date(),
        )
        Position.objects.create(
            person=person, role="REP", unit_id=meeting.unit_id, starts_on=now.date() - timedelta(days=9)
        )
        have.append(person.pk)
    Attendance.objects.bulk_create(
        (Attendance(meeting=meeting, person_id=one, group=1, turn=1) for one in have), ignore_conflicts=True
    )


def _row(installation: Installation, web: Server, which: str, meetings: Sequence[Meeting], seconds: int) -> Row:
    screens = [_screen(meeting) for meeting in meetings]
    clients, tags = [Client(web.port) for _screen in screens], [""] * len(screens)
    for number, path in enumerate(screens):
        tags[number] = _look(clients[number], path, tags[number])
    spent, began, polls, kept = cpu_seconds(web.pid, installation.database_pid), time.monotonic(), 0, 0
    shared = began
    while (passed := time.monotonic() - began) < WATCHED_S:
        number = polls % len(screens)
        # Screens are switched on at any moment: their polls lie evenly in time.
        time.sleep(max(0.0, polls * seconds / len(screens) - passed))
        if time.monotonic() - shared > SHARED_EVERY_S:
            shared = time.monotonic()
            _share(meetings)
        before = tags[number]
        tags[number] = _look(clients[number], screens[number], before)
        kept += tags[number] == before
        polls += 1
    wall = time.monotonic() - began
    percent = 100 * (cpu_seconds(web.pid, installation.database_pid) - spent) / wall
    told = (
        f"{percent:.1f} % of a core ({polls / wall:.1f} polls a second, {100 * kept / polls:.0f} % answered with 304)"
    )
    return Row(
        f"{SCREENS} wall boards open, {which}, while its meeting runs",
        told,
        f"≤ {MOST_PERCENT} % of a core",
        percent <= MOST_PERCENT,
    )


def _screen(meeting: Meeting) -> str:
    now = datetime.now(UTC)
    row = WallScreen.objects.create(
        unit_id=meeting.unit_id, name="Room", made_by_id=meeting.led_by_id, made_at=now, ends_at=now + timedelta(days=1)
    )
    return f"/meetings/wall/{row.pk}/{mark_of(ASKER, row.pk)}/"


def _look(client: Client, path: str, tag: str) -> str:
    headers = {"HX-Request": "true", "HX-Target": "wall"} | ({"If-None-Match": tag} if tag else {})
    status, answered, _content = client.ask(path, headers=headers)
    if status not in (200, 304):
        msg = f"{path}: {status}"
        raise AssertionError(msg)
    return answered["etag"]


def _share(meetings: Sequence[Meeting]) -> None:
    """One more person of each meeting tells something."""
    now = datetime.now(UTC)
    for meeting in {one.pk: one for one in meetings}.values():
        told = ShareNote.objects.filter(meeting=meeting).values("person")
        person = Attendance.objects.filter(meeting=meeting).exclude(person__in=told).first()
        if person is not None:
            ShareNote.objects.create(
                meeting=meeting, person_id=person.person_id, kind="GAIN", words="asked for the order",
                written_by_id=person.person_id, written_at=now,
            )  # fmt: skip
