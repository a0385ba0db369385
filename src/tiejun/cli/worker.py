"""`tiejun worker`: jobs and the business clock, on a direct connection without the pages' statement timeout."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tiejun.cli.embedded import database
from tiejun.cli.safety import refuse_unsafe_start
from tiejun.foundation.environment import environment

_GRACE_S = 20.0
# A thread that checks rows hands over to the one that the database just answered in this time, not in Python's 5 ms: an
# import waits so at every statement.
HANDOVER_S = 0.0005


def main(arguments: list[str]) -> int:  # noqa: ARG001 -- every command has the same signature
    """Run jobs until SIGTERM or Ctrl-C; running jobs have 20 s to finish, the rescuer repeats the others."""
    sys.setswitchinterval(HANDOVER_S)
    with database("worker"):
        env = environment()
        refuse_unsafe_start(env)
        connector = app.connector
        assert isinstance(connector, DjangoConnector)
        with app.replace_connector(connector.get_worker_connector()):
            asyncio.run(_work(env.worker_concurrency))
    return 0


async def _work(concurrency: int) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=concurrency,
            delete_jobs="never",
            shutdown_graceful_timeout=_GRACE_S,
            task_middleware=[with_fresh_connection],
        )


def with_fresh_connection(call_next: Callable[[], Any], context: object, worker: object) -> Any:  # noqa: ARG001
    """Run a job; a connection that broke while the thread was idle is replaced instead of failing every job from then on."""
    close_old_connections()
    try:
        return call_next()
    finally:
        close_old_connections()
