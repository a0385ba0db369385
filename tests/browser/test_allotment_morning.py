"""The night fills the list; in the morning it says why, in the reader's words, and one tap keeps a lead."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE, local
from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead
from tiejun.leads.models import LeadTenure
from tiejun.operations.jobs import hand_out

pytestmark = pytest.mark.django_db(transaction=True)
NAME, ANCHOR = "Suheng Medical Ltd", "Golden Tea Ltd"


def test_the_list_of_the_morning_says_why_and_one_tap_keeps_a_lead(day):
    now = local("09:00")
    anchor = make_company(ANCHOR, longitude=120.1551, latitude=30.2741, closing_class="A", district_code="330106")
    make_held_lead(day.rep, day.tree.group, company=anchor, now=now, pool=day.pool)
    near = make_company(NAME, longitude=120.16, latitude=30.2741, district_code="330106", industry="Retail")
    lead = make_lead(near, now=now, pool=day.pool, intent="HIGH")
    day.at("10:00")
    hand_out(timezone.now())
    day.work()
    day.at("27:01")
    hand_out(timezone.now())
    day.work()
    tenure = LeadTenure.objects.get(lead=lead)
    assert (tenure.kind, tenure.start_reason, tenure.person) == ("ALLOTTED", "ALLOTTED", day.rep)

    day.at("33:00")
    phone = day.window(PHONE, day.rep)
    phone.goto(reverse("home:today"))
    phone.get_by_role("link", name=day.say("Today's allotment")).filter(visible=True).first.click()
    expect(phone.get_by_role("heading", name=NAME)).to_be_visible()
    expect(
        phone.get_by_text(day.say("%(minutes)s min from your A-class customer %(name)s", minutes=1, name=ANCHOR))
    ).to_be_visible()
    for words in ("high intent", "never contacted"):
        expect(phone.get_by_text(day.say(words), exact=True)).to_be_visible()
    phone.get_by_role("button", name=day.say("Move to private")).click()
    phone.wait_for_url(f"**{reverse('leads:lead', args=[lead.pk])}")
    assert LeadTenure.objects.get(lead=lead, ended_at=None).kind == "PRIVATE"
    phone.goto(reverse("leads:allotment"))
    expect(phone.get_by_text(day.say("No lead on the list"))).to_be_visible()

    desktop = day.window(DESKTOP, day.supervisor)
    desktop.goto(reverse("operations:allotment"))
    expect(desktop.get_by_role("link", name=day.rep.name)).to_be_visible()
    expect(desktop.get_by_text(day.say("Evenness (Gini)")).first).to_be_visible()
    assert day.complaints == []
