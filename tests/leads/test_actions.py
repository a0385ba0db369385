from datetime import timedelta

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_pool, make_source
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.customers.rules import CompanyFacts
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads import actions, rules
from tiejun.leads.models import Cooldown, FollowUp, Lead, LeadTenure

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    tree = make_company_tree()
    make_source()
    rep, colleague = make_person(unit=tree.group), make_person(unit=tree.group)
    supervisor = make_person(role=Role.SUPERVISOR, unit=tree.group)
    return tree, rep, colleague, supervisor


def test_a_claim_opens_one_tenure_and_copies_the_holder(world) -> None:
    tree, rep, _colleague, _supervisor = world
    lead = make_lead()

    tenure = actions.claim_lead(scope_for(rep), lead_id=lead.pk, now=NOW)

    lead.refresh_from_db()
    lead.company.refresh_from_db()
    assert (tenure.person_id, tenure.unit_id, tenure.kind, tenure.start_reason) == (rep.pk, tree.group.pk, "PRIVATE", "CLAIMED")
    assert (lead.owner_id, lead.unit_id, lead.status, lead.tenures_count) == (rep.pk, tree.group.pk, "PRIVATE", 1)
    assert (lead.company.owner_id, lead.company.unit_id) == (rep.pk, tree.group.pk)
    assert list(AuditEntry.objects.order_by("seq").values_list("event", flat=True)) == ["customers.holder_set", "leads.claimed"]
