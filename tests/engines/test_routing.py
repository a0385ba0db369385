import json
import random
from dataclasses import replace
from itertools import permutations

import pytest

from tiejun.engines.routing import apart
from tiejun.engines.routing.checking import lost, violations
from tiejun.engines.routing.packing import digest, packed, unpacked
from tiejun.engines.routing.problem import Lunch, MissingReason, Problem, Roads, Shape, Stop
from tiejun.engines.routing.solving import answered, greedy, ordered
from tiejun.engines.routing.timetable import timed

PACE = tuple(1.5 if hour < 7 else 0.7 if hour in (8, 17) else 1.0 for hour in range(24))


def roads(places: list[tuple[float, float]], **more) -> Roads:
    """Minutes by straight lines between stops, a start and a finish at the origin; going west costs a fifth more."""
    spots = [*places, (0.0, 0.0), (0.0, 0.0)]
    drive = tuple(
        tuple(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 * (1.2 if b[0] < a[0] else 1.0) for b in spots)
        for a in spots
    )
    return Roads(drive, **more)


def a_day(seed: int, size: int, *, paced: bool = False, required: int = 0, rounds: int = 0) -> Problem:
    dice = random.Random(seed)
    windows = [(), ((540.0, 700.0),), ((560.0, 690.0), (800.0, 1000.0)), ((900.0, 930.0),)]
    stops = tuple(
        Stop(str(n), dice.choice([20, 30, 45]), dice.randint(20, 200), dice.choice(windows), n < required)
        for n in range(size)
    )
    places = [(dice.uniform(-20, 20), dice.uniform(-20, 20)) for _ in range(size)]
    ways = roads(places, pace=PACE, park=3.0) if paced else roads(places)
    return Problem(stops, ways, 540.0, 1000.0, Lunch(690, 780, 60), seed=seed, rounds=rounds)


def best_by_trying(problem: Problem) -> float:
    keys = [stop.key for stop in problem.stops]
    values = {stop.key: stop.value for stop in problem.stops}
    orders = (order for size in range(len(keys) + 1) for order in permutations(keys, size))
    good = (order for order in orders if not violations(problem, timed(problem, order)))
    return max(sum(values[key] for key in order) for order in good)


@pytest.mark.parametrize("seed", range(4))
def test_the_search_finds_what_trying_every_order_finds(seed: int) -> None:
    problem = a_day(seed, 5, paced=seed % 2 == 1)

    found = answered(problem, ordered(problem, rounds=150), "search")

    assert found.value == best_by_trying(problem)


@pytest.mark.parametrize("seed", range(8))
def test_every_day_passes_the_independent_check_and_the_search_is_never_worse_than_greedy(seed: int) -> None:
    problem = a_day(seed, 24, paced=seed % 2 == 0, required=2)

    first, found = greedy(problem), answered(problem, ordered(problem, rounds=60), "search")

    for answer in (first, found):
        day = timed(problem, answer.order)
        assert violations(problem, day) == []
        assert lost(problem, day, tuple(missing.key for missing in answer.missing)) == []
    assert (len(found.missing), -found.value) <= (len(first.missing), -first.value)


def test_the_same_seed_has_the_same_day_and_another_hand_over_of_the_problem_changes_nothing() -> None:
    problem = a_day(3, 20, paced=True, rounds=40)

    again = unpacked(packed(problem))

    assert (again, digest(again)) == (problem, digest(problem))
    assert ordered(again, rounds=40) == ordered(problem, rounds=40)
    assert digest(replace(problem, seed=4)) != digest(problem)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda day: replace(day, stops=day.stops[::-1]), "before one can be there"),
        (
            lambda day: replace(day, stops=(replace(day.stops[0], starts=541.0), *day.stops[1:])),
            "before one can be there",
        ),
        (lambda day: replace(day, lunch_at=600.0), "lunch"),
        (lambda day: replace(day, lunch_at=None), "lunch"),
        (lambda day: replace(day, stops=(*day.stops, day.stops[0])), "visited twice"),
        (
            lambda day: replace(day, stops=(replace(day.stops[0], leaves=day.stops[0].starts), *day.stops[1:])),
            "too early",
        ),
    ],
)
def test_a_planted_fault_is_seen_by_the_check(fault, words: str) -> None:
    problem = a_day(1, 12)
    day = timed(problem, greedy(problem).order)
    assert violations(problem, day) == []

    assert any(words in violation for violation in violations(problem, fault(day)))


def test_two_appointments_at_one_time_are_named_with_the_time_that_is_free() -> None:
    at_two = ((840.0, 850.0),)
    stops = (Stop("one", 30, 50, at_two, is_required=True), Stop("other", 30, 40, at_two, is_required=True))
    problem = Problem(stops, roads([(5, 0), (0, 5)]), 540, 1000, Lunch(690, 780, 60))

    answer = greedy(problem)

    (missing,) = answer.missing
    assert (len(answer.order), missing.reason, {missing.key, missing.other}) == (
        1,
        MissingReason.CLASHES,
        {"one", "other"},
    )
    assert missing.could_start == pytest.approx(545, abs=1)


@pytest.mark.parametrize(
    ("stops", "reason"),
    [
        ([Stop("must", 30, 10, ((300.0, 400.0),), is_required=True)], MissingReason.OUT_OF_HOURS),
        ([Stop(str(n), 200, 10, is_required=True) for n in range(3)], MissingReason.DAY_IS_FULL),
    ],
)
def test_a_required_stop_that_finds_no_room_is_named_with_its_reason(stops: list[Stop], reason: str) -> None:
    problem = Problem(tuple(stops), roads([(5, 0), (0, 5), (3, 3)][: len(stops)]), 540, 1100, Lunch(690, 780, 60))

    assert [missing.reason for missing in greedy(problem).missing] == [reason]


def test_the_shape_of_the_day_is_kept_where_it_costs_nothing() -> None:
    stops = tuple(Stop(str(n), 30, 100) for n in range(8))
    problem = Problem(
        stops, roads([(n, 0) for n in range(8)]), 560, 1020, Lunch(690, 780, 60), Shape(3, 5, 750, 50), most=8
    )

    day = timed(problem, answered(problem, ordered(problem, rounds=80), "search").order)

    assert [stop.starts < 750 for stop in day.stops].count(True) >= 3
    assert len(day.stops) == 8


@pytest.mark.parametrize(("short", "chosen"), [(0, {"long"}), (39, {"long"}), (41, {"one", "two"})])
def test_a_visit_fewer_than_asked_for_has_its_price(short: float, chosen: set[str]) -> None:
    stops = (Stop("long", 300, 100), Stop("one", 30, 30), Stop("two", 30, 30))
    problem = Problem(stops, roads([(1, 0)] * 3), 540, 850, shape=Shape(1, 1, 750, 0, short))

    assert set(answered(problem, ordered(problem, rounds=80), "search").order) == chosen


@pytest.mark.parametrize("size", [0, 1])
def test_a_day_without_candidates_or_with_one_has_its_answer(size: int) -> None:
    problem = replace(a_day(1, size), stops=tuple(Stop(str(n), 30, 10) for n in range(size)))

    assert (len(greedy(problem).order), timed(problem, greedy(problem).order).late) == (size, 0.0)


def test_what_cannot_be_kept_in_a_given_order_is_late_not_refused() -> None:
    stops = (Stop("first", 60, 1, ((540.0, 545.0),)), Stop("second", 60, 1, ((540.0, 550.0),)))
    problem = Problem(stops, roads([(1, 0), (2, 0)]), 540, 1000)

    day = timed(problem, ("first", "second"))

    assert [round(stop.late) for stop in day.stops] == [0, 52]


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Problem((Stop("a", 1, 1), Stop("a", 1, 1)), Roads(((0.0,) * 4,) * 4), 0, 1),
        lambda: Problem((Stop("a", 1, 1),), Roads(((0.0,) * 2,) * 2), 0, 1),
        lambda: Problem((Stop("a", -1, 1),), Roads(((0.0,) * 3,) * 3), 0, 1),
        lambda: Problem((Stop("a", 1, 1),), Roads(((0.0,) * 3,) * 3, pace=(1.0,)), 0, 1),
    ],
)
def test_what_is_no_day_is_refused(broken) -> None:
    with pytest.raises(ValueError):
        broken()


def test_while_the_search_is_not_ready_the_greedy_day_is_the_answer(monkeypatch) -> None:
    problem = a_day(2, 12, rounds=10)
    monkeypatch.setattr(apart, "_search", apart._Search())
    monkeypatch.setattr(apart._Search, "order", lambda self, problem, **limits: None)

    assert apart.solved_soon(problem) == greedy(problem)
    with pytest.raises(apart.SearchFailed):
        apart.solved(problem)


def test_a_late_answer_is_given_to_nobody_and_the_search_goes_on(monkeypatch) -> None:
    monkeypatch.setattr(apart, "MODULE", "tests.engines.late_search")
    problem, search = a_day(2, 12, rounds=10), apart._Search()
    try:
        with pytest.raises(apart.SearchFailed):
            search.order(problem, ready_within=60, within=0)
        first = search.process
        assert search.order(problem, ready_within=0, within=0) is None  # it still owes the answer to the first

        assert search.order(problem, ready_within=0, within=60) == [2]
        assert search.process is first
    finally:
        search.end()


def test_the_compiled_search_finds_the_same_day_as_the_uncompiled_one() -> None:
    days = [a_day(seed, 18, paced=seed % 2 == 0, required=1) for seed in range(3)]
    days.append(replace(a_day(5, 18), lunch=None))
    search = apart._Search()
    try:
        for problem in (replace(day, rounds=40) for day in days):
            found = search.order(problem, ready_within=apart.MOST_SECONDS, within=apart.MOST_SECONDS)
            assert found == ordered(problem, rounds=40)
    finally:
        search.end()


def test_a_ready_search_answers_and_one_that_died_gives_way_to_greedy(monkeypatch) -> None:
    problem = a_day(2, 12, rounds=10)
    wanted = ordered(problem, rounds=10)
    search = apart._Search()
    monkeypatch.setattr(apart, "_search", search)
    monkeypatch.setattr(apart, "MODULE", "json.tool")  # any program that is not the search: it ends without an answer

    assert apart.solved_soon(problem).solver == "greedy/1"
    search.end()
    monkeypatch.setattr(apart._Search, "order", lambda self, problem, **limits: json.loads(json.dumps(wanted)))
    assert apart.solved_soon(problem) == answered(problem, wanted, "search/1")
