"""The boards of CEO, marketing head and sales head: their answers are the facts', compared honestly, and said when there is nothing to say."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tests.factories.leads import make_held_lead, make_lead, make_source
from tests.factories.org import make_person, scope_for
from tests.factories.pipeline import make_cast
from tests.insight.test_growth import at, sell, signed_in
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.engines.control import Side
from tiejun.engines.shares import share_of
from tiejun.foundation.refusals import NotFound
from tiejun.insight.models import FieldFact, RollUp
from tiejun.insight.queries.boards import role_board
from tiejun.insight.queries.boards.digest import digest
from tiejun.insight.queries.channels import channels
from tiejun.insight.queries.growth import growth
from tiejun.insight.rules.boards import QUESTIONS, BoardOf, Conversion, Question, Verdict, leak_of, moved, stands_out
from tiejun.insight.rules.links import Link

NOW = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


# -- rules -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "before", "side"),
    [
        ((80, 100), (50, 100), Side.HIGH),
        ((20, 100), (50, 100), Side.LOW),
        ((52, 100), (50, 100), None),
        ((19, 19), (0, 100), None),  # fewer than 20 cases say nothing
        ((0, 0), (50, 100), None),
    ],
)
def test_a_share_has_moved_only_beyond_chance(now, before, side):
    assert moved(share_of(*now), share_of(*before), least=20) is side


@pytest.mark.parametrize(
    ("part", "side"), [((2, 40), Side.LOW), ((38, 40), Side.HIGH), ((18, 40), None), ((0, 19), None)]
)
def test_a_part_stands_out_only_beyond_chance_and_with_enough_cases(part, side):
    assert stands_out(share_of(*part), share_of(500, 1000), least=20) is side


def test_the_leak_is_what_costs_most_carried_to_orders():
    chain = [
        Conversion(Link.LEADS, 300, 1000, 500, 1000),  # 200 fewer, of which 1 in 10 · 1 in 2 would have signed
        Conversion(Link.CUSTOMERS, 30, 300, 50, 500),
        Conversion(Link.ORDERS, 15, 30, 60, 60),  # 15 fewer, which are orders
    ]

    found = leak_of(chain, order_minor=100, least=20)

    assert (found.conversion.link, found.conversion.missing, found.minor) == (Link.ORDERS, 15, 1500)
    assert leak_of(chain[:2], order_minor=100, least=20).minor == 2000


def test_no_leak_within_chance_nor_on_few_cases():
    assert leak_of([Conversion(Link.LEADS, 95, 100, 100, 100)], order_minor=1, least=20) is None
    assert leak_of([Conversion(Link.LEADS, 0, 19, 100, 100)], order_minor=1, least=20) is None
    assert leak_of([Conversion(Link.LEADS, 0, 100, 0, 0)], order_minor=1, least=20) is None


# -- answers -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def cast(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return make_cast()


@pytest.fixture
def people(cast):
    roles = {BoardOf.CEO: Role.CEO, BoardOf.MARKETING: Role.MARKETING_HEAD, BoardOf.SALES: Role.SALES_HEAD}
    return {board: make_person(role=role, unit=cast.tree.company) for board, role in roles.items()}


def answers_of(person, board):
    return {one.question: one for one in role_board(scope_for(person), board, now=NOW).answers}


def field(unit, day, visits, effective):
    FieldFact.objects.create(cut="UNIT", day=day, unit=unit, visits=visits, effective=effective, new_effective=0)


@pytest.mark.parametrize("board", list(BoardOf))
def test_a_company_without_data_says_so_on_every_board(people, board):
    found = answers_of(people[board], board)

    assert tuple(found) == QUESTIONS[board]
    assert all(one.sentence for one in found.values())
    told = {Question.ORGANISATION, Question.ACTION, Question.PROMISE}  # nothing open, nothing promised: that is known
    assert {one.verdict for question, one in found.items() if question not in told} == {Verdict.NOTHING}


def test_the_ceo_reads_the_equation_and_the_money(cast, people):
    sell(cast, date(2026, 3, 3), 400_00)
    sell(cast, date(2026, 4, 8), 500_00)
    whole = growth(scope_for(people[BoardOf.CEO]), now=NOW).whole

    course = answers_of(people[BoardOf.CEO], BoardOf.CEO)[Question.COURSE]

    assert (
        (course.figure.value, course.figure.before)
        == (whole.after.net_minor, whole.before.net_minor)
        == (500_00, 400_00)
    )
    assert course.verdict is Verdict.GOOD
    assert "¥500 signed so far, 25% more than the ¥400" in course.sentence
    assert course.act.url == reverse("insight:growth")


def test_effect_is_lost_where_the_interval_says_so_and_small_units_are_not_compared(cast, people):
    RollUp.objects.create(until=date(2026, 4, 20), as_of=NOW, churn_days=365, changed={})
    field(cast.tree.group, date(2026, 4, 8), 100, 50)
    field(cast.tree.group, date(2026, 3, 4), 100, 90)

    found = answers_of(people[BoardOf.CEO], BoardOf.CEO)[Question.EFFICIENCY]

    assert found.verdict is Verdict.WATCH
    assert "50% (40–60%, n = 100)" in found.sentence
    assert "a fall beyond chance" in found.sentence
    field(cast.tree.other_group, date(2026, 4, 8), 5, 0)
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=cast.tree.region)
    parts = answers_of(manager, BoardOf.SALES)[Question.EFFICIENCY].parts
    assert [(part.name, part.few, part.side) for part in parts] == sorted(
        [(cast.tree.group.name, False, None), (cast.tree.other_group.name, True, None)]
    )


def test_marketing_reads_the_channels_and_ranks_none_of_few_buyers(cast, people):
    scope = scope_for(people[BoardOf.MARKETING])
    for code, number in (("FAIR", 25), ("SITE", 3)):
        for _number in range(number):
            make_lead(now=at(date(2026, 4, 3)), source=make_source(code))

    found = answers_of(people[BoardOf.MARKETING], BoardOf.MARKETING)

    assert found[Question.TRAFFIC].figure.value == 28
    assert found[Question.VALIDITY].figure.share == share_of(28, 28)
    assert [(part.name, part.few) for part in found[Question.VALIDITY].parts] == [("SITE", True), ("Trade fair", False)]
    assert found[Question.BUYERS].figure.share.cases == channels(scope, now=NOW).whole.leads
    assert found[Question.COST].sentence.startswith("Nothing was spent")


def test_the_sales_head_is_told_of_the_link_that_leaks_and_where(cast, people):
    for number in range(60):
        day = date(2026, 3, 3) if number < 30 else date(2026, 4, 3)
        (make_held_lead(cast.rep, cast.tree.group, now=at(day)) if number < 32 else make_lead(now=at(day)))

    found = answers_of(people[BoardOf.SALES], BoardOf.SALES)

    assert found[Question.LEAK].verdict is Verdict.WATCH
    assert found[Question.LEAK].sentence.startswith("Lead management: 7% of")
    assert found[Question.LEAK].figure.before == 100
    assert found[Question.LEAK].parts[0].note == "100 → 7"


@pytest.mark.parametrize(("role", "open_to"), [(Role.REGIONAL_MANAGER, ["sales"]), (Role.SALES_OPS, ["sales", "ceo", "marketing"]), (Role.CEO, ["ceo", "marketing", "sales"])])  # fmt: skip
def test_boards_open_as_far_as_the_reader_reaches(cast, role, open_to):
    person = make_person(role=role, unit=cast.tree.company if role is not Role.REGIONAL_MANAGER else cast.tree.region)

    found = role_board(scope_for(person), BoardOf.SALES, now=NOW)

    assert found.open_to == open_to
    if role is Role.REGIONAL_MANAGER:
        for board in (BoardOf.CEO, BoardOf.MARKETING):
            with pytest.raises(NotFound):
                role_board(scope_for(person), board, now=NOW)


def test_representatives_have_no_board(cast):
    with pytest.raises(PermissionRefused):
        role_board(scope_for(cast.rep), BoardOf.SALES, now=NOW)
    assert signed_in(cast.rep).get(reverse("insight:board", args=["sales"])).status_code == 403


@pytest.mark.parametrize("board", list(BoardOf))
def test_queries_do_not_grow_with_the_rows(cast, people, board):
    def count():
        with CaptureQueriesContext(connection) as queries:
            digest(scope_for(people[board]), board, now=NOW)
        return len(queries)

    def more(number):
        for _number in range(number):
            sell(cast, date(2026, 4, 8), 100_00)
            make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 4, 3)), source=make_source("FAIR"))

    more(1)
    few = count()
    more(2)
    assert count() == few


@pytest.mark.parametrize(("language", "word"), [("en", "Is the voyage on course?"), ("zh-hans", "航向对不对")])
def test_pages_pose_the_questions_in_both_languages(cast, people, language, word):
    browser = signed_in(people[BoardOf.CEO], language)

    answer = browser.get(reverse("insight:boards"), follow=True)

    assert answer.redirect_chain == [(reverse("insight:board", args=["ceo"]), 302)]
    assert word in answer.content.decode()
    for name in BoardOf:
        assert browser.get(reverse("insight:board", args=[name])).status_code == 200
    assert [browser.get(f"/insight/boards/{wrong}").status_code for wrong in ("cfo/", "ceo/?currency=yen")] == [
        404,
        404,
    ]


def test_the_endpoint_answers_as_the_page_does(cast, people):
    sell(cast, date(2026, 4, 8), 500_00)
    browser = signed_in(people[BoardOf.CEO])

    told = browser.get("/api/v1/insight/boards/ceo").json()

    assert [one["question"] for one in told["answers"]] == list(QUESTIONS[BoardOf.CEO])
    assert (
        told["answers"][0]["figure"] | {"value": 500_00, "unit": "MONEY", "low": None} == told["answers"][0]["figure"]
    )
    assert browser.get("/api/v1/insight/boards/cfo").status_code == 404


def test_the_digest_tells_the_last_working_day_beside_the_usual(cast, people):
    sell(cast, date(2026, 4, 17), 500_00)  # a Friday; the digest is read on Monday
    sell(cast, date(2026, 4, 18), 900_00)

    found = digest(scope_for(people[BoardOf.SALES]), BoardOf.SALES, now=NOW)

    values = {line.measure: line.value for line in found.lines}
    assert (found.day, values["SIGNED"], values["SIGNED_MONEY"]) == (date(2026, 4, 17), 1, 500_00)
    assert not found.is_empty
