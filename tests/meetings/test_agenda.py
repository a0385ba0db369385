from datetime import timedelta

import pytest

from tests.factories.forecast import TOMORROW, make_day, make_hot
from tests.factories.meetings import BEGINS
from tests.factories.org import scope_for
from tests.factories.visits import DAY, local
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.meetings.actions import meetings
from tiejun.meetings.models import AgendaItem, Drill
from tiejun.meetings.rules import Kind, MeetingState
from tiejun.meetings.rules.agenda import Point
from tiejun.meetings.rules.drilling import Subject

pytestmark = pytest.mark.django_db


def keys(meeting):
    return list(AgendaItem.objects.filter(meeting=meeting).order_by("position").values_list("code", "words"))


def test_the_machine_makes_the_agenda_from_the_day(crew):
    company = make_hot(crew.field)
    make_day(crew.field, day=DAY, at=local("17:00", DAY - timedelta(days=1)), said=2)

    meeting = crew.prepare()

    assert keys(meeting) == [
        ("meetings.short_of_forecast", ""),
        ("meetings.below_floor", ""),
        ("meetings.no_backup", ""),
    ]
    backup = AgendaItem.objects.get(code="meetings.no_backup")
    assert backup.facts == {"name": "Lin Xiao", "company": company.name}
    assert Drill.objects.get().subject == Subject.PITCH
    assert (meeting.planned_at, meeting.minutes, meeting.state) == (BEGINS, 40, MeetingState.SCHEDULED)


def test_a_module_puts_a_point_on_an_agenda_once(crew):
    point = Point("coach:1", code="meetings.won", facts={"name": "Lin", "deals": 1}, about_id=crew.people[0].pk)

    for _twice in range(2):
        meetings.add_to_agenda(
            crew.clock, unit_id=crew.field.unit.pk, kind=Kind.EVENING, day=TOMORROW, point=point, now=BEGINS
        )
    crew.prepare(day=TOMORROW)

    assert AgendaItem.objects.filter(key="coach:1", origin="MODULE").count() == 1
    with pytest.raises(Invalid):
        meetings.add_to_agenda(
            crew.leader(), unit_id=crew.field.unit.pk, kind=Kind.EVENING, day=DAY, point=Point("x"), now=BEGINS
        )
    with pytest.raises(Refused, match="MINUTES_LOCKED"):
        meetings.add_to_agenda(
            crew.leader(), unit_id=crew.field.unit.pk, kind=Kind.EVENING, day=DAY - timedelta(days=1), point=point,
            now=BEGINS,
        )  # fmt: skip


def test_three_meetings_without_an_outcome_are_asked_why(crew):
    for number in range(3, 0, -1):
        day = DAY - timedelta(days=number)
        at = local("17:00", day)
        meeting = meetings.open_meeting(
            scope_for(crew.field.supervisor, at), unit_id=crew.field.unit.pk, kind=Kind.EVENING, now=at
        )
        crew.close(meeting, at=local("17:30", day), reason="late")
        crew.lock(day=day)

    assert ("meetings.nothing_decided", "") in keys(crew.prepare())
