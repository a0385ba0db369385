"""Events and jobs with a real worker: nothing is announced without its cause, effects happen once, stalled jobs come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from tiejun.foundation import events, jobs
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import Counter, Effect

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Happened:
    thing_id: UUID
    name: str


def note_happening(event: Happened) -> None:
    row, _made = Counter.objects.get_or_create(name=event.name)
    row.value += 1
    row.save(update_fields=["value"])


def count_once(name: str) -> None:
    with transaction.atomic():
        if jobs.first_time(f"test:{name}"):
            row, _made = Counter.objects.get_or_create(name=name)
            row.value += 1
            row.save(update_fields=["value"])


def announce_and_fail(thing_id: str, name: str) -> None:
    with transaction.atomic():
        events.announce(Happened(UUID(thing_id), name))
        jobs.start("tests.foundation.test_jobs.count_once", name=name)
        raise ArithmeticError


events.on(Happened, queue="test")(note_happening)
jobs.task(queue="test")(announce_and_fail)
jobs.task(queue="test")(count_once)


def work() -> None:
    """Run a real worker on the jobs of these tests until there are none."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(wait=False, listen_notify=False, install_signal_handlers=False, queues=["test"])


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'test' AND status = 'todo'")
        return int(cursor.fetchone()[0])


def test_an_announced_event_reaches_its_listener() -> None:
    name = str(new_id())
    with transaction.atomic():
        events.announce(Happened(new_id(), name))
    assert waiting() == 1

    work()

    assert (Counter.objects.get(name=name).value, waiting()) == (1, 0)


def test_an_event_rolls_back_with_its_cause() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        events.announce(Happened(new_id(), "never"))
        raise RuntimeError

    assert waiting() == 0


def test_an_event_without_listeners_costs_nothing() -> None:
    @dataclass(frozen=True)
    class Unheard:
        thing_id: UUID

    events.announce(Unheard(new_id()))

    assert (waiting(), events.listeners(Unheard)) == (0, ())


def test_an_effect_happens_once_however_often_its_job_runs() -> None:
    name = str(new_id())
    job = f"{__name__}.count_once"
    for _number in range(3):
        jobs.start(job, name=name)

    work()

    assert Counter.objects.get(name=name).value == 1
    assert Effect.objects.filter(key=f"test:{name}").count() == 1


def test_an_effect_that_rolls_back_may_happen_again() -> None:
    key = f"test:{new_id()}"
    with pytest.raises(RuntimeError), transaction.atomic():
        assert jobs.first_time(key)
        raise RuntimeError

    with transaction.atomic():
        assert jobs.first_time(key)
        assert not jobs.first_time(key)


def test_jobs_of_dead_workers_come_back() -> None:
    name = str(new_id())
    jobs.start(f"{__name__}.count_once", name=name)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [timezone.now() - timedelta(minutes=5)],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE queue_name = 'test' AND status = 'todo'",
            [worker],
        )

    jobs.rescue_stalled_jobs()
    work()

    assert Counter.objects.get(name=name).value == 1


def test_every_timer_is_registered_under_its_stable_name() -> None:
    names = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}

    assert {"foundation.rescue_stalled_jobs", "operations.tick"} <= names


def test_what_a_job_announces_and_starts_goes_when_its_transaction_goes() -> None:
    name = str(new_id())
    jobs.start("tests.foundation.test_jobs.announce_and_fail", thing_id=str(new_id()), name=name)

    work()

    assert waiting() == 0
    assert not Counter.objects.filter(name=name).exists()
