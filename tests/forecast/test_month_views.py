from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.commitments import MARCH, published, rates, say, talk
from tests.factories.forecast import make_hot
from tests.factories.org import make_login, make_person
from tests.factories.visits import local
from tiejun.access.roles import Role
from tiejun.forecast.models import GroupForecast, MonthlyForecast, WeeklyForecast

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(monkeypatch):
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: local("18:00"))
    monkeypatch.setattr("tiejun.org.middleware._duty", lambda _request: None)
    monkeypatch.setattr("tiejun.org.sign_in.is_fresh", lambda _request: True)

    def client(person):
        browser = Client()
        browser.force_login(make_login(person))
        return browser

    return client


def url(name, *args):
    return reverse(f"forecast:{name}", args=args)


def post(client, address, **fields):
    return client.post(address, {"client_key": str(uuid4())} | fields)


TALK = {
    "month": str(MARCH), "deals": 3, "amount": "30,000", "state_of_work": "steady", "causes": "few demos",
    "follow_up_plan": "see two", "deviation_explained": "a fair", "improvement_plan": "two visits", "support": "NONE",
}  # fmt: skip


def test_a_number_goes_from_said_to_published_by_pages(rep, client_of):
    rates(rep)
    mine, boss = client_of(rep.person), client_of(rep.supervisor)

    said = post(mine, url("commit"), month=str(MARCH), version=0, deals=3, amount="30,000", support="NONE")
    talked = post(boss, url("talk", rep.person.pk), version=1, **TALK)
    row = MonthlyForecast.objects.get()
    pages = [
        mine.get(url("mine")),
        boss.get(url("talk", rep.person.pk)),
        boss.get(url("form")),
        mine.get(url("sign", row.pk)),
    ]
    signed = post(mine, url("sign", row.pk), version=row.version)
    row.refresh_from_db()
    asked = boss.get(url("countersign", row.pk))
    done = post(boss, url("countersign", row.pk), version=row.version, content_hash=row.content_hash)
    row.refresh_from_db()

    assert [one.status_code for one in (said, talked, signed, done)] == [302] * 4
    assert [one.status_code for one in (*pages, asked)] == [200] * 5
    assert row.state == "PUBLISHED"
    document = client_of(rep.colleague).get(url("commitment", row.pk))
    assert row.content_hash in document.content.decode()
    assert "few demos" not in document.content.decode()  # the talk stays between the two


def test_a_signature_asks_who_one_is(rep, client_of, monkeypatch):
    rates(rep)
    row = talk(rep, version=say(rep).version)
    client = client_of(rep.person)
    monkeypatch.setattr("tiejun.org.sign_in.is_fresh", lambda _request: False)

    answer = post(client, url("sign", row.pk), version=row.version)

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert MonthlyForecast.objects.get().rep_signed_at is None


def test_an_impossible_number_shows_its_arithmetic(rep, client_of):
    rates(rep, visits=8, new=1)
    talk(rep, 25, version=say(rep, 25).version)

    page = client_of(rep.person).get(url("mine")).content.decode()

    assert "∞" not in page
    assert "/ 8" in page


def test_unreadable_numbers_are_refused_with_words(rep, client_of):
    client = client_of(rep.person)

    assert post(client, url("commit"), month="soon", version=0, deals=3, amount="1").status_code == 422
    assert post(client, url("commit"), month=str(MARCH), version=0, deals=3, amount="much").status_code == 422
    assert client.get(url("mine") + "?month=1999-01-01").status_code == 404
    assert client.get(url("sign", uuid4())).status_code == 404
    assert client.get(url("commit")).status_code == 405


def test_the_roll_up_is_submitted_and_looked_at(rep, client_of):
    published(rep)
    boss = client_of(rep.supervisor)
    fields = {
        "month": str(MARCH),
        "seen_deals": 3,
        "seen_minor": 3_000_000,
        "adjustment_deals": -1,
        "adjustment": "-10,000",
    }

    page = boss.get(url("roll_up"))
    refused = post(boss, url("submit_group", rep.unit.pk), **fields)
    done = post(boss, url("submit_group", rep.unit.pk), **fields, reason="one is unsure")

    assert [one.status_code for one in (page, refused, done)] == [200, 422, 302]
    # The form carries what was seen to the last fen.
    assert 'name="seen_minor" value="3000000"' in page.content.decode()
    assert (GroupForecast.objects.get().deals, GroupForecast.objects.get().amount_minor) == (2, 2_000_000)
    head = client_of(make_person(role=Role.CEO, unit=rep.unit.parent.parent))
    assert head.get(url("roll_up") + "?as_of=2026-03-10").status_code == 200


def test_the_week_is_agreed_by_page(rep, client_of):
    key = make_hot(rep, letter="B")
    boss = client_of(rep.supervisor)

    pages = [boss.get(url("weeks")), boss.get(url("week", rep.person.pk))]
    fields = {"week": "2026-03-16", "version": 0, "deals": 1, "visits": 40, "effective": 12, "key": [str(key.pk)]}
    done = post(boss, url("week", rep.person.pk), **fields)
    odd = post(boss, url("week", rep.person.pk), **fields | {"key": ["x"], "version": 1})

    assert [one.status_code for one in (*pages, done, odd)] == [200, 200, 302, 422]
    assert WeeklyForecast.objects.get().key_companies == [key.pk]


def test_accuracy_is_shown_to_person_and_supervisor(rep, client_of):
    published(rep)

    assert client_of(rep.person).get(url("accuracy")).status_code == 200
    assert client_of(rep.supervisor).get(url("accuracy")).status_code == 200
