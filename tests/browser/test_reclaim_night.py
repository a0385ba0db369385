"""A lead that nobody followed up: told twice in the day, taken back at night, in a colleague's hands the next morning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE, local
from tests.factories.customers import make_company
from tests.factories.leads import make_lead, make_tenure
from tiejun.inbox.models import Notice
from tiejun.leads.models import LeadTenure
from tiejun.operations.jobs import hand_out

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Suheng Medical Ltd"


def clock_goes_on(day, clock: str) -> None:
    """Move to a time of the day and let the business clock and its worker do what is due by then."""
    day.at(clock)
    hand_out(timezone.now())
    day.work()


def test_a_lead_that_ran_out_is_handed_to_the_next_colleague_overnight(day):
    started = local("09:00") - timedelta(days=9)
    lead = make_lead(make_company(NAME), now=started, pool=day.pool)
    make_tenure(lead, day.rep, day.tree.group, started_at=started, due_at=local("18:00"))
    clock_goes_on(day, "10:00")
    clock_goes_on(day, "13:06")
    phone = day.window(PHONE, day.rep)

    phone.goto(reverse("inbox:list"))
    phone.get_by_role("button", name=day.say_of("verb", "Open"), exact=True).first.click()
    expect(phone.get_by_role("heading", name=day.say("What would be taken back tonight"))).to_be_visible()
    expect(phone.get_by_role("link", name=NAME)).to_be_visible()
    expect(phone.get_by_text(day.colleague.name)).to_have_count(0)
    desktop = day.window(DESKTOP, day.supervisor)
    desktop.goto(reverse("leads:reclaims"))
    expect(desktop.get_by_text(day.say("Would go to %(name)s:", name=day.colleague.name))).to_be_visible()

    clock_goes_on(day, "26:31")
    day.at("33:00")
    fresh = LeadTenure.objects.get(ended_at=None)
    assert (fresh.person, fresh.start_reason) == (day.colleague, "HANDED_OVER")
    assert set(Notice.objects.filter(code__startswith="leads.reclaimed").values_list("person", "code")) == {
        (day.rep.pk, "leads.reclaimed_from_you"),
        (day.colleague.pk, "leads.reclaimed_to_you"),
    }

    receiver = day.window(PHONE, day.colleague)
    receiver.goto(reverse("inbox:list"))
    receiver.get_by_role("button", name=day.say_of("verb", "Open"), exact=True).first.click()
    expect(receiver.get_by_text(day.say("You hold it now:"))).to_be_visible()
    receiver.get_by_role("link", name=NAME).click()
    expect(receiver.get_by_role("heading", name=NAME).first).to_be_visible()
    phone.goto(reverse("leads:reclaims"))
    expect(phone.get_by_text(day.say("Nothing runs out tonight"))).to_be_visible()
    assert day.complaints == []
