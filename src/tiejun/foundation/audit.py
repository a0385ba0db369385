"""The audit log: one row per action, hash-chained, append-only, in its own schema.

Rows are collected while the outermost action runs and appended by one call just before its commit, so that the head of
the chain is locked last and shortly.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.refusals import Words

_WORDS: dict[str, Words] = {}


class AuditMissing(AssertionError):
    """An action ended without its one audit row, or with more than one."""


@dataclass(slots=True)
class _Frame:
    name: str
    count: int = 0


@dataclass(slots=True)
class _Collection:
    rows: list[dict[str, Any]] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    memory: dict[Any, Any] = field(default_factory=dict)
    companion: tuple[str, list[Any]] | None = None


_current: ContextVar[_Collection | None] = ContextVar("audit", default=None)


def is_open() -> bool:
    """Tell whether an action is running."""
    return _current.get() is not None


def memory() -> dict[Any, Any] | None:
    """Return what the running outermost action may keep between its steps, or None outside an action."""
    collection = _current.get()
    return None if collection is None else collection.memory


@contextmanager
def collecting(name: str) -> Iterator[None]:
    """Collect rows for an outermost action and append them when it ends well."""
    collection = _Collection()
    token = _current.set(collection)
    try:
        with nested(name):
            yield
        if collection.rows:
            _append(collection.rows, collection.companion)
    finally:
        _current.reset(token)


@contextmanager
def nested(name: str) -> Iterator[None]:
    """Open the frame of one action; raises `AuditMissing` unless it records exactly one row."""
    collection = _current.get()
    assert collection is not None
    frame = _Frame(name)
    collection.frames.append(frame)
    kept = len(collection.rows)
    try:
        yield
        if frame.count != 1:
            msg = f"{name} recorded {frame.count} audit rows, not one"
            raise AuditMissing(msg)
    except BaseException:
        del collection.rows[kept:]
        raise
    finally:
        collection.frames.pop()


def repeated() -> None:
    """Note that the running action answers a repeated client key: its audit row was written the first time."""
    collection = _current.get()
    if collection is not None:
        collection.frames[-1].count += 1


def record(scope: Scope, event: str, target: Model | None = None, *, reason: str = "", **facts: Any) -> None:
    """Record the one audit row of the running action.

    `event` is module.past_tense; `facts` are ids, codes, numbers and dates. Personal fields are named, never copied.
    """
    collection = _current.get()
    if collection is None:
        msg = "audit.record() outside an action"
        raise AuditMissing(msg)
    collection.frames[-1].count += 1
    collection.rows.append(
        {
            "actor": scope.actor,
            "person_id": scope.person_id,
            "on_behalf_of": scope.on_behalf_of,
            "event": event,
            "target_kind": target._meta.label_lower if target is not None else "",
            "target_id": target.pk if target is not None else None,
            "facts": facts,
            "reason": reason,
            "origin": scope.origin,
            "request_id": scope.request_id,
        }
    )


def along(sql: str, parameters: list[Any]) -> None:
    """Send one more write of the outermost action (an UPDATE) in the same statement as its audit rows, just before the commit."""
    collection = _current.get()
    assert collection is not None
    collection.companion = (sql, parameters)


def _append(rows: list[dict[str, Any]], companion: tuple[str, list[Any]] | None) -> None:
    text = json.dumps(rows, cls=DjangoJSONEncoder)
    sql, parameters = companion or ("", [])
    before = f"WITH companion AS ({sql}) " if sql else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{before}SELECT audit.append(%s::jsonb)", [*parameters, text])


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A place where the chain does not hold; `why` is GAP, LINK, CONTENT or HEAD."""

    seq: int
    why: str


def verify() -> list[ChainFault]:
    """Walk the whole chain and return its faults; empty when it holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, why FROM audit.verify() ORDER BY seq")
        return [ChainFault(seq, why) for seq, why in cursor.fetchall()]


def head() -> tuple[int, str]:
    """Return the head (sequence number, hash in hex) to be anchored outside the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, encode(hash, 'hex') FROM audit.head")
        row = cursor.fetchone()
        return int(row[0]), str(row[1])


def register(words: Mapping[str, Words]) -> None:
    """Register the words of audit events (code → words); called once by each module's `texts.py`."""
    _WORDS.update(words)


def words_of(event: str) -> str:
    """Return the words of an event in the active language; its code where no words are registered."""
    return str(_WORDS.get(event, event))


def events() -> tuple[str, ...]:
    """Return the codes of all events with words, in order."""
    return tuple(sorted(_WORDS))


def ids(*values: UUID | None) -> list[str]:
    """Return ids as text, for facts."""
    return [str(value) for value in values if value is not None]
