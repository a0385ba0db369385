from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.factories.org import NOW, Tree, make_company_tree, make_leave, make_login, make_person
from tiejun.access.roles import Role
from tiejun.org.models import Leave, Login, Person, Position, Unit

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: NOW)


def client_of(person: Person) -> Client:
    """Sign a person in, with a second factor and a fresh proof of who they are."""
    login = Login.objects.filter(person=person).first() or make_login(person)
    Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(login)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = user_id_to_str(login)
    session.save()
    return client


@pytest.fixture
def admin(tree: Tree) -> Client:
    return client_of(make_person(name="Admin", role=Role.ADMIN, unit=tree.company))


@pytest.fixture
def hr(tree: Tree) -> Client:
    return client_of(make_person(name="Hu", role=Role.HR, unit=tree.company))


def test_the_list_is_cut_to_reach_and_found_by_name_initials_and_last_four(tree: Tree, hr: Client) -> None:
    mine, other = make_person(name="Li Lei", unit=tree.group), make_person(name="Han Mei", unit=tree.other_group)
    Person.objects.filter(pk=other.pk).update(phone_last4="8000")

    rep = client_of(mine).get("/people/").content.decode()
    found = [
        {
            name
            for name in ("Li Lei", "Han Mei")
            if name in hr.get("/people/", query, headers={"HX-Request": "true"}).content.decode()
        }
        for query in (
            {},
            {"q": "mei"},
            {"q": "hanm"},
            {"q": "8000"},
            {"unit": str(tree.group.pk)},
            {"role": "SUPERVISOR"},
            {"state": "left"},
        )
    ]

    assert ("Li Lei" in rep, "Han Mei" in rep) == (True, False)
    assert found == [{"Li Lei", "Han Mei"}, {"Han Mei"}, {"Han Mei"}, {"Han Mei"}, {"Li Lei"}, set(), set()]


def test_the_list_costs_the_same_for_one_and_for_many(
    tree: Tree, hr: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_person(unit=tree.group)
    hr.get("/people/")  # the first page of a session asks for the second factor too
    with django_assert_num_queries(8):
        hr.get("/people/")
    for _ in range(3):
        make_person(unit=tree.group)
    hr.get("/people/")  # the first page of a session asks for the second factor too
    with django_assert_num_queries(8):
        hr.get("/people/")


def test_a_person_page_is_for_who_reaches_the_person(tree: Tree, hr: Client) -> None:
    person, stranger = make_person(name="Lei", unit=tree.group), make_person(unit=tree.other_group)
    path = f"/people/{person.pk}/"

    assert [client.get(path).status_code for client in (hr, client_of(person), client_of(stranger))] == [200, 200, 404]
    assert hr.post(path, {"client_key": "k"}).status_code == 405


def test_a_phone_is_whole_for_the_leader_and_masked_for_a_teammate(tree: Tree, hr: Client) -> None:
    hr.post(
        "/people/join/",
        {
            "name": "Lei",
            "phone": "13800138000",
            "unit_id": str(tree.group.pk),
            "role": "REP",
            "joined_on": TODAY.isoformat(),
            "client_key": "k1",
        },
    )
    path = f"/people/{Person.objects.get(name='Lei').pk}/"
    boss, mate = make_person(role=Role.SUPERVISOR, unit=tree.group), make_person(unit=tree.group)

    assert "13800138000" in client_of(boss).get(path).content.decode()
    shown = client_of(mate).get(path).content.decode()
    assert ("13800138000" in shown, "8000" in shown) == (False, True)


def test_joining_twice_with_one_client_key_makes_one_person(tree: Tree, hr: Client) -> None:
    form = {
        "name": "Lei",
        "unit_id": str(tree.group.pk),
        "role": "REP",
        "joined_on": TODAY.isoformat(),
        "client_key": "same",
    }

    first, second = hr.post("/people/join/", form), hr.post("/people/join/", form)

    assert (first.status_code, first.headers["Location"]) == (302, second.headers["Location"])
    assert Person.objects.filter(name="Lei").count() == 1


def test_a_form_that_does_not_fit_is_shown_again(tree: Tree, hr: Client) -> None:
    response = hr.post("/people/join/", {"name": "", "joined_on": "2026-99-99", "client_key": "k"})

    assert (response.status_code, response.content.decode().count("t-field-error")) == (422, 4)


def test_pages_for_others_are_refused(tree: Tree) -> None:
    rep = client_of(make_person(unit=tree.group))

    paths = ["/people/join/", "/people/logins/", "/people/units/add/", f"/people/units/{tree.group.pk}/acting/"]
    assert [rep.get(path).status_code for path in paths] == [403] * 4


def test_moving_editing_and_leaving_through_the_pages(tree: Tree, hr: Client) -> None:
    person = make_person(name="Lei", unit=tree.group)
    page = f"/people/{person.pk}/"

    hr.post(f"{page}edit/", {"version": 1, "name": "Lei Lei", "email": "", "phone": "", "client_key": "a"})
    hr.post(
        f"{page}move/",
        {"unit_id": str(tree.other_group.pk), "role": "REP", "starts_on": TODAY.isoformat(), "client_key": "b"},
    )
    hr.post(f"{page}leaving/", {"left_on": TODAY.isoformat(), "client_key": "c"})
    stale = hr.post(f"{page}edit/", {"version": 1, "name": "X", "email": "", "phone": "", "client_key": "d"})

    stored = Person.objects.get(pk=person.pk)
    assert (stored.name, stored.left_on, stale.status_code) == ("Lei Lei", TODAY, 409)
    assert [hr.get(f"{page}{part}/").status_code for part in ("edit", "move", "leaving")] == [200] * 3


def test_roles_are_granted_and_ended_through_the_pages(tree: Tree, admin: Client) -> None:
    person = make_person(unit=tree.group)
    page = f"/people/{person.pk}/"

    admin.post(
        f"{page}grant/",
        {"role": "QA_INSPECTOR", "unit_id": str(tree.company.pk), "starts_on": TODAY.isoformat(), "client_key": "a"},
    )
    granted = Position.objects.get(person=person, role="QA_INSPECTOR")
    shown = admin.get(f"{page}roles/{granted.pk}/end/")
    admin.post(f"{page}roles/{granted.pk}/end/", {"ends_on": TODAY.isoformat(), "client_key": "b"})

    granted.refresh_from_db()
    assert (shown.status_code, granted.ends_on) == (200, TODAY)


def test_units_are_made_renamed_moved_led_and_closed_through_the_pages(tree: Tree, admin: Client) -> None:
    admin.post(
        "/people/units/add/", {"name": "West", "kind": "REGION", "parent_id": str(tree.company.pk), "client_key": "a"}
    )
    west = Unit.objects.get(name="West")
    admin.post(f"/people/units/{tree.other_group.pk}/move/", {"parent_id": str(west.pk), "client_key": "b"})
    admin.post(f"/people/units/{west.pk}/rename/", {"version": 1, "name": "Far West", "client_key": "c"})
    refused = admin.post(f"/people/units/{west.pk}/close/", {"closed_on": TODAY.isoformat(), "client_key": "d"})
    acting = {
        "person_id": str(make_person(unit=tree.group).pk),
        "starts_on": TODAY.isoformat(),
        "ends_on": TODAY.isoformat(),
        "client_key": "e",
    }
    admin.post(f"/people/units/{tree.group.pk}/acting/", acting)

    assert (Unit.objects.get(pk=west.pk).name, refused.status_code) == ("Far West", 409)
    assert Unit.objects.get(pk=tree.other_group.pk).path == f"{tree.company.pk}/{west.pk}/{tree.other_group.pk}"
    assert Position.objects.filter(unit=tree.group, is_acting=True).count() == 1
    page = admin.get("/people/units/").content.decode()
    assert ("Far West" in page, admin.get(f"/people/units/{tree.group.pk}/acting/").status_code) == (True, 200)


def test_leave_is_recorded_shown_and_cancelled(tree: Tree) -> None:
    person = make_person(name="Lei", unit=tree.group)
    client, stranger = client_of(person), client_of(make_person(unit=tree.other_group))
    day = TODAY + timedelta(days=2)

    client.post(
        "/people/leave/record/",
        {
            "person_id": str(person.pk),
            "kind": "ANNUAL",
            "part": "FULL",
            "starts_on": day.isoformat(),
            "client_key": "a",
        },
    )
    leave = Leave.objects.get()
    path = f"/people/leave/{leave.pk}/cancel/"
    shown = client.get("/people/leave/", {"month": "2026-03"}).content.decode()
    answers = [
        stranger.post(path, {"client_key": "b"}).status_code,
        client.get(path).status_code,
        client.post(path, {"client_key": "c"}, headers={"HX-Request": "true"}).status_code,
    ]

    assert ("Lei" in shown, answers) == (True, [404, 405, 200])
    assert Leave.objects.get().cancelled_at == NOW


@pytest.mark.parametrize("month", ["", "2026-13", "0001-01", "9999-12", "x"])
def test_an_unreadable_month_shows_this_one(tree: Tree, month: str) -> None:
    client = client_of(make_person(unit=tree.group))

    assert "March 2026" in client.get("/people/leave/", {"month": month}).content.decode()


def test_a_year_that_is_not_announced_is_said_on_the_calendar(tree: Tree) -> None:
    page = client_of(make_person(unit=tree.group)).get("/people/leave/", {"month": "2035-03"}).content.decode()

    assert "The days off of 2035 are not announced yet" in page


def test_a_login_is_made_and_its_password_shown_once(tree: Tree, admin: Client) -> None:
    person = make_person(name="Lei", unit=tree.group)
    path = f"/people/{person.pk}/login/"

    first = admin.post(path, {"username": "lei", "client_key": "same"})
    again = admin.post(path, {"username": "lei", "client_key": "same"})

    login = Login.objects.get(username="lei")
    passwords = {response.content.decode().split("<code>")[1].split("</code>")[0] for response in (first, again)}
    assert (first.headers["Cache-Control"], len(passwords)) == ("no-store", 1)
    assert login.check_password(passwords.pop())
    assert login.must_change_password is True


def test_an_administrator_resets_links_closes_and_reopens(tree: Tree, admin: Client) -> None:
    login = make_login(make_person(unit=tree.group))
    page = f"/people/logins/{login.pk}/"

    link = admin.post(f"{page}link/", {"client_key": "a"}).content.decode()
    admin.post(f"{page}deactivate/", {"client_key": "b"})
    closed = Login.objects.get(pk=login.pk).is_active
    refused = admin.post(f"{page}reset/", {"client_key": "c"})
    admin.post(f"{page}reactivate/", {"client_key": "d"})
    admin.post(f"{page}second-factor/forget/", {"client_key": "e"})

    assert "http://testserver/accounts/password/reset/key/" in link
    assert (closed, refused.status_code, Login.objects.get(pk=login.pk).is_active) == (False, 409, True)
    assert Authenticator.objects.filter(user=login).count() == 0
    assert admin.get("/people/logins/").status_code == 200


def test_the_login_list_finds_who_lacks_a_second_factor(tree: Tree, admin: Client) -> None:
    make_login(make_person(name="Needs One", role=Role.SUPERVISOR, unit=tree.group))
    make_login(make_person(name="Needs None", unit=tree.group))

    page = admin.get("/people/logins/", {"state": "lacking"}, headers={"HX-Request": "true"}).content.decode()

    assert ("Needs One" in page, "Needs None" in page) == (True, False)


def test_theme_and_language_are_chosen_on_the_account_page(tree: Tree) -> None:
    client = client_of(make_person(unit=tree.group))

    theme = client.post("/people/account/theme/", {"theme": "DARK", "next": "/people/account/", "client_key": "a"})
    client.post("/people/account/language/", {"language": "en", "next": "/people/account/", "client_key": "b"})

    assert (theme.headers["Location"], theme.cookies["theme"].value) == ("/people/account/", "dark")
    assert list(Login.objects.values_list("theme", "language")) == [("DARK", "en")]
    assert client.post("/people/account/language/", {"language": "tlh", "client_key": "c"}).status_code == 422


def test_a_visitor_is_sent_to_sign_in() -> None:
    assert Client().get("/people/").headers["Location"] == "/accounts/login/?next=/people/"


def test_who_was_away_long_ago_is_not_on_the_person_page(tree: Tree, hr: Client) -> None:
    person = make_person(unit=tree.group)
    make_leave(person, unit=tree.group, starts_on=date(2020, 3, 1))

    assert "None in the last year." in hr.get(f"/people/{person.pk}/").content.decode()
