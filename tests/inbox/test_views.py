from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from tests.factories.org import NOW, make_company_tree, make_person
from tests.org.test_views import client_of
from tiejun.access.scope import Scope
from tiejun.inbox import actions
from tiejun.inbox.models import Notice
from tiejun.inbox.rules import is_registered, register_notices, shown_count, words_of_notice
from tiejun.org.models import Person, Position, Unit

pytestmark = pytest.mark.django_db
register_notices({"test.told": "Told %(what)s"})


@pytest.fixture
def person() -> Person:
    return make_person(unit=make_company_tree().group)


@pytest.fixture
def client(person: Person) -> Client:
    return client_of(person)


def unit_of(person: Person) -> Unit:
    return Position.objects.select_related("unit").get(person=person).unit


def tell(person: Person, what: str, url: str = "") -> Notice:
    return actions.notify(
        Scope.system("test"),
        person_id=person.pk,
        code="test.told",
        facts={"what": what},
        url=url,
        dedupe_key=what,
        now=NOW,
    )


def test_the_inbox_shows_ones_own_notices_in_words(person: Person, client: Client) -> None:
    tell(person, "apple")
    tell(make_person(unit=unit_of(person)), "pear")

    page = client.get("/inbox/").content.decode()

    assert ("Told apple" in page, "Told pear" in page) == (True, False)


def test_the_bell_counts_and_is_kept_by_no_browser(person: Person, client: Client) -> None:
    tell(person, "apple")

    first = client.get("/inbox/unread/")
    client.post("/inbox/read/", {"client_key": "k"})
    after = client.get("/inbox/unread/")

    assert (">1<" in first.content.decode(), first.headers["Cache-Control"]) == (True, "no-store")
    assert after.content.decode().strip() == ""


def test_reading_a_notice_leads_to_its_cause(person: Person, client: Client) -> None:
    notice, foreign = tell(person, "apple", "/people/"), tell(person, "pear", "https://evil.example/")

    answers = [
        client.post(f"/inbox/{row.pk}/read/", {"client_key": row.dedupe_key}).headers["Location"]
        for row in (notice, foreign)
    ]
    swapped = client.post(f"/inbox/{notice.pk}/read/", {"client_key": "x"}, headers={"HX-Request": "true"})

    assert answers == ["/people/", "/inbox/"]
    assert (swapped.status_code, swapped.headers["HX-Trigger"]) == (200, "inbox-changed")
    assert Notice.objects.filter(read_at=None).count() == 0


def test_another_persons_notice_and_the_wrong_method(person: Person, client: Client) -> None:
    notice = tell(person, "apple")
    stranger = client_of(make_person(unit=unit_of(person)))

    assert stranger.post(f"/inbox/{notice.pk}/read/", {"client_key": "a"}).status_code == 404
    assert client.get(f"/inbox/{notice.pk}/read/").status_code == 405
    assert Notice.objects.get().read_at is None


def test_notices_through_the_api(person: Person, client: Client) -> None:
    notice = tell(person, "apple")

    listed = client.get("/api/v1/notices").json()
    unread = client.get("/api/v1/notices/unread").json()
    read = client.post(f"/api/v1/notices/{notice.pk}/read", headers={"Idempotency-Key": "a"})
    rest = client.post("/api/v1/notices/read-all", headers={"Idempotency-Key": "b"})

    assert [(row["text"], row["is_read"]) for row in listed["items"]] == [("Told apple", False)]
    assert (unread, read.json()["is_read"], rest.json()) == ({"unread": "1"}, True, {"count": 0})


@pytest.mark.parametrize(("unread", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (5000, "99+")])
def test_the_bell_never_counts_beyond_99(unread: int, shown: str) -> None:
    assert shown_count(unread) == shown


def test_a_notice_that_lacks_a_fact_still_reads() -> None:
    with translation.override("en"):
        assert words_of_notice("test.told", {}) == "Told \N{HORIZONTAL ELLIPSIS}"
    assert (words_of_notice("nobody.knows", {}), is_registered("nobody.knows")) == ("nobody.knows", False)
