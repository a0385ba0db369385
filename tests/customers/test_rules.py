from datetime import UTC, date, datetime, timedelta

import pytest

from tiejun.customers.rules import (
    ClassFacts,
    ClassPolicy,
    ClassRequest,
    Refusal,
    why_not_class,
    why_not_stage,
)

NOW = datetime(2026, 3, 11, 2, tzinfo=UTC)
TOMORROW = date(2026, 3, 12)
POLICY = ClassPolicy(next_workday=TOMORROW, renewals=2, step_within=timedelta(days=7))
READY = ClassFacts(current="-", has_kp=True, explained=True, renewal=0, is_supervisor=False)
SOON = NOW + timedelta(days=2)


def wish(closing_class: str = "A", **changes) -> ClassRequest:
    given = {"amount_minor": 100, "expected_on": TOMORROW} if closing_class == "A" else {}
    return ClassRequest(closing_class, **{**given, **changes})


def facts(**changes) -> ClassFacts:
    known = {"current": "-", "has_kp": True, "explained": True, "renewal": 0, "is_supervisor": False}
    return ClassFacts(**{**known, **changes})


@pytest.mark.parametrize(
    ("request_", "known", "refusal"),
    [
        (wish(), READY, None),
        (wish(), facts(has_kp=False), Refusal.A_NEEDS_KP),
        (wish(), facts(explained=False), Refusal.A_NEEDS_EXPLAINED_VISIT),
        (wish(amount_minor=0), READY, Refusal.A_NEEDS_AMOUNT),
        (wish(amount_minor=None), READY, Refusal.A_NEEDS_AMOUNT),
        (wish(expected_on=None), READY, Refusal.A_NEEDS_DAY),
        (wish(expected_on=date(2026, 3, 11)), READY, Refusal.A_DAY_IS_NOT_NEXT),
        (wish(), facts(current="A", renewal=2), None),
        (wish(), facts(current="B", renewal=3), Refusal.A_RENEWALS_USED_UP),
        (wish(), facts(current="B", renewal=3, is_supervisor=True), None),
        (wish("B"), READY, Refusal.B_NEEDS_NEXT_STEP),
        (wish("B", next_step_at=SOON), READY, None),
        (wish("B", next_step_at=NOW + timedelta(days=8)), READY, Refusal.B_STEP_IS_TOO_LATE),
        (wish("B", next_step_at=NOW), READY, Refusal.STEP_IS_PAST),
        (wish("C"), READY, Refusal.C_NEEDS_NEXT_STEP),
        (wish("C", next_step_at=NOW + timedelta(days=90)), READY, None),
        (wish("D"), READY, None),
        (wish("D"), facts(current="D"), Refusal.SAME_CLASS),
    ],
)
def test_why_not_class(request_, known, refusal) -> None:
    assert why_not_class(request_, known, POLICY, NOW) == refusal


@pytest.mark.parametrize(
    ("was", "to", "reason", "refusal"),
    [
        ("PROSPECT", "ACQUIRE", "", None),
        ("PROSPECT", "REFER", "", None),
        ("RETAIN", "ACTIVATE", "", Refusal.BACKWARD_NEEDS_REASON),
        ("RETAIN", "ACTIVATE", "contract ended", None),
        ("RETAIN", "RETAIN", "x", Refusal.SAME_STAGE),
    ],
)
def test_why_not_stage(was, to, reason, refusal) -> None:
    assert why_not_stage(was, to, reason) == refusal
