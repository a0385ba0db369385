"""Pages without an account: how often one network address may ask for them, whoever counts at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import RequestFactory

from tiejun.foundation import jobs
from tiejun.foundation.models import StrangerHour
from tiejun.foundation.strangers import asks_too_often, by_link

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 11, 2, 50, tzinfo=UTC)
PAGE, LIMIT = "pipeline.survey_per_hour", 30
AT_ONCE, EACH = 4, 10


def asking(*, now: datetime = NOW, address: str = "203.0.113.7") -> TiejunRequest:
    request = RequestFactory().get("/", {"lang": "en"}, REMOTE_ADDR=address)
    request.now = now  # type: ignore[attr-defined]
    return cast("TiejunRequest", request)


def test_an_address_asks_for_a_page_so_often_an_hour_however_many_ask_at_once() -> None:
    together = threading.Barrier(AT_ONCE)

    def ask(_number: int) -> list[bool]:
        together.wait(60)
        try:
            return [asks_too_often(asking(), PAGE) for _ in range(EACH)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [answer for mine in pool.map(ask, range(AT_ONCE)) for answer in mine]

    assert (answers.count(False), answers.count(True)) == (LIMIT, AT_ONCE * EACH - LIMIT)
    count = StrangerHour.objects.get()
    assert (count.page, count.used, b"203.0.113.7" in bytes(count.address)) == (PAGE, 40, False)
    later = NOW + timedelta(minutes=10)
    others = [(asking(), "success.survey_per_hour"), (asking(now=later), PAGE), (asking(address="203.0.113.8"), PAGE)]
    assert not any(asks_too_often(request, page) for request, page in others)


def test_who_asks_too_often_is_told_when_to_come_back_and_the_page_is_not_even_made() -> None:
    made: list[str] = []

    @by_link(PAGE)
    def page(_request: TiejunRequest) -> HttpResponse:
        made.append("page")
        return HttpResponse("made")

    answers = [page(asking()) for _ in range(LIMIT + 1)]

    assert ([answer.status_code for answer in answers], len(made)) == ([200] * LIMIT + [429], LIMIT)
    assert (answers[-1]["Retry-After"], answers[-1]["Cache-Control"]) == ("600", "no-store")
    assert "Please try again in an hour." in answers[-1].content.decode()


def test_counts_are_forgotten_by_night_but_for_the_last_day(time_machine) -> None:
    for hours in (0, 24, 25, 400):
        asks_too_often(asking(now=NOW - timedelta(hours=hours)), PAGE)
    time_machine.move_to(NOW, tick=False)

    jobs.forget_strangers()

    assert StrangerHour.objects.count() == 2
