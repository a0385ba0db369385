from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.forecast import TOMORROW, make_hot, open_evening
from tests.factories.org import make_login, make_person
from tests.factories.visits import DAY, local
from tiejun.access.roles import Role
from tiejun.forecast.models import DailyForecast, DailyReport, ForecastReview

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    present = {"now": local("17:30")}
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: present["now"])
    monkeypatch.setattr("tiejun.org.middleware._duty", lambda _request: None)
    return present


@pytest.fixture
def client_of(at):
    def client(person):
        browser = Client()
        browser.force_login(make_login(person))
        return browser

    return client


def url(name, *args):
    return reverse(f"forecast:{name}", args=args)


def post(client, address, **fields):
    headers = fields.pop("headers", {})
    return client.post(address, {"client_key": str(uuid4())} | fields, headers=headers)


def day_fields(company, **changed):
    return {
        "day": TOMORROW.isoformat(), "version": 0, "deals": 1, "visits": 8, "morning": 3, "effective": 2,
        "company": [str(company.pk)], "class": ["A"], "amount": ["50,000"], "backup": [""], "plan": ["ask the dealer"],
    } | changed  # fmt: skip


def test_tomorrow_is_drafted_and_accepted_by_one_tap(rep, client_of):
    company = make_hot(rep)
    client = client_of(rep.person)

    page = client.get(url("tomorrow"))
    answer = post(client, url("save_day"), **day_fields(company, plan=[""], amount=["50000"]))

    assert company.name in page.content.decode()
    assert answer.status_code == 302
    assert DailyForecast.objects.get().is_machine
    assert client.get(answer["Location"]).status_code == 200


def test_a_changed_day_keeps_amount_and_backup(rep, client_of):
    company = make_hot(rep)

    answer = post(client_of(rep.person), url("save_day"), **day_fields(company, visits=12))

    row = DailyForecast.objects.get()
    assert answer.status_code == 302
    assert (row.is_machine, row.expected_visits, row.expected_minor, row.lacking_backup) == (False, 12, 5_000_000, 0)


@pytest.mark.parametrize(
    "fields",
    [{"visits": "many"}, {"visits": 99}, {"amount": ["much"]}, {"class": ["A", "B"]}, {"day": "soon"}, {"morning": 9}],
    ids=["text", "too many", "amount", "ragged", "day", "morning above all"],
)
def test_an_unreadable_day_is_refused_with_words(rep, client_of, fields):
    company = make_hot(rep)

    answer = post(client_of(rep.person), url("save_day"), **day_fields(company, **fields))

    assert answer.status_code == 422
    assert DailyForecast.objects.count() == 0


def review_fields(**changed):
    return {
        "version": 1, "day": DAY.isoformat(), "kind": "FULL", "findings": "too long", "agreed": "", "itinerary": "west",
        "itinerary_confirmed": "on", "backup_checked": "true",
    } | changed  # fmt: skip


def test_the_evening_runs_without_a_page_load(rep, client_of):
    make_hot(rep), make_hot(rep, rep.colleague)
    open_evening(rep)
    client = client_of(rep.supervisor)

    page = client.get(url("evening"))
    headers = {"HX-Request": "true", "HX-Target": "review"}
    sheet = client.get(url("review", rep.person.pk), headers=headers)
    answer = post(client, url("finish_review", rep.person.pk), **review_fields(), headers=headers)

    assert (page.status_code, sheet.status_code, answer.status_code) == (200, 200, 200)
    assert "<html" not in sheet.content.decode()
    assert "Gao Ming" in answer.content.decode()  # the next person stands there
    assert 'hx-swap-oob="true"' in answer.content.decode()
    assert ForecastReview.objects.get(person=rep.person).state == "DONE"


def test_without_a_script_the_next_person_is_a_page(rep, client_of):
    make_hot(rep)
    open_evening(rep)
    client = client_of(rep.supervisor)

    answer = post(client, url("finish_review", rep.person.pk), **review_fields())

    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200


def test_carry_over_and_close(rep, client_of):
    make_hot(rep)
    open_evening(rep)
    client = client_of(rep.supervisor)

    refused = post(client, url("close_report", rep.unit.pk), version=1, day=DAY.isoformat())
    empty = post(client, url("carry_review", rep.person.pk), version=1, day=DAY.isoformat(), reason=" ")
    carried = post(client, url("carry_review", rep.person.pk), version=1, day=DAY.isoformat(), reason="ill")
    closed = post(client, url("close_report", rep.unit.pk), version=1, day=DAY.isoformat(), note="fine")

    assert [one.status_code for one in (refused, empty, carried, closed)] == [409, 422, 302, 302]
    assert client.get(closed["Location"]).status_code == 200
    assert DailyReport.objects.get().state == "CLOSED"


def test_before_the_evening_and_for_who_reads_only(rep, client_of):
    above = client_of(make_person(role=Role.SALES_HEAD, unit=rep.unit.parent.parent))

    assert above.get(url("evening")).status_code == 200
    assert above.get(url("report", rep.unit.pk)).status_code == 404
    open_evening(rep)
    assert above.get(url("review", rep.person.pk)).status_code == 200
    assert post(above, url("finish_review", rep.person.pk), **review_fields(version=0)).status_code == 403


def test_addresses_that_name_nothing_are_not_found(rep, client_of):
    client = client_of(rep.supervisor)

    assert client.get(url("evening") + "?day=soon").status_code == 404
    assert client.get(url("evening") + "?unit=none").status_code == 404
    assert client.get(url("evening") + "?day=2026-05-01").status_code == 404
    assert client.get(url("review", uuid4())).status_code == 404
    assert client.get(url("finish_review", rep.person.pk)).status_code == 405


def test_two_hundred_people_are_one_page(rep, client_of):
    for number in range(60):
        make_person(name=f"New {number}", unit=rep.unit)
    open_evening(rep)

    page = client_of(rep.supervisor).get(url("evening"))

    assert page.status_code == 200
    assert page.content.decode().count('hx-target="#review"') >= 60


def test_api_of_the_day_and_the_evening(rep, client_of):
    company = make_hot(rep)
    mine, boss = client_of(rep.person), client_of(rep.supervisor)
    key = lambda: {"Idempotency-Key": str(uuid4())}  # noqa: E731
    base = "/api/v1/forecasts"
    line = {"company_id": str(company.pk), "closing_class": "A", "amount_minor": 5_000_000, "backup_plan": "dealer"}
    sent = {"deals": 1, "amount_minor": 5_000_000, "visits": 9, "morning": 3, "effective": 2, "lines": [line]}

    put = mine.put(f"{base}/days/{TOMORROW}", sent, content_type="application/json", headers=key())
    open_evening(rep)
    shown = boss.get(f"{base}/evening").json()
    review = {"day": str(DAY), "version": 1, "kind": "SHORT", "itinerary_confirmed": True, "backup_checked": True}
    done = boss.post(f"{base}/reviews/{rep.person.pk}/finish", review, content_type="application/json", headers=key())
    closed = boss.post(
        f"{base}/reports/{rep.unit.pk}/{DAY}/close", {"version": 1}, content_type="application/json", headers=key()
    )

    assert put.json()["lines"][0]["backup_plan"] == "dealer"
    assert (shown["required"], shown["report_state"]) == (1, "OPEN")
    assert (done.json()["state"], closed.json()["state"]) == ("DONE", "CLOSED")
    assert boss.get(f"{base}/reports/{rep.unit.pk}/{DAY}").json()["content"]["reviews"][0]["kind"] == "SHORT"
