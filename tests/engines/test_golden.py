import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiejun.engines.golden import (
    GoldenRatio,
    GoldenReason,
    Need,
    Prior,
    customers_needed,
    day_need,
    golden_ratio,
)


def test_ratio_without_data_is_the_seed_rule_of_eight() -> None:
    assert golden_ratio(signed=0, effective_customers=0) == GoldenRatio(
        p=0.125, ratio=8.0, signed=0, effective_customers=0, prior=Prior(5.0, 35.0)
    )


def test_ratio_moves_from_the_prior_towards_the_data() -> None:
    found = golden_ratio(signed=20, effective_customers=80)

    assert found.p == pytest.approx(25 / 120)
    assert found.ratio == pytest.approx(4.8)


def test_seed_example_25_deals_is_8_a_day_in_3_and_5() -> None:
    need = customers_needed(target=25, signed=0, p=1 / 8)

    assert need == 200
    assert day_need(need=need, remaining_days=25, effective_rate=1.0, capacity=8) == Need(
        need=200,
        per_day=8,
        visits_per_day=8,
        morning=3,
        afternoon=5,
        feasibility=1.0,
        reason=GoldenReason.WITHIN_CAPACITY,
    )


def test_seed_example_at_30_percent_needs_27_visits_a_day() -> None:
    found = day_need(need=200, remaining_days=25, effective_rate=0.3, capacity=8)

    assert (found.visits_per_day, found.morning, found.afternoon) == (27, 10, 17)
    assert found.feasibility == pytest.approx(0.30)
    assert (found.possible, found.reason) == (False, GoldenReason.ABOVE_CAPACITY)


def test_need_counts_signed_and_open_customers() -> None:
    assert customers_needed(target=25, signed=10, open_chances=[0.5, 0.25, 0.25], p=1 / 8) == 112


def test_nothing_is_needed_once_the_target_is_reached() -> None:
    need = customers_needed(target=5, signed=6, p=1 / 8)

    found = day_need(need=need, remaining_days=3, effective_rate=0.3, capacity=8)

    assert found == Need(0, 0, 0, 0, 0, math.inf, GoldenReason.TARGET_REACHED)


@pytest.mark.parametrize(
    ("days", "rate", "reason"),
    [(0, 0.3, GoldenReason.NO_DAYS_LEFT), (5, 0.0, GoldenReason.NO_EFFECTIVE_RATE)],
)
def test_impossible_days_are_named(days: int, rate: float, reason: GoldenReason) -> None:
    found = day_need(need=10, remaining_days=days, effective_rate=rate, capacity=8)

    assert (found.visits_per_day, found.feasibility, found.reason) == (None, 0.0, reason)


@pytest.mark.parametrize(("signed", "effective"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(signed: int, effective: int) -> None:
    with pytest.raises(ValueError, match="signed"):
        golden_ratio(signed=signed, effective_customers=effective)


@given(st.integers(1, 5000), st.integers(1, 31), st.floats(0.01, 1.0), st.integers(1, 60))
def test_visits_of_every_day_together_cover_the_need(need: int, days: int, rate: float, capacity: int) -> None:
    found = day_need(need=need, remaining_days=days, effective_rate=rate, capacity=capacity)

    assert found.per_day is not None
    assert found.visits_per_day is not None
    assert found.morning is not None
    assert found.afternoon is not None
    assert found.per_day * days >= need > (found.per_day - 1) * days
    assert found.visits_per_day * rate * days >= need * (1 - 1e-8)
    assert found.morning + found.afternoon == found.visits_per_day
    assert found.visits_per_day <= capacity or not found.possible
    assert found.possible is (found.reason is GoldenReason.WITHIN_CAPACITY)


@given(st.integers(0, 200), st.integers(0, 200))
def test_one_more_signed_customer_always_raises_the_chance(signed: int, more: int) -> None:
    effective = signed + more + 1

    low = golden_ratio(signed=signed, effective_customers=effective)
    high = golden_ratio(signed=signed + 1, effective_customers=effective)

    assert 0 < low.p < high.p < 1
