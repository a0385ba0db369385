from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.org import Tree, make_company_tree, make_login, make_person
from tiejun.access.roles import Role
from tiejun.foundation.models import ClockRun, PolicyVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


def signed_in(tree: Tree, role: Role) -> Client:
    client = Client()
    client.force_login(make_login(make_person(role=role, unit=tree.company)))
    return client


def post(client: Client, path: str, body: Any = None, *, key: str = "k") -> Any:
    return client.post(
        f"/api/v1{path}",
        json.dumps(body or {}),
        content_type="application/json",
        headers={"Idempotency-Key": key + path},
    )


def test_a_policy_goes_from_draft_to_end(tree: Tree) -> None:
    ops, head = signed_in(tree, Role.SALES_OPS), signed_in(tree, Role.SALES_HEAD)

    made = post(ops, "/operations/policy-versions", {"key": "lead.private_cap", "value": 90, "reason": "trial"})
    version = f"/operations/policy-versions/{made.json()['id']}"
    answers = [
        post(ops, f"{version}/put-in-force"),
        post(head, f"{version}/approve"),
        post(ops, f"{version}/withdraw"),
        post(head, f"{version}/end"),
    ]

    assert [made.status_code, *(answer.status_code for answer in answers)] == [201, 409, 200, 409, 200]
    assert head.get("/api/v1/operations/policies/lead.private_cap").json()[0]["state"] == "ENDED"


def test_runs_are_listed_started_and_retried(tree: Tree) -> None:
    ops = signed_in(tree, Role.SALES_OPS)
    now = timezone.now()
    facts = {"unit_id": tree.group.pk, "business_day": now.date(), "position": 1, "due_at": now}
    due = ClockRun.objects.create(event="test.a", **facts)
    failed = ClockRun.objects.create(event="test.b", status="FAILED", finished_at=now, **facts)

    answers = [post(ops, f"/operations/runs/{due.pk}/start"), post(ops, f"/operations/runs/{failed.pk}/retry")]

    assert [answer.json()["status"] for answer in answers] == ["RUNNING", "RUNNING"]
    assert {row["status"] for row in ops.get("/api/v1/operations/runs").json()["items"]} == {"RUNNING"}


def test_the_chain_is_checked_and_listed(tree: Tree) -> None:
    ceo = signed_in(tree, Role.CEO)

    made = post(ceo, "/audit/checks")

    assert made.json()["status"] == "HOLDS"
    assert ceo.get(f"/api/v1/audit/checks/{made.json()['id']}").status_code == 200
    assert [entry["event"] for entry in ceo.get("/api/v1/audit").json()["items"]] == ["operations.audit_check_asked"]
    assert len(ceo.get("/api/v1/audit/own").json()["items"]) == 1


@pytest.mark.parametrize(
    "path",
    ["/operations/runs?day=0001-01-01", "/operations/runs?size=0", "/audit?day=9999-12-31", "/audit?person_id=x"],
)
def test_values_out_of_bounds_are_422(tree: Tree, path: str) -> None:
    assert signed_in(tree, Role.SALES_OPS).get(f"/api/v1{path}").status_code == 422


def test_a_rep_reads_policies_and_nothing_else(tree: Tree) -> None:
    rep = signed_in(tree, Role.REP)

    statuses = {
        path: rep.get(f"/api/v1{path}").status_code
        for path in ("/operations/policies", "/operations/runs", "/audit", "/audit/own")
    }
    drafted = post(rep, "/operations/policy-versions", {"key": "lead.private_cap", "value": 90, "reason": "trial"})

    assert statuses == {"/operations/policies": 200, "/operations/runs": 403, "/audit": 403, "/audit/own": 200}
    assert (drafted.status_code, PolicyVersion.objects.count()) == (403, 0)
