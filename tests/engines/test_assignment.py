from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.referee import greedy, objective_of, optimum
from tiejun.engines.assignment import apart, packing
from tiejun.engines.assignment.checking import violations
from tiejun.engines.assignment.measures import gini
from tiejun.engines.assignment.problem import (
    Anchor,
    AnchorKind,
    Answer,
    Lead,
    Patch,
    Problem,
    ReasonCode,
    Rep,
    Weights,
)
from tiejun.engines.assignment.solving import solved
from tiejun.engines.geo import DETOUR_FACTOR

INDUSTRIES = ("food", "retail", "law")
DISTRICTS = ("north", "south", "east")


def random_problem(seed: int, *, leads: int, reps: int, gini_most: float = 1.0, **weights: int) -> Problem:
    """Make a night with territories, pools, cool-downs, newcomers and lists of all lengths."""
    chance = Random(seed)
    made = tuple(
        Lead(
            key=f"lead{number:05}",
            chance=chance.choice((0.01, 0.03, 0.1)),
            deal_minor=chance.randrange(500_000, 4_000_000),
            pool=chance.choice(("open", "open", "own")),
            district=chance.choice(DISTRICTS),
            industry=chance.choice(INDUSTRIES),
            lng=120 + chance.random() * 0.3 if chance.random() < 0.9 else None,
            lat=30 + chance.random() * 0.3,
            is_fresh=chance.random() < 0.4,
            holders=chance.randrange(3),
        )
        for number in range(leads)
    )
    made = tuple(replace(lead, lat=None) if lead.lng is None else lead for lead in made)
    people = tuple(
        Rep(
            key=f"rep{number:03}",
            room=(room := chance.randrange(0, 12)),
            wanted=chance.randrange(0, room + 1),
            fresh_wanted=chance.randrange(0, room + 1) if chance.random() < 0.3 else 0,
            kept_worth_minor=chance.randrange(0, 200_000),
            pools=frozenset({"open", "own"}) if chance.random() < 0.5 else frozenset({"open"}),
            patches=(Patch(districts=frozenset({chance.choice(DISTRICTS)})),) if chance.random() < 0.4 else (),
            anchors=tuple(
                Anchor(AnchorKind.HELD, 120 + chance.random() * 0.3, 30 + chance.random() * 0.3, "anchor")
                for _ in range(chance.randrange(3))
            ),
            factors={name: chance.uniform(0.5, 2) for name in INDUSTRIES},
            barred=frozenset(chance.sample([lead.key for lead in made], min(3, leads))),
        )
        for number in range(reps)
    )
    return Problem(made, people, Weights(gini_most=gini_most, **weights), seed)


def pairs_of(problem: Problem) -> list[tuple[int, int, int]]:
    """List the allowed pairs with their values, computed the plain way."""
    placed = [lead.lat for lead in problem.leads if lead.lat is not None]
    wide = 111.195 * math.cos(math.radians(sum(placed) / len(placed))) if placed else 111.195
    found = []
    for place, lead in enumerate(problem.leads):
        for number, rep in enumerate(problem.reps):
            inside = not rep.patches or any(p.holds(lead.district, lead.building, lead.segment) for p in rep.patches)
            if not rep.room or lead.pool not in rep.pools or not inside or lead.key in rep.barred:
                continue
            minutes = float(problem.weights.unknown_minutes)
            if rep.anchors and lead.lng is not None and lead.lat is not None:
                nearest = min(math.hypot((lead.lng - a.lng) * wide, (lead.lat - a.lat) * 111.195) for a in rep.anchors)
                minutes = min(round(nearest * DETOUR_FACTOR / problem.weights.speed_kmh * 60), 120)
            worth = lead.chance * lead.deal_minor * rep.factors.get(lead.industry, 1.0)
            found.append((place, number, round(worth - minutes * problem.weights.minute_minor)))
    return found


@given(st.integers(0, 10_000))
def test_small_nights_are_solved_to_the_optimum_of_an_independent_referee(seed: int) -> None:
    problem = random_problem(seed, leads=25, reps=6)
    pairs = pairs_of(problem)
    if not pairs:
        return

    answer = solved(problem)

    best = optimum(problem, pairs)
    reached = objective_of(problem, answer, [value for _lead, _rep, value in pairs])
    assert violations(problem, answer) == []
    # Both round to whole minor units; a tie of rounding may lie one unit apart on each pick.
    assert reached == pytest.approx(best.objective, rel=1e-5, abs=30)


def test_a_medium_night_is_the_optimum_and_better_than_greedy() -> None:
    problem = random_problem(7, leads=900, reps=60)
    problem = replace(
        problem, reps=tuple(replace(rep, room=15, wanted=5, fresh_wanted=0, patches=()) for rep in problem.reps)
    )
    pairs = pairs_of(problem)

    answer = solved(problem)

    best = optimum(problem, pairs)
    assert violations(problem, answer) == []
    assert answer.figures.pairs == len(pairs)
    assert answer.figures.value_minor >= 0.999 * best.value
    assert answer.figures.value_minor > 1.005 * greedy(problem, pairs)


def test_when_pairs_are_too_many_the_best_are_kept_and_little_is_lost() -> None:
    problem = random_problem(11, leads=1200, reps=80)
    problem = replace(problem, reps=tuple(replace(rep, room=15, wanted=8, fresh_wanted=0) for rep in problem.reps))
    sparse = replace(problem, weights=Weights(all_pairs=1000, per_rep=40, per_lead=12))

    whole, thinned = solved(problem), solved(sparse)

    assert violations(sparse, thinned) == []
    assert thinned.figures.pairs < whole.figures.pairs / 2
    assert thinned.figures.value_minor >= 0.98 * whole.figures.value_minor
    assert sum(share.short for share in thinned.shares) == sum(share.short for share in whole.shares)


def test_the_bound_on_gini_is_kept_and_its_price_told() -> None:
    problem = random_problem(3, leads=900, reps=24)
    problem = replace(
        problem,
        reps=tuple(
            replace(rep, room=20, wanted=20, fresh_wanted=0, kept_worth_minor=0, patches=(), pools=frozenset({"open"}))
            for rep in problem.reps
        ),
    )
    free = solved(problem)

    even = solved(replace(problem, weights=Weights(gini_most=0.06, rounds=20)))

    assert free.figures.gini > 0.06
    assert (even.figures.is_fair, even.figures.gini <= 0.06) == (True, True)
    assert even.figures.gini == pytest.approx(gini(share.worth_minor for share in even.shares), abs=0.001)
    assert even.figures.gini_before == free.figures.gini
    assert free.figures.value_minor * 0.88 < even.figures.value_minor <= even.figures.without_fairness_minor
    assert even.figures.without_fairness_minor == free.figures.value_minor


def test_floors_go_before_value_and_a_shortage_is_told() -> None:
    leads = tuple(Lead(key=f"l{n}", chance=0.1, deal_minor=1000 * (n + 1), pool="p") for n in range(5))
    star = Rep(key="star", room=5, wanted=1, pools=frozenset({"p"}), factors={"": 2.0})
    plain = Rep(key="plain", room=4, wanted=3, pools=frozenset({"p"}))
    third = Rep(key="third", room=4, wanted=3, pools=frozenset({"p"}))

    answer = solved(Problem(leads, (star, plain, third), Weights(minute_minor=0), 1))

    given = {share.rep: (share.given, share.short) for share in answer.shares}
    assert given["star"] == (1, 0)
    assert sorted((given["plain"], given["third"])) == [(1, 2), (3, 0)] or sorted((given["plain"], given["third"])) == [
        (2, 1),
        (2, 1),
    ]
    assert sum(share.short for share in answer.shares) == 2


def test_a_newcomer_s_fresh_share_goes_before_value() -> None:
    stale = tuple(Lead(key=f"s{n}", chance=0.1, deal_minor=90_000, pool="p", is_fresh=False) for n in range(6))
    fresh = tuple(Lead(key=f"f{n}", chance=0.1, deal_minor=10_000, pool="p") for n in range(6))
    rep = Rep(key="new", room=5, wanted=5, fresh_wanted=3, pools=frozenset({"p"}))

    answer = solved(Problem(stale + fresh, (rep,), Weights(minute_minor=0), 1))

    assert (answer.shares[0].fresh, answer.shares[0].fresh_short, answer.shares[0].given) == (3, 0, 5)
    newcomer = [p for p in answer.picks if any(r.code is ReasonCode.NEWCOMER_SHARE for r in p.reasons)]
    assert len(newcomer) == 3


def test_the_same_problem_has_the_same_answer_in_any_order_and_in_another_process() -> None:
    problem = random_problem(5, leads=60, reps=8, gini_most=0.1)
    shuffled = replace(problem, leads=problem.leads[::-1], reps=problem.reps)

    answers = [packing.packed(solved(each)) for each in (problem, problem, shuffled)]
    away = apart.solved_apart(packing.packed(problem))

    assert len({*answers, away}) == 1
    assert packing.packed(solved(replace(problem, seed=6))) != b""


def test_packing_keeps_everything() -> None:
    problem = random_problem(8, leads=20, reps=4)
    answer = solved(problem)

    assert packing.unpacked_problem(packing.packed(problem)) == problem
    assert packing.unpacked_answer(packing.packed(answer)) == answer
    assert packing.digest(packing.packed(problem)) != packing.digest(packing.packed(replace(problem, seed=1)))


def test_reasons_tell_place_industry_and_the_lead_s_own_merits() -> None:
    lead = Lead(
        key="l", chance=0.1, deal_minor=10**6, pool="p", building="b1", industry="food", intent="HIGH",
        lng=120.0, lat=30.0, holders=0, age_days=20,
    )  # fmt: skip
    near = Anchor(AnchorKind.A_CLASS, 120.002, 30.0, "Golden Tea")
    rep = Rep(key="r", room=1, pools=frozenset({"p"}), anchors=(near,), factors={"food": 1.4, "law": 1.0})
    roof = replace(rep, key="s", anchors=(Anchor(AnchorKind.HELD, 120.5, 30.0, "Same Roof", "b1"),), factors={})
    lone = Rep(key="t", room=1, pools=frozenset({"p"}))
    old = replace(lead, is_fresh=False, intent="LOW", age_days=None, building="")

    told = [
        [
            (reason.code.value, dict(reason.facts))
            for reason in solved(Problem((which,), (who,), Weights(), 1)).picks[0].reasons
        ]
        for which, who in ((lead, rep), (lead, roof), (old, lone))
    ]

    assert told == [
        [
            ("NEAR_A_CLASS", {"minutes": 1, "name": "Golden Tea"}),
            ("BEST_INDUSTRY", {"industry": "food", "percent": 40}),
            ("HIGH_INTENT", {}),
            ("NEVER_CONTACTED", {}),
        ],
        [("SAME_BUILDING", {"name": "Same Roof"}), ("HIGH_INTENT", {}), ("NEVER_CONTACTED", {}), ("NEW_COMPANY", {"days": 20})],
        [("BEST_FREE", {})],
    ]  # fmt: skip


def planted_faults() -> list[tuple[str, Problem, Answer]]:
    problem = random_problem(9, leads=40, reps=6)
    answer = solved(problem)
    pick = answer.picks[0]
    rep = next(rep for rep in problem.reps if rep.key == pick.rep)
    others = tuple(each for each in problem.reps if each.key != rep.key)

    def with_rep(**changes: object) -> Problem:
        return replace(problem, reps=(*others, replace(rep, **changes)))  # type: ignore[arg-type]

    return [
        ("outside the person's pools", with_rep(pools=frozenset()), answer),
        ("outside the territory", with_rep(patches=(Patch(districts=frozenset({"moon"})),)), answer),
        ("under a cool-down", with_rep(barred=frozenset({pick.lead})), answer),
        ("room for 0", with_rep(room=0), answer),
        ("given 2 times", problem, replace(answer, picks=(*answer.picks, answer.picks[0]))),
        ("not in the problem", problem, replace(answer, picks=(*answer.picks, replace(pick, lead="ghost")))),
        ("no reason", problem, replace(answer, picks=(replace(pick, reasons=()), *answer.picks[1:]))),
        ("told a value", problem, replace(answer, figures=replace(answer.figures, value_minor=1))),
    ]


@pytest.mark.parametrize("number", range(8))
def test_the_checker_finds_each_planted_fault(number: int) -> None:
    fault, problem, answer = planted_faults()[number]

    assert any(fault in found for found in violations(problem, answer))


@pytest.mark.parametrize(
    ("amounts", "expected"), [([], 0), ([0, 0], 0), ([5, 5, 5], 0), ([0, 0, 0, 12], 0.75), ([1, 3], 0.25)]
)
def test_gini(amounts: list[int], expected: float) -> None:
    assert gini(amounts) == pytest.approx(expected)


def test_nothing_to_give_is_an_answer_too() -> None:
    rep = Rep(key="r", room=3, wanted=2, pools=frozenset({"p"}))
    lead = Lead(key="l", chance=0.1, deal_minor=10, pool="other")

    answers = [
        solved(Problem(leads, reps, Weights(), 1)) for leads, reps in (((), (rep,)), ((lead,), ()), ((lead,), (rep,)))
    ]

    assert [len(answer.picks) for answer in answers] == [0, 0, 0]
    assert [share.short for share in answers[2].shares] == [2]


def test_a_process_that_fails_says_what_it_said_last() -> None:
    with pytest.raises(apart.SolvingFailed) as failed:
        apart.solved_apart(b"no problem")

    assert "JSONDecodeError" in failed.value.told


def test_who_asks_for_a_solution_does_not_load_the_solver() -> None:
    light = "tiejun.engines.assignment."
    names = [f"{light}{name}" for name in ("apart", "packing", "problem", "checking", "measures")]
    script = f"import sys, importlib; [importlib.import_module(n) for n in {names}]; print({{'numpy', 'ortools'}} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
