"""Tokens: a person lets a program act for them, within less than they may do themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.exchange.models.tokens import ApiToken
from tiejun.exchange.rules import tokens as rules
from tiejun.exchange.rules.tokens import TokenRefusal
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import Invalid, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.MANAGE_TOKENS)
def issue_token(
    scope: Scope, *, name: str, abilities: Sequence[str], days: int, secret: str, now: datetime
) -> ApiToken:
    """Make a token for the asker; the caller shows `secret` once.

    `days` until it expires. Raises `Invalid` for abilities the asker may not hand out or a time out of bounds, `Refused`
    TOO_MANY_TOKENS or TOKEN_NAME_TAKEN.
    """
    if scope.login_id is None:
        raise Refused(TokenRefusal.TOKEN_WITHOUT_PERSON)
    book = policies.book(now)
    _check(
        scope,
        name=name,
        abilities=abilities,
        days=days,
        most_days=book.integer("exchange.token_days_max", scope.unit_chain),
    )
    living = list(ApiToken.objects.select_for_update().filter(login_id=scope.login_id, revoked_at=None).order_by("pk"))
    most = book.integer("exchange.tokens_per_person", scope.unit_chain)
    if sum(token.expires_at > now for token in living) >= most:
        raise Refused(TokenRefusal.TOO_MANY_TOKENS, most=most)
    if any(token.name == name.strip() for token in living):
        raise Refused(TokenRefusal.TOKEN_NAME_TAKEN, name=name.strip())
    token = ApiToken.objects.create(
        login_id=scope.login_id,
        name=name.strip(),
        prefix=secret[: rules.PREFIX_LENGTH],
        digest=rules.digest_of(secret),
        abilities=sorted(set(abilities)),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(scope, "exchange.token_issued", token, abilities=token.abilities, days=days)
    return token


@action(Ability.MANAGE_TOKENS)
def revoke_token(scope: Scope, *, token_id: UUID, now: datetime) -> ApiToken:
    """End a token of the asker at once; a token already revoked stays as it was. Raises `NotFound`."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id, login=scope.login_id).first()
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
    audit.record(scope, "exchange.token_revoked", token)
    return token


@action(Ability.MANAGE_TOKENS)
def revoke_all_tokens(scope: Scope, *, login_id: UUID, now: datetime) -> int:
    """End every open token of a login that was closed; returns how many. For the machine alone; raises `NotFound`."""
    if not scope.is_system:
        raise NotFound
    count = ApiToken.objects.filter(login=login_id, revoked_at=None).update(revoked_at=now)
    audit.record(scope, "exchange.tokens_revoked", login=login_id, count=count)
    return count


def _check(scope: Scope, *, name: str, abilities: Sequence[str], days: int, most_days: int) -> None:
    if not name.strip() or len(name.strip()) > 80:
        raise Invalid(name=_("Give the token a name of at most 80 characters."))
    if not abilities:
        raise Invalid(abilities=_("Choose at least one thing that the program may do."))
    if rules.unknown_abilities(abilities, scope):
        raise Invalid(abilities=_("A program can do no more than you can, and never manage tokens or accounts."))
    if not 1 <= days <= most_days:
        raise Invalid(days=_("Between 1 and the longest time that the policy allows."))
