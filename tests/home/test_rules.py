from datetime import timedelta

import pytest

from tests.factories.visits import local
from tiejun.engines.golden import GoldenReason
from tiejun.home.rules import (
    DayClock,
    DayFacts,
    GoldenFacts,
    Pace,
    Phase,
    RouteLeg,
    attention_key,
    golden_line,
    greeting_hour,
    pace_of,
    phase_of,
    route_end,
)

CLOCK = DayClock(local("09:00"), local("12:30"), local("17:00"), local("18:30"), local("26:00"))


@pytest.mark.parametrize(
    ("clock", "leave_part", "is_workday", "has_visits", "expected"),
    [
        ("08:59", "", True, False, Phase.BEFORE),
        ("08:59", "", True, True, Phase.FIELD),
        ("09:00", "", True, False, Phase.FIELD),
        ("16:59", "MORNING", True, False, Phase.FIELD),
        ("17:00", "", True, True, Phase.EVENING),
        ("18:30", "", True, True, Phase.LOCKED),
        ("10:00", "FULL", True, False, Phase.LEAVE),
        ("10:00", "FULL", True, True, Phase.FIELD),
        ("10:00", "", False, False, Phase.DAY_OFF),
        ("10:00", "", False, True, Phase.FIELD),
    ],
)
def test_phase_of_a_day_by_clock_leave_and_visits(clock, leave_part, is_workday, has_visits, expected):
    found = phase_of(local(clock), CLOCK, leave_part=leave_part, is_workday=is_workday, has_visits=has_visits)

    assert found is expected


@pytest.mark.parametrize(
    ("clock", "visits", "morning", "floors", "expected"),
    [
        ("12:29", 2, 2, (8, 3), Pace.UNDER_WAY),
        ("12:30", 2, 2, (8, 3), Pace.BEHIND),
        ("12:30", 3, 3, (8, 3), Pace.UNDER_WAY),
        ("15:00", 5, 2, (8, 3), Pace.BEHIND),
        ("15:00", 8, 2, (8, 3), Pace.REACHED),
        ("17:00", 7, 3, (8, 3), Pace.SHORT),
        ("17:00", 8, 3, (8, 3), Pace.REACHED),
        ("09:30", 0, 0, (8, 3), Pace.WAITING),
        ("10:45", 0, 0, (8, 3), Pace.NOT_STARTED),
        ("12:30", 0, 0, (4, 0), Pace.UNDER_WAY),
        ("12:30", 0, 0, (0, 0), Pace.AWAY),
    ],
)
def test_pace_of_a_day_knows_who_is_behind_at_noon(clock, visits, morning, floors, expected):
    facts = DayFacts(visits, morning, *floors, has_started=visits > 0)

    assert pace_of(local(clock), CLOCK, facts) is expected


def test_attention_goes_to_who_is_behind_and_then_to_the_name():
    keys = [
        attention_key(Pace.REACHED, missing=0, is_plan_submitted=True, name="b"),
        attention_key(Pace.UNDER_WAY, missing=5, is_plan_submitted=True, name="a"),
        attention_key(Pace.BEHIND, missing=6, is_plan_submitted=True, name="d"),
        attention_key(Pace.BEHIND, missing=7, is_plan_submitted=False, name="c"),
        attention_key(Pace.REACHED, missing=0, is_plan_submitted=True, name="a"),
    ]

    assert [key[3] for key in sorted(keys)] == ["c", "d", "a", "a", "b"]


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(5, "MORNING"), (10, "MORNING"), (11, "NOON"), (13, "AFTERNOON"), (18, "EVENING"), (23, "EVENING")],
)
def test_greeting_fits_the_hour(hour, expected):
    assert greeting_hour(hour) == expected


def test_route_end_waits_when_early_and_goes_on_when_late():
    legs = [RouteLeg(timedelta(minutes=10), local("14:30")), RouteLeg(timedelta(minutes=20), local("14:40"))]
    service = timedelta(minutes=30)

    early, late = route_end(local("14:00"), legs, service=service), route_end(local("15:00"), legs, service=service)

    assert (early, late) == (local("15:50"), local("16:30"))


def test_route_end_of_no_stops_is_unknown():
    assert route_end(local("14:00"), [], service=timedelta(minutes=30)) is None


def golden(**values):
    base = {"goal": 25, "deals": 0, "visits": 40, "new_effective_customers": 40, "days_left": 25, "capacity": 8}
    return golden_line(GoldenFacts(**(base | values), prior_alpha=5.0, prior_beta=35.0))


@pytest.mark.parametrize(
    ("values", "need", "per_day", "visits_per_day", "reason"),
    [
        ({}, 200, 8, 8, GoldenReason.WITHIN_CAPACITY),
        ({"new_effective_customers": 12}, 200, 8, 27, GoldenReason.ABOVE_CAPACITY),
        ({"deals": 20, "days_left": 10}, 40, 4, 4, GoldenReason.WITHIN_CAPACITY),
        ({"deals": 25}, 0, 0, 0, GoldenReason.TARGET_REACHED),
        ({"deals": 26}, 0, 0, 0, GoldenReason.TARGET_REACHED),
        ({"days_left": 0}, 200, None, None, GoldenReason.NO_DAYS_LEFT),
        ({"new_effective_customers": 0}, 200, 8, None, GoldenReason.NO_EFFECTIVE_RATE),
        ({"visits": 0, "new_effective_customers": 0}, 200, 8, 8, GoldenReason.WITHIN_CAPACITY),
        ({"deals": -1}, 200, 8, 8, GoldenReason.WITHIN_CAPACITY),
    ],
)
def test_golden_line_says_what_the_goal_asks_of_a_day(values, need, per_day, visits_per_day, reason):
    line = golden(**values)

    assert (line.need.need, line.need.per_day, line.need.visits_per_day, line.need.reason) == (
        need,
        per_day,
        visits_per_day,
        reason,
    )


def test_golden_line_without_a_visit_has_no_rate():
    assert (golden(visits=0, new_effective_customers=0).has_rate, golden().has_rate) == (False, True)
