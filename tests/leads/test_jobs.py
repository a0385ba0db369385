from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.factories.leads import make_held_lead
from tests.factories.org import NOW, make_company_tree, make_person
from tiejun.access.roles import Role
from tiejun.foundation.ids import new_id
from tiejun.inbox.models import Notice
from tiejun.leads import jobs
from tiejun.leads.events import LeadTransferred
from tiejun.leads.models import LeadTenure
from tiejun.org.events import LeaveRecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    tree = make_company_tree()
    return tree, make_person(unit=tree.group), make_person(role=Role.SUPERVISOR, unit=tree.group)


def test_both_holders_are_told_of_a_transfer(world) -> None:
    tree, rep, supervisor = world
    lead, other = make_held_lead(rep, tree.group), make_person(unit=tree.group)
    event = LeadTransferred(lead.pk, lead.company_id, rep.pk, other.pk, supervisor.pk, NOW)

    for _ in range(2):
        jobs.tell_of_transfer(event)

    assert set(Notice.objects.values_list("person", "code")) == {
        (other.pk, "leads.transferred_to_you"),
        (rep.pk, "leads.transferred_from_you"),
    }


def test_whole_days_of_leave_pause_and_half_days_do_not(world) -> None:
    tree, rep, _supervisor = world
    lead = make_held_lead(rep, tree.group)
    due = datetime(2026, 3, 20, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
    LeadTenure.objects.filter(lead=lead).update(due_at=due)
    days = {"starts_on": date(2026, 3, 16), "ends_on": date(2026, 3, 16)}

    jobs.pause_while_away(LeaveRecorded(new_id(), rep.pk, tree.group.pk, rep.pk, "ANNUAL", "MORNING", **days))
    assert LeadTenure.objects.get().due_at == due
    jobs.pause_while_away(LeaveRecorded(new_id(), rep.pk, tree.group.pk, rep.pk, "ANNUAL", "FULL", **days))
    assert LeadTenure.objects.get().due_at == datetime(2026, 3, 23, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
