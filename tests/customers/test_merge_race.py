"""Two people merge the same pair at the same moment: one wins, the other reads a named refusal."""

from __future__ import annotations

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_source
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tests.leads.test_claim_race import outcomes
from tiejun.access.roles import Role
from tiejun.customers.actions import merging
from tiejun.customers.models import Company, CompanyMerge
from tiejun.leads import actions
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure

pytestmark = pytest.mark.django_db(transaction=True)


def merge(scope, survivor, absorbed):
    return merging.merge_companies(scope, survivor_id=survivor.pk, absorbed_id=absorbed.pk, chosen={}, note="", now=NOW)


def test_of_many_merges_of_one_pair_in_both_directions_one_wins() -> None:
    tree = make_company_tree()
    make_source()
    askers = [scope_for(make_person(role=Role.SALES_OPS, unit=tree.company)) for _ in range(6)]
    one, other = make_company("云莓科技"), make_company("杭州云莓科技有限公司")
    make_held_lead(make_person(unit=tree.group), tree.group, company=one)
    make_held_lead(make_person(unit=tree.group), tree.group, company=other)
    pairs = [(one, other), (other, one)] * 3

    ended = outcomes(
        [lambda scope=scope, pair=pair: merge(scope, *pair) for scope, pair in zip(askers, pairs, strict=True)],
        at_once=6,
    )

    assert ended == {"WON": 1, "ALREADY_MERGED": 5}
    assert CompanyMerge.objects.count() == Company.objects.filter(merged_into__isnull=False).count() == 1
    assert LeadTenure.objects.filter(ended_at=None).count() == 1
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_a_claim_during_a_merge_leaves_one_open_lead_with_its_holder() -> None:
    tree = make_company_tree()
    make_source()
    for _round in range(5):
        ops = scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))
        reps = [scope_for(make_person(unit=tree.group)) for _ in range(2)]
        one, other = make_company(), make_company()
        leads = [make_lead(one), make_lead(other)]
        calls = [lambda ops=ops, one=one, other=other: merge(ops, one, other)]
        calls += [
            lambda scope=scope, lead=lead: actions.claim_lead(scope, lead_id=lead.pk, now=NOW)
            for scope, lead in zip(reps, leads, strict=True)
        ]

        ended = outcomes(calls, at_once=3)

        assert ended["WON"] >= 2
        assert Lead.objects.filter(company=one).exclude(status="MERGED").count() == 1
        assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []
