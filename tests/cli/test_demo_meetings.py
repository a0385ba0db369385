from datetime import date
from random import Random

import pytest

from tests.factories.meetings import make_crew
from tests.factories.org import make_person
from tests.factories.visits import DAY, local
from tiejun.access.roles import Role
from tiejun.cli.demo.company import DemoStaff, Rep
from tiejun.cli.demo.meetings import hold_meetings, hold_talks
from tiejun.meetings.models import ActionItem, Drill, Meeting, OneToOne, WallScreen

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("clock", "states"),
    [("08:00", ["SCHEDULED", "SCHEDULED"]), ("17:10", ["CLOSED", "OPEN"]), ("19:00", ["CLOSED", "CLOSED"])],
    ids=["in the morning", "while the meeting runs", "in the evening"],
)
def test_the_demos_meetings_are_as_far_as_its_clock(clock, states):
    crew = make_crew()
    unit = crew.field.unit
    reps = tuple(
        Rep(one.pk, one.name, unit.pk, "330106", date(2024, 1, 1), 0.5, 0.9, invents=False) for one in crew.people
    )
    staff = DemoStaff(unit.parent.parent_id, (unit.pk,), reps, (crew.field.supervisor.pk,), {Role.CEO: unit.pk})

    hold_meetings(staff, Random(1), [date(2026, 3, 9), date(2026, 3, 10)], DAY, local(clock))

    today = Meeting.objects.filter(business_day=DAY).order_by("kind")
    assert [row.state for row in today] == states
    before = Meeting.objects.filter(business_day__lt=DAY)
    assert [(row.state, row.kind) for row in before] == [("LOCKED", "EVENING")] * 2
    assert "DRILL" not in before[0].missing
    assert Drill.objects.filter(meeting__in=before, revealed=2).count() == 2
    assert ActionItem.objects.filter(meeting__in=before, state="OPEN").count() == 2


def test_the_demos_first_group_talks_and_has_a_screen():
    crew = make_crew()
    unit = crew.field.unit
    reps = tuple(
        Rep(one.pk, one.name, unit.pk, "330106", date(2024, 1, 1), 0.5, 0.9, invents=False) for one in crew.people
    )
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=unit.parent)
    staff = DemoStaff(
        unit.parent.parent_id, (unit.pk,), reps, (crew.field.supervisor.pk,), {Role.REGIONAL_MANAGER: manager.pk}
    )

    hold_talks(staff, Random(1), local("10:00"))

    kinds = OneToOne.objects.order_by("kind").values_list("kind", flat=True)
    assert (list(kinds), WallScreen.objects.count()) == (["COACHING", "WEEKLY", "WEEKLY"], 1)
