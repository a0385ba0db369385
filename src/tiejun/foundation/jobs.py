"""Background work: jobs on a timer, started jobs, effects that happen once, and the rescue of stalled jobs."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from tiejun.foundation import counters
from tiejun.foundation.events import DEFAULT_QUEUE, WHEN_THE_DATABASE_IS_BACK, insert_job, job_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate import JobContext
    from procrastinate.jobs import Job

STRANGERS_KEPT = timedelta(days=1)


def every(cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run a function of `jobs.py` by a cron line (UTC, zone-free housekeeping only; business time has its clock)."""

    def decorate(function: Callable[[], None]) -> Callable[[], None]:
        @functools.wraps(function)
        def run(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate hands it over
            function()

        app.periodic(cron=cron)(app.task(name=job_name(function), queueing_lock=job_name(function))(run))
        return function

    return decorate


def task(
    *, queue: str = DEFAULT_QUEUE, failed: Callable[..., None] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function of `jobs.py` startable by `start(name, …)`; its arguments are JSON values.

    `failed` is called with the same arguments when the job broke off and is tried no more: there the row that says "running"
    is told so.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        def run(context: JobContext, /, **arguments: Any) -> None:
            try:
                function(**arguments)
            except Exception as error:
                if failed is not None and not _is_tried_again(error, context.job):
                    failed(**arguments)
                raise

        app.task(name=job_name(function), queue=queue, retry=WHEN_THE_DATABASE_IS_BACK, pass_context=True)(run)
        return function

    return decorate


def _is_tried_again(error: Exception, job: Job) -> bool:
    return WHEN_THE_DATABASE_IS_BACK.get_retry_decision(exception=error, job=job) is not None


def start(name: str, /, *, lock: str | None = None, **arguments: Any) -> None:
    """Insert a job in the current transaction; `lock` serialises jobs that carry the same one."""
    insert_job(name, lock=lock, **arguments)


def first_time(effect_key: str) -> bool:
    """Claim an effect inside the running transaction: True for the first run, False for each repeat of the job."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_effect (key, made_at) VALUES (%s, clock_timestamp()) ON CONFLICT (key) DO NOTHING",
            [effect_key],
        )
        return bool(cursor.rowcount == 1)


@every("* * * * *")
def rescue_stalled_jobs() -> None:
    """Give jobs of dead workers back to the queue."""
    async_to_sync(_rescue)()


async def _rescue() -> None:
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.retry_job(job)


@every("40 19 * * *")
def forget_strangers() -> None:
    """Forget by night how often strangers asked, but for the last day."""
    counters.forget_strangers(before=timezone.now() - STRANGERS_KEPT)
