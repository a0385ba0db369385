import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiejun.engines.sampling import (
    RULES,
    SIGNALS,
    Audited,
    AuditError,
    Candidate,
    Rates,
    Tally,
    commitment,
    detection_power,
    draw,
    estimate,
    fitted,
    posterior_logit,
    tally,
)

SEED = bytes(range(32))
RATES = Rates(random=0.03, risk=0.05)


def frame(count: int, seed: int = 1) -> list[Candidate]:
    chance = random.Random(seed)
    return [
        Candidate(f"v{n}", f"s{n % 7}", chance.choice([0.01, 0.02, 0.05, 0.3]), chance.random() < 0.5)
        for n in range(count)
    ]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=120), st.binary(min_size=32, max_size=32), st.randoms())
@settings(max_examples=60, deadline=None)
def test_every_visit_may_be_drawn_and_the_same_seed_draws_the_same_ones(risks, seed, chance) -> None:
    rows = [Candidate(str(n), str(n % 3), risk, risk > 0.5) for n, risk in enumerate(risks)]
    shuffled = list(rows)
    chance.shuffle(shuffled)

    first, again = draw(rows, seed=seed, rates=RATES), draw(shuffled, seed=seed, rates=RATES)

    assert first == again
    assert all(0 < row.probability <= 1 for row in first)


def test_another_seed_draws_other_ones_and_the_hash_tells_nothing_but_the_seed() -> None:
    rows = frame(400)
    one = {row.key for row in draw(rows, seed=SEED, rates=RATES) if row.part}
    other = {row.key for row in draw(rows, seed=b"x" * 32, rates=RATES) if row.part}

    assert one != other
    assert commitment(SEED) != commitment(b"x" * 32)


def test_the_stored_probability_is_how_often_a_visit_is_drawn() -> None:
    # A small frame drawn eight hundred times: ties at the edge, the floor and the random part all keep their promise.
    rows, times = frame(40), 800
    hits = dict.fromkeys((row.key for row in rows), 0)
    expected = dict.fromkeys(hits, 0.0)
    for number in range(times):
        for row in draw(rows, seed=number.to_bytes(32, "big"), rates=Rates(0.1, 0.07)):
            hits[row.key] += bool(row.part)
            expected[row.key] += row.probability

    wrong = {
        key: (hits[key], expected[key])
        for key in hits
        if abs(hits[key] - expected[key]) > 4.5 * (expected[key] + 1) ** 0.5
    }
    assert wrong == {}


def test_each_stratum_gets_its_share_of_the_random_part() -> None:
    rows = [Candidate(f"v{n}", f"s{n % 4}", 0.02, False) for n in range(800)]
    chosen = [row for row in draw(rows, seed=SEED, rates=Rates(0.05, 0.0)) if row.part == "RANDOM"]
    by_key = {row.key: row.stratum for row in rows}
    counts = [sum(by_key[row.key] == f"s{n}" for row in chosen) for n in range(4)]

    assert sum(counts) == 40
    assert all(9 <= count <= 11 for count in counts)


def test_the_model_begins_as_the_rules_and_learns_from_findings() -> None:
    assert dict(fitted([]).weights) == dict(RULES)
    bursts = [Audited(frozenset({"BURST"}), 0.0, is_untrue=False)] * 300
    photos = [Audited(frozenset({"SAME_PHOTO"}), 0.0, is_untrue=True)] * 40

    model = fitted([*bursts, *photos])

    assert model.weights["BURST"] < RULES["BURST"]
    assert model.weights["SAME_PHOTO"] > RULES["SAME_PHOTO"]
    assert model.risk({"SAME_PHOTO"}) > 0.5 > model.risk({"BURST"})


def test_a_person_without_audits_has_no_record() -> None:
    assert posterior_logit(0, 0) == 0
    assert posterior_logit(2, 5) > 0 > posterior_logit(0, 60)


def test_weights_undo_that_the_risky_are_looked_at_more_often() -> None:
    # 10 of 100 risky and 90 of 900 others are looked at by probabilities of 1 and 0.1; half the risky are untrue.
    found = tally([(1.0, n < 50) for n in range(100)] + [(0.1, False)] * 90)

    result = estimate(found, visits=1000)

    assert result is not None
    assert result.rate == pytest.approx(0.95)
    assert result.low < 0.95 <= result.high


def test_what_is_certain_and_the_sum_of_tallies() -> None:
    one, two = tally([(1.0, True), (0.5, False)]), tally([(0.25, True)])

    assert one + two == tally([(1.0, True), (0.5, False), (0.25, True)])
    assert estimate(Tally(certain=3), visits=3) is None
    assert estimate(Tally(), visits=0) is None


def test_the_error_of_the_audit_is_taken_out() -> None:
    found = tally([(0.5, n < 6) for n in range(100)])

    seen, corrected = estimate(found, visits=200), estimate(found, visits=200, error=AuditError(0.8, 0.98))

    assert seen is not None
    assert corrected is not None
    assert 1 - corrected.rate == pytest.approx((0.06 - 0.02) / 0.78)
    assert corrected.rate > seen.rate


def test_detection_power_of_the_worked_example() -> None:
    # Two invented of eight visits a day for a month, three per cent drawn.
    assert detection_power(0.03, invented_share=0.25, visits=168) == pytest.approx(0.718, abs=0.001)


def test_a_known_rate_is_recovered_within_its_interval() -> None:
    # A small world of the benchmark: one in eight invents visits, most carefully.
    covered, found, drawn, untrue, visits = 0, 0, 0, 0, 0
    for number in range(12):
        chance = random.Random(number)
        total, bad, result = Tally(), 0, 0
        for day in range(8):
            rows = []
            for rep in range(32):
                for visit in range(8):
                    invents = rep % 8 == 0 and chance.random() < 0.3
                    signs = frozenset(name for name in SIGNALS if chance.random() < (0.3 if invents else 0.06))
                    rows.append((f"{day}:{rep}:{visit}", signs, invents))
            model = fitted([])
            candidates = [Candidate(key, str(len(signs)), model.risk(signs), bool(signs)) for key, signs, _ in rows]
            parts = {row.key: row for row in draw(candidates, seed=f"{number}:{day}".encode().ljust(32), rates=RATES)}
            checked = [(parts[key].probability, invents) for key, _, invents in rows if parts[key].part]
            total += tally(checked)
            bad += sum(invents for _, _, invents in rows)
            result += len(rows)
            found, drawn = found + sum(invents for _, invents in checked), drawn + len(checked)
        known = estimate(total, visits=result)
        assert known is not None
        covered += known.low <= 1 - bad / result <= known.high
        untrue, visits = untrue + bad, visits + result

    assert covered >= 11
    assert found / drawn > 5 * untrue / visits
