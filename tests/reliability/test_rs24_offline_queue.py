"""RS-24: what was recorded without a signal arrives, once, whatever befalls the phone: kills of the browser, a link that loses
requests and answers, a clock that is days off. Two planted faults are caught. `TIEJUN_LONG=1` records 100 visits.
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from tests.browser.day import local
from tests.reliability.phones import RECORD, SEED, phone
from tiejun.visits.models import Visit

__all__ = ["phone"]
pytestmark = pytest.mark.django_db(transaction=True)
VISITS, KILLS = (100, 5) if os.environ.get("TIEJUN_LONG") else (30, 5)


def lossy(chance: random.Random, share: float = 0.25) -> Any:
    """A link that loses requests on their way, and as often answers on their way back."""

    def handle(route: Any) -> None:
        # The browser may be killed while its request is on the way.
        with suppress(Error):
            lose(route, chance.random())

    def lose(route: Any, fate: float) -> None:
        if fate < share:
            return route.abort()
        if fate < 2 * share:
            route.fetch()
            return route.abort()
        return route.continue_()

    return handle


def test_visits_of_a_day_without_signal_arrive_once_through_kills_and_a_lossy_link(phone) -> None:
    chance = random.Random(SEED)
    page = phone.open()
    phone.sign_in(page)
    for turn in range(KILLS):
        phone.record(page, VISITS // KILLS)
        phone.context.route(RECORD, lossy(chance))
        phone.context.set_offline(False)
        page.wait_for_timeout(chance.randint(50, 900))
        phone.kill()
        page = phone.open()
        if turn < KILLS - 1:
            page.goto("/offline/")
    page.goto(reverse("visits:plan"))
    phone.wait_until_sent(page)

    assert phone.arrived() == sorted(phone.notes), SEED
    assert len(phone.notes) == VISITS
    sequences = list(Visit.objects.order_by("device_sequence").values_list("device_sequence", flat=True))
    assert sequences == list(range(1, VISITS + 1)), SEED


def test_a_phone_whose_token_is_of_an_earlier_session_sends_all_the_same(phone) -> None:
    page = phone.open()
    phone.sign_in(page)
    phone.record(page, 2)
    phone.lose_token()
    phone.context.set_offline(False)
    phone.wait_until_sent(page)

    assert phone.arrived() == sorted(phone.notes)


@pytest.mark.parametrize("days", [-3, 3])
def test_a_phone_whose_clock_is_days_off_records_on_the_right_day(phone, days) -> None:
    page = phone.open()
    phone.sign_in(page)
    phone.context.close()
    phone.offset_days = days
    page = phone.open()
    page.goto(reverse("visits:record") + f"?company={phone.rep.company.pk}")
    page.get_by_label("Note", exact=True).fill("clock")
    page.get_by_role("button", name="Save visit").click()
    page.wait_for_url("**/visits/*-*/")

    visit = Visit.objects.get()
    assert visit.business_day == local("10:00").date()
    assert "CLOCK_SKEW" in visit.flags


def test_a_phone_that_makes_a_new_key_for_each_try_is_caught(phone) -> None:
    tries: list[str] = []

    def keyless(route: Any) -> None:
        body = {name: values[0] for name, values in parse_qs(route.request.post_data).items()}
        key = str(uuid4())
        headers = {**route.request.headers, "idempotency-key": key}
        route.fetch(post_data=urlencode(body | {"client_key": key}), headers=headers)
        tries.append(key)
        if len(tries) < 3:
            return route.abort()
        return route.continue_()

    page = phone.open()
    phone.sign_in(page)
    phone.record(page, 1)
    phone.context.route(RECORD, keyless)
    phone.context.set_offline(False)
    page.goto(reverse("visits:plan"))
    phone.wait_until_sent(page)

    assert phone.arrived() != phone.notes


def test_a_server_that_says_yes_and_keeps_nothing_is_caught(phone) -> None:
    page = phone.open()
    phone.sign_in(page)
    phone.record(page, 1)
    phone.context.route(RECORD, lambda route: route.fulfill(status=200, body="{}"))
    phone.context.set_offline(False)
    page.goto(reverse("visits:plan"))
    phone.wait_until_sent(page)

    assert phone.arrived() != phone.notes
