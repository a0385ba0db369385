"""A full private pool: from the pool's refusal to the swap, and a request for more days to its decision."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE
from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import NOW
from tests.leads.test_swapping import allow
from tiejun.leads.models import ExtensionRequest, Lead, Swap

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_at_the_cap_one_goes_in_for_one_that_goes_back(day, size):
    for key in ("lead.private_cap_new", "lead.private_cap", "lead.private_cap_senior"):
        allow(key, 2)
    cheap = make_held_lead(day.rep, day.tree.group, company=make_company("Riverside Foods Ltd"), intent="LOW", now=NOW)
    make_held_lead(day.rep, day.tree.group, company=make_company("Northgate Tools Ltd"), intent="HIGH", now=NOW)
    wanted = make_lead(make_company("Cloudberry Instruments Ltd"), pool=day.pool)
    page = day.window(size, day.rep)

    page.goto(reverse("leads:pool"))
    page.get_by_role("link", name=day.say("Swap instead")).first.click()

    expect(page.get_by_text("Cloudberry Instruments Ltd").first).to_be_visible()
    first = page.get_by_role("radio").first
    expect(first).to_be_checked()
    assert first.get_attribute("value") == str(cheap.pk)
    page.get_by_role("button", name=day.say("Swap"), exact=True).click()

    expect(page.get_by_role("heading", name="Cloudberry Instruments Ltd", level=1)).to_be_visible()
    page.wait_for_url(f"**{reverse('leads:lead', args=[wanted.pk])}")
    assert Swap.objects.count() == 1
    assert Lead.objects.get(pk=cheap.pk).status == "POOLED"
    assert Lead.objects.get(pk=wanted.pk).owner_id == day.rep.pk
    assert day.complaints == []


def test_more_days_are_asked_and_granted(day):
    lead = make_held_lead(day.rep, day.tree.group, company=make_company("Riverside Foods Ltd"), now=NOW)
    page = day.window(PHONE, day.rep)
    page.goto(reverse("leads:lead", args=[lead.pk]))
    day.follow(page.get_by_role("link", name=day.say("Ask for more days")))
    page.get_by_role("textbox", name=day.say("What will happen by then")).fill("Their buyer is back on Monday")
    page.get_by_role("button", name=day.say("Ask"), exact=True).click()
    expect(page.get_by_text("Their buyer is back on Monday")).to_be_visible()

    desk = day.window(DESKTOP, day.supervisor)
    desk.goto(reverse("leads:extensions"))
    desk.get_by_role("button", name=day.say("Grant"), exact=True).click()

    expect(desk.get_by_text(day.say_of("extension", "Granted")).first).to_be_visible()
    assert ExtensionRequest.objects.get().status == "GRANTED"
    assert day.complaints == []
