"""Logins: made and closed by administrators, passwords, sessions, language and theme by their owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.org.events import LoginClosed, PasswordReset
from tiejun.org.locks import lock_login, lock_person
from tiejun.org.models import Login
from tiejun.org.rules import Refusal, is_username
from tiejun.org.sessions import end_sessions

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LANGUAGES = frozenset({"zh-hans", "en"})


@action(Ability.MANAGE_LOGINS)
def create_login(
    scope: Scope,
    *,
    person_id: UUID,
    username: str,
    password: str,
    must_change_password: bool = True,
    is_demo: bool = False,
    now: datetime,
) -> Login:
    """Let a person sign in with a first password, which they must change unless told otherwise.

    `is_demo` marks the demo company's own logins. Refused: ALREADY_LEFT, LOGIN_EXISTS, USERNAME_UNREADABLE, USERNAME_TAKEN.
    """
    person = lock_person(person_id)
    if person.left_on is not None:
        raise Refused(Refusal.ALREADY_LEFT, name=person.name)
    wanted = username.strip().lower()
    if not is_username(wanted):
        raise Refused(Refusal.USERNAME_UNREADABLE)
    if Login.objects.filter(person=person).exists():
        raise Refused(Refusal.LOGIN_EXISTS, name=person.name)
    if Login.objects.filter(username=wanted).exists():
        raise Refused(Refusal.USERNAME_TAKEN, username=wanted)
    login = Login(
        person=person,
        username=wanted,
        email=person.email,
        date_joined=now,
        must_change_password=must_change_password,
        is_demo=is_demo,
    )
    login.set_password(password)
    login.save(force_insert=True)
    audit.record(scope, "org.login_created", login, person=person.pk)
    return login


@action(Ability.MANAGE_LOGINS)
def reset_password(scope: Scope, *, login_id: UUID, password: str, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Give a login a one-time password: it must be changed at the next sign-in, and all sessions end.

    Refused: LOGIN_INACTIVE, OWN_LOGIN (one's own password is changed on one's own page). Raises `NotFound`.
    """
    login = _open_login(scope, login_id)
    login.set_password(password)
    login.must_change_password = True
    login.save(update_fields=["password", "must_change_password"])
    end_sessions(login.pk)
    audit.record(scope, "org.password_reset", login)
    announce(PasswordReset(login.pk, _person_of(login), by_link=False))
    return login


@action(Ability.MANAGE_LOGINS)
def issue_reset_link(scope: Scope, *, login_id: UUID, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Record that a one-time link is handed out; the link itself is derived and stored nowhere. Refused as `reset_password`."""
    login = _open_login(scope, login_id)
    audit.record(scope, "org.reset_link_issued", login)
    announce(PasswordReset(login.pk, _person_of(login), by_link=True))
    return login


@action(Ability.MANAGE_LOGINS)
def use_reset_link(scope: Scope, *, login_id: UUID, password: str, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Set the password that the holder of a one-time link chose; all sessions end. Refused: LOGIN_INACTIVE."""
    login = lock_login(login_id)
    if not login.is_active:
        raise Refused(Refusal.LOGIN_INACTIVE)
    login.set_password(password)
    login.must_change_password = False
    login.save(update_fields=["password", "must_change_password"])
    end_sessions(login.pk)
    audit.record(scope, "org.reset_link_used", login)
    return login


@action(Ability.MANAGE_LOGINS)
def remove_second_factor(scope: Scope, *, login_id: UUID, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Forget a lost second factor; sessions end, and who needs one sets it up at the next sign-in. Refused as `reset_password`."""
    login = _open_login(scope, login_id)
    removed, _each = Authenticator.objects.filter(user=login).delete()
    end_sessions(login.pk)
    audit.record(scope, "org.second_factor_removed", login, removed=removed)
    return login


@action(Ability.MANAGE_LOGINS)
def deactivate_login(scope: Scope, *, login_id: UUID, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Close a login: sessions end in the same transaction, tokens stop with it. Refused: LOGIN_INACTIVE, OWN_LOGIN."""
    login = _open_login(scope, login_id)
    login.is_active = False
    login.save(update_fields=["is_active"])
    end_sessions(login.pk)
    audit.record(scope, "org.login_deactivated", login)
    announce(LoginClosed(login.pk, login.person_id))
    return login


@action(Ability.MANAGE_LOGINS)
def reactivate_login(scope: Scope, *, login_id: UUID, password: str, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Open a closed login again with a one-time password; an open one stays as it is. Refused: ALREADY_LEFT, OWN_LOGIN."""
    login = lock_login(login_id)
    if login.pk == scope.login_id:
        raise Refused(Refusal.OWN_LOGIN)
    if login.person is not None and login.person.left_on is not None:
        raise Refused(Refusal.ALREADY_LEFT, name=login.person.name)
    if not login.is_active:
        login.is_active = True
        login.must_change_password = True
        login.set_password(password)
        login.save(update_fields=["is_active", "must_change_password", "password"])
    audit.record(scope, "org.login_reactivated", login)
    return login


@action(Ability.MANAGE_OWN_ACCOUNT)
def change_own_password(scope: Scope, *, login_id: UUID, password: str, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Set one's own new password, already judged by the validators; all other sessions end by the changed hash."""
    login = _own_login(scope, login_id)
    login.set_password(password)
    login.must_change_password = False
    login.save(update_fields=["password", "must_change_password"])
    audit.record(scope, "org.own_password_changed", login)
    return login


@action(Ability.MANAGE_OWN_ACCOUNT)
def choose_language(scope: Scope, *, language: str, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Keep the language of one's own pages. Raises `Invalid` for one that does not exist here."""
    if language not in LANGUAGES:
        raise Invalid(language=_("This language is not available."))
    login = _own_login(scope, scope.login_id)
    login.language = language
    login.save(update_fields=["language"])
    audit.record(scope, "org.language_chosen", login, language=language)
    return login


@action(Ability.MANAGE_OWN_ACCOUNT)
def choose_theme(scope: Scope, *, theme: str, now: datetime) -> Login:  # noqa: ARG001 -- every write takes its instant
    """Keep one's own theme: SYSTEM, LIGHT or DARK. Raises `Invalid`."""
    if theme not in Login.Theme.values:
        raise Invalid(theme=_("This theme is not available."))
    login = _own_login(scope, scope.login_id)
    login.theme = theme
    login.save(update_fields=["theme"])
    audit.record(scope, "org.theme_chosen", login, theme=theme)
    return login


@action(Ability.MANAGE_OWN_ACCOUNT)
def end_session(scope: Scope, *, session_id: int, now: datetime) -> int:  # noqa: ARG001 -- every write takes its instant
    """End one of one's own sessions; returns its number. Raises `NotFound`."""
    session = UserSession.objects.filter(pk=session_id, user_id=scope.login_id).first()
    if session is None:
        raise NotFound
    Session.objects.filter(session_key=session.session_key).delete()
    session.delete()
    audit.record(scope, "org.session_ended", count=1)
    return session_id


@action(Ability.MANAGE_OWN_ACCOUNT)
def end_other_sessions(scope: Scope, *, current_key: str, now: datetime) -> int:  # noqa: ARG001 -- every write takes its instant
    """End all of one's own sessions but the one with this key; returns how many."""
    login = _own_login(scope, scope.login_id)
    count = end_sessions(login.pk, keep=current_key)
    audit.record(scope, "org.other_sessions_ended", login, count=count)
    return count


def _open_login(scope: Scope, login_id: UUID) -> Login:
    login = lock_login(login_id)
    if login.pk == scope.login_id:
        raise Refused(Refusal.OWN_LOGIN)
    if not login.is_active:
        raise Refused(Refusal.LOGIN_INACTIVE)
    return login


def _own_login(scope: Scope, login_id: UUID | None) -> Login:
    if login_id is None or login_id != scope.login_id:
        raise NotFound
    return lock_login(login_id)


def _person_of(login: Login) -> UUID:
    if login.person_id is None:
        raise NotFound
    return login.person_id
