from datetime import date, timedelta

import pytest

from tests.factories.leads import make_pool, make_source
from tests.factories.org import NOW, make_company_tree, make_person
from tiejun.cli.demo.canvass import DOORS, canvass, found_buildings
from tiejun.cli.demo.company import DemoStaff, Rep
from tiejun.org.models import Building
from tiejun.visits.models import Door

pytestmark = pytest.mark.django_db


def test_the_demos_representatives_knock_at_doors_that_lie_behind_them() -> None:
    tree = make_company_tree()
    make_source()
    make_pool("East")
    person = make_person(unit=tree.group)
    rep = Rep(person.pk, person.name, tree.group.pk, "330106", date(2024, 1, 1), 0.5, 0.9, invents=False)
    staff = DemoStaff(tree.company.pk, (tree.group.pk,), (rep,), (), {})
    today = NOW.date()

    buildings = found_buildings()
    canvass(staff, buildings, [today - timedelta(days=1), today], NOW)

    assert len(buildings) == Building.objects.count() > 0
    assert Door.objects.count() == DOORS
    assert not Door.objects.filter(knocked_at__gt=NOW).exists()
