from collections import Counter
from datetime import date
from random import Random
from types import SimpleNamespace

import pytest

from tests.factories.commitments import rates
from tests.factories.org import make_company_tree, make_person
from tests.factories.visits import local
from tiejun.access.roles import Role
from tiejun.cli.demo.commitments import Promises
from tiejun.cli.demo.company import DemoStaff, Rep
from tiejun.forecast.models import DailyForecast, ForecastSnapshot, GroupForecast, MonthlyForecast, WeeklyForecast

pytestmark = pytest.mark.django_db


def test_the_demos_people_promise_and_one_of_them_too_much() -> None:
    tree = make_company_tree()
    reps = []
    for number in range(5):
        person = make_person(name=f"Rep {number}", unit=tree.group)
        rates(SimpleNamespace(person=person, unit=tree.group))
        reps.append(Rep(person.pk, person.name, tree.group.pk, "330106", date(2024, 1, 1), 0.5, 0.9, invents=False))
    boss = make_person(name="Boss", role=Role.SUPERVISOR, unit=tree.group)
    above = {
        role: make_person(name=role, role=role, unit=unit).pk
        for role, unit in ((Role.REGIONAL_MANAGER, tree.region), (Role.SALES_HEAD, tree.company))
    }
    staff = DemoStaff(tree.company.pk, (tree.group.pk,), tuple(reps), (boss.pk,), above)

    Promises(staff, Random(1), first_day=date(2026, 1, 12), now=local("10:00")).make()

    states = Counter(MonthlyForecast.objects.values_list("month", "state"))
    february, march = date(2026, 2, 1), date(2026, 3, 1)
    assert states == {
        (february, "PUBLISHED"): 5, (march, "DRAFT"): 1, (march, "TALKED"): 2, (march, "SIGNED"): 1, (march, "PUBLISHED"): 1,
    }  # fmt: skip
    assert MonthlyForecast.objects.filter(month=march, deals__gt=12, state="TALKED").count() == 1
    assert GroupForecast.objects.filter(month=february).count() == 3, "group, region and company"
    assert WeeklyForecast.objects.count() == 5 * 8 + 5 + 3
    days = DailyForecast.objects.filter(state="CLOSED", is_machine=False, person__in=[rep.person_id for rep in reps])
    assert days.values("business_day").distinct().count() == days.count() / 5 > 10
    for copy in ForecastSnapshot.objects.filter(month=march).exclude(person=None):
        signed = MonthlyForecast.objects.get(person=copy.person_id, month=march, state="PUBLISHED")
        assert signed.published_at.date() <= copy.taken_on, "an evening knows nothing of later talks"


def test_hopes_outnumber_what_comes_by_a_sixth() -> None:
    tree = make_company_tree()
    rep = Rep(
        make_person(unit=tree.group).pk, "Rep", tree.group.pk, "330106", date(2024, 1, 1), 0.5, 0.9, invents=False
    )
    staff = DemoStaff(tree.company.pk, (tree.group.pk,), (rep,), (rep.person_id,), {})
    promises = Promises(staff, Random(1), first_day=date(2026, 1, 12), now=local("10:00"))
    promises.habits = {rep.person_id: 0.17}

    said = sum(promises._said(rep, came, 1.0, "WEEK") for _week in range(2000) for came in (0, 1, 2))

    assert 1.1 < said / 6000 < 1.25
