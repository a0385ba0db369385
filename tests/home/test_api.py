import pytest

from tests.factories.org import make_person
from tests.factories.visits import DAY, local, make_visit
from tiejun.visits.actions.plans import propose_plan

pytestmark = pytest.mark.django_db


def test_today_answers_the_own_day(rep, signed_in):
    propose_plan(rep.scope, day=DAY, now=local("08:30"))
    make_visit(rep, at=local("09:30"))

    body = signed_in(rep.person).get("/api/v1/today").json()

    assert (body["day"], body["phase"], body["visits"], body["floor"], len(body["stops"])) == (
        "2026-03-11",
        "FIELD",
        1,
        8,
        1,
    )
    assert body["stops"][0]["company"] == rep.company.name


def test_team_today_answers_the_rows(rep, signed_in):
    body = signed_in(rep.supervisor).get("/api/v1/team-today", {"day": "2026-03-11"}).json()

    assert [(row["name"], row["pace"], row["floor"]) for row in body["members"]] == [
        ("Gao Ming", "WAITING", 8),
        ("Lin Xiao", "WAITING", 8),
    ]


def test_board_answers_the_nine_links(head, signed_in):
    body = signed_in(head).get("/api/v1/board").json()

    assert [link["link"] for link in body["links"]] == [
        "CAMPAIGNS", "LEADS", "INTENT", "CUSTOMERS", "OPPORTUNITIES", "ORDERS", "COLLECTION", "PERFORMANCE", "INSIGHT",
    ]  # fmt: skip


def test_search_answers_hits(rep, signed_in):
    body = signed_in(rep.person).get("/api/v1/search", {"q": "suheng"}).json()

    assert {hit["kind"] for hit in body} == {"CUSTOMER", "LEAD"}


@pytest.mark.parametrize("path", ["today", "team-today", "board"])
def test_an_endpoint_of_another_role_is_refused(rep, signed_in, path):
    person = make_person(role="HR", unit=rep.unit)

    assert signed_in(person).get(f"/api/v1/{path}").status_code == 403


@pytest.mark.parametrize("path", ["today", "team-today", "board", "search"])
def test_an_endpoint_without_a_sign_in_is_refused(client, at, db, path):
    assert client.get(f"/api/v1/{path}").status_code == 401


@pytest.mark.parametrize("path", ["today", "team-today", "board", "search"])
def test_an_endpoint_that_only_reads_refuses_a_post(rep, signed_in, path):
    assert signed_in(rep.person).post(f"/api/v1/{path}", HTTP_IDEMPOTENCY_KEY="a").status_code == 405
