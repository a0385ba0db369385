"""One working day from the morning's file to the evening's lock, as six people see it, in both languages."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE
from tests.factories.org import PASSWORD
from tiejun.customers.models import Company
from tiejun.operations.jobs import tick

pytestmark = pytest.mark.django_db(transaction=True)

FILE = Path(__file__).with_name("companies.csv")
ROWS = list(csv.DictReader(FILE.read_text().splitlines()))
NAMES = [next(iter(row.values())) for row in ROWS]
FIRST, SECOND, THIRD = NAMES[:3]
MOST_TAPS = 8  # of a normal visit, the check-in and a person seen for the first time included


def test_the_day(day):
    tick()  # the clock learns of the units, as on every morning
    the_morning_file_becomes_leads(day)
    phone = the_representative_signs_in(day)
    leads_are_claimed_and_one_of_them_once_only(day, phone)
    the_plan_is_proposed_and_submitted(day, phone)
    a_visit_is_checked_in_recorded_and_judged(day, phone)
    the_customer_confirms_on_a_phone_of_their_own(day, phone)
    a_visit_without_a_connection_arrives_once(day, phone)
    the_customer_is_classed_and_signs(day, phone)
    finance_records_the_money(day)
    the_supervisor_sees_it_all(day)
    the_evening_locks_and_the_morning_amends(day, phone)
    the_manager_sees_the_nine_links(day)
    assert day.complaints == []


# -- the file ----------------------------------------------------------------------------------------------------------
def the_morning_file_becomes_leads(day):
    page = day.window(DESKTOP, day.operations)
    page.goto(reverse("exchange:imports"))
    page.get_by_role("link", name=day.say("Import a file")).first.click()
    expect(page.locator(".t-nav [aria-current=page]")).to_be_in_viewport(ratio=1)  # however long the navigation is
    page.get_by_label(day.say("File"), exact=True).set_input_files(FILE)
    page.get_by_role(
        "button", name=day.say("Upload")
    ).click()  # without a pool: told before the file is sent, which would be lost
    assert page.get_by_label(day.say("Into the pool")).evaluate("pool => pool.validationMessage") == day.say(
        "Choose a pool, or a campaign whose records marketing checks first."
    )
    page.get_by_label(day.say("Into the pool")).select_option(label=day.pool.name)
    page.get_by_role("button", name=day.say("Upload")).click()
    expect(page.get_by_text(day.say("The file is being read. This takes a few seconds."))).to_be_visible()

    day.work()
    headers = list(ROWS[0])
    # The page that waits for the reading asks by itself; the columns are recognised, and confirmed by a person.
    expect(page.get_by_label(headers[0], exact=True)).to_have_value("name")
    expect(page.get_by_label(headers[3], exact=True)).to_have_value("mobile")
    page.get_by_role("button", name=day.say("Import %(total)s rows", total=len(ROWS))).click()
    expect(page.get_by_text(day.say("%(done)s of %(total)s rows", done=0, total=len(ROWS)))).to_be_visible()

    day.work()
    expect(page.get_by_text(day.say("Rows that did not come in")).first).to_be_visible()  # the page asks by itself
    expect(page.locator("#import-badge")).not_to_have_text(day.say("Running"))
    said = page.locator("#import-state li")
    expect(said).to_have_count(2)
    expect(said.nth(0)).to_contain_text(day.say("The company name is missing"))
    expect(said.nth(0)).to_contain_text(day.say("Row %(row)s", row=9))
    expect(said.nth(1)).to_contain_text(day.say("The phone number is not valid"))
    with page.expect_download() as download:
        page.get_by_role("link", name=day.say("Download for mending")).click()
    mended = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert [row[headers[4]] for row in mended] == [row[headers[4]] for row in ROWS[-2:]]
    assert [row[headers[5]] for row in mended] == [row[headers[5]] for row in ROWS[-2:]]

    page.goto(reverse("exchange:imports"))
    with page.expect_download() as list_as_file:
        page.locator("[data-take=csv]").click()
    moment = page.locator("[data-rows] time").first.get_attribute("title")
    assert moment in list_as_file.value.path().read_text("utf-8-sig")  # in the reader's time zone, as on the page


# -- leads and plan ----------------------------------------------------------------------------------------------------
def the_representative_signs_in(day):
    page = day.window(PHONE)
    page.goto("/")
    page.get_by_label(day.say("User name")).fill(day.logins[day.rep.pk].username)
    page.get_by_label(day.say("Password"), exact=True).fill(PASSWORD)
    page.get_by_role("button", name=day.say("Sign in")).click()
    expect(page.get_by_text(day.say("Good morning, %(name)s", name=day.rep.name)).first).to_be_visible()
    day.picture(page, "today")
    return page


def leads_are_claimed_and_one_of_them_once_only(day, phone):
    other = day.window(PHONE, day.colleague)
    for page in (phone, other):
        page.goto(reverse("leads:pool"))
        expect(card(page, FIRST)).to_be_visible()
    for name in (FIRST, SECOND, THIRD):
        lead = card(phone, name)
        lead.get_by_role("button", name=day.say("Claim")).click()
        expect(card(phone, name).get_by_text(day.say("Yours"))).to_be_visible()
    day.picture(phone, "pool")

    card(other, FIRST).get_by_role("button", name=day.say("Claim")).click()
    expect(other.locator("#toasts")).to_contain_text(day.say("A colleague has just taken it."))


def card(page, name):
    return page.locator("#pool-list tr", has_text=name)


def the_plan_is_proposed_and_submitted(day, phone):
    phone.goto(reverse("visits:plan"))
    phone.get_by_role("button", name=day.say("Propose a plan")).click()
    for name in (FIRST, SECOND, THIRD):
        expect(phone.locator("[data-stop]", has_text=name)).to_be_visible()
    phone.get_by_role("button", name=day.say("Submit plan")).click()
    expect(phone.locator("#plan .t-badge", has_text=day.say("Submitted")).first).to_be_visible()
    day.picture(phone, "plan")
    expect(phone.get_by_role("button", name=day.say("Submit plan"))).to_have_count(0)


# -- visits ------------------------------------------------------------------------------------------------------------
def a_visit_is_checked_in_recorded_and_judged(day, phone):
    phone.get_by_role("button", name=day.say("I agree")).click()
    Company.objects.filter(name=FIRST).update(building=day.building)
    phone.evaluate("sessionStorage.setItem('taps', 0)")
    stop = phone.locator("[data-stop]", has_text=FIRST)
    stop.get_by_role("button", name=day.say("Check in")).click()
    expect(phone.get_by_role("heading", name=FIRST)).to_be_visible()

    tell_what_happened(day, phone, ROWS[0], note="They want a trial of ten seats.")
    day.picture(phone, "record")
    phone.get_by_role("button", name=day.say("Save visit")).click()

    verdict = phone.get_by_role("region", name=day.say("Verdict"))
    expect(verdict).to_be_visible()
    day.picture(phone, "verdict")
    assert int(phone.evaluate("sessionStorage.getItem('taps')")) <= MOST_TAPS
    expect(verdict).to_contain_text(day.say("Effective visit"))
    expect(verdict.get_by_text(day.say("Yes"), exact=True).first).to_be_visible()
    for reason in ("Owner or senior person met", "Next step agreed", "There is evidence"):
        words = "The opportunity moved forward" if reason == "Next step agreed" else reason
        expect(verdict).to_contain_text(day.say(words))


def tell_what_happened(day, phone, row, *, note):
    """Whom, what and next, tile by tile."""
    contact = list(row.values())[1]
    phone.locator("label", has_text=contact).first.click()
    chips = phone.locator("li", has_text=contact)
    chips.locator("label", has_text=day.say("Decision maker")).click()
    chips.locator("label", has_text=day.say("Owner or senior")).click()
    phone.locator("label", has_text=day.say("Service explained")).click()
    tiles(phone, day.say("What moved")).locator("label", has_text=day.say("Next step agreed")).click()
    when = phone.get_by_role("group", name=day.say("When"))
    when.locator("label").first.click()
    phone.get_by_label(day.say("Next step"), exact=True).fill("Bring the offer")
    phone.get_by_label(day.say("Note"), exact=True).fill(note)


def tiles(page, legend):
    return page.locator("fieldset").filter(has=page.locator("legend", has_text=legend))


def the_customer_confirms_on_a_phone_of_their_own(day, phone):
    phone.get_by_role("button", name=day.say("Let the customer confirm")).click()
    link = phone.get_by_label(day.say("Link"), exact=True).input_value()
    phone.locator("#confirmation").scroll_into_view_if_needed()
    day.picture(phone, "code")
    theirs = day.window(PHONE)
    theirs.goto(link)
    expect(theirs.get_by_text(day.rep.name)).to_be_visible()
    day.picture(theirs, "confirmation")
    # The page begins in the phone's language and offers the other one: there and back.
    starts_in_english = theirs.get_by_role("heading", name="Did this visit take place?").is_visible()
    for is_english in (not starts_in_english, starts_in_english):
        theirs.get_by_role("link", name="English" if is_english else "中文").click()
        expect(theirs.get_by_role("heading", name="Did this visit take place?")).to_have_count(int(is_english))
    theirs.locator("button[value=YES]").click()
    expect(theirs.locator("button[value=YES]")).to_have_count(0)

    phone.reload()
    expect(phone.get_by_text(day.say("The customer confirmed")).first).to_be_visible()


def a_visit_without_a_connection_arrives_once(day, phone):
    phone.goto(reverse("visits:plan"))
    phone.locator("[data-stop]", has_text=SECOND).get_by_role("button", name=day.say("Check in")).click()
    # The plan names the company too: only the form's own button says that the form is here.
    expect(phone.get_by_role("button", name=day.say("Save visit"))).to_be_visible()
    expect(phone.get_by_role("heading", name=SECOND)).to_be_visible()
    phone.context.set_offline(True)
    tell_what_happened(day, phone, ROWS[1], note="No network in the workshop.")
    phone.get_by_role("button", name=day.say("Save visit")).click()
    expect(phone.locator("#toasts")).to_contain_text(
        day.say("Kept on this phone. It is sent as soon as there is a connection.")
    )
    day.picture(phone, "offline")

    with phone.expect_response(lambda answer: answer.url.endswith(reverse("visits:record"))) as arrived:
        phone.context.set_offline(False)
    assert arrived.value.status == 201
    phone.goto(reverse("visits:list"))
    for name in (FIRST, SECOND):
        expect(phone.locator("#visits tbody tr", has_text=name)).to_have_count(1)
    day.picture(phone, "sent")


# -- money -------------------------------------------------------------------------------------------------------------
def the_customer_is_classed_and_signs(day, phone):
    phone.goto(reverse("customers:list"))
    phone.get_by_role("link", name=FIRST).locator("visible=true").first.click()
    day.follow(phone.get_by_role("link", name=day.say("Set class")))
    dialog = phone.get_by_role("dialog")
    dialog.locator("label", has_text=re.compile("^A ")).click()
    dialog.get_by_label(day.say("Amount to be signed")).fill("36000")
    dialog.get_by_role("button", name=day.say("Set class")).click()
    expect(phone.get_by_role("img", name=day.say("Class %(value)s", value="A")).first).to_be_visible()
    day.picture(phone, "customer")

    day.follow(phone.get_by_role("link", name=day.say("New opportunity")))
    dialog.get_by_label(day.say("Amount")).fill("36000")
    dialog.get_by_role("button", name=day.say("Open opportunity")).click()
    phone.get_by_role("button", name=day.say("Draft order")).click()
    phone.get_by_label(day.say("Quantity")).fill("36")
    phone.get_by_label(day.say("Terms")).fill("Half now, half in April.")
    phone.get_by_role("button", name=day.say("Save"), exact=True).click()
    expect(phone.locator("#toasts")).to_contain_text(day.say("Saved."))
    expect(phone.locator("#totals")).to_contain_text("36,000")
    day.follow(phone.get_by_role("link", name=day.say("Sign order")))
    dialog.get_by_role("button", name=day.say("Sign order")).click()
    expect(phone.locator("h1 ~ p .t-badge", has_text=day.say_of("stage", "Signed"))).to_be_visible()


def finance_records_the_money(day):
    page = day.window(DESKTOP, day.finance)
    page.goto(reverse("pipeline:collections"))
    row = page.locator("li", has_text=FIRST)
    day.follow(row.get_by_role("link", name=day.say("Receipt"), exact=True))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label(day.say("Amount"), exact=True)).to_have_value(re.compile("^36,?000"))
    dialog.get_by_label(day.say("Amount"), exact=True).fill("20000")
    dialog.get_by_label(day.say("Reference")).fill("BK-2026-0311")
    dialog.get_by_role("button", name=day.say("Record"), exact=True).click()
    expect(page.get_by_text("20,000").first).to_be_visible()
    expect(page.get_by_text("BK-2026-0311")).to_be_visible()


# -- those who lead ----------------------------------------------------------------------------------------------------
def the_supervisor_sees_it_all(day):
    page = day.window(DESKTOP, day.supervisor)
    page.goto(reverse("home:team_today"))
    row = page.get_by_role("row", name=day.rep.name)
    for shown in ("2/8", "2/2"):  # visits and effective visits against the floor
        expect(row).to_contain_text(shown)
    expect(page.get_by_role("row", name=day.colleague.name)).to_contain_text("0/8")
    row.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_contain_text(FIRST)


def the_evening_locks_and_the_morning_amends(day, phone):
    phone.goto(reverse("visits:list"))
    phone.get_by_role("link", name=FIRST).locator("visible=true").click()
    visit = phone.url
    phone.get_by_role("link", name=day.say("Correct")).click()
    note = phone.get_by_role("textbox", name=day.say("Note"), exact=True)
    expect(note).to_have_value("They want a trial of ten seats.")
    day.at("18:31")
    tick()
    day.work()
    note.fill("Twelve seats after all.")
    phone.get_by_role("button", name=day.say("Save changes")).click()
    refusal = "The day is locked. After the lock a visit is corrected by an amendment with its reason."
    expect(phone.get_by_text(day.say(refusal)).first).to_be_visible()
    day.picture(phone, "locked")

    day.at("33:00")
    tick()
    day.work()
    phone.goto(visit)
    expect(phone.get_by_text("They want a trial of ten seats.")).to_be_visible()
    phone.get_by_role("button", name=day.say("Amend")).click()
    field = phone.locator("#amend details").filter(
        has=phone.locator("summary", has_text=re.compile(f"^\\s*{day.say('Note')}\\s*$"))
    )
    field.locator("summary").click()
    field.get_by_label(day.say("Note"), exact=True).fill("Twelve seats after all.")
    field.get_by_label(day.say("Why")).fill("They called in the evening.")
    field.get_by_role("button", name=day.say("Record amendment")).click()
    both = phone.get_by_role("list", name=day.say("Amendments"))
    for words in ("They want a trial of ten seats.", "Twelve seats after all.", "They called in the evening."):
        expect(both).to_contain_text(words)
    both.scroll_into_view_if_needed()
    day.picture(phone, "amended")

    runs = day.window(DESKTOP, day.operations)
    runs.goto(reverse("operations:runs") + f"?unit={day.tree.group.pk}&day=2026-03-11")
    for event in ("Soft lock of the day", "Hard lock of the day"):
        expect(
            runs.locator("li", has_text=day.say(event)).filter(has_text=day.say_of("run", "Done")).first
        ).to_be_visible()


def the_manager_sees_the_nine_links(day):
    page = day.window(DESKTOP, day.manager)
    page.goto(reverse("home:board"))
    links = page.get_by_role("region", name=day.say("Nine links")).locator("ol > li")
    expect(links).to_have_count(9)
    # Three leads were claimed by day, the other four of the file were allotted in the night.
    for title, number in (("Lead management", "7"), ("Customers", "2"), ("Contracts and orders", "1")):
        expect(links.filter(has_text=day.say(title)).first).to_contain_text(number)
