"""Control limits: silent on chance, awake on what is not."""

from datetime import date, timedelta
from random import Random

import pytest

from tiejun.engines.control import RUN, Side, signal

MONDAY = date(2026, 1, 5)


def workdays(count):
    days = (MONDAY + timedelta(days=n) for n in range(count * 2))
    return [day for day in days if day.weekday() < 5][:count]


def story(count=40, seed=1, friday=1.0):
    chance = Random(seed)
    return [(day, chance.gauss(20, 3) * (friday if day.weekday() == 4 else 1)) for day in workdays(count)]


def test_an_ordinary_day_is_no_signal():
    assert signal([*story(40), (date(2026, 3, 2), 21.0)]) is None


@pytest.mark.parametrize(("value", "side"), [(60.0, Side.HIGH), (0.0, Side.LOW)])
def test_a_day_far_outside_is_one(value, side):
    found = signal([*story(40), (date(2026, 3, 2), value)])

    assert (found.side, found.value, found.days, found.day) == (side, value, 1, date(2026, 3, 2))
    assert found.limits.low < found.limits.middle < found.limits.high


def test_three_days_a_little_outside_are_one_and_two_are_not():
    quiet = story(40)
    after = workdays(44)[40:]
    low = [(day, 14.2) for day in after]

    assert signal([*quiet, *low[:2]]) is None
    assert signal([*quiet, *low[:3]]).days == RUN


def test_days_on_both_sides_are_no_run():
    quiet, after = story(40), workdays(44)[40:]

    assert signal([*quiet, *zip(after, (14.2, 26.4, 14.2), strict=False)]) is None


def test_a_weekday_that_is_always_low_is_usual():
    quiet = story(60, friday=0.3)
    friday = next(day for day in workdays(80)[60:] if day.weekday() == 4)
    thursday = friday - timedelta(days=1)

    assert signal([*quiet, (friday, 6.0)]) is None
    assert signal([*quiet, (thursday, 4.0)]) is not None


def test_few_days_and_a_flat_line_say_nothing():
    assert signal(story(20)) is None
    assert signal([(day, 5.0) for day in workdays(40)]) is None
    assert signal([(day, 0.0) for day in workdays(40)]) is None
    assert signal([]) is None


def test_chance_alone_hardly_ever_raises_a_hand():
    alarms = sum(signal(story(45, seed=seed)) is not None for seed in range(400))

    assert alarms <= 8  # of 400, with limits learned from 42 days each
