"""Reading tokens: a person's own list, and the one that a program shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.exchange import locks
from tiejun.exchange.models.tokens import ApiToken
from tiejun.exchange.rules import tokens as rules
from tiejun.foundation import policies
from tiejun.foundation.times import local_date
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
    """Who a shown secret stands for: the login and its narrowed scope; `is_over` once the minute's requests are spent.

    `is_first_today`: the day of the last use is to be kept.
    """

    token_id: UUID
    login: Login
    scope: Scope
    is_over: bool
    is_first_today: bool


def bearer(scope: Scope, *, secret: str, now: datetime, request_id: str = "") -> Bearer | None:  # noqa: ARG001 -- asked before anybody is known
    """Count a request of a secret and return whom it stands for; None when it is unknown, ended, or its person may not sign in any more."""
    spent = locks.spend(rules.digest_of(secret), now=now)
    if spent is None:
        return None
    whole = scope_of_login(spent.login, at=now, origin="api", request_id=request_id)
    narrowed = whole.narrowed(spent.abilities)
    limit = policies.book(now).integer("exchange.token_requests_per_minute", whole.unit_chain)
    is_first_today = spent.last_used_on != local_date(now, whole.zone)
    return Bearer(spent.token_id, spent.login, narrowed, spent.used > limit, is_first_today)


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
