"""One yuan's way: from what a campaign cost to the money it brought and the customer who names the next one. In both languages."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.day import DESKTOP, PHONE
from tests.factories.org import make_login, make_person
from tiejun.access.roles import Role
from tiejun.leads.models import Lead
from tiejun.marketing.models import CaptureForm, Source
from tiejun.operations.jobs import tick
from tiejun.pipeline.models import Order
from tiejun.success.models import CustomerHandover

pytestmark = pytest.mark.django_db(transaction=True)
CAMPAIGN, NAME, NAMED = "Spring fair", "Harbour Lights Ltd", "Lighthouse Ltd"
SPENT, SIGNED, PAID = 8_000, 36_000, 20_000
SHORT = {"en-US": ("36K", "20K"), "zh-CN": ("3.6", "2")}  # as boards show SIGNED and PAID
RETURNED = "2.5"  # PAID / SPENT
PROMISED = "Two trainings in April, nothing else."
STATEMENT = (
    "交易日期,对方户名,收入金额,支出金额,交易流水号,摘要\n2026-03-11,{payer},{amount}.00,,BK-2026-0311,{number}\n"
)


def test_from_a_campaign_to_a_referral(day):
    tick()  # the clock learns of the units, as on every morning
    desk = make_person(name="Bai Shuyao", role=Role.MARKETING_HEAD, unit=day.tree.company)
    day.logins[desk.pk] = make_login(desk)
    marketing, phone = day.window(DESKTOP, desk), day.window(PHONE, day.rep)
    a_campaign_is_planned_paid_for_and_asks_by_form(day, marketing)
    a_stranger_fills_in_the_form(day)
    the_desk_hands_the_stranger_over(day, marketing)
    the_rep_claims_and_visits(day, phone)
    an_opportunity_becomes_an_order_with_its_contract_and_plan(day, phone)
    finance_matches_what_the_bank_shows(day)
    day.work()
    operations = day.window(DESKTOP, day.operations)
    the_customer_goes_over(day, phone, operations)
    the_customer_says_how_satisfied_they_are(day, operations)
    the_customer_names_another(day, phone)
    day.at("33:00")
    tick()
    day.work()  # the night sums the day up
    the_channel_shows_what_it_brought(day, marketing)
    the_nine_links_show_the_chain(day)
    assert day.complaints == []


def press(day, place, words, toast=""):
    """Press a button of the page or the dialog; the page then says what was done."""
    button = place.get_by_role("button", name=day.say(words), exact=True).first
    button.click()
    if toast:
        expect(button.page.locator("#toasts")).to_contain_text(day.say(toast))


# -- marketing ---------------------------------------------------------------------------------------------------------
def a_campaign_is_planned_paid_for_and_asks_by_form(day, page):
    page.goto(reverse("marketing:campaigns"))
    day.follow(page.get_by_role("link", name=day.say("New campaign")))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(day.say("Name"), exact=True).fill(CAMPAIGN)
    dialog.get_by_label(day.say("Where"), exact=True).select_option("offline")
    dialog.get_by_label(day.say("Source"), exact=True).select_option("FAIR")
    dialog.get_by_label(day.say("Budget"), exact=True).fill("10000")
    press(day, dialog, "Plan")
    press(day, page, "Start", "The campaign is running.")
    day.follow(page.get_by_role("link", name=day.say("Enter a cost")))
    dialog.get_by_label(day.say("Amount"), exact=True).fill(str(SPENT))
    dialog.get_by_label(day.say("What for"), exact=True).fill("Booth")
    press(day, dialog, "Enter", "Entered.")
    expect(page.locator("main")).to_contain_text(f"{SPENT:,}")

    page.goto(reverse("marketing:forms"))
    day.follow(page.get_by_role("link", name=day.say("New public form")))
    for label, words in {
        "Name inside the company": "Fair", "Title": "Talk to us", "Title in English": "Talk to us",
        "Text of consent": "We may call you.", "Text of consent in English": "We may call you.",
    }.items():  # fmt: skip
        dialog.get_by_label(day.say(label), exact=True).fill(words)
    dialog.get_by_label(day.say("Source"), exact=True).select_option("FAIR")
    dialog.get_by_label(day.say("Campaign")).select_option(label=CAMPAIGN)
    press(day, dialog, "Publish", "The form is published.")
    day.picture(page, "form")


def a_stranger_fills_in_the_form(day):
    page = day.window(PHONE)
    page.goto(reverse("marketing:capture", args=[CaptureForm.objects.get().code]))
    page.get_by_label(day.say("Company"), exact=True).fill(NAME)
    page.get_by_label(day.say("Your name")).fill("Shen")
    page.get_by_label(day.say("Phone"), exact=True).fill("13800001111")
    page.get_by_label(day.say("Where your company is")).select_option("330106")
    for answer in ("I know what I need", "This month", "Yes, it is set", "I decide"):
        page.get_by_text(day.say(answer), exact=True).click()
    page.get_by_label("We may call you.").check()
    day.at("10:05")
    press(day, page, "Send")
    expect(page.get_by_role("heading", name=day.say("Thank you"))).to_be_visible()
    day.work()


def the_desk_hands_the_stranger_over(day, page):
    page.goto(reverse("marketing:inbound"))
    page.get_by_role("link", name=NAME).click()
    press(day, page, "Hand over to sales", "Handed over to sales.")
    day.work()


# -- sales -------------------------------------------------------------------------------------------------------------
def the_rep_claims_and_visits(day, phone):
    phone.goto(reverse("leads:pool"))
    phone.locator("#pool-list tr", has_text=NAME).get_by_role("button", name=day.say("Claim")).click()
    expect(phone.locator("#pool-list tr", has_text=NAME).get_by_text(day.say("Yours"))).to_be_visible()
    phone.goto(reverse("visits:record") + f"?company={Lead.objects.get().company_id}")
    contact = phone.locator("li", has_text="Shen")
    contact.locator("label", has_text="Shen").click()
    contact.locator("label", has_text=day.say("Decision maker")).click()
    contact.locator("label", has_text=day.say("Owner or senior")).click()
    phone.locator("label", has_text=day.say("Service explained")).click()
    phone.locator("label", has_text=day.say("Next step agreed")).click()
    phone.get_by_role("group", name=day.say("When")).locator("label").first.click()
    phone.get_by_label(day.say("Next step"), exact=True).fill("Bring the offer")
    phone.get_by_role("button", name=day.say("Save")).first.click()
    expect(phone.get_by_role("region", name=day.say("Verdict"))).to_contain_text(day.say("Effective visit"))


def an_opportunity_becomes_an_order_with_its_contract_and_plan(day, phone):
    dialog = phone.get_by_role("dialog")
    phone.goto(reverse("customers:company", args=[Lead.objects.get().company_id]))
    day.follow(phone.get_by_role("link", name=day.say("New opportunity")))
    dialog.get_by_label(day.say("Amount")).fill(str(SIGNED))
    press(day, dialog, "Open opportunity")
    press(day, phone, "Draft order")
    phone.get_by_label(day.say("Quantity")).fill("36")
    press(day, phone, "Save", "Saved.")
    expect(phone.locator("#totals")).to_contain_text(f"{SIGNED:,}")
    day.follow(phone.get_by_role("link", name=day.say("Sign order")))
    press(day, dialog, "Sign order")
    expect(phone.locator("h1 ~ p .t-badge", has_text=day.say_of("stage", "Signed"))).to_be_visible()

    day.follow(phone.get_by_role("link", name=day.say("Record"), exact=True))
    dialog.get_by_label(day.say("Contract number")).fill("C-2026-17")
    press(day, dialog, "Record")
    expect(phone.get_by_text("C-2026-17")).to_be_visible()
    day.follow(phone.get_by_role("link", name=day.say("Plan"), exact=True))
    dialog.get_by_label(day.say("Number of instalments")).fill("2")
    dialog.get_by_role("button").last.click()
    expect(phone.get_by_text(f"{SIGNED // 2:,}")).to_have_count(2)
    day.picture(phone, "order")


def finance_matches_what_the_bank_shows(day):
    page = day.window(DESKTOP, day.finance)
    page.goto(reverse("pipeline:finance"))
    day.follow(page.get_by_role("link", name=day.say("Read a bank statement")))
    words = STATEMENT.format(payer=NAME, amount=PAID, number=Order.objects.get().number)
    file = {"name": "bank.csv", "mimeType": "text/csv", "buffer": words.encode()}
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(day.say("Statement"), exact=True).set_input_files(file)
    press(day, dialog, "Read")
    page.get_by_role("link", name=day.say("To the payments")).click()
    day.picture(page, "payment")
    page.get_by_role("button", name=re.compile(day.say("Match"))).first.click()
    expect(page.locator("#toasts")).to_contain_text(day.say("Matched. It can be undone under Receipts or Matched."))
    page.goto(reverse("pipeline:order", args=[Order.objects.get().pk]))
    expect(page.get_by_text(f"{PAID:,}").first).to_be_visible()


# -- for life ----------------------------------------------------------------------------------------------------------
def the_customer_goes_over(day, phone, operations):
    phone.goto(reverse("success:desk") + "?which=hand_over")
    phone.get_by_role("link", name=NAME).click()
    day.follow(phone.get_by_role("link", name=day.say("Hand over"), exact=True))
    dialog = phone.get_by_role("dialog")
    dialog.get_by_label(day.say("What was promised")).fill(PROMISED)
    dialog.get_by_label(day.say("Whom to talk to")).fill("Shen")
    dialog.get_by_label(day.say("Who receives the customer")).select_option(label=day.operations.name)
    press(day, dialog, "Hand over")
    expect(phone.get_by_text(day.say("Waits for %(name)s", name=day.operations.name))).to_be_visible()

    operations.goto(reverse("success:life", args=[CustomerHandover.objects.get().company_id]))
    expect(operations.get_by_text(PROMISED)).to_be_visible()
    press(day, operations, "Receive")
    expect(operations.get_by_text(day.say("Received by %(name)s", name=day.operations.name))).to_be_visible()


def the_customer_says_how_satisfied_they_are(day, operations):
    press(day, operations, "Ask by link")
    address = operations.get_by_label(day.say("Link for the customer")).input_value()
    page = day.window(PHONE)
    page.goto(address)
    page.get_by_role("radio", name="9").check()
    page.get_by_label(day.say("What should we do better?")).fill("Answer the phone in the evening.")
    press(day, page, "Send")
    expect(page.get_by_role("heading", name=day.say("Thank you"))).to_be_visible()
    operations.reload()
    expect(operations.get_by_text("Answer the phone in the evening.")).to_be_visible()
    day.picture(operations, "life")


def the_customer_names_another(day, phone):
    day.follow(phone.get_by_role("link", name=day.say("Referred company")))
    dialog = phone.get_by_role("dialog")
    dialog.get_by_label(day.say("Company"), exact=True).fill(NAMED)
    dialog.get_by_label(day.say("Who named it")).fill("Shen")
    press(day, dialog, "Create", "The lead is created.")
    expect(phone.get_by_role("heading", name=NAMED).first).to_be_visible()
    expect(phone.get_by_text(NAME).first).to_be_visible()  # the lead says whose word it is
    day.picture(phone, "referral")


# -- those who lead ----------------------------------------------------------------------------------------------------
def the_channel_shows_what_it_brought(day, page):
    page.goto(reverse("marketing:campaigns"))
    expect(page.locator("li.t-card", has_text=CAMPAIGN).locator("dd")).to_have_text(["1", "1", "1", "1"])
    page.goto(reverse("insight:channels"))
    rows = {
        row.code: page.get_by_role("row", name=row.name if day.locale == "zh-CN" else row.name_en)
        for row in Source.objects.filter(code__in=["FAIR", "REFERRAL"])
    }
    expect(rows["REFERRAL"].get_by_role("cell").nth(1)).to_have_text("1")
    for shown in (f"{SPENT:,}", *SHORT[day.locale], RETURNED):
        expect(rows["FAIR"]).to_contain_text(shown)
    day.picture(page, "channels")


def the_nine_links_show_the_chain(day):
    page = day.window(DESKTOP, day.manager)
    page.goto(reverse("home:board"))
    links = page.get_by_role("region", name=day.say("Nine links")).locator("ol > li")
    expect(links).to_have_count(9)
    money = SHORT[day.locale]
    shown = {
        "Campaigns": "2", "Lead management": "1", "Customers": "1", "Opportunities": "1", "Contracts and orders": "1",
        "Performance": money[0], "Insight": "1",
    }  # fmt: skip
    words = {day.say(title): number for title, number in shown.items()}
    words[day.say_of("one of the nine links", "Collection")] = money[1]
    for title, number in words.items():
        link = links.filter(has=page.get_by_role("heading", name=title))
        expect(link.locator("p.font-bold").first).to_contain_text(number)
    day.picture(page, "board")
    with page.expect_download() as taken:
        page.locator("[data-take=csv]").first.click()
    assert day.tree.group.name in taken.value.path().read_text("utf-8-sig")
