"""An accompanied visit from its plan to the proof: planned, sealed, begun, a point watched twice, and checked until it is used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE, local
from tests.factories.leads import make_held_lead
from tests.factories.visits import DAY, Field, make_visit
from tiejun.coaching.models import ApplicationCheck, CoachingPlan, ImprovementPoint

pytestmark = pytest.mark.django_db(transaction=True)
POINT, WHY = "先问一个开放问题", "客户先说，我们才知道讲哪一段"
TOMORROW = DAY + timedelta(days=1)


def feedback(page, day, company, words):
    page.locator("select[name=company]").select_option(str(company.pk))
    page.get_by_label(day.say("First: what was good")).fill("先听后说")
    for context, text in zip(("rating of a point", "coaching phase"), words, strict=True):
        page.get_by_text(day.say_of(context, text), exact=True).click()
    page.get_by_role("button", name=day.say("Keep the feedback")).click()
    expect(page.get_by_label(day.say("First: what was good"))).to_have_value("")


@pytest.mark.parametrize("day", ["zh-CN"], indirect=True)
def test_a_point_is_planned_in_secret_watched_and_found_in_use(day):
    companies = [make_held_lead(day.rep, day.tree.group, now=local("08:00")).company for _number in range(2)]
    field = Field(day.tree.group, day.rep, day.supervisor, companies[0], day.colleague)

    # The evening before: whom, what for, which point. It is sealed.
    day.at("17:40")
    page = day.window(DESKTOP, day.supervisor)
    page.goto(f"{reverse('coaching:edit', args=[day.rep.pk])}?day={TOMORROW}")
    page.locator("input[name=title]").first.fill(POINT)
    page.locator("textarea[name=why]").first.fill(WHY)
    page.get_by_label(day.say("Strengths")).fill("敢开口")
    page.get_by_label(day.say("Suspected weaknesses")).fill("讲得太快")
    page.get_by_role("button", name=day.say("Plan and seal")).click()
    sealed = "Sealed: %(name)s sees nothing of it before it begins, on no page and in no notice."
    expect(page.get_by_text(day.say(sealed, name="Lin Xiao"))).to_be_visible()
    plan = CoachingPlan.objects.get()
    hers = day.window(PHONE, day.rep)
    hers.goto(reverse("coaching:mine"))
    expect(hers.get_by_text(day.say("No open point"))).to_be_visible()
    assert hers.goto(reverse("coaching:plan", args=[plan.pk])).status == 404

    # The next morning, at the customer's: now she knows.
    day.at("33:30")
    page = day.window(PHONE, day.supervisor)
    page.goto(reverse("coaching:plan", args=[plan.pk]))
    page.get_by_role("button", name=day.say("We are together: begin")).click()
    page.wait_for_url(f"**{reverse('coaching:feedback', args=[plan.pk])}")
    hers = day.window(PHONE, day.rep)
    hers.goto(reverse("coaching:mine"))
    expect(hers.get_by_text(POINT).first).to_be_visible()

    # After each of two visits: the good word first, then how the point was seen.
    seen = (("Tried", "I do, you watch"), ("Done", "You do, I watch"))
    for hour, company, words in zip((34, 35), companies, seen, strict=True):
        day.at(f"{hour}:10")
        make_visit(field, company=company, at=local(f"{hour}:00"))
        page.goto(reverse("coaching:feedback", args=[plan.pk]))
        feedback(page, day, company, words)
    day.picture(page, "feedback")
    day.at("42:00")
    page.goto(reverse("coaching:summary", args=[plan.pk]))
    page.get_by_role("button", name=day.say("Send to %(name)s", name="Lin Xiao")).click()
    expect(page.get_by_text(day.say("Summary of the day")).first).to_be_visible()
    assert ImprovementPoint.objects.get().state == "PRACTISING"

    # On the next working day it is asked for, and was used; what it came to stands on her page.
    day.at("58:00")
    make_visit(field, company=companies[0], at=local("57:00"))
    day.at("66:00")
    page = day.window(DESKTOP, day.supervisor)
    page.goto(reverse("coaching:checks"))
    page.get_by_role("button", name=day.say_of("application check", "Used"), exact=True).click()
    expect(page.get_by_text(day.say("Answered today"))).to_be_visible()
    hers = day.window(PHONE, day.rep)
    hers.goto(reverse("coaching:mine"))
    expect(hers.get_by_text(day.say("used at %(used)s of %(checked)s checks", used=1, checked=1)).first).to_be_visible()
    assert ApplicationCheck.objects.filter(state="USED").count() == 1
    assert day.complaints == []
