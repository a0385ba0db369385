from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import make_person, make_unit, scope_for
from tests.factories.pipeline import make_cast, make_company, make_line, make_signed_order
from tests.factories.visits import NOW, local, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.engines.workdays.calendar import WorkCalendar, workdays_in
from tiejun.foundation.refusals import NotFound
from tiejun.home.queries.board import board
from tiejun.insight.rules.links import Link

pytestmark = pytest.mark.django_db


def figures(found):
    return {line.link: (line.figure.value, *(figure.value for figure in line.beside)) for line in found.links}


def test_board_counts_the_rows_of_the_nine_links(rep, head):
    make_lead(now=NOW, intent="HIGH")
    make_lead(now=local("10:00", date(2026, 2, 27)), intent="MEDIUM")
    make_visit(rep, at=local("09:30"))

    found = board(scope_for(head), now=local("10:00"))

    assert figures(found)[Link.CAMPAIGNS] == (2,)
    assert figures(found)[Link.LEADS] == (1, 0)
    assert figures(found)[Link.INTENT] == (1, 0)
    assert figures(found)[Link.CUSTOMERS] == (1,)
    assert figures(found)[Link.INSIGHT][0] == 1
    assert (found.links[0].figure.before, found.links[0].figure.before_so_far) == (1, 0)
    assert sum(found.links[0].trend) == 2


def test_board_sums_orders_of_the_month():
    cast = make_cast()
    make_signed_order(cast, quantity=3)
    head = make_person(role=Role.SALES_HEAD, unit=cast.tree.company)

    found = board(scope_for(head), now=NOW)

    assert figures(found)[Link.ORDERS] == (1, 300_000)
    assert figures(found)[Link.COLLECTION] == (0,)
    assert [(unit.name, unit.signed_minor) for unit in found.units] == [("East 1", 300_000), ("East 2", 0)]


def test_board_counts_every_currency_and_never_adds_two():
    cast = make_cast()
    make_signed_order(cast, quantity=3)
    dollars = replace(cast, line=make_line(currency="USD"), company=make_company(cast.rep, cast.tree.group.pk))
    make_signed_order(dollars, quantity=2)
    head = make_person(role=Role.SALES_HEAD, unit=cast.tree.company)

    in_yuan, in_dollars = (board(scope_for(head), currency=code, now=NOW) for code in ("CNY", "USD"))

    assert (figures(in_yuan)[Link.ORDERS], figures(in_dollars)[Link.ORDERS]) == ((2, 300_000), (2, 200_000))
    assert in_yuan.currencies == in_dollars.currencies == ["CNY", "USD"]


def test_board_offers_the_other_currency_and_refuses_what_is_none(rep, signed_in):
    browser = signed_in(make_person(role=Role.CEO, unit=rep.unit.parent))

    assert b"currency=" not in browser.get("/board/").content
    assert b'aria-current="true">USD<' in browser.get("/board/?currency=USD").content
    assert [browser.get(f"/board/?currency={code}").status_code for code in ("usd", "%27", "X" * 9)] == [404] * 3


def test_board_of_a_region_does_not_count_another(rep):
    other = make_unit("West", kind="REGION", parent=rep.unit.parent.parent)
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=other)
    make_visit(rep, at=local("09:30"))

    found = board(scope_for(manager), now=local("10:00"))

    assert figures(found)[Link.INSIGHT] == (0, 0)
    with pytest.raises(NotFound):
        board(scope_for(manager), unit_id=rep.unit.pk, now=local("10:00"))


def test_board_of_a_unit_counts_what_is_below(rep, head):
    make_visit(rep, at=local("09:30"))
    empty = make_unit("East 9", parent=rep.unit.parent)

    def visits(unit):
        return figures(board(scope_for(head), unit_id=unit.pk, now=local("10:00")))[Link.INSIGHT][0]

    assert (visits(rep.unit), visits(rep.unit.parent), visits(empty)) == (1, 1, 0)


@pytest.mark.parametrize("role", [Role.CEO, Role.MARKETING_HEAD, Role.SALES_OPS, Role.REGIONAL_MANAGER])
def test_board_opens_for_its_roles(rep, signed_in, role):
    answer = signed_in(make_person(role=role, unit=rep.unit.parent)).get("/board/?month=2026-02")

    assert answer.status_code == 200


def test_board_is_not_for_representatives(rep, signed_in):
    with pytest.raises(PermissionRefused):
        board(rep.scope, now=NOW)
    assert signed_in(rep.person).get("/board/").status_code == 403


@pytest.mark.parametrize("query", ["month=2026-04", "month=x", "unit=x", "month=1990-01"])
def test_board_of_an_unknown_month_or_unit_is_not_found(head, signed_in, query):
    assert signed_in(head).get(f"/board/?{query}").status_code == 404


def test_board_asks_as_many_queries_for_one_lead_as_for_many(rep, head):
    def count():
        with CaptureQueriesContext(connection) as queries:
            board(scope_for(head), now=NOW)
        return len(queries)

    few = count()
    for _ in range(3):
        make_held_lead(make_person(unit=make_unit(parent=rep.unit.parent)), rep.unit, now=NOW)

    assert count() == few


def test_a_day_outside_its_limits_is_said_beside_its_link(rep, head):
    chance, present = Random(3), date(2026, 3, 31)
    days = workdays_in(date(2026, 2, 1), present - timedelta(days=1), WorkCalendar())
    for day in days[:-1]:
        for _number in range(chance.randint(4, 6)):
            make_lead(now=local("10:00", day))

    link = board(scope_for(head), now=local("10:00", present)).links[0]
    of_older = board(scope_for(head), month=date(2026, 2, 1), now=local("10:00", present)).links[0]

    assert (link.signal.side, link.signal.value, link.signal.day) == ("LOW", 0, days[-1])
    assert link.signal.limits.low > 0
    assert of_older.signal is None
