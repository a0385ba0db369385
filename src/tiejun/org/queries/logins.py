"""Logins, second factors and sessions, as the pages of administrators and of their owners show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from tiejun.access.abilities import Ability
from tiejun.access.roles import SECOND_FACTOR_ROLES, Role
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org.models import Login, Position
from tiejun.org.rules import browser_name

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
PAGE_SIZE = 40


@dataclass(frozen=True, slots=True)
class LoginLine:
    """A login as administrators see it; `lacks_second_factor` = a role needs one and there is none."""

    login_id: UUID
    username: str
    person_id: UUID | None
    name: str
    staff_number: str
    roles: tuple[Role, ...]
    is_active: bool
    must_change_password: bool
    has_second_factor: bool
    lacks_second_factor: bool
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class LoginPage:
    lines: list[LoginLine]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A browser that is signed in."""

    session_id: int
    address: str
    browser: str
    signed_in_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One's own account: language and theme as chosen, second factor, sessions (the current one first)."""

    username: str
    language: str
    theme: str
    has_second_factor: bool
    needs_second_factor: bool
    sessions: list[SessionLine]


def logins_page(
    scope: Scope, *, text: str = "", state: str = "", cursor: str | None = None, now: datetime
) -> LoginPage:
    """Return logins by user name; `text` is a part of the user or person name, `state` is open, closed or lacking."""
    scope.require(Ability.MANAGE_LOGINS)
    today = local_date(now, scope.zone)
    rows = _with_factors(Login.objects.select_related("person"))
    if text:
        rows = rows.filter(
            Q(username__icontains=text) | Q(person__name__icontains=text) | Q(person__name_initials__istartswith=text)
        )
    if state in ("open", "closed"):
        rows = rows.filter(is_active=state == "open")
    if state == "lacking":
        needing = Position.objects.on(today).filter(role__in=SECOND_FACTOR_ROLES).values("person_id")
        rows = rows.filter(~Exists(_factors()), is_active=True, person_id__in=needing)
    page = keyset.page(rows, order=["username", "id"], cursor=cursor, size=PAGE_SIZE)
    roles = _roles_of([row.person_id for row in page.rows if row.person_id], today)
    return LoginPage([_line(row, roles) for row in page.rows], page.next_cursor, page.previous_cursor)


def login_of_person(scope: Scope, person_id: UUID, *, now: datetime) -> LoginLine | None:
    """Return a person's login for an administrator, or None; for others always None."""
    if not scope.can(Ability.MANAGE_LOGINS):
        return None
    row = _with_factors(Login.objects.select_related("person")).filter(person_id=person_id).first()
    return _line(row, _roles_of([person_id], local_date(now, scope.zone))) if row else None


def _with_factors(rows: QuerySet[Login]) -> QuerySet[Login]:
    return rows.annotate(factor=Exists(_factors()))


def _factors() -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return found


def _roles_of(person_ids: list[UUID], today: date) -> dict[UUID, tuple[Role, ...]]:
    found: dict[UUID, tuple[Role, ...]] = {}
    for person_id, role in Position.objects.on(today).filter(person_id__in=person_ids).values_list("person_id", "role"):
        found[person_id] = (*found.get(person_id, ()), Role(role))
    return found


def _line(row: Login, roles: dict[UUID, tuple[Role, ...]]) -> LoginLine:
    held = roles.get(row.person_id, ()) if row.person_id else ()
    factor = bool(row.factor)  # type: ignore[attr-defined]
    return LoginLine(
        login_id=row.pk,
        username=row.username,
        person_id=row.person_id,
        name=row.person.name if row.person else row.username,
        staff_number=row.person.staff_number if row.person else "",
        roles=held,
        is_active=row.is_active,
        must_change_password=row.must_change_password,
        has_second_factor=factor,
        lacks_second_factor=not factor and not SECOND_FACTOR_ROLES.isdisjoint(held),
        last_login=row.last_login,
    )


def has_second_factor(scope: Scope) -> bool:
    """Tell whether the asker's login has a second factor."""
    return bool(Authenticator.objects.filter(user_id=scope.login_id, type__in=SECOND_FACTORS).exists())


def reset_path(scope: Scope, login_id: UUID) -> str:
    """Return the path of a login's one-time link: it works once, for a day, and stops with the next sign-in or password."""
    scope.require(Ability.MANAGE_LOGINS)
    login = Login.objects.filter(pk=login_id, is_active=True).first()
    if login is None:
        raise NotFound
    kwargs = {"uidb36": user_pk_to_url_str(login), "key": PASSWORD_RESET_TOKEN_GENERATOR().make_token(login)}
    return reverse("account_reset_password_from_key", kwargs=kwargs)


def account_of(scope: Scope, *, session_key: str) -> Account:
    """Return one's own account with the browsers that are signed in. Raises `NotFound` for a program."""
    scope.require(Ability.MANAGE_OWN_ACCOUNT)
    login = Login.objects.filter(pk=scope.login_id).first() if scope.login_id else None
    if login is None:
        raise NotFound
    return Account(
        username=login.username,
        language=login.language,
        theme=login.theme,
        has_second_factor=has_second_factor(scope),
        needs_second_factor=not SECOND_FACTOR_ROLES.isdisjoint(scope.roles),
        sessions=_sessions(login.pk, session_key),
    )


def _sessions(login_id: UUID, session_key: str) -> list[SessionLine]:
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    rows = UserSession.objects.filter(Exists(alive), user_id=login_id).order_by("-created_at", "-id")
    lines = [
        SessionLine(row.pk, row.ip, browser_name(row.user_agent), row.created_at, row.session_key == session_key)
        for row in rows
    ]
    return sorted(lines, key=lambda line: not line.is_current)


def mail_address_of_person(scope: Scope, person_id: UUID) -> str:
    """Return the mail address of a person who can sign in, or an empty text."""
    scope.require(Ability.MANAGE_LOGINS)
    return Login.objects.filter(person=person_id, is_active=True).values_list("email", flat=True).first() or ""


def mail_address(scope: Scope, login_id: UUID) -> str:
    """Return the mail address of a login that can sign in, or an empty text."""
    scope.require(Ability.MANAGE_LOGINS)
    return Login.objects.filter(pk=login_id, is_active=True).values_list("email", flat=True).first() or ""
