"""Client keys: each write from page, API or phone carries one; a repeat gives the first answer, never a second effect."""

from __future__ import annotations

import hashlib
import json
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.apps import apps
from django.db import OperationalError, connection
from django.db.models import Model

from tiejun.foundation import audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


R = TypeVar("R")


class KeyReused(Exception):
    """The client key was already used for another request body (409)."""


class KeyBusy(Exception):
    """The first request with this client key is still running (409, to be asked again)."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The key of the request that runs now: unique per actor; `digest` is SHA-256 of method, path and body."""

    key: str
    actor_id: UUID | None
    digest: bytes
    taken: int = 0


LOCK_NOT_AVAILABLE = "55P03"
LONGEST_KEY = 76  # the column holds 80: a second action of the same request adds its number

_current: ContextVar[RequestKey | None] = ContextVar("client_key", default=None)


def arm(key: str, actor_id: UUID | None, *parts: bytes) -> None:
    """Set the key of this request for the actions that it will run."""
    digest = hashlib.sha256(b"\x00".join(parts)).digest()
    _current.set(RequestKey(key, actor_id, digest))


def sign(actor_id: UUID) -> None:
    """Say whose key it is, once a token has told who asks: two actors may use the same key."""
    key = _current.get()
    if key is not None:
        _current.set(replace(key, actor_id=actor_id))


def disarm() -> None:
    """Forget the key when the request ends."""
    _current.set(None)


def take() -> RequestKey | None:
    """Take the key for an outermost action: the second one of a request gets the key with its number, so that a repeat of
    the request repeats neither.
    """
    key = _current.get()
    if key is None:
        return None
    _current.set(replace(key, taken=key.taken + 1))
    return replace(key, key=f"{key.key}#{key.taken + 1}") if key.taken else key


def once(key: RequestKey, action: str, body: Callable[[], R]) -> R:
    """Run `body` at most once for this key, inside the running transaction.

    Returns the result of this or of the earlier run, for which it waits as long as for any lock; raises `KeyReused` when
    the earlier request was another one, `KeyBusy` when it is still running. A refusal rolls the key back, so that a repeat
    is judged again.
    """
    actor = str(key.actor_id or "")
    if not _claim(key, actor, action):
        row = apps.get_model("foundation", "ClientKey").objects.get(actor=actor, key=key.key)
        if bytes(row.digest) != key.digest or row.action != action:
            raise KeyReused(key.key)
        audit.repeated()
        return cast("R", _resolve(row.result))
    result = body()
    audit.along(
        "UPDATE foundation_clientkey SET result = %s::jsonb WHERE actor = %s AND key = %s",
        [json.dumps(_reference(result)), actor, key.key],
    )
    return result


def _claim(key: RequestKey, actor: str, action: str) -> bool:
    """Store the key; false when it is stored already. Waits for a transaction that has stored it and runs still."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(
                "INSERT INTO foundation_clientkey (key, actor, digest, action, result, made_at) "
                "VALUES (%s, %s, %s, %s, 'null'::jsonb, clock_timestamp()) ON CONFLICT (actor, key) DO NOTHING",
                [key.key, actor, key.digest, action],
            )
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise KeyBusy(key.key) from error
            raise
        return bool(cursor.rowcount == 1)


def _reference(result: Any) -> Any:
    """Turn a result into JSON that `_resolve` can read: a model row by label and id, plain values as they are."""
    if isinstance(result, Model):
        return {"$row": result._meta.label, "pk": str(result.pk)}
    if isinstance(result, list | tuple):
        return {"$list": [_reference(item) for item in result]}
    if result is None or isinstance(result, str | int | bool):
        return {"$plain": result}
    msg = f"an action may return rows or plain values, not {type(result).__name__}"
    raise TypeError(msg)


def _resolve(reference: Any) -> Any:
    if "$row" in reference:
        return apps.get_model(reference["$row"])._base_manager.get(pk=reference["pk"])
    if "$list" in reference:
        return [_resolve(item) for item in reference["$list"]]
    return reference["$plain"]
