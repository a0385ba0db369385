import random
from datetime import date, timedelta

import pytest

from tiejun.engines.forecast.coherence import rolled_up, spread
from tiejun.engines.forecast.commitments import judge
from tiejun.engines.forecast.counts import interval, predict
from tiejun.engines.forecast.scoring import accuracy, bias, calibration, high_and_accurate, signed_error
from tiejun.engines.forecast.terms import History, Reason

DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in range(20)]


def group(rates, periods=20, days=5.0, seed=1):
    chance = random.Random(seed)
    return [
        History(
            str(n),
            tuple(sum(chance.random() < rate / 10 for _ in range(10)) for _ in range(periods)),
            (days,) * periods,
        )
        for n, rate in enumerate(rates)
    ]


def test_a_long_history_speaks_for_itself_and_none_takes_the_groups():
    histories = [*group([4.0] * 4 + [1.0] * 4), History("new", (0,) * 20, (0.0,) * 20)]

    found = predict(histories, dict.fromkeys((one.key for one in histories), 20.0))

    assert found["0"].mean > 2.5 * found["7"].mean
    assert found["new"].own_share == 0
    assert found["7"].mean < found["new"].mean < found["0"].mean
    assert found["new"].reasons[0] is Reason.NO_HISTORY


def test_one_sale_says_little():
    histories = [*group([2.0] * 5), History("one", (0,) * 19 + (1,), (0.0,) * 19 + (5.0,))]

    found = predict(histories, {"one": 20.0})["one"]

    assert found.own_share < 0.5
    assert Reason.FEW_DEALS in found.reasons


def test_sixty_days_of_leave_are_no_weak_history():
    worked = History("away", (2,) * 8 + (0,) * 12, (5.0,) * 8 + (0.0,) * 12)
    found = predict([*group([2.0] * 5), worked], {"away": 20.0})["away"]

    assert 5 < found.mean < 11


def test_nobody_brings_anything_on_no_days():
    histories = group([2.0, 2.0])

    found = predict(histories, {})["0"]

    assert (found.mean, found.low, found.high, found.reasons) == (0.0, 0, 0, (Reason.NO_DAYS,))


def test_a_group_without_any_deal_expects_none():
    found = predict([History("a", (0,) * 10, (5.0,) * 10)], {"a": 20.0})["a"]

    assert (found.mean, found.low, found.high) == (0.0, 0, 0)


def test_intervals_hold_the_mean_and_grow_with_it():
    assert interval(4.0, 1e6)[0] <= 4 <= interval(4.0, 1e6)[1]
    assert interval(4.0, 2.0)[1] > interval(4.0, 1e6)[1]
    assert interval(2000.0, 50.0)[0] < 2000 < interval(2000.0, 50.0)[1]


def test_histories_of_different_length_are_refused():
    with pytest.raises(ValueError):
        predict([History("a", (1,), (5.0,)), History("b", (1, 2), (5.0, 5.0))], {})


def test_days_add_up_to_the_month_and_persons_to_the_company_exactly():
    chance = random.Random(3)
    totals = {f"rep{n}": chance.uniform(0, 9) for n in range(30)}
    bottom = {(rep, day): part for rep, total in totals.items() for day, part in spread(total, DAYS).items()}
    above = {rep: f"group{n % 3}" for n, rep in enumerate(totals)} | {f"group{n}": "company" for n in range(3)}

    sums = rolled_up(bottom, above.get)

    company = sum(part for (key, _), part in sums.items() if key == "company")
    assert company == sum(round(total * 1000) for total in totals.values())
    for day in DAYS:
        assert sums["company", day] == sum(sums[f"group{n}", day] for n in range(3))


def test_a_habit_is_no_alarm_and_a_leap_is():
    generous = {"a": [0.3, 0.28, 0.33, 0.31], "b": [0.0, 0.02, -0.03], "c": [-0.02, 0.01, 0.0]}

    assert not judge(13.0, 10.0, generous["a"], generous).is_flagged
    assert judge(20.0, 10.0, generous["b"], generous).is_flagged
    assert judge(5.0, 10.0, generous["b"], generous).is_flagged


def test_the_score_is_the_gonik_form():
    assert high_and_accurate(25, 25, 20) == 125
    assert high_and_accurate(25, 20, 20) == 112.5
    assert high_and_accurate(25, 30, 20) == 112.5
    assert high_and_accurate(0, 30, 20) == 0
    assert high_and_accurate(5, 5, 0) is None


def test_the_honest_number_scores_best_for_any_belief():
    belief = [3, 4, 4, 5, 5, 5, 6, 6, 7]  # median 5
    means = {said: sum(high_and_accurate(came, said, 6) for came in belief) for said in range(2, 10)}

    assert max(means, key=means.get) == 5


def test_errors_bias_and_accuracy():
    assert signed_error(8, 10) == pytest.approx(-0.2)
    assert signed_error(8, 0) is None
    assert bias([None, -0.2, 0.2, -0.3]) == pytest.approx(-0.1)
    assert bias([]) is None
    assert (accuracy(8, 10), accuracy(0, 0), accuracy(3, 0)) == (0.8, 1.0, 0.0)


def test_calibration_counts_the_intervals_that_held():
    held = calibration([(0, 2, 1), (0, 2, 3), (1, 4, 4), (2, 5, 2)])

    assert (held.held, held.count, held.share) == (3, 4, 0.75)
    assert held.low < 0.75 < held.high
    assert calibration([]) is None
