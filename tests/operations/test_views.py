from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.org import Tree, make_company_tree, make_login, make_person
from tiejun.access.roles import Role
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import ClockRun, PolicyVersion
from tiejun.foundation.times import business_day
from tiejun.operations.models import AuditCheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


def signed_in(tree: Tree, role: Role) -> Client:
    client = Client()
    client.force_login(make_login(make_person(role=role, unit=tree.company)))
    return client


@pytest.fixture
def ops(tree: Tree) -> Client:
    return signed_in(tree, Role.SALES_OPS)


@pytest.fixture
def ceo(tree: Tree) -> Client:
    return signed_in(tree, Role.CEO)


@pytest.fixture
def rep(tree: Tree) -> Client:
    return signed_in(tree, Role.REP)


def key() -> dict[str, str]:
    return {"client_key": str(new_id())}


def make_run(tree: Tree, *, status: str = "DUE", event: str = "test.noon") -> ClockRun:
    now = timezone.now()
    return ClockRun.objects.create(
        unit_id=tree.group.pk,
        event=event,
        business_day=business_day(now, "Asia/Shanghai"),
        position=1,
        due_at=now + timedelta(hours=1) if status == "DUE" else now - timedelta(hours=1),
        status=status,
        finished_at=now if status != "DUE" else None,
        attempts=5 if status == "FAILED" else 1,
        error="ValueError\nleads/jobs.py:12 reclaim" if status == "FAILED" else "",
        outcome={"done": 3} if status == "DONE" else {},
    )


PAGES = (
    "/operations/runs/",
    "/operations/runs/all/",
    "/operations/policies/",
    "/operations/policies/lead.private_cap/",
    "/operations/policies/calendar.extra_days_off/",
    "/operations/policies/plan.shape/",
    "/operations/policies/clock.noon/",
    "/operations/policies/qa.random_rate/",
    "/operations/policies/profile/iron/",
    "/operations/audit/",
    "/operations/audit/mine/",
)


@pytest.mark.parametrize("page", PAGES)
def test_pages_work_for_sales_operations(ops: Client, tree: Tree, page: str) -> None:
    for status, event in (("DUE", "test.a"), ("DONE", "test.b"), ("FAILED", "test.c"), ("RUNNING", "test.d")):
        make_run(tree, status=status, event=event)

    assert ops.get(page).status_code == 200


@pytest.mark.parametrize("page", [page for page in PAGES if "polic" not in page and "mine" not in page])
def test_pages_of_the_few_are_refused_to_a_rep(rep: Client, page: str) -> None:
    assert rep.get(page).status_code == 403


@pytest.mark.parametrize(
    "page", ["/operations/policies/", "/operations/policies/lead.private_cap/", "/operations/audit/mine/"]
)
def test_pages_for_everybody_work_for_a_rep(rep: Client, page: str) -> None:
    assert rep.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_pages_send_nobody_to_sign_in(page: str) -> None:
    assert Client().get(page).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_pages_refuse_a_post(ops: Client, page: str) -> None:
    assert ops.post(page, key()).status_code == 405


@pytest.mark.parametrize(
    "page", ["/operations/runs/", "/operations/runs/all/", "/operations/policies/", "/operations/audit/"]
)
@pytest.mark.parametrize(
    "query",
    ["?day=x&unit=y&event=z&status=q&cursor=%%%", "?day=0001-01-01", "?cursor=AAAA&person=1&target=2", "?q=%00"],
)
def test_pages_survive_garbage(ops: Client, page: str, query: str) -> None:
    assert ops.get(page + query).status_code in (200, 400)


def test_run_now_hands_out_and_returns_to_the_day(ops: Client, tree: Tree) -> None:
    row = make_run(tree)

    answer = ops.post(f"/operations/runs/{row.pk}/start/", key() | {"reason": "early"})

    row.refresh_from_db()
    assert (answer.status_code, row.status) == (302, "RUNNING")
    assert str(tree.group.pk) in answer["Location"]


def test_retry_hands_a_failed_run_out(ops: Client, tree: Tree) -> None:
    row = make_run(tree, status="FAILED")

    assert ops.post(f"/operations/runs/{row.pk}/retry/", key()).status_code == 302

    row.refresh_from_db()
    assert row.status == "RUNNING"


def test_a_strange_run_is_not_found(ops: Client) -> None:
    assert ops.post(f"/operations/runs/{new_id()}/start/", key()).status_code == 404


def test_a_refusal_says_why_in_page_htmx_and_json(ops: Client, tree: Tree) -> None:
    row = make_run(tree, status="DONE")
    address = f"/operations/runs/{row.pk}/start/"

    page = ops.post(address, key())
    htmx = ops.post(address, key(), headers={"HX-Request": "true"})
    json = ops.post(address, key(), headers={"Accept": "application/json"})

    assert [page.status_code, htmx.status_code, json.status_code] == [409, 409, 409]
    assert "409" in page.content.decode()
    assert htmx.json()["code"] == json.json()["code"] == "already_done"
    assert htmx.json()["message"]


def test_a_policy_goes_from_draft_to_force_by_two_persons(ops: Client, ceo: Client) -> None:
    drafted = ops.post("/operations/policies/lead.private_cap/draft/", key() | {"value": "90", "reason": "trial"})
    row = PolicyVersion.objects.get()

    alone = ops.post(f"/operations/policy-versions/{row.pk}/put-in-force/", key())
    approved = ceo.post(f"/operations/policy-versions/{row.pk}/approve/", key())

    row.refresh_from_db()
    assert [drafted.status_code, alone.status_code, approved.status_code, row.status] == [302, 409, 302, "APPROVED"]
    assert ceo.get("/operations/policies/lead.private_cap/").status_code == 200
    assert ceo.post(f"/operations/policy-versions/{row.pk}/end/", key()).status_code == 302


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("plan.shape", "4, 5", [4, 5]),
        ("calendar.extra_days_off", "2026-10-09 = company day\n", {"2026-10-09": "company day"}),
        ("clock.noon", "12:15", "12:15"),
        ("qa.random_rate", "0.04", 0.04),
        ("company.profile", "iron", "iron"),
    ],
)
def test_each_kind_of_value_can_be_drafted(ops: Client, name: str, value: str, stored: Any) -> None:
    answer = ops.post(f"/operations/policies/{name}/draft/", key() | {"value": value, "reason": "trial"})

    assert answer.status_code == 302
    assert PolicyVersion.objects.get().value == stored


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plan.shape", "a"),
        ("plan.shape", "1,2,3"),
        ("clock.noon", "noon"),
        ("lead.private_cap", "0"),
        ("qa.random_rate", "nan"),
    ],
)
def test_a_wrong_value_keeps_the_form_open(ops: Client, name: str, value: str) -> None:
    answer = ops.post(f"/operations/policies/{name}/draft/", key() | {"value": value, "reason": "trial"})

    assert (answer.status_code, PolicyVersion.objects.count()) == (422, 0)


def test_drafting_twice_with_one_key_writes_once(ops: Client) -> None:
    form = key() | {"value": "90", "reason": "trial"}

    answers = [ops.post("/operations/policies/lead.private_cap/draft/", form).status_code for _number in range(2)]

    assert (answers, PolicyVersion.objects.count()) == ([302, 302], 1)


def test_unknown_key_and_profile_are_not_found(ops: Client) -> None:
    assert ops.get("/operations/policies/lead.nonsense/").status_code == 404
    assert ops.get("/operations/policies/profile/gold/").status_code == 404


def test_the_chain_is_checked_on_demand(ceo: Client) -> None:
    answer = ceo.post("/operations/audit/check/", key(), headers={"HX-Request": "true"})

    row = AuditCheck.objects.get()
    assert (answer.status_code, row.status) == (200, "HOLDS")
    assert ceo.get(f"/operations/audit/checks/{row.pk}/").status_code == 200
