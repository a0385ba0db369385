from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.factories.org import NOW, make_login
from tests.factories.visits import DAY, Field, make_field, make_visit
from tiejun.org.models import Person
from tiejun.visits.models import DayPlan, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten_in_shanghai():
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(person: Person) -> Client:
    client, login = Client(), make_login(person)
    Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
    client.force_login(login)
    return client


def send(client: Client, method: str, path: str, body: dict | None = None, key: str = ""):
    return getattr(client, method)(
        f"/api/v1{path}", body or {}, content_type="application/json", headers={"idempotency-key": key or str(uuid4())}
    )


def record(rep: Field, **values: object) -> dict:
    met = [{"role": "KP", "is_senior": True, "name": "Chen"}]
    return {
        "client_key": str(uuid4()),
        "company_id": str(rep.company.pk),
        "met": met,
        "service_explained": True,
    } | values


def test_a_visit_is_recorded_once_per_key_and_its_reasons_are_told() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    body = record(rep, advancement="STAGE_UP")

    first = send(client, "post", "/visits", body)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        again = send(client, "post", "/visits", body)
        other = send(client, "post", "/visits", body | {"note": "x"})

    assert (first.status_code, again.status_code, other.status_code, other.json()["code"]) == (
        201,
        200,
        409,
        "key_reused",
    )
    assert (first.json()["id"], first.json()["effective_visit"], first.json()["new_effective_customer"]) == (
        again.json()["id"],
        False,
        True,
    )
    assert {"question": "EFFECTIVE_VISIT", "code": "NO_EVIDENCE", "holds": False} in first.json()["reasons"]
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"surprise": 1},
        {"refusal": "PERHAPS"},
        {"started_at": "2026-03-11T10:00:00"},
        {"next_step_at": "9999-12-31T00:00:00Z"},
        {"demo_steps_done": -1},
        {"note": "a\u0000b"},
    ],
)
def test_input_that_does_not_fit_is_refused_and_writes_nothing(values: dict) -> None:
    rep = make_field()

    answer = send(signed_in(rep.person), "post", "/visits", record(rep, **values))

    assert (answer.status_code, answer.json()["code"], Visit.objects.count()) == (422, "invalid", 0)


def test_check_in_record_edit_and_list() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    started = send(client, "post", "/visits/check-in", {"client_key": str(uuid4()), "company_id": str(rep.company.pk)})
    done = send(client, "post", "/visits", record(rep, visit_id=started.json()["id"], company_id=None))
    edited = send(client, "put", f"/visits/{done.json()['id']}", {"version": 1, "note": "better"})
    listed = client.get("/api/v1/visits", {"person_id": rep.person.pk})
    one = client.get(f"/api/v1/visits/{done.json()['id']}")

    assert [answer.status_code for answer in (started, done, edited, listed, one)] == [201, 201, 200, 200, 200]
    assert [row["note"] for row in listed.json()["items"]] == ["better"] == [one.json()["note"]]
    assert client.get("/api/v1/visits", {"evidence_level": 9}).status_code == 422


def test_a_plan_goes_from_proposal_to_submission() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    other = rep.held_company("Other")
    tomorrow = DAY + timedelta(days=1)
    path = f"/plans/{tomorrow}"

    proposed = send(client, "post", f"{path}/propose")
    items = [stop["item_id"] for stop in proposed.json()["stops"]]
    moved = send(client, "post", f"/plan-stops/{items[0]}/move", {"step": 1})
    removed = send(client, "delete", f"/plan-stops/{items[0]}")
    added = send(
        client,
        "post",
        f"{path}/stops",
        {"company_id": str(rep.company.pk if removed.json()["stops"][0]["company_id"] == str(other.pk) else other.pk)},
    )
    saved = send(
        client,
        "put",
        path,
        {"version": 1, "canvass_note": "tower B", "order": [stop["item_id"] for stop in added.json()["stops"]][::-1]},
    )
    ordered = send(client, "post", f"{path}/shortest-way")
    submitted = send(client, "post", f"{path}/submit")

    assert [answer.status_code for answer in (proposed, moved, removed, added, saved, ordered, submitted)] == [
        200,
        200,
        200,
        201,
        200,
        200,
        200,
    ]
    assert moved.json()["stops"][1]["item_id"] == items[0]
    assert (
        submitted.json()["state"],
        submitted.json()["canvass_note"],
        set(submitted.json()["stops"][0]["links"]),
    ) == ("SUBMITTED", "tower B", {"AMAP", "BAIDU", "APPLE", "GOOGLE"})
    assert DayPlan.objects.get().submitted_at == NOW


def test_days_consent_and_the_team() -> None:
    rep = make_field()
    client = signed_in(rep.person)
    make_visit(rep)

    today = client.get("/api/v1/days/today")
    counts = client.get(f"/api/v1/days/{DAY}/counts/{rep.person.pk}")
    team = signed_in(rep.supervisor).get("/api/v1/team-day")

    assert (today.json()["counts"]["visits"], today.json()["floor"]["visits"], counts.json()["effective_visits"]) == (
        1,
        8,
        1,
    )
    assert [(row["name"], row["counts"]["visits"]) for row in team.json()] == [("Gao Ming", 0), ("Lin Xiao", 1)]
    assert client.get("/api/v1/team-day").status_code == 403
    assert (
        send(client, "post", "/location-consent").status_code
        == send(client, "delete", "/location-consent").status_code
        == 204
    )


def test_what_is_out_of_reach_is_not_found() -> None:
    rep = make_field()
    visit = make_visit(rep)
    client = signed_in(rep.colleague)

    assert client.get(f"/api/v1/visits/{visit.pk}").status_code == 404
    assert client.get(f"/api/v1/plans/{DAY}", {"person_id": rep.person.pk}).status_code == 404
    assert send(client, "put", f"/visits/{visit.pk}", {"version": 1}).status_code == 404
    assert (
        send(
            client, "post", f"/visits/{visit.pk}/amendments", {"field": "note", "value": "x", "reason": "y"}
        ).status_code
        == 404
    )
    assert client.get("/api/v1/visits").json()["items"] == []
