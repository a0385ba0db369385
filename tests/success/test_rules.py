"""Where customers stand by the facts: stages, health, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from tiejun.success.rules import (
    HandoverState,
    Refusal,
    Step,
    Usage,
    is_complaint,
    why_not_hand_over,
    why_not_receive,
)
from tiejun.success.rules.life import (
    HealthPolicy,
    LifeFacts,
    RunningOrder,
    Signal,
    Standing,
    Trial,
    health_of,
    stage_dates,
    stage_of,
)

TODAY = date(2026, 3, 11)
ANN, BEA = UUID(int=1), UUID(int=2)
POLICY = HealthPolicy(
    points={
        Signal.LATE_ANSWER: 20, Signal.COMPLAINT: 20, Signal.OVERDUE: 25, Signal.UNHAPPY: 25, Signal.UNUSED: 25,
        Signal.NOT_HANDED: 10, Signal.SILENT: 20, Signal.ENDING: 10, Signal.TRIAL_OVER: 15,
    },
    silent_days=30, renewal_days=60, unhappy_at=6, retain_days=60, trial_days=30, at_risk_below=60, watch_below=85,
)  # fmt: skip


def ago(days):
    return TODAY - timedelta(days=days)


def order(days, *, ends_in=None, is_renewed=False):
    ends_on = None if ends_in is None else TODAY + timedelta(days=ends_in)
    return RunningOrder(UUID(int=days + 1), f"O{days}", ago(days), ends_on, is_renewed)


def taste(days):
    return replace(order(days), is_trial=True)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        (LifeFacts(), "PROSPECT"),
        (LifeFacts((order(5),)), "ACQUIRE"),
        (LifeFacts((order(5),), steps={Step.HELP: ago(2)}), "ACQUIRE"),
        (LifeFacts((order(5),), steps={Step.TRAIN: ago(2)}), "ACTIVATE"),
        (LifeFacts((order(5),), used_since=ago(1)), "ACTIVATE"),
        (LifeFacts((order(59),), used_since=ago(50)), "ACTIVATE"),
        (LifeFacts((order(60),), used_since=ago(50)), "RETAIN"),
        (LifeFacts((order(90),)), "ACQUIRE"),
        (LifeFacts((order(90), order(3))), "EXPAND"),
        (LifeFacts((order(9),), referred_on=ago(1)), "REFER"),
        (LifeFacts((), referred_on=ago(1)), "PROSPECT"),
        (LifeFacts((taste(5),)), "ACTIVATE"),
        (LifeFacts((taste(200),), used_since=ago(190)), "ACTIVATE"),
        (LifeFacts((taste(90), order(20))), "ACTIVATE"),
        (LifeFacts((taste(90), order(60))), "RETAIN"),
        (LifeFacts((taste(90), order(60), order(3))), "EXPAND"),
    ],
    ids=[
        "nothing signed", "signed", "helped", "trained", "used", "too early to be kept", "kept", "long but idle", "again",
        "referring", "referring without a signature", "tried", "tries for ever", "led on", "led on and kept", "led on and more",
    ],
)  # fmt: skip
def test_the_stage_is_the_furthest_that_a_fact_proves(facts, stage):
    assert stage_of(stage_dates(facts, POLICY, TODAY)) == stage


def test_a_trial_is_what_somebody_began_with_and_asks_for_the_full_service_after_its_days():
    full, before = order(2), order(50)
    assert LifeFacts((taste(9), taste(4), full)).trial == Trial(taste(9), full)
    assert LifeFacts((before, taste(9))).trial is None
    assert Signal.TRIAL_OVER not in {one.kind for one in health_of(LifeFacts((taste(30),)), POLICY, TODAY).signals}
    late = health_of(LifeFacts((taste(35),), last_contact_on=TODAY), POLICY, TODAY).signals
    assert [(one.kind, one.points, one.measure) for one in late] == [(Signal.TRIAL_OVER, 15, 5)]
    assert not health_of(LifeFacts((taste(35), full), last_contact_on=TODAY), POLICY, TODAY).signals


def test_each_stage_says_since_when():
    facts = LifeFacts((order(100), order(20)), steps={Step.TRAIN: ago(80)}, used_since=ago(70), referred_on=ago(4))

    assert stage_dates(facts, POLICY, TODAY) == {
        "ACQUIRE": ago(100), "ACTIVATE": ago(80), "RETAIN": ago(40), "EXPAND": ago(20), "REFER": ago(4),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "score", "standing", "signals"),
    [
        (LifeFacts((order(5),)), 100, Standing.WELL, []),
        (LifeFacts((order(31),)), 80, Standing.WATCH, [(Signal.SILENT, 31)]),
        (LifeFacts((order(31),), last_contact_on=ago(30)), 100, Standing.WELL, []),
        (LifeFacts((order(5),), overdue_days=3), 75, Standing.WATCH, [(Signal.OVERDUE, 3)]),
        (LifeFacts((order(5),), score=7), 100, Standing.WELL, []),
        (LifeFacts((order(5),), score=6), 75, Standing.WATCH, [(Signal.UNHAPPY, 6)]),
        (LifeFacts((order(5),), usage=Usage.WEEKLY), 100, Standing.WELL, []),
        (LifeFacts((order(5),), usage=Usage.NONE), 75, Standing.WATCH, [(Signal.UNUSED, 0)]),
        (LifeFacts((order(5, ends_in=60),)), 90, Standing.WELL, [(Signal.ENDING, 60)]),
        (LifeFacts((order(5, ends_in=61),)), 100, Standing.WELL, []),
        (LifeFacts((order(5, ends_in=9, is_renewed=True),)), 100, Standing.WELL, []),
        (LifeFacts((order(5, ends_in=-2),)), 90, Standing.WELL, [(Signal.ENDING, -2)]),
        (
            LifeFacts((order(5),), complaints=2, late_complaints=1, overdue_days=9),
            35, Standing.AT_RISK, [(Signal.OVERDUE, 9), (Signal.LATE_ANSWER, 1), (Signal.COMPLAINT, 2)],
        ),
    ],
)  # fmt: skip
def test_health_is_full_less_the_points_of_each_signal(facts, score, standing, signals):
    found = health_of(facts, POLICY, TODAY)

    assert (found.score, found.standing) == (score, standing)
    assert [(one.kind, one.measure) for one in found.signals] == signals


def test_the_score_never_falls_below_nothing():
    facts = LifeFacts(
        (order(90, ends_in=1),), complaints=1, late_complaints=1, overdue_days=1, score=0, usage=Usage.NONE,
        handover_days_late=3,
    )  # fmt: skip

    assert health_of(facts, POLICY, TODAY).score == 0


def state(*, handed=False, received=False, over=False, receiver=None):
    return HandoverState(handed, received, over, receiver)


@pytest.mark.parametrize(
    ("found", "receiver", "refusal"),
    [
        (state(), BEA, None),
        (state(), ANN, Refusal.RECEIVE_FROM_ONESELF),
        (state(handed=True, receiver=BEA), BEA, Refusal.HANDED_OVER),
        (state(handed=True, received=True, receiver=BEA), BEA, Refusal.RECEIVED),
        (state(over=True), BEA, Refusal.ORDER_OVER),
    ],
)
def test_why_a_customer_is_not_handed_over(found, receiver, refusal):
    assert why_not_hand_over(found, receiver_id=receiver, by_id=ANN) == refusal


@pytest.mark.parametrize(
    ("found", "refusal"),
    [
        (state(handed=True, receiver=ANN), None),
        (state(handed=True, receiver=BEA), Refusal.NOT_THE_RECEIVER),
        (state(), Refusal.NOT_HANDED_OVER),
        (state(handed=True, received=True, receiver=ANN), Refusal.RECEIVED),
    ],
)
def test_why_a_customer_is_not_received(found, refusal):
    assert why_not_receive(found, by_id=ANN) == refusal


@pytest.mark.parametrize(("score", "expected"), [(0, True), (6, True), (7, False), (10, False)])
def test_a_low_score_is_seen_to(score, expected):
    assert is_complaint(score, unhappy_at=6) is expected
