"""A stranger asks by form; marketing checks; sales claims and calls; the board shows it. In both languages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE
from tests.factories.marketing import make_campaign, make_form
from tests.factories.org import make_login, make_person
from tiejun.access.roles import Role
from tiejun.leads.models import Lead
from tiejun.marketing.models import Handover, InboundRecord

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Harbour Lights Ltd"
PICTURES = os.environ.get("TIEJUN_PICTURES", "")


def test_from_the_form_to_the_board(day):
    desk = make_person(name="Bai Shuyao", role=Role.MARKETING_HEAD, unit=day.tree.company)
    day.logins[desk.pk] = make_login(desk)
    form = make_form(campaign=make_campaign("Spring fair"), title="Talk to us", title_en="Talk to us")
    a_stranger_fills_in_the_form(day, form)
    day.work()
    marketing_checks_and_hands_over(day, desk)
    day.work()
    sales_claims_and_calls(day)
    the_board_shows_it(day, desk)
    assert day.complaints == []


def a_stranger_fills_in_the_form(day, form):
    page = day.window(PHONE)
    page.goto(reverse("marketing:capture", args=[form.code]))
    picture(day, page, "form")
    page.get_by_label(day.say("Company"), exact=True).fill(NAME)
    page.get_by_label(day.say("Your name")).fill("Shen")
    page.get_by_label(day.say("Phone"), exact=True).fill("13800001111")
    page.get_by_label(day.say("Where your company is")).select_option("330106")
    for answer in ("I know what I need", "This month", "Yes, it is set", "I decide"):
        page.get_by_text(day.say(answer), exact=True).click()
    page.get_by_label("We may call you.").check()
    day.at("10:05")
    page.get_by_role("button", name=day.say("Send")).click()
    expect(page.get_by_role("heading", name=day.say("Thank you"))).to_be_visible()
    assert day.contexts[-1].cookies() == []


def marketing_checks_and_hands_over(day, desk):
    page = day.window(DESKTOP, desk)
    page.goto(reverse("marketing:inbound"))
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    picture(day, page, "desk")
    page.goto(reverse("marketing:record", args=[InboundRecord.objects.get().pk]))
    picture(day, page, "record")
    page.get_by_role("button", name=day.say("Hand over to sales")).first.click()
    expect(page.get_by_text(day.say("Handed over to sales."))).to_be_visible()


def sales_claims_and_calls(day):
    page = day.window(PHONE, day.rep)
    page.goto(reverse("leads:lead", args=[Lead.objects.get().pk]))
    expect(page.get_by_text(day.say("First contact by")).first).to_be_visible()
    page.get_by_role("button", name=day.say("Claim")).first.click()
    expect(page.get_by_role("button", name=day.say("Record"), exact=True)).to_be_visible()
    picture(day, page, "lead")
    day.at("10:30")
    page.get_by_role("button", name=day.say("Record"), exact=True).click()
    expect(page.locator("#toasts")).to_contain_text(day.say("Recorded: %(days)s more working days.", days=7))
    assert Handover.objects.get().stage == "CONTACTED"


def the_board_shows_it(day, desk):
    page = day.window(DESKTOP, desk)
    page.goto(reverse("marketing:board"))
    column = page.get_by_role("region", name=day.say_of("hand-over board", "Contacted"))
    expect(column.get_by_role("link", name=NAME)).to_be_visible()
    picture(day, page, "board")
    page.goto(reverse("marketing:campaigns"))
    picture(day, page, "campaigns")
    phone = day.window(PHONE, desk)
    phone.goto(reverse("marketing:board") + "?column=CONTACTED")
    expect(phone.get_by_role("link", name=NAME)).to_be_visible()
    picture(day, phone, "board-phone")


def picture(day, page, name):
    """Keep a picture for the eye where a folder is named."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{day.locale}.png", full_page=True)
