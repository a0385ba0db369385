from datetime import date, timedelta
from random import Random

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead
from tests.factories.org import make_company_tree, make_person
from tests.factories.visits import DAY, Field, local, make_visit
from tiejun.access.roles import Role
from tiejun.cli.demo.coaching import Accompanied
from tiejun.cli.demo.company import DemoStaff, Rep
from tiejun.cli.demo.skills import rate_skills
from tiejun.coaching.models import ApplicationCheck, CoachingPlan, CoachingSummary, SpotCheck
from tiejun.engines.workdays.calendar import WorkCalendar, is_workday
from tiejun.inbox.models import Notice
from tiejun.talent.models import RatingEvidence, SkillRating

pytestmark = pytest.mark.django_db


def test_the_demos_supervisor_goes_along_and_tomorrow_is_sealed() -> None:
    tree = make_company_tree()
    boss = make_person(name="Boss", role=Role.SUPERVISOR, unit=tree.group)
    past = [day for n in range(14, 0, -1) if is_workday(day := DAY - timedelta(days=n), WorkCalendar())]
    reps = []
    for number in range(5):
        person = make_person(name=f"Rep {number}", unit=tree.group)
        companies = [make_company(f"Company {number} {place}") for place in range(2)]
        for company in companies:
            make_held_lead(person, tree.group, company=company, now=local("08:00", past[0] - timedelta(days=1)))
        field = Field(tree.group, person, boss, companies[0], person)
        for day in (*past, DAY):
            for place, company in enumerate(companies):
                if day != DAY or place == 0:
                    make_visit(field, company=company, at=local(f"{9 + place}:30", day))
        reps.append(Rep(person.pk, person.name, tree.group.pk, "330106", date(2024, 1, 1), 0.5, 0.9, invents=False))
    staff = DemoStaff(tree.company.pk, (tree.group.pk,), tuple(reps), (boss.pk,), {})

    Accompanied(staff, Random(3), past, local("12:00")).live()

    states = list(CoachingPlan.objects.order_by("business_day").values_list("business_day", "state"))
    assert states[-2:] == [(DAY, "IN_FIELD"), (DAY + timedelta(days=1), "CONFIRMED")]
    assert CoachingSummary.objects.count() == len(states) - 2 >= 3
    assert {"USED", "DUE"} <= set(ApplicationCheck.objects.values_list("state", flat=True))
    assert SpotCheck.objects.count() == 2
    sealed = CoachingPlan.objects.get(business_day=DAY + timedelta(days=1))
    assert not Notice.objects.filter(url__contains=str(sealed.pk)).exists()

    rate_skills(staff, Random(3), past, local("12:00"))

    line = SkillRating.objects.filter(source="LEADER")
    assert line.count() >= 5
    assert set(line.values_list("rated_on", flat=True)) == {past[-8], past[-1]}
    assert not RatingEvidence.objects.filter(seen_on__gt=past[-1]).exists()
    assert SkillRating.objects.filter(source="SELF").count() == 2 * 12
