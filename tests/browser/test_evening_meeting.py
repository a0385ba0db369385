"""The evening meeting in the room: the supervisor's desktop, a representative's phone, and the board on the wall."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE, local
from tests.factories.org import make_person, scope_for
from tiejun.meetings.actions.screens import make_screen
from tiejun.meetings.models import ActionItem, Drill, Meeting, ShareNote
from tiejun.meetings.queries import wall
from tiejun.meetings.rules import Kind

pytestmark = pytest.mark.django_db(transaction=True)
TELEVISION = (1920, 1080)


def test_an_evening_meeting_from_its_agenda_to_its_end(day):
    peer = make_person(name="He Qing", unit=day.tree.group)
    day.at("17:00")
    boss = scope_for(day.supervisor, local("17:00"))
    screen = make_screen(boss, unit_id=day.tree.group.pk, name="Room 3", now=local("17:00"))
    leader, phone = day.window(DESKTOP, day.supervisor), day.window(PHONE, day.rep)

    # It begins, and the phone of who takes part finds it.
    leader.goto(reverse("meetings:list"))
    evening = leader.locator("section", has_text=day.say("Evening meeting"))
    evening.get_by_role("button", name=day.say_of("meeting", "Begin")).click()
    expect(leader.locator("#live")).to_be_visible()
    phone.goto(reverse("meetings:list"))
    phone.get_by_role("link", name=day.say("Go in")).click()
    day.picture(leader, "room")

    # A share from the phone stands in the room; what the leader types meanwhile stays.
    decision = leader.get_by_label(day.say("A decision"))
    decision.fill("We show the sums first")
    phone.get_by_role("textbox", name=day.say_of("share", "Gain")).fill("Asked for the order")
    phone.get_by_role("button", name=day.say_of("verb", "Share")).click()
    expect(phone.locator("#told")).to_contain_text("Asked for the order")
    leader.clock.run_for(9_000)
    expect(leader.locator("#told")).to_contain_text("Asked for the order")
    expect(decision).to_have_value("We show the sums first")

    # The colleague plays, the phone scores, and sees no figure before the round is revealed.
    leader.get_by_label(day.say("Who sells")).select_option(str(day.colleague.pk))
    leader.get_by_label(day.say("Who is the customer")).select_option(str(peer.pk))
    leader.get_by_role("button", name=day.say_of("drill", "Play")).click()
    expect(leader.get_by_role("button", name=day.say("Reveal the scores"))).to_be_visible()
    phone.clock.run_for(9_000)
    score(phone, day, 4)
    expect(phone.locator("#drill table")).to_have_count(0)
    score(leader, day, 3)
    leader.get_by_role("button", name=day.say("Reveal the scores")).click()
    too_few = day.say(
        "%(count)s have scored; at least %(least)s are needed, so that nobody's figure can be told.", count=2, least=3
    )
    expect(leader.get_by_text(too_few)).to_be_visible()
    day.picture(phone, "scored")
    assert Drill.objects.get(state="PLAYING").revealed == 0

    # Decided, agreed, and closed with the reason for what is missing.
    leader.get_by_role("button", name=day.say("Add")).last.click()
    expect(leader.locator("#outcome")).to_contain_text("We show the sums first")
    leader.get_by_label(day.say("An action"), exact=True).fill("Three references")
    leader.get_by_role("button", name=day.say_of("action", "Agree")).click()
    expect(leader.locator("#outcome")).to_contain_text("Three references")
    television = day.window(TELEVISION)
    television.goto(reverse("meetings:wall", args=[screen.pk, wall.mark_of(boss, screen.pk)]))
    expect(television.get_by_text("Asked for the order")).to_be_visible()
    day.picture(television, "wall")
    leader.get_by_label(day.say("Why it is left out")).fill("Half of us at a fair")
    leader.get_by_role("button", name=day.say("Close the meeting")).click()
    expect(leader.get_by_text("Half of us at a fair")).to_be_visible()

    row = Meeting.objects.get(kind=Kind.EVENING)
    assert (row.state, "DRILL" in row.missing) == ("CLOSED", True)
    assert (ShareNote.objects.count(), ActionItem.objects.count()) == (1, 1)


def score(page, day, points):
    for name in ("step1", "step2", "step3", "step4"):
        page.locator(f'#drill input[name="{name}"][value="{points}"]').check(force=True)
    page.get_by_role("button", name=day.say_of("verb", "Score"), exact=True).click()
    expect(page.get_by_role("button", name=day.say("Change my score"))).to_be_visible()
