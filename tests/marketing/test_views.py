"""The pages of marketing: they open for who may, are no pages for others, and do what they say."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.marketing import (
    make_campaign,
    make_cost,
    make_dispute,
    make_form,
    make_handover,
    make_inbound,
    make_tag,
)
from tests.factories.org import NOW, make_company_tree, make_login, make_person
from tests.pipeline.test_api import send
from tiejun.access.roles import Role
from tiejun.foundation.ids import new_id
from tiejun.marketing.models import (
    Campaign,
    CaptureForm,
    ConsentText,
    CostEntry,
    Handover,
    InboundRecord,
    InvalidCheck,
    InvalidDraw,
    LeadDispute,
    Source,
    Tag,
    TagMark,
    TagRule,
)
from tiejun.org.models import Login

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        units = {Role.REP: self.tree.group, Role.SUPERVISOR: self.tree.group}
        self.people = {
            role: make_person(role=role, unit=units.get(role, self.tree.company))
            for role in (
                Role.REP,
                Role.MARKETING_HEAD,
                Role.SALES_HEAD,
                Role.QA_INSPECTOR,
                Role.SALES_OPS,
                Role.CEO,
                Role.HR,
            )
        }

    def client(self, role: Role, language: str = "en") -> Client:
        person = self.people[role]
        login = Login.objects.filter(person=person).first() or make_login(person)
        Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
        client = Client(headers={"accept-language": language})
        client.force_login(login)
        return client


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


def key(**more) -> dict[str, str]:
    return {"client_key": str(new_id()), **more}


MKT, QA, HEAD, OPS, REP = Role.MARKETING_HEAD, Role.QA_INSPECTOR, Role.SALES_HEAD, Role.SALES_OPS, Role.REP


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("board", MKT),
        ("board", QA),
        ("board", Role.CEO),
        ("inbound", MKT),
        ("inbound", QA),
        ("new", OPS),
        ("campaigns", HEAD),
        ("new-campaign", MKT),
        ("forms", MKT),
        ("publish", MKT),
        ("sources", OPS),
        ("new-source", MKT),
        ("tags", OPS),
        ("new-tag", MKT),
        ("new-rule", MKT),
        ("disputes", HEAD),
        ("disputes", MKT),
        ("checks", QA),
        ("draw", QA),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_opens_empty_and_filled(world, name, role, language) -> None:
    client = world.client(role, language)
    assert client.get(reverse(f"marketing:{name}")).status_code == 200

    campaign = make_campaign()
    make_cost(campaign)
    make_tag()
    make_form(campaign=campaign)
    for status in InboundRecord.Status.values:
        make_inbound(status=status, campaign=campaign)
    for stage in Handover.Stage.values:
        make_handover(stage=stage, campaign=campaign, due_at=NOW - timedelta(hours=1))
    make_dispute(Handover.objects.get(stage="INVALID"))
    assert client.get(reverse(f"marketing:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["board", "inbound", "campaigns", "sources", "tags", "disputes", "checks", "forms"])
def test_a_page_is_closed_to_who_has_no_business_there(world, name) -> None:
    for role in (REP, Role.HR):
        assert world.client(role).get(reverse(f"marketing:{name}")).status_code == 403


def test_the_desk_masks_numbers_and_the_open_record_shows_it_to_who_checks(world) -> None:
    row = make_inbound(phone="13855556666")

    desk = world.client(MKT).get(reverse("marketing:inbound")).content.decode()
    checker = world.client(MKT).get(reverse("marketing:record", args=[row.pk])).content.decode()
    reader = world.client(HEAD).get(reverse("marketing:record", args=[row.pk])).content.decode()

    assert "13855556666" not in desk + reader
    assert "6666" in desk
    assert "13855556666" in checker


def test_a_decided_record_is_masked_for_all(world) -> None:
    row = make_inbound(phone="13855556666", status="ACCEPTED")

    assert "13855556666" not in world.client(MKT).get(reverse("marketing:record", args=[row.pk])).content.decode()


def test_a_record_goes_from_the_desk_to_sales(world) -> None:
    client = world.client(MKT)
    row = make_inbound()
    url = reverse("marketing:record", args=[row.pk])
    assert "Ask the intent questions first." in client.get(url).content.decode()

    answers = {"NEED": "CLEAR", "TIMING": "THIS_MONTH", "BUDGET": "SET", "AUTHORITY": "DECIDES"}
    client.post(reverse("marketing:assess", args=[row.pk]), key(version="1", **answers))
    answer = client.post(reverse("marketing:accept", args=[row.pk]), key(version="2"))

    row.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert (row.status, row.score, row.decided_by_id) == ("ACCEPTED", 100, world.people[MKT].pk)


def test_a_record_is_entered_completed_and_rejected_by_hand(world) -> None:
    client = world.client(MKT)
    typed = {
        "company_name": "Quayside Ltd",
        "phone": "13800009999",
        "source": "FAIR",
        "channel": "PHONE",
        "window": "MORNING",
        "consent_basis": "Left a card",
    }
    client.post(reverse("marketing:new"), key(**typed))
    row = InboundRecord.objects.get()
    assert (row.company_name, row.door, row.source.code, row.window) == ("Quayside Ltd", "DESK", "FAIR", "MORNING")

    more = {"company_name": "Quayside Ltd", "district": "330106", "version": "1"}
    client.post(reverse("marketing:complete", args=[row.pk]), key(**more))
    client.post(reverse("marketing:reject", args=[row.pk]), key(reason="NO_NEED", version="2"))

    row.refresh_from_db()
    assert (row.city_code, row.status, row.rejection) == ("330100", "REJECTED", "NO_NEED")


def test_a_program_completes_a_record_as_the_screen_does(world) -> None:
    row = make_inbound(phone="13800009999")
    path, heard = (
        f"/inbound/{row.pk}/complete",
        {"company_name": "Quayside Ltd", "district_code": "330106", "version": 1},
    )
    desk = world.client(MKT)

    wrong = {
        "phone": heard | {"phone": "12ab"},
        "credit_code": heard | {"credit_code": "123"},
        "district_code": heard | {"district_code": "999999"},
    }
    assert {field: send(desk, path, body)[1]["errors"].keys() for field, body in wrong.items()} == {
        field: {field} for field in wrong
    }
    status, done = send(desk, path, heard | {"contact_name": "Shen Yi"})
    assert send(desk, path, heard)[1]["code"] == "stale"
    assert send(world.client(Role.REP), path, heard | {"version": 2})[0] == 403

    names = ("company_name", "contact_name", "city_code", "district_code", "phone_last4", "version")
    assert (status, [done[name] for name in names]) == (
        200,
        ["Quayside Ltd", "Shen Yi", "330100", "330106", "9999", 2],
    )


def test_a_form_that_lacks_something_is_shown_again(world) -> None:
    answer = world.client(MKT).post(reverse("marketing:new"), key(company_name="Quayside Ltd"))

    assert answer.status_code == 422
    assert InboundRecord.objects.count() == 0


def test_a_campaign_is_planned_started_paid_and_closed(world) -> None:
    client = world.client(MKT)
    typed = {
        "name": "Spring fair",
        "means": "EVENT",
        "place": "offline",
        "source": "FAIR",
        "budget": "50000",
        "starts_on": "2026-03-12",
    }
    client.post(reverse("marketing:new-campaign"), key(**typed))
    row = Campaign.objects.get()
    client.post(reverse("marketing:edit-campaign", args=[row.pk]), key(**typed | {"budget": "60000", "version": "1"}))
    client.post(reverse("marketing:move-campaign", args=[row.pk]), key(step="START"))
    client.post(reverse("marketing:cost", args=[row.pk]), key(amount="1234.50", spent_on="2026-03-11", note="Booth"))
    entry = CostEntry.objects.get()
    client.post(reverse("marketing:take-back", args=[entry.pk]), key(reason="Entered twice"))
    page = client.get(reverse("marketing:campaign", args=[row.pk]))
    client.post(reverse("marketing:move-campaign", args=[row.pk]), key(step="CLOSE"))

    row.refresh_from_db()
    assert (row.budget_minor, row.status) == (6_000_000, "CLOSED")
    assert sorted(CostEntry.objects.values_list("amount_minor", flat=True)) == [-123_450, 123_450]
    assert page.status_code == 200
    again = client.post(reverse("marketing:move-campaign", args=[row.pk]), key(step="CLOSE"))
    assert again.status_code == 409


def test_a_source_gets_its_play(world) -> None:
    row = Source.objects.get(code="REGISTRY")
    typed = {"name": row.name, "play": "REGISTRATION", "first_contact_hours": "16", "talking_points": "Congratulations"}

    world.client(OPS).post(reverse("marketing:edit-source", args=[row.pk]), key(**typed))

    row.refresh_from_db()
    assert (row.code, row.first_contact_hours, row.talking_points) == ("REGISTRY", 16, "Congratulations")
    assert world.client(OPS).get(reverse("marketing:edit-source", args=[new_id()])).status_code == 404


def test_a_changed_text_of_consent_is_a_new_version(world) -> None:
    client = world.client(MKT)
    typed = {
        "name": "Fair",
        "source": "FAIR",
        "title": "Talk to us",
        "title_en": "Talk to us",
        "consent": "One",
        "consent_en": "One",
        "allowed_sites": "https://www.example.com\nhttps://shop.example.com",
        "asks_intent": "on",
    }
    client.post(reverse("marketing:publish"), key(**typed))
    row = CaptureForm.objects.get()
    url = reverse("marketing:edit-form", args=[row.pk])
    client.post(url, key(**typed | {"is_open": "on", "version": "1"}))
    client.post(url, key(**typed | {"consent": "Two", "version": "2"}))

    row.refresh_from_db()
    assert row.allowed_sites == ["https://www.example.com", "https://shop.example.com"]
    assert (row.is_open, row.version) == (False, 3)
    assert list(ConsentText.objects.order_by("number").values_list("text", flat=True)) == ["One", "Two"]
    wrong = client.post(reverse("marketing:publish"), key(**typed | {"allowed_sites": "example.com"}))
    assert wrong.status_code == 422


def test_a_rule_is_previewed_and_then_put_in_force(world) -> None:
    client = world.client(MKT)
    client.post(reverse("marketing:new-tag"), key(name="Games", tone="info"))
    tag = Tag.objects.get()
    row = make_inbound("Playhouse Ltd", industry="Games")
    make_inbound(industry="Food")
    typed = {"tag": str(tag.pk), "field-1": "industry", "comparison-1": "CONTAINS", "value-1": "games"}
    for number in range(2, 6):
        typed |= {f"field-{number}": "", f"comparison-{number}": "IS", f"value-{number}": ""}

    preview = client.post(reverse("marketing:new-rule"), key(preview="1", **typed)).content.decode()
    assert "1 of the newest 2 records would get it." in preview
    assert "Playhouse Ltd" in preview
    assert TagRule.objects.count() == 0

    client.post(reverse("marketing:new-rule"), key(**typed))
    rule = TagRule.objects.get()
    assert list(TagMark.objects.values_list("inbound", "rule")) == [(row.pk, rule.pk)]
    client.post(reverse("marketing:switch-rule", args=[rule.pk]), key(is_on="0"))
    client.post(reverse("marketing:retire-tag", args=[tag.pk]), key())
    rule.refresh_from_db()
    assert (rule.is_on, Tag.objects.get().retired_at) == (False, NOW)
    empty = client.post(reverse("marketing:new-rule"), key(tag=str(tag.pk)))
    assert empty.status_code in (200, 422)


def test_a_dispute_is_opened_by_marketing_and_decided_by_the_head_of_sales(world) -> None:
    row = make_handover(stage="INVALID")
    page = world.client(MKT).get(reverse("marketing:handover", args=[row.pk])).content.decode()
    assert "Dispute the mark" in page

    world.client(MKT).post(reverse("marketing:dispute", args=[row.pk]), key(reason="We spoke yesterday."))
    dispute = LeadDispute.objects.get()
    url = reverse("marketing:decide", args=[dispute.pk])
    assert world.client(MKT).get(url).status_code == 403
    world.client(HEAD).post(url, key(decision="UPHELD", note="Heard the call."))

    dispute.refresh_from_db()
    row.refresh_from_db()
    assert (dispute.status, row.stage, row.is_valid_by_dispute) == ("UPHELD", "HANDED", True)
    assert world.client(HEAD).get(reverse("marketing:disputes") + "?show=decided").status_code == 200


def test_the_board_calls_no_closed_lead_overdue(world) -> None:
    make_handover(stage="INVALID", due_at=NOW - timedelta(hours=1))
    url = reverse("marketing:board")

    assert "first contact overdue" not in world.client(Role.MARKETING_HEAD).get(url).content.decode()
    make_handover(due_at=NOW - timedelta(hours=1))
    assert "first contact overdue" in world.client(Role.MARKETING_HEAD).get(url).content.decode()


def test_invalid_marks_are_drawn_and_checked(world) -> None:
    for _ in range(10):
        make_handover(stage="INVALID")
    client = world.client(QA)

    client.post(reverse("marketing:draw"), key(first_on="2026-03-01", last_on="2026-03-11", seed="a wished one"))
    assert InvalidCheck.objects.count() == 2
    # Who checks does not choose the lot: it is cast by the product and kept.
    assert re.fullmatch(r"[0-9a-f]{16}", InvalidDraw.objects.get().seed)
    check = InvalidCheck.objects.first()
    client.post(reverse("marketing:check", args=[check.pk]), key(verdict="WRONG", note="The number works."))

    check.refresh_from_db()
    assert (check.verdict, check.checked_by_id) == ("WRONG", world.people[QA].pk)
    assert client.get(reverse("marketing:checks")).status_code == 200
    nothing = client.post(reverse("marketing:draw"), key(first_on="2026-02-01", last_on="2026-02-02"))
    assert nothing.status_code == 409
