"""RS-24, what a person does with the phone: canvass without a signal, sign out with work unsent, carry a second phone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import HERE
from tests.chromium import wait_until
from tests.reliability.phones import RECORD, Phone, phone
from tiejun.leads.models import Lead
from tiejun.org.models import Building
from tiejun.visits.models import Door, Visit

__all__ = ["phone"]
pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "**/visits/canvass/*/"


def test_doors_knocked_without_a_signal_arrive_once_in_their_order(phone) -> None:
    building = Building.objects.create(
        name="West Lake Tower", district_code="330106", address="Wensan Road 90", latitude=HERE["latitude"],
        longitude=HERE["longitude"],
    )  # fmt: skip
    phone.rep.company.building = building
    phone.rep.company.save(update_fields=["building"])
    page = phone.open()
    phone.sign_in(page)
    phone.context.set_offline(True)
    page.goto("/offline/")
    page.get_by_role("link", name="West Lake Tower").click()
    page.get_by_role("textbox", name="Floor").fill("12")
    page.get_by_role("textbox", name="Door").fill("1203")
    for name, result in (("Qinghe Valves", "Interest"), ("", "No answer"), ("", "Refused")):
        page.locator("label", has_text=result).click()
        page.get_by_role("textbox", name="Company on the sign").fill(name)
        page.get_by_role("textbox", name="Person in charge").fill("Chen" if name else "")
        page.get_by_role("button", name="Save door").click()
    expect(page.locator("[data-door-log] li")).to_have_count(3)
    wait_until(page, "waiting().then((number) => number === 3)")
    # The link loses the first answer: what was written is asked for again under its key.
    lost: list[str] = []

    def lose_once(route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        return route.abort()

    phone.context.route(DOOR, lose_once)
    phone.context.set_offline(False)
    page.goto(reverse("visits:plan"))
    phone.wait_until_sent(page)

    doors = list(Door.objects.order_by("device_sequence").values_list("floor", "door", "result", "company_name"))
    assert doors == [
        (12, "1203", "INTEREST", "Qinghe Valves"),
        (12, "1204", "NO_ANSWER", ""),
        (12, "1205", "REFUSED", ""),
    ]
    assert Lead.objects.filter(company__name="Qinghe Valves", owner=phone.rep.person).exists()
    assert len(lost) == 1


def sign_out(page, path: str) -> None:
    page.goto(path)
    page.locator("main form[data-sign-out] button").click()


def test_signing_out_is_refused_while_work_is_unsent_and_empties_the_phone_afterwards(phone) -> None:
    page = phone.open()
    phone.sign_in(page)
    phone.record(page, 1)
    phone.context.route(RECORD, lambda route: route.abort())
    phone.context.set_offline(False)

    sign_out(page, reverse("home:me"))

    unsent = page.locator("[data-unsent-list] li")
    expect(unsent).to_have_count(1)
    expect(unsent).to_contain_text(phone.rep.company.name)
    page.locator("form[data-sign-out=sure]").get_by_role("button").click()
    assert page.evaluate("waiting()") == 1
    assert page.request.get(reverse("home:me"), max_redirects=0).status == 200
    phone.context.unroute(RECORD)
    page.goto(reverse("visits:plan"))
    phone.wait_until_sent(page)
    sign_out(page, reverse("home:me"))
    page.wait_for_url(f"**{reverse('account_login')}**")
    assert page.evaluate("kept()") == []
    assert phone.arrived() == phone.notes


def test_a_sign_out_that_does_not_ask_the_outbox_is_caught(phone) -> None:
    page = phone.open()
    phone.sign_in(page)
    phone.record(page, 1)
    phone.context.route(RECORD, lambda route: route.abort())
    phone.context.set_offline(False)
    page.goto(reverse("home:me"))

    page.evaluate("document.querySelector('form[data-sign-out]').submit()")
    page.wait_for_url(f"**{reverse('account_login')}**")

    assert page.request.get(reverse("home:me"), max_redirects=0).status == 302
    assert page.evaluate("kept()") != []
    assert phone.arrived() != phone.notes


def test_two_phones_of_one_person_send_the_same_day_and_nothing_is_lost_or_doubled(phone, tmp_path) -> None:
    other = Phone(phone.playwright, phone.address, tmp_path / "other", phone.rep)
    pages = []
    for one in (phone, other):
        page = one.open()
        one.sign_in(page)
        one.record(page, 2)
        pages.append(page)
    phone.context.set_offline(False)
    other.context.set_offline(False)
    for one, page in zip((phone, other), pages, strict=True):
        page.goto(reverse("visits:plan"))
        one.wait_until_sent(page)
    other.context.close()

    devices = Visit.objects.values_list("device_id", flat=True).distinct()
    assert phone.arrived() == sorted([*phone.notes, *other.notes])
    assert devices.count() == 2
    for device in devices:
        row = Visit.objects.filter(device_id=device).order_by("device_sequence")
        assert list(row.values_list("device_sequence", flat=True)) == [1, 2]
