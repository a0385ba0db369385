from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.org import NOW, Tree, make_company_tree, make_login, make_person, scope_for
from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.exchange.actions.tokens import issue_token, revoke_all_tokens, revoke_token
from tiejun.exchange.jobs import revoke_tokens_of
from tiejun.exchange.models.tokens import ApiToken
from tiejun.exchange.queries import tokens as queries
from tiejun.exchange.rules import tokens as rules
from tiejun.foundation import audit
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import AuditEntry, PolicyVersion
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.org.events import LoginClosed
from tiejun.org.models import Login, Position

pytestmark = pytest.mark.django_db
SECRET = "tj_" + "a" * 43


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def login(tree: Tree) -> Login:
    return make_login(make_person(role=Role.SALES_OPS, unit=tree.company))


@pytest.fixture
def scope(login: Login) -> Scope:
    assert login.person is not None
    return scope_for(login.person)


def issue(scope: Scope, **more: Any) -> ApiToken:
    facts = {
        "name": "report",
        "abilities": ["operations.view_policies"],
        "days": 30,
        "secret": SECRET,
        "now": timezone.now(),
    } | more
    return issue_token(scope, **facts)


def asked(path: str, secret: str = SECRET, **more: Any) -> Any:
    return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"} | more)


def test_a_token_keeps_no_secret(scope: Scope) -> None:
    token = issue(scope)

    assert (token.prefix, bytes(token.digest)) == ("tj_aaaaaaaa", rules.digest_of(SECRET))
    assert SECRET not in json.dumps([row.facts for row in AuditEntry.objects.all()])


def test_a_token_opens_what_it_was_given_and_nothing_else(scope: Scope) -> None:
    issue(scope)

    assert asked("/operations/policies").status_code == 200
    assert asked("/operations/runs").status_code == 403
    assert asked("/tokens").status_code == 403


def test_a_token_is_noted_as_used_once_a_day(scope: Scope) -> None:
    token = issue(scope)

    asked("/operations/policies")

    token.refresh_from_db()
    assert token.last_used_on is not None


@pytest.mark.parametrize("secret", ["", "x", "tj_" + "b" * 43, "Bearer"])
def test_an_unknown_secret_is_401_with_a_problem(scope: Scope, secret: str) -> None:
    issue(scope)

    answer = asked("/operations/policies", secret)

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        401,
        "application/problem+json",
        "not_signed_in",
    )
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_opens_nothing_at_once(scope: Scope) -> None:
    revoke_token(scope, token_id=issue(scope).pk, now=timezone.now())

    assert asked("/operations/policies").status_code == 401


def test_an_expired_token_opens_nothing(scope: Scope) -> None:
    issue(scope, now=timezone.now() - timedelta(days=31))

    assert asked("/operations/policies").status_code == 401


def test_a_token_ends_with_its_login_and_loses_what_its_person_loses(scope: Scope, login: Login) -> None:
    issue(scope, abilities=["operations.view_policies", "operations.view_runs"])
    assert asked("/operations/runs").status_code == 200

    Position.objects.filter(person_id=login.person_id).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert asked("/operations/runs").status_code == 403

    login.is_active = False
    login.save(update_fields=["is_active"])
    assert asked("/operations/policies").status_code == 401


def test_requests_past_the_limit_of_the_minute_are_429(scope: Scope) -> None:
    issue(scope)
    PolicyVersion.objects.create(
        key="exchange.token_requests_per_minute",
        value=2,
        status="APPROVED",
        valid_from=NOW - timedelta(days=900),
        made_at=NOW,
        reason="few",
    )

    answers = [asked("/operations/policies") for _number in range(3)]

    # A minute may begin between two of the three.
    assert 429 in {
        answer.status_code for answer in (*answers, asked("/operations/policies"), asked("/operations/policies"))
    }
    limited = next((answer for answer in answers if answer.status_code == 429), None)
    assert limited is None or (int(limited["Retry-After"]) <= 60 and limited.json()["code"] == "too_many_requests")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "x" * 81},
        {"abilities": []},
        {"abilities": ["exchange.manage_tokens"]},
        {"abilities": ["leads.claim"]},
        {"abilities": ["nonsense"]},
        {"days": 0},
        {"days": 366},
    ],
)
def test_a_token_out_of_bounds_is_refused_and_nothing_is_written(scope: Scope, wrong: dict[str, Any]) -> None:
    before = audit.head()

    with pytest.raises(Invalid):
        issue(scope, **wrong)

    assert (ApiToken.objects.count(), audit.head()) == (0, before)


def test_the_same_name_twice_is_refused_while_the_first_lives(scope: Scope) -> None:
    first = issue(scope)

    with pytest.raises(Refused, match="TOKEN_NAME_TAKEN"):
        issue(scope, secret=SECRET + "b")
    revoke_token(scope, token_id=first.pk, now=timezone.now())
    issue(scope, secret=SECRET + "b")

    assert len(queries.own_tokens(scope, now=timezone.now())) == 2


def test_somebody_elses_token_is_not_found(scope: Scope, tree: Tree) -> None:
    token = issue(scope)
    other = make_login(make_person(role=Role.SALES_OPS, unit=tree.company))
    assert other.person is not None

    with pytest.raises(NotFound):
        revoke_token(scope_for(other.person), token_id=token.pk, now=timezone.now())

    assert queries.own_tokens(scope_for(other.person), now=timezone.now()) == []


def test_no_token_carries_what_no_program_may_do() -> None:
    everything = Scope.system("test")

    assert Ability.MANAGE_TOKENS not in rules.offered_abilities(everything)
    assert Ability.GRANT_ROLES not in rules.offered_abilities(everything)


# -- page ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def person(login: Login) -> Client:
    client = Client()
    client.force_login(login)
    return client


def form(**more: Any) -> dict[str, Any]:
    return {"client_key": str(new_id()), "name": "report", "days": 30, "abilities": ["operations.view_policies"]} | more


def test_the_secret_is_shown_once(person: Client) -> None:
    fields = form()

    first = person.post("/exchange/tokens/issue/", fields).content.decode()
    again = person.post("/exchange/tokens/issue/", fields).content.decode()
    later = person.get("/exchange/tokens/").content.decode()

    assert 'value="tj_' in first
    assert 'value="tj_' not in again + later
    assert ApiToken.objects.count() == 1


def test_a_token_is_revoked_on_the_page(person: Client) -> None:
    person.post("/exchange/tokens/issue/", form())
    token = ApiToken.objects.get()

    answer = person.post(f"/exchange/tokens/{token.pk}/revoke/", {"client_key": str(new_id())})

    token.refresh_from_db()
    assert answer.status_code == 302
    assert token.revoked_at is not None


def test_a_wrong_form_stays_open(person: Client) -> None:
    assert person.post("/exchange/tokens/issue/", form(days=0)).status_code == 422
    assert person.get("/exchange/tokens/issue/").status_code == 405
    assert ApiToken.objects.count() == 0


# -- API -------------------------------------------------------------------------------------------------------------
def test_a_session_makes_and_revokes_a_token_by_the_api(person: Client) -> None:
    body = {"name": "etl", "abilities": ["operations.view_policies"], "days": 10}
    headers = {"Idempotency-Key": "k1"}

    made = person.post("/api/v1/tokens", json.dumps(body), content_type="application/json", headers=headers)
    again = person.post("/api/v1/tokens", json.dumps(body), content_type="application/json", headers=headers)
    ended = person.post(f"/api/v1/tokens/{made.json()['id']}/revoke", headers={"Idempotency-Key": "k2"})

    assert (made.status_code, again.status_code, ended.status_code) == (201, 201, 200)
    assert made.json()["secret"].startswith("tj_")
    assert again.json() == {"id": made.json()["id"], "secret": None}


def test_a_write_without_a_key_is_400_and_with_a_strange_field_422(person: Client) -> None:
    body = json.dumps({"name": "etl", "abilities": ["operations.view_policies"], "days": 10, "login_id": str(new_id())})

    without = person.post("/api/v1/tokens", body, content_type="application/json")
    strange = person.post("/api/v1/tokens", body, content_type="application/json", headers={"Idempotency-Key": "k1"})

    assert (without.status_code, without.json()["code"]) == (400, "client_key_missing")
    assert (strange.status_code, list(strange.json()["errors"])) == (422, ["body.login_id"])
    assert ApiToken.objects.count() == 0


def test_a_session_without_csrf_token_is_refused(login: Login) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(login)

    answer = client.post("/api/v1/tokens", "{}", content_type="application/json", headers={"Idempotency-Key": "k1"})

    assert answer.status_code == 403


def test_a_closed_login_loses_its_tokens_for_good(scope: Scope, login: Login) -> None:
    token = issue(scope)

    revoke_tokens_of(LoginClosed(login.pk, login.person_id))

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert asked("/operations/policies").status_code == 401


def test_nobody_ends_the_tokens_of_another_login(scope: Scope, login: Login) -> None:
    token = issue(scope)

    with pytest.raises(NotFound):
        revoke_all_tokens(scope, login_id=login.pk, now=timezone.now())

    token.refresh_from_db()
    assert token.revoked_at is None
