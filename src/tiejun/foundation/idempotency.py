"""Client keys: each write from page, API or phone carries one; a repeat gives the first answer, never a second effect."""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.apps import apps
from django.db import connection
from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tiejun.foundation.models import ClientKey

R = TypeVar("R")


class KeyReused(Exception):  # noqa: N818
    """The client key was already used for another request body (409)."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The key of the request that runs now: unique per actor; `digest` is SHA-256 of method, path and body."""

    key: str
    actor_id: UUID | None
    digest: bytes


_current: ContextVar[RequestKey | None] = ContextVar("client_key", default=None)


def arm(key: str, actor_id: UUID | None, *parts: bytes) -> None:
    """Set the key of this request; the first action that runs takes it."""
    digest = hashlib.sha256(b"\x00".join(parts)).digest()
    _current.set(RequestKey(key, actor_id, digest))


def disarm() -> None:
    """Forget the key when the request ends."""
    _current.set(None)


def take() -> RequestKey | None:
    """Take the key: later actions of the same request run without one."""
    key = _current.get()
    if key is not None:
        _current.set(None)
    return key


def once(key: RequestKey, action: str, body: Callable[[], R]) -> R:
    """Run `body` at most once for this key, inside the running transaction.

    Returns the result of this or of the earlier run; raises `KeyReused` when the earlier request was another one. A
    refusal rolls the key back, so that a repeat is judged again.
    """
    model = cast("type[ClientKey]", apps.get_model("foundation", "ClientKey"))
    actor = str(key.actor_id or "")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_clientkey (key, actor, digest, action, result, made_at) "
            "VALUES (%s, %s, %s, %s, 'null'::jsonb, clock_timestamp()) ON CONFLICT (actor, key) DO NOTHING",
            [key.key, actor, key.digest, action],
        )
        fresh = cursor.rowcount == 1
    row = model.objects.get(actor=actor, key=key.key)
    if not fresh:
        if bytes(row.digest) != key.digest or row.action != action:
            raise KeyReused(key.key)
        return cast("R", _resolve(row.result))
    result = body()
    row.result = _reference(result)
    row.save(update_fields=["result"])
    return result


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
