"""Two companies become one, and two again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead, make_lead, make_tenure
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tests.factories.pipeline import make_line
from tiejun.access.roles import Role
from tiejun.customers.actions import edit_company, merging
from tiejun.customers.models import (
    ClosingClassChange,
    Company,
    CompanyMerge,
    Contact,
    DuplicateProposal,
    MaturityAnswer,
    MergeMove,
)
from tiejun.customers.queries import answers_of
from tiejun.customers.queries.identity import companies_known_as
from tiejun.customers.queries.merging import merges
from tiejun.customers.rules import CompanyFacts
from tiejun.customers.rules.closing import Criterion
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.leads.models import Lead, LeadTenure, OwnershipConflict
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.pipeline.actions import opportunities, orders
from tiejun.pipeline.queries import pipeline_of_company
from tiejun.pipeline.rules import OpportunityFacts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.colleague = make_person(unit=self.tree.group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.ops = make_person(role=Role.SALES_OPS, unit=self.tree.company)
        self.keeps = make_company("杭州云莓科技有限公司", credit_code="91330106MA2CC1234B", address="文三路100号")
        self.goes = make_company("云莓科技", industry="餐饮", legal_person="林岚")

    def merge(self, asker=None, **chosen: str) -> CompanyMerge:
        return merging.merge_companies(
            scope_for(asker or self.supervisor), survivor_id=self.keeps.pk, absorbed_id=self.goes.pk, chosen=chosen,
            note="same door", now=NOW,
        )  # fmt: skip

    def undo(self, merge: CompanyMerge, now=NOW + DAY) -> CompanyMerge:
        return merging.undo_merge(scope_for(self.supervisor), merge_id=merge.pk, now=now)


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


def snapshot(*models) -> dict[str, list]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def copies_are_right() -> bool:
    return find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_what_only_one_knows_is_taken_and_the_other_name_means_the_survivor(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    make_contact(world.goes, "Lin", phone="13800001111")

    world.merge()

    keeps, goes = Company.objects.get(pk=world.keeps.pk), Company.objects.get(pk=world.goes.pk)
    assert (keeps.name, keeps.industry, keeps.legal_person) == ("杭州云莓科技有限公司", "餐饮", "林岚")
    assert (goes.merged_into_id, goes.owner_id, goes.name) == (keeps.pk, None, "云莓科技")
    assert Contact.objects.get().company_id == keeps.pk
    assert companies_known_as(scope_for(world.rep), credit_code="", name="云莓科技", city_code="330100") == [keeps.pk]
    assert copies_are_right()


def test_a_chosen_name_changes_sides_and_both_names_stay_known(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    before = snapshot(Company)

    merge = world.merge(name="absorbed")

    keeps, goes = Company.objects.get(pk=world.keeps.pk), Company.objects.get(pk=world.goes.pk)
    assert (keeps.name, goes.name) == ("云莓科技", "杭州云莓科技有限公司")
    assert keeps.credit_code == "91330106MA2CC1234B"
    world.undo(merge)
    after = snapshot(Company)
    for row in (*before["Company"], *after["Company"]):
        del row["changed_at"], row["version"]
        row["search_grams"].sort()
    assert after == before


@pytest.mark.parametrize("older_is_absorbed", [False, True])
def test_the_older_valid_holding_stays_and_the_other_party_is_credited(world, older_is_absorbed) -> None:
    older, younger = (world.goes, world.keeps) if older_is_absorbed else (world.keeps, world.goes)
    first = make_lead(older)
    make_tenure(first, world.rep, world.tree.group, started_at=NOW - 3 * DAY)
    second = make_lead(younger)
    make_tenure(second, world.colleague, world.tree.group, started_at=NOW - DAY)
    before = snapshot(Lead, LeadTenure)

    merge = world.merge()

    kept = Lead.objects.get(company=world.keeps, status="PRIVATE")
    assert (kept.pk, kept.owner_id) == (first.pk, world.rep.pk)
    assert Company.objects.get(pk=world.keeps.pk).owner_id == world.rep.pk
    assert Lead.objects.get(pk=second.pk).status == "MERGED"
    conflict = OwnershipConflict.objects.get()
    assert (conflict.kept.person_id, conflict.other.person_id) == (world.rep.pk, world.colleague.pk)
    assert copies_are_right()

    world.undo(merge)

    assert snapshot(Lead, LeadTenure) == before
    assert copies_are_right()
    assert set(MergeMove.objects.values_list("outcome", flat=True)) == {"BACK"}


def test_a_holding_that_ran_out_yields_to_a_valid_one(world) -> None:
    late = make_lead(world.keeps)
    make_tenure(late, world.rep, world.tree.group, started_at=NOW - 30 * DAY, due_at=NOW - DAY)
    valid = make_held_lead(world.colleague, world.tree.group, company=world.goes)
    world.merge()
    assert Lead.objects.get(status="PRIVATE").pk == valid.pk


def deal(world, company, rep):
    line = make_line()
    scope = scope_for(rep)
    row = opportunities.open_opportunity(
        scope, company_id=company.pk, product_line_id=line.pk, facts=OpportunityFacts(1_000_00, (NOW + 9 * DAY).date()),
        now=NOW,
    )  # fmt: skip
    return line, row


def test_undecided_deals_follow_and_signed_orders_are_read_together(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    make_tenure(make_lead(world.goes), world.colleague, world.tree.group, started_at=NOW + DAY / 24)
    _line, row = deal(world, world.goes, world.colleague)

    merge = world.merge()

    row.refresh_from_db()
    assert (row.company_id, row.owner_id) == (world.keeps.pk, world.rep.pk)
    shown = pipeline_of_company(scope_for(world.supervisor), world.keeps.pk)
    assert [found.pk for found in shown.opportunities] == [row.pk]
    world.undo(merge)
    row.refresh_from_db()
    assert (row.company_id, row.owner_id) == (world.goes.pk, world.colleague.pk)


def test_what_changed_since_stays_and_is_named(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    make_held_lead(world.colleague, world.tree.group, company=world.goes)
    contact = make_contact(world.goes, "Lin", phone="13800001111")
    merge = world.merge()
    Company.objects.filter(pk=world.keeps.pk).update(industry="物流")
    Contact.objects.filter(pk=contact.pk).update(company=make_company("第三家"))

    world.undo(merge)

    [line] = merges(scope_for(world.supervisor), NOW)
    assert line.stayed == {"customers.company": 1, "customers.contact": 1}
    assert Company.objects.get(pk=world.keeps.pk).industry == "物流"
    assert copies_are_right()


def test_a_merge_is_undone_once_within_thirty_days_and_the_latest_first(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    merge = world.merge()
    with pytest.raises(Refused, match="UNDO_TOO_LATE"):
        world.undo(merge, NOW + 31 * DAY)
    third = make_company("青瓷餐饮", owner=world.rep, unit=world.tree.group)
    later = merging.merge_companies(
        scope_for(world.ops), survivor_id=third.pk, absorbed_id=world.keeps.pk, chosen={}, note="", now=NOW
    )
    assert set(Company.objects.exclude(pk=third.pk).values_list("merged_into", flat=True)) == {third.pk}
    with pytest.raises(Refused, match="LATER_MERGE"):
        merging.undo_merge(scope_for(world.ops), merge_id=merge.pk, now=NOW)
    merging.undo_merge(scope_for(world.ops), merge_id=later.pk, now=NOW)
    merging.undo_merge(scope_for(world.ops), merge_id=merge.pk, now=NOW)
    assert not Company.objects.filter(merged_into__isnull=False).exists()
    with pytest.raises(Refused, match="ALREADY_UNDONE"):
        merging.undo_merge(scope_for(world.ops), merge_id=merge.pk, now=NOW)


def test_undoing_costs_the_same_number_of_statements_for_three_and_thirty_contacts(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    counts = []
    for more in (3, 27):
        for n in range(more):
            make_contact(world.goes, phone=f"13800{more:02}{n:04}")
        merge = world.merge()
        with CaptureQueriesContext(connection) as asked:
            world.undo(merge)
        counts.append(len(asked))

    assert (counts[0], Contact.objects.filter(company=world.goes).count()) == (counts[1], 30)


def test_a_company_of_another_team_is_out_of_reach_and_nothing_is_written(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    make_held_lead(make_person(unit=world.tree.other_group), world.tree.other_group, company=world.goes)
    with pytest.raises(NotFound):
        world.merge()
    assert not CompanyMerge.objects.exists()


def test_an_open_dispute_stops_the_merge(world) -> None:
    lead = make_held_lead(world.rep, world.tree.group, company=world.keeps)
    Lead.objects.filter(pk=lead.pk).update(frozen_reason="DISPUTE")
    with pytest.raises(Refused, match="FROZEN"):
        world.merge()
    assert not CompanyMerge.objects.exists()


def test_a_pair_told_apart_or_merged_is_decided_once(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    first, second = sorted([world.keeps, world.goes], key=lambda row: row.pk)
    proposal = DuplicateProposal.objects.create(first=first, second=second, confidence=80, found_at=NOW)
    merging.tell_apart(scope_for(world.supervisor), proposal_id=proposal.pk, now=NOW)
    with pytest.raises(Refused, match="PROPOSAL_DECIDED"):
        merging.tell_apart(scope_for(world.supervisor), proposal_id=proposal.pk, now=NOW)


def test_who_stood_by_goes_on_as_the_survivor_and_answers_of_both_count(world) -> None:
    hot = make_company("青瓷餐饮", owner=world.rep, unit=world.tree.group)
    spell = ClosingClassChange.objects.create(
        company=hot, closing_class="A", amount_minor=1, expected_on=NOW.date(), backup=world.goes, set_at=NOW
    )
    for company, answer, at in ((world.keeps, "NO", NOW), (world.goes, "YES", NOW + DAY)):
        MaturityAnswer.objects.create(company=company, criterion=Criterion.NEED, answer=answer, answered_at=at)

    merge = world.merge(world.ops)
    spell.refresh_from_db()
    said = answers_of(scope_for(world.supervisor), [world.keeps.pk])

    assert (spell.backup_id, said) == (world.keeps.pk, {world.keeps.pk: {"NEED": "YES"}})
    merging.undo_merge(scope_for(world.ops), merge_id=merge.pk, now=NOW + DAY)
    spell.refresh_from_db()
    assert spell.backup_id == world.goes.pk


def test_a_customer_with_open_and_signed_orders_can_be_merged_and_goes_on_working(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    make_held_lead(world.colleague, world.tree.group, company=world.goes)
    _line, row = deal(world, world.goes, world.colleague)
    scope = scope_for(world.colleague)
    order = orders.draft_order(scope, opportunity_id=row.pk, now=NOW)
    assert order.company_id == world.goes.pk
    world.merge()
    order.refresh_from_db()
    assert (order.company_id, order.owner_id) == (world.keeps.pk, world.rep.pk)


def test_an_edit_by_the_old_id_changes_the_company_that_stands_for_it(world) -> None:
    make_held_lead(world.rep, world.tree.group, company=world.keeps)
    world.merge()
    kept = Company.objects.get(pk=world.keeps.pk)
    facts = CompanyFacts(name="杭州云莓科技有限公司", city_code="330100", industry="Software")

    edited = edit_company(
        scope_for(world.supervisor), company_id=world.goes.pk, version=kept.version, facts=facts, now=NOW
    )

    assert (edited.pk, edited.industry) == (world.keeps.pk, "Software")
    assert Company.objects.get(pk=world.goes.pk).industry != "Software"
