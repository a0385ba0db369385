"""The search by night: what it proposes, that it may be repeated, that decisions stay."""

from datetime import timedelta

import pytest

from tests.factories.customers import make_company, make_contact
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.customers.actions import merging
from tiejun.customers.jobs import seek_duplicates
from tiejun.customers.models import Company, CompanyKey, DuplicateProposal, DuplicateRun
from tiejun.customers.queries.merging import proposals_page

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def proposals() -> list[tuple[str, str, str, list[str]]]:
    rows = DuplicateProposal.objects.order_by("-confidence", "pk").select_related("first", "second")
    return [(*sorted((row.first.name, row.second.name)), row.status, row.reasons) for row in rows]


def test_the_night_proposes_pairs_with_reasons_once() -> None:
    make_contact(make_company("杭州云莓科技有限公司"), phone="13800001111")
    make_contact(make_company("云莓科技"), phone="13800001111")
    make_company("听雨茶馆")

    for night in range(2):
        assert seek_duplicates(now=NOW + night * DAY) == 1

    assert proposals() == [("云莓科技", "杭州云莓科技有限公司", "OPEN", ["NAME", "PHONE", "CITY"])]


def test_a_later_night_looks_at_what_changed_alone() -> None:
    for number in range(5):
        make_company(f"听雨茶馆{number}")
    seek_duplicates(now=NOW + DAY, batch=2)
    make_company("杭州听雨茶馆3有限公司", now=NOW + 2 * DAY)

    seek_duplicates(now=NOW + 3 * DAY)

    first, second = DuplicateRun.objects.order_by("started_at")
    assert (first.companies, second.companies) == (5, 1)
    assert [row[:3] for row in proposals()] == [("听雨茶馆3", "杭州听雨茶馆3有限公司", "OPEN")]


def test_what_somebody_told_apart_is_not_proposed_again_and_what_no_longer_holds_is_withdrawn() -> None:
    tree = make_company_tree()
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))
    for name in ("云莓科技", "青瓷餐饮"):
        make_company(name)
        make_company(f"杭州{name}有限公司")
    seek_duplicates(now=NOW)
    apart = proposals_page(ops).lines[0].proposal
    merging.tell_apart(ops, proposal_id=apart.pk, now=NOW)
    other = DuplicateProposal.objects.exclude(pk=apart.pk).get()
    Company.objects.filter(pk=other.first_id).update(name="岚山物流", changed_at=NOW)

    seek_duplicates(now=NOW + DAY)

    assert dict(DuplicateProposal.objects.values_list("pk", "status")) == {apart.pk: "APART", other.pk: "GONE"}
    assert proposals_page(ops).lines == []


def test_a_key_of_many_brings_nobody_together_and_merged_companies_are_left_out() -> None:
    for number in range(14):
        make_contact(make_company(f"云莓{number}科技"), phone="13800001111")
    gone = make_company("听雨茶馆")
    Company.objects.filter(pk=gone.pk).update(merged_into=make_company("杭州听雨茶馆有限公司"))

    assert seek_duplicates(now=NOW) == 0
    assert not CompanyKey.objects.filter(company=gone).exists()


def test_an_interrupted_search_goes_on() -> None:
    make_company("云莓科技")
    make_company("杭州云莓科技有限公司")
    DuplicateRun.objects.create(started_at=NOW - DAY)
    assert seek_duplicates(now=NOW) == 1
    assert DuplicateRun.objects.get().finished_at == NOW


def test_supervisors_see_pairs_of_their_reach_with_those_that_nobody_holds() -> None:
    tree = make_company_tree()
    rep, stranger = make_person(unit=tree.group), make_person(unit=tree.other_group)
    make_company("云莓科技", owner=rep, unit=tree.group)
    make_company("杭州云莓科技有限公司")
    make_company("青瓷餐饮", owner=rep, unit=tree.group)
    make_company("杭州青瓷餐饮有限公司", owner=stranger, unit=tree.other_group)
    make_company("听雨茶馆")
    make_company("杭州听雨茶馆有限公司")
    seek_duplicates(now=NOW)

    def seen(role: Role, unit) -> int:
        return len(proposals_page(scope_for(make_person(role=role, unit=unit))).lines)

    assert seen(Role.SALES_OPS, tree.company) == 3
    assert seen(Role.REGIONAL_MANAGER, tree.region) == 2
    assert seen(Role.SUPERVISOR, tree.group) == 1
    assert seen(Role.SUPERVISOR, tree.other_group) == 0
