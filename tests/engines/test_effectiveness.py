from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiejun.engines.effectiveness import (
    Advancement,
    ContactRole,
    EvidenceFacts,
    EvidenceLevel,
    Question,
    Reason,
    ReasonCode,
    Refusal,
    Verdict,
    VisitFacts,
    evidence_level,
    verdict,
)

DAY = date(2026, 3, 10)

GOOD = VisitFacts(
    visited_on=DAY,
    roles_met=frozenset({ContactRole.KP}),
    senior_met=True,
    service_explained=True,
    advancement=Advancement.NEXT_STEP_AGREED,
    evidence=EvidenceFacts(position_in_range=True),
)


def test_the_two_effectives_differ_after_soft_refusal_without_next_step() -> None:
    facts = replace(GOOD, refusal=Refusal.SOFT, advancement=Advancement.NONE)

    found = verdict(facts, last_effective_on=None)

    assert found == Verdict(
        effective_visit=False,
        effective_customer=True,
        new_effective_customer=True,
        evidence_level=EvidenceLevel.TRACE,
        reasons=(
            Reason(Question.EFFECTIVE_VISIT, ReasonCode.SENIOR_MET, True),
            Reason(Question.EFFECTIVE_VISIT, ReasonCode.NOT_ADVANCED, False),
            Reason(Question.EFFECTIVE_VISIT, ReasonCode.EVIDENCED, True),
            Reason(Question.EFFECTIVE_CUSTOMER, ReasonCode.DECIDER_MET, True),
            Reason(Question.EFFECTIVE_CUSTOMER, ReasonCode.EXPLAINED, True),
            Reason(Question.EFFECTIVE_CUSTOMER, ReasonCode.NOT_REFUSED, True),
            Reason(Question.NEW_CUSTOMER, ReasonCode.FIRST_IN_WINDOW, True),
            Reason(Question.EVIDENCE, ReasonCode.POSITION_IN_RANGE, True),
        ),
    )
    assert found.why_not(Question.EFFECTIVE_VISIT) == (ReasonCode.NOT_ADVANCED,)


@pytest.mark.parametrize(
    ("change", "visit", "customer", "why_not"),
    [
        ({}, True, True, ()),
        ({"roles_met": frozenset({ContactRole.INFLUENCER})}, True, True, ()),
        ({"senior_met": False}, False, True, (ReasonCode.SENIOR_NOT_MET,)),
        (
            {"roles_met": frozenset({ContactRole.GATEKEEPER, ContactRole.USER})},
            False,
            False,
            (ReasonCode.SENIOR_NOT_MET, ReasonCode.DECIDER_NOT_MET),
        ),
        (
            {"roles_met": frozenset()},
            False,
            False,
            (ReasonCode.SENIOR_NOT_MET, ReasonCode.DECIDER_NOT_MET),
        ),
        ({"service_explained": False}, True, False, (ReasonCode.NOT_EXPLAINED,)),
        ({"refusal": Refusal.CLEAR}, True, False, (ReasonCode.CLEARLY_REFUSED,)),
        ({"evidence": EvidenceFacts()}, False, True, (ReasonCode.NO_EVIDENCE,)),
        ({"advancement": Advancement.ORDER}, True, True, ()),
        ({"advancement": Advancement.STAGE_UP}, True, True, ()),
    ],
)
def test_each_condition_decides_its_own_question(
    change: dict[str, object], visit: bool, customer: bool, why_not: tuple[ReasonCode, ...]
) -> None:
    found = verdict(replace(GOOD, **change), last_effective_on=None)  # type: ignore[arg-type]

    failed = tuple(reason.code for reason in found.reasons if not reason.holds)
    assert (found.effective_visit, found.effective_customer, failed) == (visit, customer, why_not)


@pytest.mark.parametrize(
    ("days_ago", "new"), [(0, False), (1, False), (89, False), (90, True), (-1, False), (-90, True)]
)
def test_customer_is_new_once_in_the_window_whatever_the_order(days_ago: int, new: bool) -> None:
    found = verdict(GOOD, last_effective_on=DAY - timedelta(days=days_ago))

    assert (found.effective_customer, found.new_effective_customer) == (True, new)


def test_window_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="counting window"):
        verdict(GOOD, last_effective_on=None, window_days=0)


@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        (EvidenceFacts(), 0),
        (EvidenceFacts(position_in_range=True), 1),
        (EvidenceFacts(photo=True), 1),
        (EvidenceFacts(card=True, artefact=True), 1),
        (EvidenceFacts(position_in_range=True, photo=True), 2),
        (EvidenceFacts(position_in_range=True, card=True), 2),
        (EvidenceFacts(customer_confirmed=True), 3),
        (EvidenceFacts(customer_confirmed=True, position_in_range=True, photo=True), 3),
        (EvidenceFacts(customer_confirmed=True, artefact=True), 4),
        (EvidenceFacts(accompanied=True), 4),
    ],
)
def test_evidence_level_follows_the_table(evidence: EvidenceFacts, level: int) -> None:
    assert evidence_level(evidence) == EvidenceLevel(level)


evidences = st.builds(EvidenceFacts, *[st.booleans()] * 6)
visits = st.builds(
    VisitFacts,
    visited_on=st.just(DAY),
    roles_met=st.frozensets(st.sampled_from(ContactRole)),
    senior_met=st.booleans(),
    service_explained=st.booleans(),
    refusal=st.sampled_from(Refusal),
    advancement=st.sampled_from(Advancement),
    evidence=evidences,
)


@given(visits, st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)))
def test_verdict_and_its_reasons_never_disagree(facts: VisitFacts, last: date | None) -> None:
    found = verdict(facts, last_effective_on=last)

    decider = bool(facts.roles_met & {ContactRole.KP, ContactRole.INFLUENCER})
    advanced = facts.advancement is not Advancement.NONE
    assert found.effective_visit is (decider and facts.senior_met and advanced and found.evidence_level >= 1)
    assert found.effective_customer is (decider and facts.service_explained and facts.refusal is not Refusal.CLEAR)
    assert found.effective_visit is (found.why_not(Question.EFFECTIVE_VISIT) == ())
    assert found.effective_customer is (found.why_not(Question.EFFECTIVE_CUSTOMER) == ())
    assert found.effective_customer or not found.new_effective_customer


@given(evidences, st.sampled_from(EvidenceFacts.__slots__))
def test_more_evidence_never_lowers_the_level(evidence: EvidenceFacts, field: str) -> None:
    more = replace(evidence, **{field: True})

    assert evidence_level(more) >= evidence_level(evidence)
