"""From somebody who asks to a lead in a pool: duplicate check, intent check, acceptance."""

from __future__ import annotations

import json

import pytest

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead, make_lead, make_pool
from tests.factories.marketing import make_campaign, make_handover, make_inbound, make_tag
from tests.factories.org import NOW, make_company_tree, make_person, make_unit, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.customers.models import Company, Contact
from tiejun.foundation.crypto import unseal
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.inbox.models import Notice
from tiejun.leads import jobs
from tiejun.leads.models import FollowUp, Lead
from tiejun.marketing.actions import inbound as actions
from tiejun.marketing.events import InboundAccepted, InboundReceived
from tiejun.marketing.models import Handover, InboundRecord, IntentAssessment, TagMark, TagRule, Touch
from tiejun.marketing.rules.inbound import InboundFacts, Refusal

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("tests")
GOOD = {"NEED": "CLEAR", "TIMING": "THIS_MONTH", "BUDGET": "SET", "AUTHORITY": "DECIDES"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def desk():
    tree = make_company_tree()
    return scope_for(make_person(role=Role.MARKETING_HEAD, unit=tree.company))


def facts(name: str = "Harbour Lights Ltd", **more) -> InboundFacts:
    values = {
        "phone": "13800001111",
        "city_code": "330100",
        "district_code": "330106",
        "contact_name": "Shen",
        "consent_basis": "Asked at the fair",
    }
    return InboundFacts(company_name=name, **(values | more))


def receive(**more) -> InboundRecord:
    return actions.receive_inbound(SYSTEM, facts=facts(**more), source_code="WEB", door="API", now=NOW)


def looked_up(row: InboundRecord) -> InboundRecord:
    jobs.look_up_inbound(InboundReceived(row.pk, NOW))
    row.refresh_from_db()
    return row


def accepted(row: InboundRecord) -> InboundRecord:
    jobs.make_lead_of_inbound(InboundAccepted(row.pk, NOW))
    row.refresh_from_db()
    return row


def test_a_record_keeps_numbers_and_what_was_sent_sealed() -> None:
    row = receive(email="shen@harbour.example", payload={"free text": "Call 13800001111"})

    assert (row.phone_last4, unseal(row.phone_cipher), unseal(row.email_cipher)) == (
        "1111",
        "13800001111",
        "shen@harbour.example",
    )
    assert json.loads(unseal(row.payload_cipher)) == {"free text": "Call 13800001111"}
    assert b"1380000" not in bytes(row.payload_cipher)
    assert (row.status, row.domain, row.score) == ("RECEIVED", "harbour.example", None)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [({"name": " ,. "}, Refusal.NAME_MISSING)],
)
def test_a_record_that_names_nobody_is_refused(more, refusal) -> None:
    with pytest.raises(Refused) as refused:
        receive(**more)

    assert refused.value.refusal == refusal
    assert InboundRecord.objects.count() == 0


def test_a_closed_campaign_takes_nothing_in_and_an_unknown_source_neither() -> None:
    closed = make_campaign(status="CLOSED")

    for more, refusal in (
        ({"campaign_id": closed.pk, "source_code": "FAIR"}, Refusal.CAMPAIGN_CLOSED),
        ({"source_code": "NOWHERE"}, Refusal.SOURCE_UNKNOWN),
    ):
        with pytest.raises(Refused) as refused:
            actions.receive_inbound(SYSTEM, facts=facts(), door="API", now=NOW, **more)
        assert refused.value.refusal == refusal
    assert InboundRecord.objects.count() == 0


def test_the_same_key_of_a_door_gives_one_record() -> None:
    first, second = (
        actions.receive_inbound(SYSTEM, facts=facts(), source_code="WEB", door="FORM", door_key="once", now=NOW)
        for _ in range(2)
    )

    assert first.pk == second.pk
    assert InboundRecord.objects.count() == 1


def test_answers_that_came_along_are_scored_and_the_record_is_checked_with_the_lookup() -> None:
    row = looked_up(receive(answers=GOOD))

    assert (row.status, row.score, row.intent) == ("CHECKED", 100, "HIGH")
    assert IntentAssessment.objects.get().policy_facts["weights"] == {
        "NEED": 35,
        "TIMING": 25,
        "BUDGET": 15,
        "AUTHORITY": 25,
    }


@pytest.mark.parametrize("same", ["credit_code", "phone", "name", "website"])
def test_a_company_is_recognised_by_each_of_its_marks(same) -> None:
    marks = {
        "credit_code": {"credit_code": "91330108MA27YCB98X"},
        "phone": {"phone": "13900002222"},
        "name": {"name": "Riverside Foods Ltd"},
        "website": {"website": "https://riverside.example"},
    }
    company = make_company("Riverside Foods Ltd", credit_code="91330108MA27YCB98X")
    make_contact(company, phone="13900002222")
    past = make_inbound("Riverside", status="ACCEPTED", domain="riverside.example", received_at=NOW.replace(year=2025))
    make_handover(company_id=company.pk, inbound=past)
    lead = make_lead(company)

    row = looked_up(receive(**({"name": "Quite Another Name Ltd", "phone": "13800001111"} | marks[same])))

    known_by = {"credit_code": "CREDIT_CODE", "phone": "PHONE", "name": "NAME", "website": "DOMAIN"}[same]
    assert (row.known_company_id, row.known_by, row.known_lead_id) == (company.pk, known_by, lead.pk)
    assert (row.status, row.is_lead_held) == ("DEDUPLICATED", False)


def test_somebody_who_asks_twice_is_a_duplicate_and_the_second_time_a_touch() -> None:
    make_pool()
    first = looked_up(receive(answers=GOOD))
    first = actions.accept_inbound(SYSTEM, inbound_id=first.pk, version=first.version, now=NOW)
    first = accepted(first)

    second = looked_up(receive(name="Harbour Lights (Hangzhou) Ltd"))

    assert (second.status, second.rejection, second.duplicate_of_id) == ("REJECTED", "DUPLICATE", first.pk)
    touches = Touch.objects.filter(lead_id=first.lead_id).values_list("inbound", "is_first").order_by("pk")
    assert list(touches) == [(first.pk, True), (second.pk, False)]


def test_the_lookup_settles_a_record_once(desk) -> None:
    row = looked_up(receive())
    row = actions.assess_inbound(desk, inbound_id=row.pk, version=row.version, answers=GOOD, now=NOW)

    again = looked_up(row)

    assert (again.status, again.version) == ("CHECKED", row.version)


def test_intent_below_the_policy_is_refused_and_enough_becomes_a_lead(desk) -> None:
    make_pool("Everybody's")
    row = looked_up(receive(need="A web site"))
    weak = actions.assess_inbound(desk, inbound_id=row.pk, version=row.version, answers={"NEED": "VAGUE"}, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.accept_inbound(desk, inbound_id=row.pk, version=weak.version, now=NOW)
    assert (refused.value.refusal, refused.value.facts) == (Refusal.INTENT_TOO_LOW, {"score": 18, "least": 50})
    assert Lead.objects.count() == 0

    strong = actions.assess_inbound(desk, inbound_id=row.pk, version=weak.version, answers=GOOD, now=NOW)
    actions.accept_inbound(desk, inbound_id=row.pk, version=strong.version, now=NOW)
    row = accepted(row)

    lead, handover = Lead.objects.get(), Handover.objects.get()
    assert (lead.pk, lead.status, lead.intent, lead.source.code, lead.district_code, lead.contact_wanted) == (
        row.lead_id,
        "POOLED",
        "HIGH",
        "WEB",
        "330106",
        False,
    )
    assert (handover.lead_id, handover.inbound_id, handover.information, handover.stage) == (
        lead.pk,
        row.pk,
        "A web site",
        "HANDED",
    )
    # 10:00 on a Wednesday, two working hours for a hot lead
    assert handover.due_at == NOW.replace(hour=4)
    assert list(Contact.objects.values_list("company", "phone_last4")) == [(lead.company_id, "1111")]


def test_an_accepted_record_becomes_one_lead_however_often_it_is_told(desk) -> None:
    make_pool()
    row = looked_up(receive(answers=GOOD))
    actions.accept_inbound(desk, inbound_id=row.pk, version=row.version, now=NOW)

    accepted(accepted(row))

    assert (Lead.objects.count(), Handover.objects.count(), Touch.objects.count(), Company.objects.count()) == (
        1,
        1,
        1,
        1,
    )


def test_a_company_that_a_colleague_holds_gets_a_touch_and_the_holder_is_told(desk) -> None:
    group = make_unit()
    rep = make_person(unit=group)
    held = make_held_lead(rep, group, company=make_company("Riverside Foods Ltd"))
    row = looked_up(receive(name="Riverside Foods Ltd", answers=GOOD))
    assert row.is_lead_held

    actions.accept_inbound(desk, inbound_id=row.pk, version=row.version, now=NOW)
    row = accepted(row)

    assert row.lead_id == held.pk
    assert (Lead.objects.count(), Handover.objects.count()) == (1, 0)
    assert list(Touch.objects.values_list("lead_id", "is_first")) == [(held.pk, False)]
    assert [(notice.person_id, notice.code) for notice in Notice.objects.all()] == [(rep.pk, "leads.asked_again")]
    assert list(Contact.objects.values_list("company", "phone_last4")) == [(held.company_id, "1111")]


def test_a_lead_waits_in_the_pool_of_its_city(desk) -> None:
    make_pool("Everybody's")
    near = make_pool("Hangzhou", unit=make_unit())
    row = looked_up(receive(answers=GOOD))

    actions.accept_inbound(desk, inbound_id=row.pk, version=row.version, now=NOW)

    assert Lead.objects.get(pk=accepted(row).lead_id).pool_id == near.pk


def test_with_the_policy_a_good_score_is_enough(monkeypatch) -> None:
    make_pool()
    monkeypatch.setattr("tiejun.foundation.policies.PolicyBook.text", lambda _book, _key, _chain=(): "on")

    row = looked_up(receive(answers=GOOD))
    weak = looked_up(receive(name="Another Quay Ltd", phone="13800002222", answers={"NEED": "VAGUE"}))

    assert (row.status, weak.status) == ("ACCEPTED", "CHECKED")


def test_a_rejection_has_a_reason_and_is_final(desk) -> None:
    row = looked_up(receive())
    with pytest.raises(Invalid):
        actions.reject_inbound(desk, inbound_id=row.pk, version=row.version, reason="BECAUSE", note="", now=NOW)

    row = actions.reject_inbound(
        desk, inbound_id=row.pk, version=row.version, reason="NO_NEED", note="Wrong business", now=NOW
    )

    assert (row.status, row.rejection, row.decision_note, row.decided_by_id) == (
        "REJECTED",
        "NO_NEED",
        "Wrong business",
        desk.person_id,
    )
    with pytest.raises(Refused) as refused:
        actions.accept_inbound(desk, inbound_id=row.pk, version=row.version, now=NOW)
    assert refused.value.refusal == Refusal.DECIDED_ALREADY


def test_a_stale_decision_is_refused(desk) -> None:
    row = looked_up(receive())

    with pytest.raises(Stale):
        actions.reject_inbound(desk, inbound_id=row.pk, version=row.version - 1, reason="NO_NEED", note="", now=NOW)


def test_what_a_record_lacks_is_filled_in(desk) -> None:
    row = looked_up(receive(city_code="", district_code=""))

    row = actions.complete_inbound(
        desk,
        inbound_id=row.pk,
        version=row.version,
        facts=InboundFacts("Harbour Lights (Hangzhou) Ltd", "Shen Yi", city_code="330100", district_code="330108"),
    )

    assert (row.city_code, row.district_code, row.contact_name) == ("330100", "330108", "Shen Yi")
    with pytest.raises(Invalid):
        actions.complete_inbound(
            desk, inbound_id=row.pk, version=row.version, facts=InboundFacts("Harbour", credit_code="123")
        )


def test_a_number_that_is_missing_is_filled_in_and_then_sales_can_have_it(desk) -> None:
    row = looked_up(receive(phone="", email=""))
    row = actions.assess_inbound(desk, inbound_id=row.pk, version=row.version, answers=GOOD, now=NOW)
    with pytest.raises(Refused) as nobody_to_call:
        actions.accept_inbound(desk, inbound_id=row.pk, version=row.version, now=NOW)

    def told(**more) -> InboundRecord:
        heard = facts(**{"phone": "", "email": ""} | more)
        return actions.complete_inbound(desk, inbound_id=row.pk, version=row.version, facts=heard)

    with pytest.raises(Invalid) as unreadable:
        told(phone="138 0000")
    row = told(phone="138 0000 9999", email="shen@example.com")
    row = told()

    assert nobody_to_call.value.refusal is Refusal.CHANNEL_MISSING
    assert "phone" in unreadable.value.errors
    assert (row.phone_last4, row.email_cipher != b"") == ("9999", True)
    assert actions.accept_inbound(desk, inbound_id=row.pk, version=row.version, now=NOW).status == "ACCEPTED"


def test_a_program_is_told_of_a_number_that_nobody_can_call_and_a_file_keeps_its_row() -> None:
    with pytest.raises(Invalid):
        receive(phone="12ab")

    row = actions.receive_inbound(SYSTEM, facts=facts(phone="12ab"), source_code="WEB", door="FILE", now=NOW)
    assert row.phone_last4 == ""


def test_a_representative_neither_checks_nor_accepts() -> None:
    row = make_inbound(status="CHECKED", score=90)
    rep = scope_for(make_person())

    for attempt in (
        lambda: actions.accept_inbound(rep, inbound_id=row.pk, version=1, now=NOW),
        lambda: actions.reject_inbound(rep, inbound_id=row.pk, version=1, reason="NO_NEED", note="", now=NOW),
        lambda: actions.receive_inbound(rep, facts=facts(), source_code="WEB", door="API", now=NOW),
    ):
        with pytest.raises(PermissionRefused):
            attempt()
    assert InboundRecord.objects.get().status == "CHECKED"


def test_rules_tag_the_record_and_the_lead_that_is_made_of_it(desk) -> None:
    make_pool()
    tag = make_tag("Games")
    TagRule.objects.create(
        tag=tag, conditions=[{"field": "industry", "comparison": "CONTAINS", "value": "games"}], created_at=NOW
    )
    row = looked_up(receive(industry="Games and software", answers=GOOD))
    actions.accept_inbound(desk, inbound_id=row.pk, version=row.version, now=NOW)
    row = accepted(row)

    marks = TagMark.objects.values_list("tag", "inbound", "lead_id").order_by("lead_id")
    assert set(marks) == {(tag.pk, row.pk, None), (tag.pk, None, row.lead_id)}
    assert FollowUp.objects.count() == 0
