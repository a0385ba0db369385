"""Reading tokens: a person's own list, and the one that a program shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.exchange.models.tokens import ApiToken
from tiejun.exchange.rules import tokens as rules
from tiejun.foundation import policies
from tiejun.org.queries import scope_of_login

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Login


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token as its owner sees it; the secret is not kept anywhere."""

    id: UUID
    name: str
    prefix: str
    abilities: list[str]
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None
    is_living: bool
    revoked_at: datetime | None


def own_tokens(scope: Scope, *, now: datetime) -> list[TokenLine]:
    """Return the asker's tokens, the newest first, ended ones included."""
    scope.require(Ability.MANAGE_TOKENS)
    rows = ApiToken.objects.filter(login=scope.login_id).order_by("-made_at", "-pk")[:200]
    return [_line(row, now) for row in rows]


def longest_days(scope: Scope, *, now: datetime) -> int:
    """Return for how many days a token may be made."""
    return policies.book(now).integer("exchange.token_days_max", scope.unit_chain)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a shown secret stands for: the login, its narrowed scope and how many requests a minute it may make."""

    token_id: UUID
    login: Login
    scope: Scope
    per_minute: int


def bearer(scope: Scope, *, secret: str, now: datetime, request_id: str = "") -> Bearer | None:  # noqa: ARG001 -- asked before anybody is known
    """Return whom a secret stands for; None when it is unknown, ended, or its person may not sign in any more."""
    row = ApiToken.objects.select_related("login__person").filter(digest=rules.digest_of(secret)).first()
    if row is None or not rules.is_living(expires_at=row.expires_at, revoked_at=row.revoked_at, now=now):
        return None
    if not row.login.is_active:
        return None
    whole = scope_of_login(row.login, at=now, origin="api", request_id=request_id)
    narrowed = whole.narrowed(ability for ability in rules.offered_abilities(whole) if ability.value in row.abilities)
    limit = policies.book(now).integer("exchange.token_requests_per_minute", whole.unit_chain)
    return Bearer(row.pk, row.login, narrowed, limit)


def _line(row: ApiToken, now: datetime) -> TokenLine:
    return TokenLine(
        id=row.pk,
        name=row.name,
        prefix=row.prefix,
        abilities=list(row.abilities),
        made_at=row.made_at,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
        is_living=rules.is_living(expires_at=row.expires_at, revoked_at=row.revoked_at, now=now),
        revoked_at=row.revoked_at,
    )
