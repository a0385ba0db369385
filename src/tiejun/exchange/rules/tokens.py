"""The rules of exchange: which abilities a program may carry and for how long."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tiejun.access.scope import Scope

SECRET_MARK = "tj_"  # noqa: S105 -- the public beginning of every secret, so that scanners of leaked secrets find them
PREFIX_LENGTH = 11

# A program never makes keys, never changes how people sign in and never changes who may do what.
NEVER_IN_A_TOKEN = frozenset(
    {
        Ability.MANAGE_TOKENS,
        Ability.MANAGE_OWN_ACCOUNT,
        Ability.GRANT_ROLES,
        Ability.MANAGE_PEOPLE,
        Ability.MANAGE_LOGINS,
        Ability.APPOINT_ACTING,
        Ability.APPROVE_POLICY,
    }
)


class TokenRefusal(Refusal):
    TOO_MANY_TOKENS = "TOO_MANY_TOKENS"
    TOKEN_NAME_TAKEN = "TOKEN_NAME_TAKEN"  # noqa: S105
    TOKEN_WITHOUT_PERSON = "TOKEN_WITHOUT_PERSON"  # noqa: S105


def offered_abilities(scope: Scope) -> list[Ability]:
    """Return what a person may put into a token: what they can do themselves, less what no program may do."""
    return [ability for ability in Ability if ability not in NEVER_IN_A_TOKEN and scope.can(ability)]


@lru_cache(maxsize=64)
def carried(stored: str) -> frozenset[Ability]:
    """Read the abilities that a token was given (a JSON list), less what no program may do and what the product does not know any more.

    Whether its person may do them still is asked of the grants, as of everybody.
    """
    given = frozenset(json.loads(stored))
    return frozenset(ability for ability in Ability if ability.value in given) - NEVER_IN_A_TOKEN


def digest_of(secret: str) -> bytes:
    """Return SHA-256 of a secret. It is random and long, so a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode()).digest()


def is_living(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """Tell whether a token still opens anything."""
    return revoked_at is None and now < expires_at


def unknown_abilities(wanted: Iterable[str], scope: Scope) -> list[str]:
    """Return the wanted abilities that the person may not hand to a program."""
    offered = {ability.value for ability in offered_abilities(scope)}
    return sorted(set(wanted) - offered)
