from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories.org import NOW, Tree, make_company_tree, make_person
from tests.org.test_views import client_of
from tiejun.access.roles import Role
from tiejun.org.models import Leave, Person, Position

pytestmark = pytest.mark.django_db
TODAY = NOW.date().isoformat()


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: NOW)


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def admin(tree: Tree) -> Client:
    return client_of(make_person(name="Admin", role=Role.ADMIN, unit=tree.company))


def post(client: Client, path: str, body: dict[str, Any], key: str, method: str = "post") -> Any:
    call = getattr(client, method)
    return call(f"/api/v1{path}", body, content_type="application/json", headers={"Idempotency-Key": key})


def test_a_person_joins_changes_moves_and_leaves(tree: Tree, admin: Client) -> None:
    joined = post(
        admin,
        "/people",
        {
            "name": "Lei",
            "unit_id": str(tree.group.pk),
            "role": "REP",
            "joined_on": "2026-03-01",
            "phone": "13800138000",
        },
        "a",
    )
    person = joined.json()
    path = f"/people/{person['person_id']}"
    edited = post(admin, path, {"version": 1, "name": "Li Lei"}, "b", "patch")
    moved = post(admin, f"{path}/move", {"unit_id": str(tree.other_group.pk), "starts_on": TODAY}, "c")
    granted = post(admin, f"{path}/roles", {"role": "HR", "unit_id": str(tree.company.pk), "starts_on": TODAY}, "d")
    position = Position.objects.get(role="HR")
    ended = post(admin, f"/positions/{position.pk}/end", {"ends_on": TODAY}, "e")
    left = post(admin, f"{path}/leaving", {"left_on": TODAY}, "f")

    assert [answer.status_code for answer in (joined, edited, moved, granted, ended, left)] == [
        201,
        200,
        200,
        201,
        200,
        200,
    ]
    assert (person["phone"][-4:], "13800138000" in joined.content.decode()) == ("8000", False)
    assert {row["unit_name"] for row in left.json()["tenures"]} == {"Tieyi", "East 2", "East 1"}
    assert left.json()["left_on"] == TODAY


def test_a_repeat_with_the_same_key_writes_once_and_another_body_is_refused(tree: Tree, admin: Client) -> None:
    body = {"name": "Lei", "unit_id": str(tree.group.pk), "role": "REP", "joined_on": TODAY}

    answers = [
        post(admin, "/people", body, "same"),
        post(admin, "/people", body, "same"),
        post(admin, "/people", body | {"name": "X"}, "same"),
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[0].json() == answers[1].json()
    assert Person.objects.filter(name__in=["Lei", "X"]).count() == 1


def test_refusals_are_problems_with_stable_codes(tree: Tree, admin: Client) -> None:
    make_person(role=Role.SUPERVISOR, unit=tree.group)
    body = {"name": "B", "unit_id": str(tree.group.pk), "role": "SUPERVISOR", "joined_on": TODAY}
    rep = client_of(make_person(unit=tree.other_group))

    refused, unknown, denied = (
        post(admin, "/people", body, "a"),
        post(admin, "/people", body | {"extra": 1}, "b"),
        post(rep, "/people", body, "c"),
    )

    assert [(answer.status_code, answer.json()["code"]) for answer in (refused, unknown, denied)] == [
        (409, "unit_has_leader"),
        (422, "invalid"),
        (403, "not_allowed"),
    ]


def test_people_are_listed_in_pages_within_reach(tree: Tree) -> None:
    me = make_person(name="Aa", unit=tree.group)
    for name in ("Bb", "Cc"):
        make_person(name=name, unit=tree.group)
    stranger = make_person(unit=tree.other_group)
    client = client_of(me)

    first = client.get("/api/v1/people", {"size": 2}).json()
    second = client.get("/api/v1/people", {"size": 2, "cursor": first["next"]}).json()

    assert [[row["name"] for row in page["items"]] for page in (first, second)] == [["Aa", "Bb"], ["Cc"]]
    assert (second["next"], client.get(f"/api/v1/people/{stranger.pk}").status_code) == (None, 404)


def test_units_through_the_api(tree: Tree, admin: Client) -> None:
    made = post(admin, "/units", {"name": "West", "kind": "REGION", "parent_id": str(tree.company.pk)}, "a").json()
    path = f"/units/{made['unit_id']}"
    renamed = post(admin, path, {"version": 1, "name": "Far West"}, "b", "patch").json()
    moved = post(admin, f"/units/{tree.other_group.pk}/move", {"parent_id": made["unit_id"]}, "c").json()
    acting = {"person_id": str(make_person(unit=tree.group).pk), "starts_on": TODAY, "ends_on": TODAY}
    led = post(admin, f"/units/{tree.group.pk}/acting-leader", acting, "d")
    closed = post(admin, f"{path}/close", {"closed_on": TODAY}, "e")

    assert (renamed["name"], moved["parent_id"], led.status_code) == ("Far West", made["unit_id"], 201)
    assert (closed.status_code, closed.json()["code"]) == (409, "unit_has_units")
    assert [row["name"] for row in admin.get("/api/v1/units").json()] == [
        "Tieyi",
        "East",
        "East 1",
        "Far West",
        "East 2",
    ]


def test_leave_and_me_through_the_api(tree: Tree) -> None:
    person = make_person(unit=tree.group)
    client = client_of(person)

    recorded = post(client, "/leave", {"kind": "ANNUAL", "starts_on": "2026-03-20"}, "a").json()
    listed = client.get("/api/v1/leave", {"month": "2026-03-01"}).json()
    cancelled = post(client, f"/leave/{recorded['id']}/cancel", {}, "b")
    me = client.get("/api/v1/me").json()

    assert [(row["leave_id"], row["starts_on"], row["ends_on"]) for row in listed] == [
        (recorded["id"], "2026-03-20", "2026-03-20")
    ]
    assert (cancelled.status_code, Leave.objects.get().cancelled_at) == (200, NOW)
    assert (me["person_id"], me["roles"], "org.record_leave" in me["abilities"]) == (str(person.pk), ["REP"], True)


def test_a_visitor_gets_401() -> None:
    assert Client().get("/api/v1/people").status_code == 401
