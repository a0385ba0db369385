from datetime import date

import pytest

from tiejun.engines.golden import Prior
from tiejun.forecast.queries.figures import _known_from
from tiejun.forecast.rules import Refusal
from tiejun.forecast.rules.charts import said_and_came
from tiejun.forecast.rules.months import (
    MonthState,
    Rates,
    SigningFacts,
    content_hash,
    deviation,
    sanction_in,
    taken_apart,
    why_not_sign,
)
from tiejun.pipeline.queries.sales import DaySales


def tree(deals, rate, *, signed=0, days=25, capacity=8):
    rates = Rates(signed=0, effective=0, visits=0, new_effective=0, group_rate=rate)
    return taken_apart(
        deals, signed=signed, rates=rates, prior=Prior(), days=days, capacity=capacity, hours=8, is_assumed=False
    )


def test_the_seeds_example_is_exactly_possible():
    found = tree(25, 1.0)

    assert (found.need, found.per_day, found.visits_per_day, found.morning, found.afternoon) == (200, 8, 8, 3, 5)
    assert (found.feasibility, found.is_possible, found.possible_deals, found.per_hour) == (1.0, True, 25, 1.0)


def test_twenty_five_deals_at_three_tenths_need_twenty_seven_visits_a_day():
    found = tree(25, 0.3)

    assert (found.visits_per_day, found.feasibility, found.is_possible, found.possible_deals) == (27, 0.3, False, 7)


def test_a_month_without_days_left_is_impossible_and_one_reached_is_done():
    assert not tree(5, 0.5, days=0).is_possible
    assert tree(5, 0.5, signed=5, days=0).is_possible


def test_rates_are_shrunk_to_the_groups():
    assert Rates(0, 0, visits=0, new_effective=0, group_rate=0.4).effective_rate == 0.4
    assert Rates(0, 0, visits=6000, new_effective=600, group_rate=0.4).effective_rate == pytest.approx(0.103, abs=0.001)


@pytest.mark.parametrize(
    ("deals", "months", "large"),
    [(10, [10, 9, 11], False), (14, [10, 9, 11], True), (14, [4, 16, 10], False), (2, [10], True), (6, [], False)],
    ids=["usual", "beyond", "moody", "new and low", "new and as expected"],
)
def test_a_number_deviates_from_three_months_or_from_what_is_expected(deals, months, large):
    assert deviation(deals, months, 6.0, share=0.3, sigmas=1.5).is_large is large


def facts(**changed):
    given = {
        "state": MonthState.TALKED, "is_possible": True, "has_support": False, "has_exception": False, "deviates": False,
        "explains": False, "plans_improvement": False, "texts": (),
    }  # fmt: skip
    return SigningFacts(**given | changed)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"state": MonthState.DRAFT}, Refusal.NOT_TALKED),
        ({"is_possible": False}, Refusal.IMPOSSIBLE_NUMBER),
        ({"is_possible": False, "has_support": True}, None),
        ({"is_possible": False, "has_exception": True}, None),
        ({"deviates": True}, Refusal.DEVIATION_UNEXPLAINED),
        ({"deviates": True, "explains": True}, Refusal.NO_IMPROVEMENT_PLAN),
        ({"deviates": True, "explains": True, "plans_improvement": True}, None),
        ({"texts": ("If I miss it I will resign",)}, Refusal.SANCTION_CLAUSE),
    ],
)
def test_what_stands_against_a_signature(changed, refusal):
    assert why_not_sign(facts(**changed)) is refusal


@pytest.mark.parametrize(
    "text",
    ["else 20 % are DEDUCTED  from my pay", "\u5b8c\u4e0d\u6210\u81ea\u613f \u79bb\u804c", "\u6263 \u5de5\u8d44"],
)
def test_threats_are_found(text):
    assert sanction_in(text)


@pytest.mark.parametrize("text", ["I feel fine about it", "raise the share of demos", ""])
def test_ordinary_words_are_no_threat(text):
    assert sanction_in(text) == ""


def test_the_same_content_has_the_same_hash():
    assert content_hash({"a": 1, "b": [2.5, "x"]}) == content_hash({"b": [2.5, "x"], "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


@pytest.mark.parametrize(
    ("first_deal", "known_from"),
    [(date(2026, 1, 20), date(2026, 1, 1)), (date(2026, 2, 20), date(2026, 2, 20)), (None, date(2026, 1, 1))],
)
def test_a_long_silence_before_the_first_deal_is_no_history(first_deal, known_from):
    sales = {("somebody", first_deal): DaySales(1)} if first_deal else {}

    assert _known_from(sales, date(2026, 1, 1)) == known_from


def test_among_many_bars_some_are_labelled_the_newest_always():
    bars = said_and_came([(f"{number:02d}", 2, 1) for number in range(12)]).bars

    assert [bar.label for bar in bars if bar.is_labelled] == ["01", "03", "05", "07", "09", "11"]
