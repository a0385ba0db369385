"""The small arrangements of the demo company: who leaves, what views are kept, which boundary is drawn."""

from __future__ import annotations

import pytest

from tests.factories.leads import make_held_lead
from tests.factories.org import JOINED_ON, NOW, make_company_tree, make_person
from tiejun.access.roles import Role
from tiejun.cli.demo.company import DemoStaff, Rep
from tiejun.cli.demo.leavers import LEAVES, let_one_leave
from tiejun.cli.demo.views import draw_boundary, keep_views
from tiejun.lists.models import SavedView
from tiejun.org.models import Building, Territory
from tiejun.succession.models import Succession

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> DemoStaff:
    tree = make_company_tree()
    people = [make_person(unit=tree.group) for _ in range(LEAVES + 2)]
    reps = tuple(Rep(row.pk, row.name, tree.group.pk, "330106", JOINED_ON, 0.5, 1.0, False) for row in people)
    make_held_lead(people[LEAVES], tree.group)
    leader = make_person(role=Role.SUPERVISOR, unit=tree.group)
    return DemoStaff(tree.company.pk, (tree.group.pk,), reps, (leader.pk,), {})


def test_one_representative_leaves_and_waits_on_the_desk(staff: DemoStaff) -> None:
    let_one_leave(staff, NOW)

    row = Succession.objects.get()
    assert (row.person_id, row.state, len(row.colleagues)) == (staff.reps[LEAVES].person_id, "OPEN", LEAVES + 1)


def test_a_view_of_ones_own_and_a_shared_one_are_kept(staff: DemoStaff) -> None:
    keep_views(staff, NOW)

    assert set(SavedView.objects.values_list("kind", "person", "unit")) == {
        ("leads.mine", staff.reps[0].person_id, None),
        ("leads.pool", staff.supervisors[0], staff.groups[0]),
    }


def test_a_boundary_takes_buildings_in_and_without_any_none_is_drawn(staff: DemoStaff) -> None:
    draw_boundary(staff)
    assert not Territory.objects.exists()
    for number in range(3):
        Building.objects.create(
            name=f"Tower {number}", district_code="330106", longitude=120.1 + number / 1000, latitude=30.2
        )

    draw_boundary(staff)

    assert Territory.objects.get().boundary
