from datetime import date

import pytest

from tests.factories.org import NOW, PASSWORD, Tree, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.org.actions import logins
from tiejun.org.models import Login, Person
from tiejun.org.queries import scope_of_login
from tiejun.org.rules import Refusal

pytestmark = pytest.mark.django_db
OTHER = "Evening-sun-17"


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def admin(tree: Tree) -> Scope:
    person = make_person(name="Admin", role=Role.ADMIN, unit=tree.company)
    make_login(person, username="admin")
    return scope_for(person)


def test_a_login_is_made_with_a_one_time_password(tree: Tree, admin: Scope) -> None:
    person = make_person(unit=tree.group)

    login = logins.create_login(admin, person_id=person.pk, username=" Li.Lei ", password=OTHER, now=NOW)

    stored = Login.objects.get(pk=login.pk)
    assert (stored.username, stored.must_change_password, stored.is_demo, stored.check_password(OTHER)) == (
        "li.lei",
        True,
        False,
        True,
    )
    assert OTHER not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("username", "refusal"),
    [
        ("admin", Refusal.USERNAME_TAKEN),
        ("ADMIN", Refusal.USERNAME_TAKEN),
        ("x", Refusal.USERNAME_UNREADABLE),
        ("a b", Refusal.USERNAME_UNREADABLE),
    ],
)
def test_a_login_is_refused(tree: Tree, admin: Scope, username: str, refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        logins.create_login(
            admin, person_id=make_person(unit=tree.group).pk, username=username, password=OTHER, now=NOW
        )

    assert (refused.value.refusal, Login.objects.count()) == (refusal, 1)


def test_nobody_gets_two_logins_and_who_left_gets_none(tree: Tree, admin: Scope) -> None:
    twice, gone = make_person(unit=tree.group), make_person(unit=tree.group)
    make_login(twice)
    Person.objects.filter(pk=gone.pk).update(left_on=date(2026, 3, 1))

    with pytest.raises(Refused) as second:
        logins.create_login(admin, person_id=twice.pk, username="second", password=OTHER, now=NOW)
    with pytest.raises(Refused) as left:
        logins.create_login(admin, person_id=gone.pk, username="gone", password=OTHER, now=NOW)

    assert (second.value.refusal, left.value.refusal) == (Refusal.LOGIN_EXISTS, Refusal.ALREADY_LEFT)


@pytest.mark.parametrize("role", [Role.REP, Role.HR, Role.SALES_HEAD])
def test_only_administrators_touch_logins(tree: Tree, role: Role) -> None:
    unit = tree.group if role is Role.REP else tree.company
    scope, login = scope_for(make_person(role=role, unit=unit)), make_login(make_person(unit=tree.group))

    with pytest.raises(PermissionRefused):
        logins.reset_password(scope, login_id=login.pk, password=OTHER, now=NOW)
    with pytest.raises(PermissionRefused):
        logins.deactivate_login(scope, login_id=login.pk, now=NOW)

    assert Login.objects.get(pk=login.pk).check_password(PASSWORD)


def test_a_reset_password_must_be_changed(tree: Tree, admin: Scope) -> None:
    login = make_login(make_person(unit=tree.group))

    logins.reset_password(admin, login_id=login.pk, password=OTHER, now=NOW)

    stored = Login.objects.get(pk=login.pk)
    assert (stored.check_password(OTHER), stored.must_change_password) == (True, True)


def test_a_closed_login_can_do_nothing_until_it_is_opened_again(tree: Tree, admin: Scope) -> None:
    login = make_login(make_person(unit=tree.group))

    logins.deactivate_login(admin, login_id=login.pk, now=NOW)
    closed = scope_of_login(Login.objects.get(pk=login.pk), at=NOW, origin="token")
    with pytest.raises(Refused) as refused:
        logins.reset_password(admin, login_id=login.pk, password=OTHER, now=NOW)
    logins.reactivate_login(admin, login_id=login.pk, password=OTHER, now=NOW)

    assert (closed.grants, closed.person_id, refused.value.refusal) == ((), None, Refusal.LOGIN_INACTIVE)
    assert scope_of_login(Login.objects.get(pk=login.pk), at=NOW, origin="web").roles == {Role.REP}


def test_administrators_leave_their_own_login_to_others(admin: Scope) -> None:
    own = Login.objects.get(username="admin")

    with pytest.raises(Refused) as refused:
        logins.deactivate_login(admin, login_id=own.pk, now=NOW)

    assert (refused.value.refusal, Login.objects.get(pk=own.pk).is_active) == (Refusal.OWN_LOGIN, True)


def test_language_and_theme_are_ones_own(tree: Tree) -> None:
    person = make_person(unit=tree.group)
    make_login(person)
    scope = scope_for(person)

    logins.choose_language(scope, language="en", now=NOW)
    logins.choose_theme(scope, theme="DARK", now=NOW)
    with pytest.raises(Invalid):
        logins.choose_language(scope, language="tlh", now=NOW)
    with pytest.raises(Invalid):
        logins.choose_theme(scope, theme="PINK", now=NOW)

    assert list(Login.objects.values_list("language", "theme")) == [("en", "DARK")]


def test_another_persons_session_is_not_found(tree: Tree) -> None:
    person = make_person(unit=tree.group)
    make_login(person)

    with pytest.raises(NotFound):
        logins.end_session(scope_for(person), session_id=12345, now=NOW)
