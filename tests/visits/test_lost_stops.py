"""A company that somebody lost leaves the plans of who held it: nobody walks to a door that is a colleague's by now."""

from datetime import timedelta

import pytest

from tests.factories.org import NOW, scope_for
from tests.factories.visits import DAY, HERE, make_field, make_visit
from tiejun.access.scope import Scope
from tiejun.foundation.events import listeners
from tiejun.leads.actions import release_lead, transfer_lead
from tiejun.leads.events import LeadReleased, LeadTransferred, ReclaimRunFinished
from tiejun.leads.models import Lead
from tiejun.visits import jobs
from tiejun.visits.actions.handing_over import drop_stops
from tiejun.visits.actions.plans import propose_plan, submit_plan
from tiejun.visits.models import DayPlan, PlanItem

pytestmark = pytest.mark.django_db
TOMORROW = DAY + timedelta(days=1)
SYSTEM = Scope.system("test")


@pytest.fixture
def rep(time_machine):
    time_machine.move_to(NOW, tick=False)
    found = make_field()
    for number in range(3):
        found.held_company(f"Company {number}", latitude=HERE.latitude, longitude=HERE.longitude + (number + 1) / 200)
    propose_plan(found.scope, day=TOMORROW, now=NOW)
    submit_plan(found.scope, day=TOMORROW, now=NOW)
    return found


def planned(rep, day=TOMORROW):
    return set(
        PlanItem.objects.filter(plan__person=rep.person, plan__business_day=day, removed_in=None).values_list(
            "company", flat=True
        )
    )


def lead_of(company):
    return Lead.objects.get(company=company)


def test_what_was_given_back_leaves_the_plan_and_the_rest_stays(rep) -> None:
    before, version = planned(rep), DayPlan.objects.get(business_day=TOMORROW).version
    release_lead(rep.scope, lead_id=lead_of(rep.company).pk, reason="NO_NEED", now=NOW)

    jobs.drop_released_stops(LeadReleased(lead_of(rep.company).pk, rep.company.pk, rep.person.pk, "RELEASED", NOW))

    assert rep.company.pk in before
    assert planned(rep) == before - {rep.company.pk}
    assert DayPlan.objects.get(business_day=TOMORROW).version > version


def test_what_a_leader_gave_away_leaves_the_plan(rep) -> None:
    lead = lead_of(rep.company)
    transfer_lead(scope_for(rep.supervisor), lead_id=lead.pk, to_person_id=rep.colleague.pk, reason="nearer", now=NOW)

    jobs.drop_transferred_stops(
        LeadTransferred(lead.pk, rep.company.pk, rep.person.pk, rep.colleague.pk, rep.supervisor.pk, NOW)
    )

    assert rep.company.pk not in planned(rep)


def test_what_was_visited_and_what_is_held_again_stays(rep) -> None:
    propose_plan(rep.scope, day=DAY, now=NOW)
    make_visit(rep, company=rep.company, at=NOW)
    others = planned(rep) - {rep.company.pk}
    rep.company.owner = None
    rep.company.save()

    gone = drop_stops(SYSTEM, person_id=rep.person.pk, company_ids=[rep.company.pk, *others], now=NOW)

    assert rep.company.pk in planned(rep, DAY)
    assert (gone, planned(rep)) == (1, others)


def test_the_ends_of_holdings_are_listened_to() -> None:
    assert [kind for kind in (LeadReleased, LeadTransferred, ReclaimRunFinished) if not listeners(kind)] == []
