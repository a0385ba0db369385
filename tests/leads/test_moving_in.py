"""Holdings of a history: since when, with the terms of that time; what somebody holds already stays theirs."""

from datetime import timedelta

import pytest

from tests.factories.leads import make_held_lead, make_lead, make_pool
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.models import AuditEntry
from tiejun.leads.actions import claim_lead
from tiejun.leads.actions.moving_in import bring_in_holdings
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")


def test_a_holding_of_a_history_is_the_one_that_a_claim_would_have_begun() -> None:
    tree = make_company_tree()
    make_pool()
    rep = make_person(unit=tree.group)
    brought, claimed = make_lead(), make_lead()

    held = bring_in_holdings(SYSTEM, person_id=rep.pk, unit_id=tree.group.pk, lead_ids=[brought.pk], started_at=NOW)
    claim_lead(scope_for(rep), lead_id=claimed.pk, now=NOW)

    names = (
        "person",
        "unit",
        "kind",
        "start_reason",
        "started_at",
        "due_at",
        "no_deal_due_at",
        "policy_facts",
        "end_reason",
    )
    rows = LeadTenure.objects.order_by("pk").values(*names)
    assert held == {brought.pk}
    assert rows[0] == rows[1]
    assert find_leads_unlike_their_tenure() == []
    assert find_companies_unlike_their_lead() == []


def test_what_somebody_holds_or_what_is_closed_is_passed_by() -> None:
    tree = make_company_tree()
    make_pool()
    rep, colleague = make_person(unit=tree.group), make_person(unit=tree.group)
    taken, closed = make_held_lead(colleague, tree.group), make_lead(status=Lead.Status.CLOSED_LOST)
    before = list(Lead.objects.order_by("pk").values())

    held = bring_in_holdings(
        SYSTEM,
        person_id=rep.pk,
        unit_id=tree.group.pk,
        lead_ids=[taken.pk, closed.pk],
        started_at=NOW - timedelta(days=3),
    )

    assert (held, list(Lead.objects.order_by("pk").values())) == (set(), before)


def test_a_rep_may_not_bring_holdings_in() -> None:
    tree = make_company_tree()
    rep, lead = make_person(unit=tree.group), make_lead()

    with pytest.raises(PermissionRefused):
        bring_in_holdings(scope_for(rep), person_id=rep.pk, unit_id=tree.group.pk, lead_ids=[lead.pk], started_at=NOW)

    assert (LeadTenure.objects.count(), AuditEntry.objects.count()) == (0, 0)
