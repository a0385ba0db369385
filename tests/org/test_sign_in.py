"""Sign-in as an attacker tries it: fixation, old sessions, made-up hosts, used codes, guessed names, brute force."""

from __future__ import annotations

import base64
import re
import time
from datetime import date
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings

from tests.factories.org import (
    NOW,
    PASSWORD,
    Tree,
    make_company_tree,
    make_login,
    make_person,
    make_position,
    scope_for,
)
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation.models import AuditEntry
from tiejun.org import jobs
from tiejun.org.actions import logins, positions
from tiejun.org.models import Login, Position
from tiejun.org.queries.logins import reset_path

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")
SIGN_IN = "/accounts/login/"
ACCOUNT = "/people/account/"
SECRET = base64.b32encode(b"12345678901234567890").decode()
OTHER = "Evening-sun-17"


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def rep(tree: Tree) -> Login:
    return make_login(make_person(name="Lei", unit=tree.group), username="lei")


def sign_in(username: str = "lei", password: str = PASSWORD, client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post(SIGN_IN, {"login": username, "password": password})


def code_at(seconds: float) -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(seconds) // 30)))


def test_signing_in_opens_the_pages_and_signing_out_closes_them(rep: Login) -> None:
    client, response = sign_in()
    key = client.session.session_key

    assert (response.status_code, client.get(ACCOUNT).status_code) == (302, 200)
    client.post("/accounts/logout/")

    assert client.get(ACCOUNT).status_code == 302
    stolen = Client()
    stolen.cookies["tiejun-session"] = str(key)
    assert stolen.get(ACCOUNT).status_code == 302


def test_the_session_key_changes_at_sign_in(rep: Login) -> None:
    client = Client()
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    planted = session.session_key
    client.cookies["tiejun-session"] = str(planted)

    sign_in(client=client)
    victim = Client()
    victim.cookies["tiejun-session"] = str(planted)

    assert client.session.session_key != planted
    assert victim.get(ACCOUNT).status_code == 302


def test_deactivation_ends_a_session_at_its_next_request(rep: Login) -> None:
    client, _ = sign_in()
    assert client.get(ACCOUNT).status_code == 200

    logins.deactivate_login(SYSTEM, login_id=rep.pk, now=NOW)

    assert client.get(ACCOUNT).status_code == 302
    assert sign_in()[1].headers["Location"] == "/accounts/inactive/"


def test_a_role_change_counts_at_the_next_request(tree: Tree, rep: Login) -> None:
    client, _ = sign_in()
    assert client.get("/people/logins/").status_code == 403
    assert rep.person is not None
    make_position(rep.person, role=Role.ADMIN, unit=tree.company, starts_on=date(2026, 3, 1), is_primary=False)
    make_person(role=Role.ADMIN, unit=tree.company)

    first = client.get("/people/logins/")
    assert (first.status_code, first.headers["Location"]) == (302, "/accounts/2fa/totp/activate/")

    admin_role = Position.objects.get(person=rep.person, role=Role.ADMIN)
    Position.objects.filter(pk=admin_role.pk).update(ends_on=date(2026, 3, 2))
    assert client.get("/people/logins/").status_code == 403


def test_a_new_password_ends_all_other_sessions(rep: Login) -> None:
    mine, _ = sign_in()
    other, _ = sign_in()

    mine.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER})

    assert (mine.get(ACCOUNT).status_code, other.get(ACCOUNT).status_code) == (200, 302)
    assert AuditEntry.objects.filter(event="org.own_password_changed").count() == 1


def test_one_signs_out_ones_other_browsers(rep: Login) -> None:
    mine, _ = sign_in()
    other, _ = sign_in()

    page = mine.get(ACCOUNT).content.decode()
    mine.post("/people/account/sessions/end-others/", {"client_key": "k1"})

    assert page.count("/end/") == 1
    assert (mine.get(ACCOUNT).status_code, other.get(ACCOUNT).status_code) == (200, 302)


def test_a_one_time_password_must_be_changed_before_anything_else(rep: Login) -> None:
    logins.reset_password(SYSTEM, login_id=rep.pk, password=OTHER, now=NOW)
    client, _ = sign_in(password=OTHER)

    page, api, htmx = client.get(ACCOUNT), client.get("/api/v1/me"), client.get(ACCOUNT, headers={"HX-Request": "true"})
    assert (page.headers["Location"], api.status_code, api.json()["code"]) == (
        "/accounts/password/change/",
        403,
        "password_change_required",
    )
    assert (htmx.status_code, htmx.headers["HX-Redirect"]) == (204, "/accounts/password/change/")

    client.post("/accounts/password/change/", {"oldpassword": OTHER, "password1": PASSWORD, "password2": PASSWORD})
    assert client.get(ACCOUNT).status_code == 200


@pytest.mark.parametrize("username", ["lei", "nobody-of-that-name", "closed"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer_for_the_same_work(
    tree: Tree, rep: Login, username: str
) -> None:
    closed = make_login(make_person(unit=tree.group), username="closed")
    Login.objects.filter(pk=closed.pk).update(is_active=False)

    with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as hashed:
        response = sign_in(username, "wrong-password-99")[1]

    errors = re.findall(r'role="alert".*?</div></div>', response.content.decode().replace("\n", ""))
    assert (response.status_code, hashed.call_count, len(errors)) == (200, 1, 1)
    assert username not in errors[0]


def test_guessing_is_slowed_per_account_and_others_still_sign_in(tree: Tree, rep: Login) -> None:
    make_login(make_person(unit=tree.group), username="han")

    for _ in range(5):
        sign_in(password="wrong-password-99")
    blocked, other = sign_in(), sign_in("han")

    assert (blocked[1].status_code, other[1].status_code) == (200, 302)
    assert blocked[0].get(ACCOUNT).status_code == 302


def test_a_made_up_host_does_not_reach_the_mail(rep: Login) -> None:
    Login.objects.filter(pk=rep.pk).update(email="lei@example.com")

    with override_settings(MAIL_IS_CONFIGURED=True, SITE_URL="https://sales.example.com", ALLOWED_HOSTS=["*"]):
        Client().post(
            "/accounts/password/reset/",
            {"email": "lei@example.com"},
            headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
        )
        jobs.send_reset_mail(str(rep.pk), "en")

    assert [message.to for message in mail.outbox] == [["lei@example.com"]]
    links = re.findall(r"https?://\S+", str(mail.outbox[0].body))
    assert [link.startswith("https://sales.example.com/accounts/password/reset/key/") for link in links] == [True]


def test_an_unknown_mail_address_gets_the_same_answer_and_no_mail(rep: Login) -> None:
    Login.objects.filter(pk=rep.pk).update(email="lei@example.com")

    with override_settings(MAIL_IS_CONFIGURED=True, SITE_URL="https://sales.example.com"):
        known = Client().post("/accounts/password/reset/", {"email": "lei@example.com"})
        unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.com"})

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert mail.outbox == []


def test_without_mail_the_page_names_the_administrator(rep: Login) -> None:
    page, post = (
        Client().get("/accounts/password/reset/"),
        Client().post("/accounts/password/reset/", {"email": "lei@example.com"}),
    )

    assert (page.status_code, post.status_code) == (200, 405)


def test_a_reset_link_works_once_and_ends_all_sessions(rep: Login) -> None:
    old, _ = sign_in()
    link = reset_path(SYSTEM, rep.pk)
    visitor = Client()

    page = visitor.get(link, follow=True)
    visitor.post(page.redirect_chain[-1][0], {"password1": OTHER, "password2": OTHER})
    again = Client().get(link, follow=True)

    assert sign_in(password=OTHER)[1].status_code == 302
    assert old.get(ACCOUNT).status_code == 302
    assert 'name="password1"' not in again.content.decode()
    assert AuditEntry.objects.filter(event="org.reset_link_used").count() == 1


@pytest.fixture
def boss(tree: Tree) -> Login:
    login = make_login(make_person(role=Role.SUPERVISOR, unit=tree.group), username="boss")
    TOTP.activate(login, SECRET)
    return login


def test_the_second_factor_is_asked_for_and_its_secret_is_sealed(boss: Login) -> None:
    client, first = sign_in("boss")
    assert (first.headers["Location"], client.get(ACCOUNT).status_code) == ("/accounts/2fa/authenticate/", 302)

    second = client.post("/accounts/2fa/authenticate/", {"code": code_at(time.time())})

    assert (second.status_code, client.get(ACCOUNT).status_code) == (302, 200)
    assert SECRET not in str(Authenticator.objects.get(user=boss, type="totp").data)


def test_a_used_code_is_refused_as_long_as_it_would_be_valid(boss: Login) -> None:
    now = time.time()
    sign_in("boss")[0].post("/accounts/2fa/authenticate/", {"code": code_at(now)})
    thief, _ = sign_in("boss")
    # The library's own memory lasts one period; the code is valid for three.
    cache.delete(f"allauth.mfa.totp.used?user={boss.pk}&code={code_at(now)}")

    thief.post("/accounts/2fa/authenticate/", {"code": code_at(now)})

    assert thief.get(ACCOUNT).status_code == 302


def test_a_required_second_factor_cannot_be_removed(boss: Login) -> None:
    client, _ = sign_in("boss")
    client.post("/accounts/2fa/authenticate/", {"code": code_at(time.time())})

    client.post("/accounts/2fa/totp/deactivate/")

    assert Authenticator.objects.filter(user=boss, type="totp").exists()


def test_a_demo_login_may_do_without_on_the_demo_alone(tree: Tree) -> None:
    login = make_login(make_person(role=Role.SUPERVISOR, unit=tree.group), username="demo")
    Login.objects.filter(pk=login.pk).update(is_demo=True)

    with override_settings(DEMO_LOGINS=True):
        waived = sign_in("demo")[0].get(ACCOUNT)
    with override_settings(DEMO_LOGINS=False):
        asked = sign_in("demo")[0].get(ACCOUNT)

    assert (waived.status_code, asked.headers["Location"]) == (200, "/accounts/2fa/totp/activate/")
    assert "t-notice" in waived.content.decode()


def test_language_comes_from_the_record_and_goes_into_the_cookie(rep: Login) -> None:
    Login.objects.filter(pk=rep.pk).update(language="en", theme="DARK")

    client, response = sign_in()
    page = client.get(ACCOUNT, headers={"Accept-Language": "zh-CN"})

    assert (response.cookies["tiejun-language"].value, response.cookies["theme"].value) == ("en", "dark")
    assert '<html lang="en"' in page.content.decode()


def test_a_visitor_chooses_a_language_without_signing_in() -> None:
    response = Client().post("/people/account/language/", {"language": "en", "next": "https://evil.example/"})

    assert (response.status_code, response.headers["Location"], response.cookies["tiejun-language"].value) == (
        302,
        "/",
        "en",
    )


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/email/", "/accounts/password/set/"])
def test_there_is_no_sign_up_and_no_mail_page(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_sensitive_pages_ask_for_the_password_again(tree: Tree) -> None:
    admin = make_login(make_person(role=Role.ADMIN, unit=tree.company), username="admin")
    TOTP.activate(admin, SECRET)
    person = make_person(unit=tree.group)
    stale, fresh = Client(), sign_in("admin")[0]
    stale.force_login(admin)
    fresh.post("/accounts/2fa/authenticate/", {"code": code_at(time.time())})

    path = f"/people/{person.pk}/grant/"
    asked = stale.get(path)

    assert asked.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    assert fresh.get(path).status_code == 200


def test_granting_needs_another_person_even_through_the_page(tree: Tree) -> None:
    admin = make_person(role=Role.ADMIN, unit=tree.company)
    scope = scope_for(admin)

    granted = positions.grant_role(
        scope,
        person_id=make_person(unit=tree.group).pk,
        role=Role.HR,
        unit_id=tree.company.pk,
        starts_on=date(2026, 3, 11),
        now=NOW,
    )

    assert granted.granted_by_id == admin.pk
