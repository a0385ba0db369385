from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.factories.leads import make_held_lead, make_lead, make_tenure
from tests.factories.org import NOW, make_person, scope_for
from tests.leads.test_actions import DAY, World, refused
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.refusals import NotFound
from tiejun.inbox.models import Notice
from tiejun.leads import actions, jobs
from tiejun.leads.actions.extensions import decide_extension, request_extension
from tiejun.leads.events import ExtensionDecided, ExtensionRequested
from tiejun.leads.models import ExtensionRequest, LeadTenure
from tiejun.leads.queries.extensions import extension_desk, waiting_extensions
from tiejun.leads.rules import Refusal

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
WHY = "Their buyer is back on Monday"


@pytest.fixture
def world() -> World:
    world = World()
    world.lead = make_held_lead(world.rep, world.tree.group)
    due = datetime(2026, 3, 20, 18, tzinfo=SHANGHAI)
    LeadTenure.objects.update(due_at=due)
    return world


def asked(world) -> ExtensionRequest:
    return request_extension(scope_for(world.rep), lead_id=world.lead.pk, reason=WHY, now=NOW)


def test_a_granted_request_moves_the_due_date_by_seven_working_days(world) -> None:
    row = asked(world)

    decide_extension(scope_for(world.supervisor), request_id=row.pk, granted=True, now=NOW + DAY)

    row.refresh_from_db()
    # From Friday 20 March: 23, 24, 25, 26, 27, 30, 31.
    assert LeadTenure.objects.get().due_at == datetime(2026, 3, 31, 18, tzinfo=SHANGHAI)
    assert (row.status, row.decided_by_id, row.days) == ("GRANTED", world.supervisor.pk, 7)


def test_an_extension_never_passes_the_day_a_deal_is_expected(world) -> None:
    end = datetime(2026, 3, 25, 18, tzinfo=SHANGHAI)
    LeadTenure.objects.update(no_deal_due_at=end)
    row = asked(world)

    decide_extension(scope_for(world.supervisor), request_id=row.pk, granted=True, now=NOW)

    assert LeadTenure.objects.get().due_at == end


def test_a_holding_is_extended_once_and_a_denial_needs_words(world) -> None:
    row, leader = asked(world), scope_for(world.supervisor)
    again = {"lead_id": world.lead.pk, "reason": "More", "now": NOW}
    refused(Refusal.EXTENSION_OPEN, request_extension, scope_for(world.rep), **again)
    refused(Refusal.REASON_MISSING, decide_extension, leader, request_id=row.pk, granted=False, now=NOW)

    decide_extension(leader, request_id=row.pk, granted=False, note="Call them today", now=NOW)

    assert LeadTenure.objects.get().due_at == datetime(2026, 3, 20, 18, tzinfo=SHANGHAI)
    refused(Refusal.EXTENSION_USED, request_extension, scope_for(world.rep), **again)
    refused(Refusal.ALREADY_DECIDED, decide_extension, leader, request_id=row.pk, granted=True, now=NOW)


def test_a_request_needs_a_reason_and_a_deadline(world) -> None:
    customer = make_lead()
    make_tenure(customer, world.rep, world.tree.group, kind=LeadTenure.Kind.PROTECTED)
    scope = scope_for(world.rep)

    refused(Refusal.REASON_MISSING, request_extension, scope, lead_id=world.lead.pk, reason=" ", now=NOW)
    refused(Refusal.NO_DEADLINE, request_extension, scope, lead_id=customer.pk, reason=WHY, now=NOW)
    with pytest.raises(NotFound):
        request_extension(scope_for(world.colleague), lead_id=world.lead.pk, reason=WHY, now=NOW)


def test_only_who_leads_the_unit_decides_and_only_while_it_is_held(world) -> None:
    row = asked(world)
    with pytest.raises(PermissionRefused):
        decide_extension(scope_for(world.rep), request_id=row.pk, granted=True, now=NOW)
    with pytest.raises(NotFound):
        outsider = make_person(role=Role.SUPERVISOR, unit=world.tree.other_group)
        decide_extension(scope_for(outsider), request_id=row.pk, granted=True, now=NOW)
    actions.release_lead(scope_for(world.rep), lead_id=world.lead.pk, reason="NO_NEED", now=NOW)

    refused(Refusal.NOT_HELD, decide_extension, scope_for(world.supervisor), request_id=row.pk, granted=True, now=NOW)
    assert extension_desk(scope_for(world.supervisor), NOW).waiting == []


def test_the_desk_shows_what_waits_and_what_was_decided(world) -> None:
    row, leader = asked(world), scope_for(world.supervisor)
    desk = extension_desk(leader, NOW)
    assert [(line.request.pk, line.person, line.contacts) for line in desk.waiting] == [(row.pk, world.rep.name, 0)]
    assert waiting_extensions(leader) == 1

    decide_extension(leader, request_id=row.pk, granted=True, now=NOW)

    desk = extension_desk(leader, NOW)
    assert (desk.waiting, [line.decided_by for line in desk.decided]) == ([], [world.supervisor.name])
    assert waiting_extensions(leader) == waiting_extensions(scope_for(world.rep)) == 0


def test_both_are_told(world) -> None:
    row = asked(world)
    group, rep = world.tree.group.pk, world.rep.pk

    jobs.tell_who_decides(ExtensionRequested(row.pk, world.lead.pk, rep, group, NOW))
    decide_extension(scope_for(world.supervisor), request_id=row.pk, granted=True, now=NOW)
    jobs.tell_who_asked(ExtensionDecided(row.pk, world.lead.pk, rep, granted=True, at=NOW))

    notices = {notice.person_id: (notice.code, notice.facts["company"]) for notice in Notice.objects.all()}
    company = world.lead.company.name
    assert notices == {
        world.supervisor.pk: ("leads.extension_asked", company),
        rep: ("leads.extension_granted", company),
    }
