"""An ended session, a double click, the back button: nothing typed is lost and nothing is made twice."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE
from tests.factories.leads import make_held_lead
from tests.factories.org import PASSWORD
from tiejun.customers.models import Company
from tiejun.leads.models import FollowUp
from tiejun.visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "They want a trial of ten seats."


def test_an_expired_session_in_mid_form_loses_nothing(day):
    lead = make_held_lead(day.rep, day.tree.group)
    page = day.window(DESKTOP, day.rep)
    page.goto(reverse("leads:lead", args=[lead.pk]))
    kind, outcome = (page.locator("fieldset").nth(number) for number in (0, 1))
    for tiles in (kind, outcome):
        tiles.locator("label").nth(1).click()
    note = page.get_by_role("textbox", name=day.say("Note"))
    note.fill(NOTE)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    page.get_by_role("button", name=day.say("Record"), exact=True).click()

    asked = page.get_by_role("dialog", name=day.say("Please sign in again"))
    expect(asked).to_be_visible()
    assert FollowUp.objects.count() == 0
    with page.expect_popup() as popup:
        asked.get_by_role("link", name=day.say("Sign in")).click()
    sign_in(day, popup.value)
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(asked).to_be_hidden()
    expect(note).to_have_value(NOTE)
    page.get_by_role("button", name=day.say("Record"), exact=True).click()

    expect(page.get_by_text(NOTE).first).to_be_visible()
    assert list(FollowUp.objects.values_list("note", flat=True)) == [NOTE]
    assert day.complaints == []


def sign_in(day, page):
    page.get_by_label(day.say("User name")).fill(day.logins[day.rep.pk].username)
    page.get_by_label(day.say("Password"), exact=True).fill(PASSWORD)
    page.get_by_role("button", name=day.say("Sign in")).click()
    expect(page.get_by_role("heading", name=day.say("Good morning, %(name)s", name=day.rep.name))).to_be_visible()
    page.close()


def test_a_double_click_and_the_back_button_make_one_record(day):
    page = day.window(DESKTOP, day.rep)
    page.goto(reverse("leads:new"))
    page.get_by_label(day.say("Company")).first.fill("Suheng Medical Ltd")
    page.get_by_role("button", name=day.say("Create"), exact=True).dblclick()
    expect(page.get_by_role("heading", name="Suheng Medical Ltd").first).to_be_visible()

    page.go_back()
    expect(page).to_have_url(page.url)
    page.get_by_label(day.say("Company")).first.fill("Suheng Medical Ltd")
    page.get_by_role("button", name=day.say("Create"), exact=True).click()

    expect(page.get_by_text(day.say("You hold this lead already.")).first).to_be_visible()
    assert Company.objects.filter(name="Suheng Medical Ltd").count() == 1


def test_a_double_tap_on_save_makes_one_visit(day):
    lead = make_held_lead(day.rep, day.tree.group)
    phone = day.window(PHONE, day.rep)
    phone.goto(reverse("visits:record") + f"?company={lead.company_id}")
    phone.get_by_label(day.say("Note"), exact=True).fill(NOTE)

    phone.get_by_role("button", name=day.say("Save")).first.dblclick()

    expect(phone.get_by_role("region", name=day.say("Verdict"))).to_be_visible()
    phone.go_back()
    phone.goto(reverse("visits:list"))
    expect(phone.locator("#visits tbody tr", has_text=lead.company.name)).to_have_count(1)
    assert list(Visit.objects.values_list("note", flat=True)) == [NOTE]
