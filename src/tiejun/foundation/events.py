"""Facts go up: an announced event becomes one job per listener, in the transaction of its cause."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

E = TypeVar("E")

_LISTENERS: dict[type, list[str]] = {}
DEFAULT_QUEUE = "default"
# A job that the database left in the lurch is tried again for some minutes; what is wrong in itself fails once and is shown.
WHEN_THE_DATABASE_IS_BACK = RetryStrategy(
    max_attempts=8, wait=5, linear_wait=10, retry_exceptions=(OperationalError, InterfaceError)
)


def on(event: type[E], *, queue: str = DEFAULT_QUEUE) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Make a function of `jobs.py` a listener: it is called by the worker with the event, at least once."""

    def decorate(function: Callable[[E], None]) -> Callable[[E], None]:
        name = job_name(function)
        adapter = TypeAdapter(event)

        @functools.wraps(function)
        def run(payload: dict[str, Any]) -> None:
            function(adapter.validate_python(payload))

        app.task(name=name, queue=queue, retry=WHEN_THE_DATABASE_IS_BACK)(run)
        _LISTENERS.setdefault(event, []).append(name)
        return function

    return decorate


_held_back: ContextVar[list[Any] | None] = ContextVar("held_back", default=None)


@contextmanager
def held_back() -> Iterator[list[Any]]:
    """Collect announced events instead of inserting their jobs: for who replays the past and listens at its own time."""
    events: list[Any] = []
    token = _held_back.set(events)
    try:
        yield events
    finally:
        _held_back.reset(token)


def announce(event: Any) -> None:
    """Insert one job per listener in the current transaction; nothing runs before the commit, nothing is lost after."""
    held = _held_back.get()
    if held is not None:
        held.append(event)
        return
    names = _LISTENERS.get(type(event), ())
    if not names:
        return
    payload = TypeAdapter(type(event)).dump_python(event, mode="json")
    for name in names:
        insert_job(name, payload=payload)


def insert_job(name: str, /, *, lock: str | None = None, **arguments: Any) -> None:
    """Insert a job in the current transaction; `lock` serialises jobs that carry the same one.

    It goes through Django's connection. Left to the app it would take the app's connector, which inside a worker is one of
    its own: the job would be there, and run, before the rows of its cause are, and would stay when they are rolled back.
    """
    deferrer = app.configure_task(name, lock=lock)
    deferrer.job_manager = _manager_in_transaction()
    deferrer.defer(**arguments)


@functools.cache
def _manager_in_transaction() -> JobManager:
    return JobManager(DjangoConnector())


def listeners(event: type) -> tuple[str, ...]:
    """Return the job names that listen to an event."""
    return tuple(_LISTENERS.get(event, ()))


def job_name(function: Callable[..., Any]) -> str:
    """Return the stable name of a job: module.function."""
    return f"{function.__module__.removeprefix('tiejun.').removesuffix('.jobs')}.{function.__name__}"
