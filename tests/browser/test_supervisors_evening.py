"""The supervisor's evening, from half past five to the closed report: the queue, two people, one carried over, the day closed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, local
from tests.factories.forecast import clock_scope, make_hot
from tests.factories.visits import DAY
from tiejun.forecast.actions import daily, reviews
from tiejun.forecast.models import DailyForecast, DailyReport, ForecastReview

pytestmark = pytest.mark.django_db(transaction=True)


def open_the_evening(day):
    """What the clock does at twenty past five: tomorrow is drafted, who must be talked to is computed."""
    field = SimpleNamespace(person=day.rep, unit=day.tree.group)
    make_hot(field)
    make_hot(field, day.colleague)
    clock, unit_id = clock_scope(day.tree.group), day.tree.group.pk
    now = local("17:20")
    daily.draft_days(clock, unit_id=unit_id, day=DAY.replace(day=DAY.day + 1), now=now)
    reviews.compute_evening(clock, unit_id=unit_id, day=DAY, due_at=local("18:25"), now=now)


def test_the_evening_is_worked_through_and_closed(day):
    open_the_evening(day)
    day.at("17:30")
    page = day.window(DESKTOP, day.supervisor)
    page.goto(reverse("forecast:evening"))
    loads = []
    page.on("load", lambda _page: loads.append(page.url))

    # The report cannot be closed yet, and says why before anybody tries.
    report = page.get_by_role("link", name=day.say("Daily report"), exact=True)
    page.goto(report.get_attribute("href"))
    expect(page.get_by_role("button", name=day.say("Close the report"))).to_have_attribute("aria-disabled", "true")
    page.goto(reverse("forecast:evening"))
    loads.clear()

    # The first person: without the itinerary nothing is kept and nothing is lost.
    sheet = page.locator("#review")
    first = sheet.get_by_role("heading", level=2).inner_text()
    page.keyboard.press("e")
    expect(sheet.get_by_label(day.say("Itinerary"), exact=True)).to_be_focused()
    page.keyboard.type("West lake, two key customers")
    page.keyboard.press("Escape")
    expect(sheet.get_by_label(day.say("Itinerary"), exact=True)).not_to_be_focused()
    sheet.get_by_label(day.say("What was found")).fill("The demo was too long")
    sheet.get_by_text(day.say("Yes"), exact=True).click()
    sheet.get_by_role("button", name=day.say("Reviewed, next")).click()
    expect(
        page.get_by_text(day.say("Ask for tomorrow's itinerary first, in the words that everybody is asked in."))
    ).to_be_visible()
    expect(sheet.get_by_label(day.say("What was found"))).to_have_value("The demo was too long")
    sheet.get_by_label(day.say("Itinerary confirmed")).check()
    sheet.get_by_role("button", name=day.say("Reviewed, next")).click()

    # The next one stands there without a page load; she is still at a customer's, and waits for tomorrow.
    expect(sheet.get_by_role("heading", level=2)).not_to_have_text(first)
    day.picture(page, "next-person")
    sheet.get_by_role("button", name=day.say("Carry over")).click()
    page.get_by_label(day.say("Why not tonight")).fill("Still with a customer")
    page.get_by_role("dialog").get_by_role("button", name=day.say("Carry over")).click()
    expect(page.locator("#queue").get_by_text(day.say_of("review", "Carried over"))).to_be_visible()
    assert loads == []

    page.get_by_role("link", name=day.say("Daily report"), exact=True).click()
    expect(page.get_by_text("The demo was too long")).to_be_visible()
    page.get_by_label(day.say("Note")).fill("A quiet day")
    page.get_by_role("button", name=day.say("Close the report")).click()
    expect(page.get_by_text("A quiet day")).to_be_visible()

    assert DailyReport.objects.get().state == DailyReport.State.CLOSED
    assert sorted(ForecastReview.objects.values_list("state", flat=True)) == ["CARRIED", "DONE"]
    assert sorted(DailyForecast.objects.values_list("state", flat=True)) == ["DRAFT", "REVIEWED"]
    assert day.complaints == []
