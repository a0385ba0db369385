from datetime import datetime, time, timedelta
from itertools import pairwise, permutations
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiejun.engines.day_order import (
    DayOrder,
    DayReason,
    DayShape,
    Half,
    OrderedStop,
    Stop,
    StopReason,
    order_day,
)
from tiejun.engines.geo import Point, distance_m

ZONE = ZoneInfo("Asia/Shanghai")
DEPART = datetime(2026, 3, 10, 9, 20, tzinfo=ZONE)
START = Point(120.15, 30.27)


def at(hour: int, minute: int = 0) -> datetime:
    return DEPART.replace(hour=hour, minute=minute)


def east(km: float) -> Point:
    return Point(START.lng + km / 96.2, START.lat)


def keys(order: DayOrder) -> list[str]:
    return [stop.key for stop in order.stops]


def test_eight_stops_on_a_line_are_walked_in_line_three_before_noon() -> None:
    stops = [Stop(str(n), east(n)) for n in (5, 2, 8, 1, 7, 3, 6, 4)]

    found = order_day(stops, DEPART, start=START)

    assert keys(found) == list("12345678")
    assert [stop.half for stop in found.stops] == [Half.MORNING] * 3 + [Half.AFTERNOON] * 5
    assert {stop.reasons for stop in found.stops} == {(StopReason.NEAREST,)}
    assert found.km == pytest.approx(8 * 1.28, rel=0.02)
    assert found.stops[3].arrives_at >= at(13)


def test_single_stop_is_told_whole() -> None:
    found = order_day([Stop("a", START, minutes=30)], DEPART, start=START)

    stop = OrderedStop(
        key="a",
        half=Half.AFTERNOON,
        road_m=0.0,
        arrives_at=at(13),
        starts_at=at(13),
        leaves_at=at(13, 30),
        reasons=(StopReason.NEAREST,),
    )
    assert found == DayOrder((stop,), 0.0, at(13, 30), (DayReason.FITS,))


def test_empty_day_ends_where_it_begins() -> None:
    assert order_day([], DEPART) == DayOrder((), 0.0, DEPART, (DayReason.FITS,))


def test_appointment_is_kept_although_the_way_gets_longer() -> None:
    stops = [Stop(str(n), east(n)) for n in range(1, 8)] + [Stop("fixed", east(8), appointment_at=at(10))]

    found = order_day(stops, DEPART, start=START)

    fixed = next(stop for stop in found.stops if stop.key == "fixed")
    assert (fixed.half, fixed.reasons) == (Half.MORNING, (StopReason.APPOINTMENT,))
    assert fixed.arrives_at <= fixed.starts_at == at(10)
    assert found.reasons == (DayReason.FITS,)


def test_two_appointments_at_once_are_both_kept_and_the_late_one_named() -> None:
    stops = [Stop("a", east(1), appointment_at=at(14)), Stop("b", east(2), appointment_at=at(14))]

    found = order_day(stops, DEPART, start=START)

    assert sorted(keys(found)) == ["a", "b"]
    assert [stop.reasons for stop in found.stops] == [(StopReason.APPOINTMENT,), (StopReason.APPOINTMENT_LATE,)]
    assert found.reasons == (DayReason.APPOINTMENT_MISSED,)


def test_stop_asked_for_the_morning_comes_first_although_it_is_far() -> None:
    stops = [Stop(str(n), east(n)) for n in range(1, 8)] + [Stop("far", east(20), half=Half.MORNING)]

    found = order_day(stops, DEPART, start=START)

    far = next(stop for stop in found.stops if stop.key == "far")
    assert (far.half, far.reasons) == (Half.MORNING, (StopReason.ASKED_FOR_HALF,))


def test_day_that_ends_late_says_so() -> None:
    stops = [Stop(str(n), east(n), minutes=90) for n in range(8)]

    found = order_day(stops, DEPART, start=START, finish=START)

    assert found.reasons == (DayReason.ENDS_LATE,)
    assert found.ends_at > at(17, 30)


def test_stop_without_position_is_kept_and_named() -> None:
    found = order_day([Stop("a", None), Stop("b", east(1))], DEPART, start=START)

    assert sorted(keys(found)) == ["a", "b"]
    assert [stop.reasons for stop in found.stops if stop.key == "a"] == [(StopReason.NO_POSITION,)]


def test_day_begun_after_noon_has_no_morning() -> None:
    found = order_day([Stop(str(n), east(n)) for n in range(4)], at(14), shape=DayShape(ends=time(20)))

    assert {stop.half for stop in found.stops} == {Half.AFTERNOON}
    assert found.stops[0].arrives_at == at(14)


@pytest.mark.parametrize("stops", [[Stop("a", START), Stop("a", START)], [Stop(str(n), START) for n in range(61)]])
def test_too_many_or_double_stops_are_refused(stops: list[Stop]) -> None:
    with pytest.raises(ValueError, match="60 stops"):
        order_day(stops, DEPART)


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        order_day([], DEPART.replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone"):
        order_day([Stop("a", START, appointment_at=datetime(2026, 3, 10, 10))], DEPART)


points = st.builds(Point, st.floats(120.0, 120.4), st.floats(30.1, 30.4))
hours = st.none() | st.integers(9, 17).map(at)
halves = st.none() | st.sampled_from(Half)
some_stops = st.lists(
    st.builds(Stop, st.uuids().map(str), st.none() | points, st.integers(5, 60), hours, halves),
    max_size=7,
    unique_by=lambda stop: stop.key,
)


@settings(max_examples=60)
@given(some_stops, st.none() | points, st.none() | points)
def test_every_stop_is_visited_once_and_time_never_runs_back(
    stops: list[Stop], start: Point | None, finish: Point | None
) -> None:
    found = order_day(stops, DEPART, start=start, finish=finish)

    given_times = {stop.key: stop.appointment_at for stop in stops}
    clock = DEPART
    for stop in found.stops:
        assert clock <= stop.arrives_at <= stop.starts_at < stop.leaves_at
        appointment = given_times[stop.key]
        assert appointment is None or stop.starts_at >= appointment
        assert stop.reasons
        clock = stop.leaves_at
    assert sorted(keys(found)) == sorted(given_times)
    assert found.ends_at >= clock
    assert found == order_day(stops, DEPART, start=start, finish=finish)


@settings(max_examples=15)
@given(st.lists(points, min_size=2, max_size=6, unique=True))
def test_small_days_are_within_a_tenth_of_the_shortest_way(places: list[Point]) -> None:
    stops = [Stop(str(n), place) for n, place in enumerate(places)]

    found = order_day(stops, DEPART, start=START)

    shortest = min(sum(distance_m(a, b) for a, b in pairwise((START, *way))) for way in permutations(places))
    assert found.km * 1000 / 1.28 <= shortest * 1.1 + 20


def test_sixty_stops_are_ordered_much_better_than_at_random() -> None:
    rng = Random(5)
    stops = [Stop(str(n), Point(120 + rng.random() * 0.4, 30.1 + rng.random() * 0.3), minutes=5) for n in range(60)]

    found = order_day(stops, DEPART, start=START)

    as_given = sum(distance_m(a.at, b.at) for a, b in pairwise(stops) if a.at and b.at)
    assert found.km * 1000 / 1.28 < as_given / 3
    assert found.ends_at - DEPART > timedelta(hours=5)
