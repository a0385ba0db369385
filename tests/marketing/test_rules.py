"""Decisions of marketing, as tables of cases."""

from uuid import UUID

import pytest

from tiejun.marketing.rules import campaigns, handover, inbound, intent, tags
from tiejun.marketing.rules.inbound import InboundFacts, Readiness, Refusal

POLICY = intent.IntentPolicy({"NEED": 35, "TIMING": 25, "BUDGET": 15, "AUTHORITY": 25}, medium_from=50, high_from=75)


@pytest.mark.parametrize(
    ("answers", "score", "level"),
    [
        ({}, 0, "LOW"),
        ({"NEED": "CLEAR", "TIMING": "THIS_MONTH", "BUDGET": "SET", "AUTHORITY": "DECIDES"}, 100, "HIGH"),
        ({"NEED": "CLEAR", "AUTHORITY": "INFLUENCES"}, 50, "MEDIUM"),
        ({"NEED": "VAGUE", "TIMING": "THIS_YEAR"}, 25, "LOW"),
        ({"NEED": "CLEAR", "TIMING": "THIS_QUARTER", "BUDGET": "ROUGH", "AUTHORITY": "DECIDES"}, 87, "HIGH"),
        ({"NEED": "INVENTED", "TIMING": "THIS_MONTH"}, 25, "LOW"),
    ],
)
def test_the_score_is_the_weighted_worth_of_the_answers(answers, score, level) -> None:
    found = intent.score_of(answers, POLICY)

    assert (found, intent.level_of(found, POLICY)) == (score, level)


def test_weights_that_are_no_numbers_count_as_the_default() -> None:
    assert intent.weights_from({"NEED": "many", "TIMING": "10"}) == {
        "NEED": 35,
        "TIMING": 10,
        "BUDGET": 15,
        "AUTHORITY": 25,
    }
    assert intent.score_of({"NEED": "CLEAR"}, intent.IntentPolicy(dict.fromkeys(POLICY.weights, 0), 50, 75)) == 0


def test_answers_to_no_question_are_dropped() -> None:
    assert intent.clean_answers({"NEED": "CLEAR", "BUDGET": "A LOT", "SHOE": "42"}) == {"NEED": "CLEAR"}


@pytest.mark.parametrize(
    ("website", "email", "domain"),
    [
        ("https://www.Example.com/contact", "", "example.com"),
        ("example.com", "someone@163.com", "example.com"),
        ("", "lin@mail.example.cn", "mail.example.cn"),
        ("", "lin@QQ.com", ""),
        ("http://[broken", "", ""),
        ("localhost", "", ""),
        ("", "not an address", ""),
    ],
)
def test_the_domain_comes_from_the_site_then_from_the_mail(website, email, domain) -> None:
    assert inbound.domain_of(website, email, inbound.public_mail()) == domain


def test_an_identity_keeps_only_what_is_valid() -> None:
    facts = InboundFacts("Cloudberry (Hangzhou) Ltd", phone="138 0000 1111", credit_code="123", city_code="330100")

    found = inbound.identity_of(facts, inbound.public_mail())

    assert (found.credit_code, found.phone, found.city_code) == ("", "13800001111", "330100")
    assert found.name == inbound.identity_of(InboundFacts("cloudberry(hangzhou)ltd"), ()).name


READY = {
    "status": "CHECKED",
    "has_name": True,
    "has_channel": True,
    "has_region": True,
    "has_consent": True,
    "needs_intent": True,
    "score": 50,
}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"score": 49}, Refusal.INTENT_TOO_LOW),
        ({"score": None}, Refusal.NOT_CHECKED),
        ({"score": None, "needs_intent": False}, None),
        ({"has_consent": False}, Refusal.CONSENT_MISSING),
        ({"has_region": False}, Refusal.REGION_MISSING),
        ({"has_channel": False}, Refusal.CHANNEL_MISSING),
        ({"has_name": False}, Refusal.NAME_MISSING),
        ({"status": "RECEIVED"}, Refusal.NOT_LOOKED_UP),
        ({"status": "ACCEPTED"}, Refusal.DECIDED_ALREADY),
        ({"status": "REJECTED"}, Refusal.DECIDED_ALREADY),
    ],
)
def test_a_record_becomes_a_lead_with_the_minimum_and_enough_intent(change, refusal) -> None:
    assert inbound.why_not_accept(Readiness(**(READY | change)), 50) == refusal


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://Example.com:8443/ ", "https://example.com:8443"),
        ("example.com", None),
        ("https://example.com/page", None),
        ("https://*.example.com", None),
        ("https://example.com; script-src *", None),
        ("javascript:alert(1)", None),
        ("https://user@example.com", None),
        ("https://example.com:port", None),
    ],
)
def test_a_site_that_may_frame_a_form_is_a_plain_origin(text, origin) -> None:
    assert campaigns.clean_origin(text) == origin


def test_the_code_of_a_frame_quotes_what_people_wrote() -> None:
    code = campaigns.frame_code("https://crm.example.com/form/a/", 'Talk "to" <us>')

    assert 'src="https://crm.example.com/form/a/" title="Talk &quot;to&quot; &lt;us&gt;"' in code
    assert "f.height=e.data.tiejun" in code
    assert "{{" not in code


def test_costs_are_shared_by_valid_leads_and_effective_customers() -> None:
    sums = campaigns.Sums(received=20, accepted=8, invalid=1, effective=3, cost_minor=100_000)

    assert (sums.valid, sums.per_valid_minor, sums.per_effective_minor) == (7, 14_286, 33_333)
    assert campaigns.Sums(cost_minor=5).per_valid_minor is None


@pytest.mark.parametrize(
    ("status", "step", "refusal"),
    [
        ("PLANNED", "START", None),
        ("RUNNING", "CLOSE", None),
        ("RUNNING", "START", campaigns.Refusal.NOT_PLANNED),
        ("PLANNED", "CLOSE", campaigns.Refusal.NOT_RUNNING),
        ("CLOSED", "CLOSE", campaigns.Refusal.NOT_RUNNING),
    ],
)
def test_a_campaign_is_planned_then_runs_then_is_closed(status, step, refusal) -> None:
    assert campaigns.why_not_step(status, campaigns.Step(step)) == refusal


FACTS = {"source": "WEB", "intent": "HIGH", "industry": "Software and games", "district": "330106", "score": 80}


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        (("source", "IS", "web"), True),
        (("source", "IS_NOT", "FAIR"), True),
        (("industry", "CONTAINS", "GAMES"), True),
        (("industry", "CONTAINS_NOT", "games"), False),
        (("district", "BEGINS", "3301"), True),
        (("district", "IS", "3301"), False),
        (("score", "AT_LEAST", "80"), True),
        (("score", "AT_MOST", "79"), False),
        (("need", "CONTAINS", "site"), False),
    ],
)
def test_a_condition_compares_by_the_kind_of_its_field(condition, is_met) -> None:
    assert tags.meets(FACTS, [tags.Condition(*condition)]) is is_met


def test_a_rule_needs_all_its_conditions_and_a_missing_number_meets_none() -> None:
    both = [tags.Condition("source", "IS", "WEB"), tags.Condition("intent", "IS", "LOW")]

    assert not tags.meets(FACTS, both)
    assert not tags.meets({"score": None}, [tags.Condition("score", "AT_MOST", "100")])
    assert not tags.meets(FACTS, [])


@pytest.mark.parametrize(
    ("conditions", "refusal"),
    [
        ([], tags.Refusal.NO_CONDITION),
        ([("source", "IS", "WEB")] * 6, tags.Refusal.TOO_MANY_CONDITIONS),
        ([("shoe_size", "IS", "42")], tags.Refusal.FIELD_UNKNOWN),
        ([("score", "CONTAINS", "4")], tags.Refusal.COMPARISON_UNFIT),
        ([("score", "AT_LEAST", "many")], tags.Refusal.VALUE_UNFIT),
        ([("need", "CONTAINS", "  ")], tags.Refusal.VALUE_UNFIT),
        ([("need", "CONTAINS", "site")], None),
    ],
)
def test_a_rule_is_refused_by_what_is_wrong_with_it(conditions, refusal) -> None:
    assert tags.why_not_conditions([tags.Condition(*one) for one in conditions]) == refusal


@pytest.mark.parametrize(
    ("known", "told", "stage"),
    [
        ("HANDED", "CONTACTED", "CONTACTED"),
        ("EFFECTIVE", "CONTACTED", "EFFECTIVE"),
        ("SIGNED", "EFFECTIVE", "SIGNED"),
        ("LOST", "CONTACTED", "CONTACTED"),
    ],
)
def test_a_stage_moves_forward_and_work_opens_what_was_closed(known, told, stage) -> None:
    assert handover.next_stage(known, told) == stage


def test_an_invalid_mark_is_disputed_once_with_a_reason() -> None:
    rule = handover.why_not_dispute

    assert rule("INVALID", "We spoke.", is_disputed=False) is None
    assert rule("INVALID", " ", is_disputed=False) == handover.Refusal.REASON_MISSING
    assert rule("LOST", "We spoke.", is_disputed=False) == handover.Refusal.NOT_INVALID
    assert rule("INVALID", "We spoke.", is_disputed=True) == handover.Refusal.DISPUTED_ALREADY


def test_a_dispute_is_decided_by_somebody_else_with_a_reason() -> None:
    rule = handover.why_not_decide

    assert rule("OPEN", "Heard the call.", is_own_mark=False) is None
    assert rule("OPEN", "Heard the call.", is_own_mark=True) == handover.Refusal.OWN_MARK
    assert rule("OPEN", "", is_own_mark=False) == handover.Refusal.REASON_MISSING
    assert rule("UPHELD", "Heard the call.", is_own_mark=False) == handover.Refusal.DISPUTE_DECIDED


def test_the_same_seed_draws_the_same_marks_whatever_their_order() -> None:
    ids = [UUID(int=number) for number in range(200)]

    drawn = handover.drawn(ids, seed="spring", percent=20)

    assert drawn == handover.drawn(ids[::-1], seed="spring", percent=20)
    assert len(drawn) == len(set(drawn)) == 40
    assert drawn != handover.drawn(ids, seed="summer", percent=20)
    assert handover.drawn(ids[:1], seed="spring", percent=1) == ids[:1]
    assert handover.drawn([], seed="spring", percent=20) == []
    assert handover.frame_digest(ids) == handover.frame_digest(ids[::-1])
