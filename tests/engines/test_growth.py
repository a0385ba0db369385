"""The growth equation: exact, complete, and fair in Shapley's sense."""

from fractions import Fraction
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tiejun.engines.growth import FACTORS, Counts, Factor, attribution, factors, settled, total
from tiejun.engines.growth import _revenue as revenue

leads = st.integers(0, 10**6)
COUNTS = st.builds(
    lambda received, share, late, existing, orders, net: Counts(
        received, received * share // 100, late, existing, orders, net
    ),
    leads,
    st.integers(0, 100),
    st.integers(0, 10**4),
    st.integers(0, 10**6),
    st.integers(-5, 10**6),
    st.integers(-(10**12), 10**14),
)


@given(COUNTS)
def test_the_factors_multiply_to_what_was_counted(counts):
    known = factors(counts)

    if all(known[factor] is not None for factor in FACTORS) and not counts.outside_minor:
        assert revenue(known) == counts.net_minor


@given(COUNTS, COUNTS)
def test_the_shares_sum_to_the_change_to_the_last_fen(before, after):
    assert sum(attribution(before, after).values()) == after.net_minor - before.net_minor


@given(COUNTS, COUNTS)
def test_there_and_back_is_nothing(before, after):
    there, back = attribution(before, after), attribution(after, before)

    assert all(abs(there[factor] + back[factor]) <= 1 for factor in Factor)  # each way is rounded by itself


@given(COUNTS)
def test_what_did_not_change_adds_nothing(counts):
    assert set(attribution(counts, counts).values()) == {0}


def test_a_share_is_the_mean_over_all_orders_of_change():
    before, after = Counts(100, 10, 5, 35, 75, 9_000_000), Counts(140, 7, 9, 35, 102, 10_404_000)
    was, came = factors(before), factors(after)
    expected = dict.fromkeys(FACTORS, Fraction(0))
    orders = list(permutations(FACTORS))
    for order in orders:
        world = dict(was)
        for factor in order:
            earlier = revenue(world)
            world[factor] = came[factor]
            expected[factor] += (revenue(world) - earlier) / len(orders)

    found = attribution(before, after)

    assert all(abs(found[factor] - expected[factor]) < 1 for factor in FACTORS)
    assert found[Factor.LEADS] > 0 > found[Factor.CONVERSION]
    assert found[Factor.OUTSIDE] == 0


def test_one_factor_alone_takes_the_whole_change():
    before, after = Counts(0, 0, 0, 10, 20, 2_000), Counts(0, 0, 0, 10, 20, 3_000)

    assert attribution(before, after)[Factor.VALUE] == 1_000


def test_a_period_without_leads_says_nothing_of_conversion():
    before, after = Counts(0, 0, 0, 10, 10, 1_000), Counts(50, 5, 0, 10, 15, 1_500)

    found = attribution(before, after)

    assert factors(before)[Factor.CONVERSION] is None
    assert found[Factor.CONVERSION] == 0
    assert found[Factor.LEADS] == 500


def test_money_without_an_order_stands_outside():
    before, after = Counts(10, 1, 0, 5, 6, 600), Counts(10, 1, 0, 5, 0, -200)

    found = attribution(before, after)

    assert after.outside_minor == found[Factor.OUTSIDE] == -200
    assert found[Factor.FREQUENCY] == -600


def test_parts_sum_to_the_whole():
    assert total([Counts(1, 1, 2, 3, 4, 5), Counts(10, 1, 20, 30, 40, 50)]) == Counts(11, 2, 22, 33, 44, 55)
    assert total([]) == Counts()


def test_a_part_without_leads_has_late_buyers_alone():
    assert settled(Counts(0, 3, 1, 2, 6, 600)) == Counts(0, 0, 4, 2, 6, 600)
    assert settled(Counts(9, 3, 1, 2, 6, 600)) == Counts(9, 3, 1, 2, 6, 600)
