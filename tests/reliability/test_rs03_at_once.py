"""RS-03: the same write sent several times at once is written once and answered alike; while the first runs, the rest may wait."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections
from django.test import Client

from tests.factories.leads import make_lead, make_source
from tests.reliability.company import make_askers
from tiejun.access.roles import Role
from tiejun.foundation import idempotency
from tiejun.foundation.ids import new_id
from tiejun.leads.models import LeadTenure

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 5
PATIENCE_S = 60


def claim() -> Callable[[], tuple[int, Any, str | None]]:
    """A claim of a lead by a program, with one key: each call sends it again and tells status, body and `Retry-After`."""
    asker = make_askers()[Role.REP]
    make_source()
    path, headers = f"/api/v1/leads/{make_lead().pk}/claim", asker.header | {"Idempotency-Key": str(new_id())}

    def send() -> tuple[int, Any, str | None]:
        answer = Client(raise_request_exception=False).post(
            path, "{}", content_type="application/json", headers=headers
        )
        return answer.status_code, answer.json(), answer.headers.get("Retry-After")

    return send


def closing(call: Callable[[], Any]) -> Any:
    try:
        return call()
    finally:
        connections.close_all()


def at_once(call: Callable[[], Any]) -> list[Any]:
    together = threading.Barrier(AT_ONCE)

    def run(_number: int) -> Any:
        together.wait(PATIENCE_S)
        return closing(call)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_five_at_once_are_written_once_and_answered_alike() -> None:
    send = claim()

    answers = at_once(send)

    assert answers[0][0] < 300
    assert answers == [answers[0]] * AT_ONCE
    assert LeadTenure.objects.count() == 1


def test_a_planted_door_that_forgets_the_key_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    send = claim()
    monkeypatch.setattr(idempotency, "once", lambda _key, _action, body: body())

    answers = at_once(send)

    assert sorted(status for status, _body, _after in answers) == [200, 409, 409, 409, 409]


def test_while_the_first_is_running_a_repeat_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    send, reference = claim(), idempotency._reference
    written, may_end = threading.Event(), threading.Event()

    def slowly(result: Any) -> Any:
        written.set()
        assert may_end.wait(PATIENCE_S)
        return reference(result)

    monkeypatch.setattr(idempotency, "_reference", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(closing, send)
        assert written.wait(PATIENCE_S)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        early = send()
        may_end.set()
        late = first.result(PATIENCE_S)
    connection.close()  # and with it the short patience

    assert (early[0], early[1]["code"], early[2]) == (409, "still_running", "2")
    assert (late, LeadTenure.objects.count()) == (send(), 1)
    assert late[0] == 200
