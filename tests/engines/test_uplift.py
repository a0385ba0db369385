from random import Random

import pytest

from tiejun.engines.uplift import Case, Course, Span, effect, effect_of, peers_of

OTHERS = tuple(Course(f"p{n}", Span(n * 4, 40), Span(n * 4 + 2, 40)) for n in range(10))


def coached(before=8, after=16, visits=40):
    return Course("c", Span(before, visits), Span(after, visits))


def test_peers_began_where_the_coached_person_did():
    assert [one.key for one in peers_of(Case(coached(before=8), OTHERS))] == ["p2", "p1", "p3", "p0", "p4"]


def test_the_uplift_is_what_is_left_of_the_change_after_the_peers_change():
    found = effect_of(Case(coached(before=8, after=16), OTHERS))

    assert (round(found.change, 3), round(found.peers_change, 3), round(found.uplift, 3)) == (0.2, 0.05, 0.15)


@pytest.mark.parametrize(
    "case",
    [
        Case(coached(visits=11), OTHERS),
        Case(coached(), OTHERS[:1]),
        Case(coached(), ()),
        Case(Course("c", Span(0, 40), Span(0, 5)), OTHERS),
    ],
    ids=["few visits", "one peer", "none", "few after"],
)
def test_what_says_nothing_is_left_out_and_counted(case):
    found = effect([case, Case(coached(), OTHERS)])

    assert (found.cases, found.left_out) == (1, 1)
    assert effect([case]).uplift is None


def test_a_coached_person_is_not_their_own_peer():
    assert "c" not in [one.key for one in peers_of(Case(coached(), (coached(), *OTHERS)))]


def simulated(random, uplift, cases=12):
    """A company whose shares wander; who is low gets coached, and gains `uplift`."""
    rates = [random.betavariate(6, 10) for _ in range(60)]

    def span(rate):
        visits = random.randint(60, 140)
        return Span(sum(random.random() < rate for _ in range(visits)), visits)

    before = [span(rate) for rate in rates]
    low = sorted(range(60), key=lambda n: before[n].share)[:24]
    chosen = set(random.sample(low, cases))
    after = [span(min(0.98, rate + (uplift if n in chosen else 0))) for n, rate in enumerate(rates)]
    courses = [Course(str(n), before[n], after[n]) for n in range(60)]
    others = tuple(courses[n] for n in range(60) if n not in chosen)
    return effect([Case(courses[n], others) for n in sorted(chosen)])


@pytest.mark.parametrize("uplift", [0.0, 0.1], ids=["none", "ten points"])
def test_the_interval_covers_what_is_true_though_the_low_ones_are_coached(uplift):
    random = Random(7)
    found = [simulated(random, uplift) for _ in range(60)]

    covered = sum(one.low <= uplift <= one.high for one in found) / len(found)
    bias = sum(one.uplift - uplift for one in found) / len(found)
    assert covered >= 0.75
    assert abs(bias) < 0.015
    naive = sum(one.change - uplift for one in found) / len(found)
    assert naive > 2 * abs(bias)


def test_the_same_cases_give_the_same_answer_in_any_order():
    cases = [Case(coached(before=n, after=n + 5), OTHERS) for n in range(4, 12)]

    one, other = effect(cases), effect(cases[::-1])
    assert (one.cases, round(one.uplift, 12)) == (other.cases, round(other.uplift, 12))
