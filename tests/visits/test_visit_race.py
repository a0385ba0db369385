from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from tests.factories.org import NOW
from tests.factories.visits import ADVANCED, make_field
from tiejun.foundation.refusals import Refused
from tiejun.visits.actions.field import check_in
from tiejun.visits.actions.recording import record_visit
from tiejun.visits.models import Visit
from tiejun.visits.rules.vocabulary import CheckInInput, Refusal, VisitInput

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(tasks: list[Callable[[], object]]) -> list[object]:
    """Run tasks in threads that start together; a refusal is its result."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return task()
        except Refused as refused:
            return refused.refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_two_phones_start_one_visit() -> None:
    rep = make_field()
    other = rep.held_company()

    results = at_once(
        [
            lambda company=company: check_in(rep.scope, facts=CheckInInput(uuid4(), company_id=company.pk), now=NOW)
            for company in (rep.company, other) * 4
        ]
    )

    assert results.count(Refusal.VISIT_IN_PROGRESS) == 7
    assert Visit.objects.filter(state="STARTED").count() == 1


def test_one_record_sent_five_times_at_once_is_one_visit() -> None:
    rep = make_field()
    record = VisitInput(uuid4(), company_id=rep.company.pk, facts=ADVANCED)

    results = at_once([lambda: record_visit(rep.scope, facts=record, now=NOW)] * 5)

    assert len({visit.pk for visit in results}) == Visit.objects.count() == 1  # type: ignore[attr-defined]


def test_a_company_is_won_once_however_many_records_come_at_once() -> None:
    rep = make_field()

    at_once(
        [
            lambda: record_visit(
                rep.scope, facts=VisitInput(uuid4(), company_id=rep.company.pk, facts=ADVANCED), now=NOW
            )
            for _ in range(4)
        ]
    )

    assert Visit.objects.count() == 4
    assert Visit.objects.filter(new_effective_customer=True).count() == 1
