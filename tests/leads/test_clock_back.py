"""The server's clock goes back an hour between two steps: holdings keep an order, nobody is free of a rule, nothing breaks."""

from datetime import timedelta

import pytest

from tests.factories.leads import make_lead
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.foundation.refusals import Refused
from tiejun.leads import actions
from tiejun.leads.models import LeadTenure
from tiejun.leads.rules import FollowUpFacts, Refusal

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(hours=1)


def test_a_holding_ends_no_earlier_than_it_began_and_the_cool_down_holds() -> None:
    rep, lead = make_person(unit=make_company_tree().group), make_lead(now=EARLIER)
    actions.claim_lead(scope_for(rep), lead_id=lead.pk, now=NOW)

    actions.release_lead(scope_for(rep, EARLIER), lead_id=lead.pk, reason="NO_NEED", now=EARLIER)

    tenure = LeadTenure.objects.get()
    assert tenure.ended_at == tenure.started_at == NOW
    with pytest.raises(Refused) as cooling:
        actions.claim_lead(scope_for(rep, EARLIER), lead_id=lead.pk, now=EARLIER)
    assert cooling.value.refusal is Refusal.COOLING_DOWN


def test_a_contact_of_the_hour_that_comes_again_is_not_before_the_holding() -> None:
    rep, lead = make_person(unit=make_company_tree().group), make_lead(now=EARLIER)
    actions.claim_lead(scope_for(rep), lead_id=lead.pk, now=NOW)
    due_at = LeadTenure.objects.get().due_at

    with pytest.raises(Refused) as refused:
        facts = FollowUpFacts("CALL", "TALKED", EARLIER)
        actions.record_follow_up(scope_for(rep, EARLIER), lead_id=lead.pk, facts=facts, now=EARLIER)

    assert refused.value.refusal is Refusal.BEFORE_HOLDING
    assert LeadTenure.objects.get().due_at == due_at
