"""Many leads with one click, by the rules of one; and the way back, where nothing has happened since."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tests.factories.pipeline import make_line
from tiejun.access.roles import Role
from tiejun.foundation.models import AuditEntry, PolicyVersion
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.leads import actions
from tiejun.leads.actions import bulk
from tiejun.leads.forms.bulk import RELEASE_REASONS
from tiejun.leads.models import BulkAction, Cooldown, Lead, LeadTenure
from tiejun.leads.queries import checks, holding
from tiejun.leads.queries.bulk import last_bulk
from tiejun.leads.queries.reclaiming import fruitless_tenures
from tiejun.leads.rules import FollowUpFacts, Refusal
from tiejun.marketing.models import Tag, TagMark
from tiejun.pipeline.actions.opportunities import open_opportunity
from tiejun.pipeline.rules import Category, OpportunityFacts

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def world(time_machine) -> Any:
    time_machine.move_to(NOW, tick=False)
    tree = make_company_tree()
    return SimpleNamespace(
        tree=tree,
        rep=make_person(unit=tree.group),
        mate=make_person(unit=tree.group),
        boss=make_person(role=Role.SUPERVISOR, unit=tree.group),
        leads=[make_lead() for _ in range(3)],
    )


def set_policy(key: str, value: Any) -> None:
    since = NOW - timedelta(days=9)
    PolicyVersion.objects.create(key=key, value=value, status="APPROVED", valid_from=since, made_at=NOW, reason="test")


def ids(rows: Any) -> list[Any]:
    return [row.pk for row in rows]


def test_claims_go_by_the_rules_of_one_and_count_what_is_refused(world) -> None:
    set_policy("lead.daily_claim_limit", 2)
    taken = make_held_lead(world.mate, world.tree.group)

    row = bulk.claim_many(scope_for(world.rep), lead_ids=[*ids(world.leads), taken.pk], now=NOW)

    assert (row.asked, row.done) == (4, 2)
    assert sum(row.refused.values()) == 2
    assert Lead.objects.filter(owner=world.rep).count() == 2
    assert AuditEntry.objects.filter(event="leads.claimed").count() == 2
    assert last_bulk(scope_for(world.rep), NOW).left == 2


def test_a_claim_that_is_taken_back_leaves_no_cool_down_and_no_holder_but_the_claim_is_spent(world) -> None:
    scope = scope_for(world.rep)
    sold, leads = make_lead(), world.leads
    row = bulk.claim_many(scope, lead_ids=ids([*leads, sold]), now=NOW)
    facts = FollowUpFacts("CALL", "TALKED", NOW)
    actions.record_follow_up(scope, lead_id=leads[0].pk, facts=facts, now=NOW)
    chance = OpportunityFacts(90_000, NOW.date() + timedelta(days=9), Category.PIPELINE, "call them", SOON)
    line = make_line().pk
    open_opportunity(scope, company_id=sold.company_id, product_line_id=line, facts=chance, now=NOW)

    row = bulk.undo_bulk(scope_for(world.rep, SOON), bulk_id=row.pk, now=SOON)

    assert (row.done, row.undone) == (4, 2)  # what was worked on stays
    assert set(Lead.objects.filter(owner=None).values_list("pk", "tenures_count")) == {
        (lead.pk, 0) for lead in leads[1:]
    }
    assert not Cooldown.objects.exists()
    assert LeadTenure.objects.filter(person=world.rep, start_reason="CLAIMED").count() == 4
    assert checks.find_leads_unlike_their_tenure() == checks.find_companies_unlike_their_lead() == []
    with pytest.raises(Refused) as again:
        bulk.undo_bulk(scope_for(world.rep, SOON), bulk_id=row.pk, now=SOON)
    assert again.value.refusal is Refusal.ALREADY_UNDONE


def test_what_was_given_back_is_held_again_with_the_deadline_it_had(world) -> None:
    held = [make_held_lead(world.rep, world.tree.group) for _ in range(2)]
    due = dict(LeadTenure.objects.values_list("lead", "due_at"))
    row = bulk.release_many(scope_for(world.rep), lead_ids=ids(held), reason="NO_NEED", now=NOW)
    assert Cooldown.objects.filter(until__gt=NOW).count() == 2
    scope = scope_for(world.mate, SOON)
    actions.claim_lead(scope, lead_id=held[0].pk, now=SOON)

    row = bulk.undo_bulk(scope_for(world.rep, SOON), bulk_id=row.pk, now=SOON)

    assert row.undone == 1
    fresh = LeadTenure.objects.get(lead=held[1], ended_at=None)
    assert (fresh.person_id, fresh.start_reason, fresh.due_at) == (world.rep.pk, "RESTORED", due[held[1].pk])
    assert Lead.objects.get(pk=held[0].pk).owner_id == world.mate.pk
    assert set(Cooldown.objects.filter(until__gt=SOON).values_list("lead", flat=True)) == {held[0].pk}
    assert checks.find_leads_unlike_their_tenure() == []


def test_what_comes_back_is_counted_by_the_holders_service_and_not_by_the_holdings(world) -> None:
    set_policy("lead.private_cap_new", 1)  # the representative joined long ago, the holdings are of today
    held = [make_held_lead(world.rep, world.tree.group) for _ in range(2)]
    row = bulk.release_many(scope_for(world.rep), lead_ids=ids(held), reason="NO_NEED", now=NOW)

    assert bulk.undo_bulk(scope_for(world.rep, SOON), bulk_id=row.pk, now=SOON).undone == 2


def test_a_tag_comes_and_goes_and_one_that_was_there_stays(world) -> None:
    held = [make_held_lead(world.rep, world.tree.group) for _ in range(2)]
    tag = Tag.objects.create(name="VIP", name_en="VIP", tone=Tag.Tone.values[0])
    TagMark.objects.create(tag=tag, lead_id=held[0].pk, marked_at=NOW)

    row = bulk.tag_many(scope_for(world.rep), lead_ids=ids(held), tag_id=tag.pk, now=NOW)
    assert TagMark.objects.count() == 2
    bulk.undo_bulk(scope_for(world.rep), bulk_id=row.pk, now=NOW)

    assert list(TagMark.objects.values_list("lead_id", flat=True)) == [held[0].pk]
    with pytest.raises(NotFound):
        bulk.tag_many(scope_for(world.rep), lead_ids=ids(held), tag_id=world.rep.pk, now=NOW)


def test_an_assignment_is_taken_back(world) -> None:
    scope = scope_for(world.boss)
    row = bulk.assign_many(scope, lead_ids=ids(world.leads), person_ids=[world.rep.pk], reason="fair", now=NOW)
    assert (row.done, Lead.objects.filter(status="ALLOTTED").count()) == (3, 3)

    assert bulk.undo_bulk(scope, bulk_id=row.pk, now=NOW).undone == 3

    assert Lead.objects.filter(status="POOLED", tenures_count=0).count() == 3
    assert set(LeadTenure.objects.values_list("end_reason", flat=True)) == {"UNDONE"}


def test_too_late_somebody_elses_none_and_too_many(world) -> None:
    row = bulk.claim_many(scope_for(world.rep), lead_ids=ids(world.leads[:1]), now=NOW)
    with pytest.raises(NotFound):
        bulk.undo_bulk(scope_for(world.mate), bulk_id=row.pk, now=NOW)
    later = NOW + timedelta(minutes=11)
    with pytest.raises(Refused) as late:
        bulk.undo_bulk(scope_for(world.rep, later), bulk_id=row.pk, now=later)
    assert late.value.refusal is Refusal.UNDO_IS_OVER
    assert Lead.objects.get(pk=world.leads[0].pk).owner_id == world.rep.pk
    set_policy("lead.bulk_most", 1)
    for wanted in ([], ids(world.leads)):
        with pytest.raises(Invalid):
            bulk.claim_many(scope_for(world.rep), lead_ids=wanted, now=NOW)
    assert BulkAction.objects.count() == 1


def test_the_list_offers_the_boxes_and_the_way_back(world, client) -> None:
    client.force_login(make_login(world.rep))
    page = client.get(reverse("leads:pool")).content.decode()
    assert page.count('form="bulk"') == 3

    client.post(reverse("leads:bulk-claim"), {"lead": [str(pk) for pk in ids(world.leads)]})
    row = BulkAction.objects.get()
    mine = client.get(reverse("leads:mine")).content.decode()
    assert reverse("leads:undo-bulk", args=[row.pk]) in mine

    assert client.post(reverse("leads:bulk-release"), {"lead": ["x"], "reason": "NO_NEED"}).status_code == 422
    assert client.post(reverse("leads:undo-bulk", args=[row.pk])).status_code == 302
    assert Lead.objects.filter(status="POOLED").count() == 3


def test_what_was_given_back_by_mistake_is_no_fruitless_try_and_keeps_its_next_step(world) -> None:
    step_at = NOW + timedelta(days=2)
    lead = make_held_lead(world.rep, world.tree.group, next_step_at=step_at)
    scope = scope_for(world.rep)
    row = bulk.release_many(scope, lead_ids=[lead.pk], reason="NO_NEED", now=NOW)
    assert fruitless_tenures(scope, [lead.pk]) == {lead.pk: 1}

    bulk.undo_bulk(scope_for(world.rep, SOON), bulk_id=row.pk, now=SOON)

    lead.refresh_from_db()
    assert (lead.owner_id, lead.next_step_at) == (world.rep.pk, step_at)
    assert fruitless_tenures(scope, [lead.pk]) == {}
    facts = holding.transfer_facts(scope_for(world.boss, SOON), lead, None, world.rep.pk, SOON)
    assert facts.receiver_gave_it_up_at is None


def test_a_reason_that_has_to_be_written_is_not_offered_for_many(world) -> None:
    assert "OTHER" not in dict(RELEASE_REASONS)
