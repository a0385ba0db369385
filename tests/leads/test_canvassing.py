from datetime import timedelta

import pytest

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.ids import new_id
from tiejun.leads import actions
from tiejun.leads.models import ForeignVisit, LeadTenure
from tiejun.leads.queries.standing import standing_at_door
from tiejun.leads.rules.canvassing import Knock, neglected, shortened_due

A, B = new_id(), new_id()
DAY = timedelta(days=1)
CODE = "91330106MA2CC1234B"


@pytest.mark.parametrize(
    ("knocks", "expected"),
    [
        ([], set()),
        ([Knock(A, NOW), Knock(A, NOW - DAY)], set()),
        ([Knock(A, NOW), Knock(A, NOW - DAY), Knock(B, NOW - 2 * DAY)], {A, B}),
        ([Knock(A, NOW), Knock(A, NOW - DAY), Knock(B, NOW - 7 * DAY)], set()),
        ([Knock(A, NOW), Knock(A, NOW - DAY), Knock(B, NOW - DAY, NOW - 2 * DAY)], set()),
        ([Knock(A, NOW), Knock(A, NOW - DAY), Knock(B, NOW - DAY, NOW - 8 * DAY)], {A, B}),
    ],
)
def test_more_than_two_knocks_a_week_without_own_follow_up_are_neglect(knocks, expected) -> None:
    assert neglected(knocks, NOW, allowed=2) == expected


def test_a_shortened_holding_never_ends_later() -> None:
    assert shortened_due(NOW + 3 * DAY, NOW + DAY) == NOW + DAY
    assert shortened_due(NOW, NOW + DAY) == NOW
    assert shortened_due(None, NOW + DAY) is None


@pytest.fixture
def world(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    tree = make_company_tree()
    return tree, make_person(unit=tree.group), make_person(unit=tree.group)


@pytest.mark.parametrize(
    "asked",
    [
        {"credit_code": "9133 0106 ma2cc1234b"},
        {"name": "杭州云莓科技有限公司", "city_code": "330100"},
        {"name": "云莓科技", "city_code": "330100"},
        {"name": "云莓科技（杭州）有限责任公司"},
        {"name": "浙江省杭州市云莓科技股份公司", "city_code": ""},
        {"name": " 云莓 科技", "city_code": "330100"},
    ],
)
def test_a_held_company_is_told_in_any_spelling_without_its_holder(world, asked) -> None:
    tree, rep, colleague = world
    company = make_company("杭州云莓科技有限公司", credit_code=CODE)
    make_held_lead(colleague, tree.group, company=company)

    notice = standing_at_door(scope_for(rep), **asked)

    assert (notice.standing, notice.company_id) == ("HELD_BY_COLLEAGUE", company.pk)
    assert standing_at_door(scope_for(colleague), **asked).standing == "YOURS"


def test_other_standings_are_told_apart(world) -> None:
    _tree, rep, _colleague = world
    make_lead(make_company("杭州青瓷餐饮有限公司"))
    make_company("杭州听雨茶馆")
    scope = scope_for(rep)

    def of(name: str, city: str = "330100") -> str:
        return standing_at_door(scope, name=name, city_code=city).standing

    assert of("青瓷餐饮") == "IN_POOL"
    assert of("听雨茶馆") == "FREE"
    assert of("青瓷餐饮", "330200") == of("青瓷") == of("") == "UNKNOWN"


def test_the_notice_is_for_who_records_visits(world) -> None:
    tree, _rep, _colleague = world
    with pytest.raises(PermissionRefused):
        standing_at_door(scope_for(make_person(role=Role.FINANCE, unit=tree.company)), name="青瓷")


def visit(person, company, at=NOW):
    return actions.note_contact(
        scope_for(person), company_id=company.pk, kind="VISIT", outcome="TALKED", note="", next_step_at=None,
        happened_at=at, now=at,
    )  # fmt: skip


def test_the_third_visit_in_a_week_shortens_the_neglected_holdings_and_gives_the_visitor_nothing(world) -> None:
    tree, rep, colleague = world
    leads = [make_held_lead(colleague, tree.group) for _ in range(2)]
    before = LeadTenure.objects.get(lead=leads[0]).due_at
    for n in range(2):
        assert visit(rep, leads[n].company, NOW + n * DAY / 24) is None
    assert set(LeadTenure.objects.values_list("due_at", flat=True)) == {before}

    visit(rep, leads[0].company, NOW + DAY / 8)

    due = set(LeadTenure.objects.values_list("due_at", flat=True))
    assert len(due) == 1
    assert NOW + DAY < due.pop() < before
    assert set(LeadTenure.objects.values_list("person", flat=True)) == {colleague.pk}
    assert set(ForeignVisit.objects.values_list("shortened", flat=True)) == {True}


def test_visits_of_the_holder_and_to_free_doors_are_not_foreign(world) -> None:
    tree, rep, colleague = world
    held = make_held_lead(colleague, tree.group)
    visit(colleague, held.company)
    visit(rep, make_lead().company)
    assert not ForeignVisit.objects.exists()
