"""A running meeting of a place's group, with something of each kind in it, and what was unusual there; and one whose minutes are locked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tests.reliability.insight_world import unusual
from tiejun.meetings.models import (
    ActionItem,
    AgendaItem,
    Attendance,
    ContentDraft,
    Drill,
    Meeting,
    MonthlySharing,
    WallScreen,
)

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.org.models import Person, Unit


def met(person: Person, unit: Unit, now: datetime, *, ended: bool = False) -> dict[str, Any]:
    """Make a meeting on a day of its own (there is one of a kind and day), led by the person; `ended`: it is locked."""
    day = timezone.localdate(now) - timedelta(days=Meeting.objects.filter(unit=unit).count())
    row = Meeting.objects.create(
        unit=unit, kind="EVENING", business_day=day, state="OPEN", planned_at=now, minutes=40, opened_at=now, led_by=person
    )  # fmt: skip
    Attendance.objects.create(meeting=row, person=person, group=1, turn=1)
    item = AgendaItem.objects.create(meeting=row, key="x", position=1, origin="PERSON", words="x")
    drill = Drill.objects.create(meeting=row, position=1, subject="PRICE")
    action = ActionItem.objects.create(
        meeting=row, unit=unit, owner=person, words="x", due_on=day, made_by=person, made_at=now
    )
    if ended:
        ActionItem.objects.filter(pk=action.pk).update(state="DONE", ended_at=now, ended_by=person)
        Meeting.objects.filter(pk=row.pk).update(state="LOCKED", closed_at=now)
    screen = WallScreen.objects.create(
        unit=unit,
        name="x",
        made_by=person,
        made_at=now,
        ends_at=now + timedelta(days=9),
        closed_at=now if ended else None,
    )
    month = (day.replace(day=1) - timedelta(days=32 * MonthlySharing.objects.count())).replace(day=1)
    sharing = MonthlySharing.objects.create(
        unit=unit, month=month, speaker=person, notes="x", held_by=person, held_at=now
    )
    draft = ContentDraft.objects.create(
        sharing=sharing, unit=unit, kind="CASE", title="x", text="x", state="WITHDRAWN" if ended else "DRAFT",
        author=person, made_by=person, made_at=now,
    )  # fmt: skip
    made = {"screen_id": screen.pk, "sharing_id": sharing.pk, "draft_id": draft.pk}
    made |= unusual(person, unit, now, ended=ended)
    return made | {"meeting_id": row.pk, "agenda_item_id": item.pk, "drill_id": drill.pk, "action_id": action.pk}
