from uuid import uuid4

import pytest

from tiejun.forecast.rules import Reason, ReviewKind, ReviewState
from tiejun.forecast.rules.daily import DayActuals, DayNumbers, Deal, drafted, judged
from tiejun.forecast.rules.reviewing import (
    PersonFacts,
    ReviewPolicy,
    evening_set,
    full_reviews_due,
    is_high,
    percentile,
)

POLICY = ReviewPolicy(multiplier=1.25, percentile=75, large_deal_minor=10_000_000, minutes=6, per_week=2)


def facts(**values):
    return PersonFacts(uuid4(), values.pop("name", "Lin"), **values)


@pytest.mark.parametrize(
    ("present", "due"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 2)], ids=["away", "one", "two", "three", "week"]
)
def test_full_reviews_are_pro_rated_by_the_days_present(present, due):
    assert full_reviews_due(present, 2) == due


def test_no_full_review_is_due_where_policy_asks_for_none():
    assert full_reviews_due(5, 0) == 0


@pytest.mark.parametrize(
    ("case", "high"),
    [
        ({"deals": 0, "median": 0.0}, False),
        ({"deals": 1, "median": None}, True),
        ({"deals": 1, "median": 1.0}, False),
        ({"deals": 2, "median": 1.0}, True),
        ({"deals": 0, "largest_minor": 10_000_000}, True),
    ],
)
def test_a_forecast_is_high_against_the_own_median_or_by_one_large_deal(case, high):
    assert is_high(facts(**case), 1.0, POLICY) is high


def test_a_forecast_below_the_team_is_not_high():
    assert not is_high(facts(deals=2, median=1.0), 3.0, POLICY)


def test_percentiles_are_interpolated():
    assert percentile([0, 1, 2, 3], 75) == 2.25
    assert percentile([], 75) == 0.0


def test_who_missed_or_is_high_or_has_no_backup_must_be_reviewed():
    people = [
        facts(name="calm", full_done=2),
        facts(name="missed", missed_result=True, full_done=2),
        facts(name="high", deals=4, median=1.0, full_done=2),
        facts(name="bare", deals=1, median=1.0, without_backup=1, full_done=2, evenings_left=5),
        facts(name="few visits", missed_process=True, full_done=2, evenings_left=5),
    ]

    queue = evening_set(people, POLICY)

    assert [(due.reasons[0], due.kind, due.minutes) for due in queue] == [
        (Reason.MISSED_RESULT, ReviewKind.FULL, 6),
        (Reason.HIGH, ReviewKind.FULL, 6),
        (Reason.NO_BACKUP, ReviewKind.SHORT, 3),
        (Reason.MISSED_PROCESS, ReviewKind.SHORT, 3),
    ]


def test_on_thursday_without_a_review_and_leave_on_friday_the_talk_is_tonight():
    person = facts(present_days=4, evenings_left=1, full_done=0)

    (due,) = evening_set([person], POLICY)

    assert (due.state, due.reasons) == (ReviewState.REQUIRED, (Reason.COVERAGE,))


def test_early_in_the_week_the_debt_is_spread_as_suggestions():
    people = [facts(name=f"p{number}", present_days=5, evenings_left=5) for number in range(10)]

    queue = evening_set(people, POLICY)

    assert [due.state for due in queue] == [ReviewState.SUGGESTED] * 4  # 20 owed in 5 evenings


def test_who_is_away_tonight_is_waived_and_named():
    away = facts(is_away=True, deals=5, median=1.0)

    (due,) = evening_set([away], POLICY)

    assert due.state is ReviewState.WAIVED


def test_who_was_carried_over_comes_first():
    people = [facts(name="a", missed_result=True), facts(name="b", was_carried=True)]

    assert evening_set(people, POLICY)[0].reasons[0] is Reason.CARRIED


def test_result_and_process_are_judged_apart():
    expected = DayNumbers(deals=1, amount_minor=0, visits=8, morning=3, effective=2)

    verdict = judged(expected, DayActuals(deals=1, amount_minor=0, visits=4, effective=2))

    assert (verdict.result_met, verdict.process_met) == (True, False)


def test_the_draft_takes_iron_deals_the_plan_and_the_own_rate():
    deals = [Deal(uuid4(), "A", 500_00), Deal(uuid4(), "A", 300_00), Deal(uuid4(), "B", 900_00)]

    numbers = drafted(deals, stops=9, floor_visits=8, floor_effective=2, effective_rate=0.4)

    assert numbers == DayNumbers(deals=2, amount_minor=800_00, visits=9, morning=3, effective=4)


def test_the_draft_without_a_plan_is_the_floor():
    assert drafted([], stops=0, floor_visits=4, floor_effective=1, effective_rate=0.0) == DayNumbers(0, 0, 4, 2, 1)


@pytest.mark.parametrize(
    ("deal", "lacks"),
    [
        (Deal(uuid4(), "A", 1), True),
        (Deal(uuid4(), "A", 1, None, uuid4()), False),
        (Deal(uuid4(), "A", 1, None, None, "call the dealer"), False),
        (Deal(uuid4(), "B", 1), False),
    ],
)
def test_a_class_a_deal_needs_a_backup(deal, lacks):
    assert deal.lacks_backup is lacks


def test_two_hundred_reviews_are_all_named_in_order_with_their_time():
    people = [
        facts(name=f"P{number:03}", missed_process=True, missed_result=number % 2 == 0, full_done=2)
        for number in range(200)
    ]

    queue = evening_set(people, POLICY)

    assert ([due.state for due in queue], sum(due.minutes for due in queue)) == ([ReviewState.REQUIRED] * 200, 900)
    assert all(Reason.MISSED_RESULT in due.reasons for due in queue[:100])
