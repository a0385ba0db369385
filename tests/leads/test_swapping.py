from datetime import timedelta

import pytest
from django.utils.translation import override

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead, make_pool, make_tenure
from tests.factories.org import NOW, make_person, scope_for
from tests.leads.test_actions import DAY, World, refused, snapshot
from tiejun.foundation.models import AuditEntry, PolicyVersion
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads import actions
from tiejun.leads.actions.swapping import promote_lead, swap_lead
from tiejun.leads.models import Cooldown, FollowUp, Lead, LeadTenure, Swap
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.leads.queries.swapping import cheapest_to_give_back, swap_page
from tiejun.leads.rules import FollowUpFacts, Refusal
from tiejun.leads.rules.swapping import Cheap, Reason

pytestmark = pytest.mark.django_db
Kind, Start = LeadTenure.Kind, LeadTenure.Start


def allow(key: str, value: object) -> None:
    PolicyVersion.objects.create(
        key=key, value=value, status="APPROVED", valid_from=NOW - timedelta(days=400), made_at=NOW, reason="test"
    )


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def full(world) -> World:
    for key in ("lead.private_cap_new", "lead.private_cap", "lead.private_cap_senior"):
        allow(key, 2)
    world.held = [make_held_lead(world.rep, world.tree.group) for _ in range(2)]
    LeadTenure.objects.update(start_reason=Start.ASSIGNED)
    return world


def make_allotted(world, person=None) -> Lead:
    lead = make_lead()
    make_tenure(lead, person or world.rep, world.tree.group, kind=Kind.ALLOTTED, start_reason=Start.ALLOTTED)
    return lead


def test_a_promoted_lead_gets_a_private_holding_with_its_own_clock(world) -> None:
    lead = make_allotted(world)

    tenure = promote_lead(scope_for(world.rep), lead_id=lead.pk, now=NOW + DAY)

    lead.refresh_from_db()
    ledger = list(LeadTenure.objects.filter(lead=lead).order_by("started_at").values_list("kind", "end_reason"))
    assert ledger == [("ALLOTTED", "PROMOTED"), ("PRIVATE", "")]
    assert (lead.status, lead.owner_id, lead.tenures_count) == ("PRIVATE", world.rep.pk, 0)
    assert tenure.due_at is not None
    assert (tenure.start_reason, tenure.policy_facts["no_follow_up_days"]) == ("PROMOTED", 7)
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_a_promotion_is_refused_at_the_cap_and_for_what_is_not_allotted(full) -> None:
    lead, scope = make_allotted(full), scope_for(full.rep)

    refused(Refusal.CAP_REACHED, promote_lead, scope, lead_id=lead.pk, now=NOW)
    refused(Refusal.NOT_ALLOTTED, promote_lead, scope, lead_id=full.held[0].pk, now=NOW)
    with pytest.raises(NotFound):
        promote_lead(scope, lead_id=make_allotted(full, full.colleague).pk, now=NOW)


def test_with_swap_mode_always_a_promotion_asks_for_a_lead_in_return(world) -> None:
    allow("lead.swap_mode", "always")
    first, second, scope = make_allotted(world), make_allotted(world), scope_for(world.rep)

    promote_lead(scope, lead_id=first.pk, now=NOW)

    refused(Refusal.SWAP_NEEDED, promote_lead, scope, lead_id=second.pk, now=NOW)
    swap_lead(scope, lead_in_id=second.pk, lead_out_id=first.pk, now=NOW)
    assert set(Lead.objects.filter(owner=world.rep).values_list("pk", flat=True)) == {second.pk}


def test_a_swap_takes_one_in_and_gives_one_out_in_one_transaction(full) -> None:
    going, kept = full.held
    coming = make_lead()

    tenure = swap_lead(scope_for(full.rep), lead_in_id=coming.pk, lead_out_id=going.pk, now=NOW + DAY)

    coming.refresh_from_db()
    going.refresh_from_db()
    swap = Swap.objects.get()
    out = LeadTenure.objects.get(lead=going)
    assert (coming.owner_id, coming.status, going.owner_id, going.status) == (full.rep.pk, "PRIVATE", None, "POOLED")
    assert (swap.tenure_in_id, swap.tenure_out_id, swap.person_id) == (tenure.pk, out.pk, full.rep.pk)
    assert (tenure.start_reason, out.end_reason) == ("SWAPPED_IN", "SWAPPED_OUT")
    assert Cooldown.objects.get().until == NOW + 15 * DAY
    assert set(Lead.objects.filter(owner=full.rep).values_list("pk", flat=True)) == {coming.pk, kept.pk}
    assert AuditEntry.objects.order_by("seq").values_list("event", flat=True).last() == "leads.swapped"
    refused(
        Refusal.COOLING_DOWN, swap_lead, scope_for(full.rep), lead_in_id=going.pk, lead_out_id=kept.pk, now=NOW + DAY
    )


def test_a_lead_of_the_allotment_comes_in_by_a_swap_without_costing_a_claim(full) -> None:
    coming = make_allotted(full)

    tenure = swap_lead(scope_for(full.rep), lead_in_id=coming.pk, lead_out_id=full.held[0].pk, now=NOW)

    assert (tenure.kind, tenure.start_reason) == ("PRIVATE", "PROMOTED")
    assert LeadTenure.objects.filter(lead=coming, end_reason="PROMOTED").count() == 1
    assert Swap.objects.count() == 1


def test_a_swap_from_the_pool_counts_as_a_claim_of_the_day(full) -> None:
    allow("lead.daily_claim_limit", 1)
    scope = scope_for(full.rep)
    swap_lead(scope, lead_in_id=make_lead().pk, lead_out_id=full.held[0].pk, now=NOW)
    more = make_lead()

    refused(Refusal.DAILY_LIMIT_REACHED, swap_lead, scope, lead_in_id=more.pk, lead_out_id=full.held[1].pk, now=NOW)


def test_a_swap_is_refused_whole_when_the_lead_to_go_became_a_customer(full) -> None:
    going = full.held[0]
    actions.convert_company(scope_for(full.rep), company_id=going.company_id, now=NOW)
    coming = make_lead()

    refused(
        Refusal.PROTECTED, swap_lead, scope_for(full.rep), lead_in_id=coming.pk, lead_out_id=going.pk, now=NOW + DAY
    )


@pytest.mark.parametrize("case", ["same", "allotted out", "frozen out", "taken in", "frozen in", "outside"])
def test_a_swap_is_refused_and_changes_nothing(full, case) -> None:
    going, coming = full.held[0], make_lead()
    expected = Refusal.SAME_LEAD
    if case == "same":
        coming = going
    elif case == "allotted out":
        going, expected = make_allotted(full), Refusal.NOT_PRIVATE
    elif case == "frozen out":
        Lead.objects.filter(pk=going.pk).update(frozen_reason="LEGAL")
        expected = Refusal.FROZEN
    elif case == "taken in":
        make_tenure(coming, full.colleague, full.tree.group)
        expected = Refusal.ALREADY_TAKEN
    elif case == "frozen in":
        Lead.objects.filter(pk=coming.pk).update(frozen_reason="DISPUTE")
        expected = Refusal.FROZEN
    else:
        coming = make_lead(pool=make_pool("assign only", is_claimable=False))
        expected = Refusal.OUTSIDE_POOL

    refused(expected, swap_lead, scope_for(full.rep), lead_in_id=coming.pk, lead_out_id=going.pk, now=NOW + DAY)


def test_a_colleagues_lead_can_neither_come_nor_go(full) -> None:
    theirs, pooled, scope = make_held_lead(full.colleague, full.tree.group), make_lead(), scope_for(full.rep)
    before = snapshot()

    with pytest.raises(NotFound):
        swap_lead(scope, lead_in_id=pooled.pk, lead_out_id=theirs.pk, now=NOW)
    stranger = scope_for(make_person(unit=full.tree.other_group))
    with pytest.raises(NotFound):
        swap_lead(stranger, lead_in_id=pooled.pk, lead_out_id=full.held[0].pk, now=NOW)
    assert snapshot() == before


def test_a_swap_that_is_sent_again_says_that_the_lead_is_there_already(full) -> None:
    going, coming, scope = full.held[0], make_lead(), scope_for(full.rep)
    again = {"lead_in_id": coming.pk, "lead_out_id": going.pk, "now": NOW + DAY}
    swap_lead(scope, **again)

    refused(Refusal.ALREADY_YOURS, swap_lead, scope, **again)
    actions.claim_lead(scope_for(full.colleague), lead_id=going.pk, now=NOW + DAY)
    refused(Refusal.ALREADY_YOURS, swap_lead, scope, **again)


def test_the_page_of_a_swap_says_that_a_colleague_was_first(full) -> None:
    coming = make_lead()
    actions.claim_lead(scope_for(make_person(unit=full.tree.group)), lead_id=coming.pk, now=NOW)

    with pytest.raises(Refused) as late:
        swap_page(scope_for(full.rep), coming.pk, NOW)
    assert late.value.refusal is Refusal.ALREADY_TAKEN


def test_the_cheapest_to_give_back_comes_first_with_its_reasons(world) -> None:
    scope, later = scope_for(world.rep), NOW + 30 * DAY
    place = {"latitude": 30.27, "longitude": 120.15}
    best = make_held_lead(world.rep, world.tree.group, company=make_company(**place), intent="HIGH", now=later - DAY)
    far = make_held_lead(
        world.rep, world.tree.group, company=make_company(latitude=30.27, longitude=120.45), intent="LOW"
    )
    near = make_held_lead(world.rep, world.tree.group, company=make_company(**place), intent="MEDIUM", now=later - DAY)
    customer = make_lead()
    make_tenure(customer, world.rep, world.tree.group, kind=Kind.PROTECTED)
    actions.record_follow_up(
        scope, lead_id=best.pk, facts=FollowUpFacts("CALL", "TALKED", later - DAY / 2), now=later - DAY / 2
    )

    offers = cheapest_to_give_back(scope, later, 5)

    assert [offer.lead.pk for offer in offers] == [far.pk, near.pk, best.pk]
    assert offers[0].reasons == (
        Reason(Cheap.LOW_VALUE, 12),
        Reason(Cheap.NEVER_REACHED, 30),
        Reason(Cheap.OVERDUE),
        Reason(Cheap.FAR, 29),
        Reason(Cheap.NO_CONTACT),
    )
    assert all(offer.words for offer in offers)
    assert FollowUp.objects.count() == 1


def test_the_offers_cost_the_same_queries_with_one_and_three_leads(world, django_assert_max_num_queries) -> None:
    scope = scope_for(world.rep)
    for count in (1, 2):
        for _ in range(count):
            make_held_lead(world.rep, world.tree.group)
        with django_assert_max_num_queries(8):
            cheapest_to_give_back(scope, NOW, 5)


def test_the_swap_screen_says_why_nothing_can_be_exchanged(full) -> None:
    allow("lead.daily_claim_limit", 1)
    scope, coming = scope_for(full.rep), make_lead()
    assert swap_page(scope, coming.pk, NOW).why_not == ""

    swap_lead(scope, lead_in_id=coming.pk, lead_out_id=full.held[0].pk, now=NOW)

    with override("en"):
        assert swap_page(scope, make_lead().pk, NOW).why_not == "You have claimed 1 of 1 leads today."
