from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiejun.meetings.rules import Kind, Missing
from tiejun.meetings.rules.agenda import DayFacts, DueAction, Topic, Unbacked, Won, agenda_of
from tiejun.meetings.rules.closing import Brought, missing, needs_reason, part_ends, part_now
from tiejun.meetings.rules.drilling import Flow, Hardness, Proposal, Subject, flow_of, is_score, proposals, round_of
from tiejun.meetings.rules.grouping import small_groups
from tiejun.meetings.rules.words import register_agenda, words_of_item

PEOPLE = [UUID(int=number) for number in range(1, 12)]
AT = datetime(2026, 3, 11, 9, tzinfo=UTC)


@given(st.integers(0, 40), st.integers(1, 9), st.integers(0, 99))
def test_small_groups_hold_everybody_once_and_are_even(count, size, turn):
    people = [UUID(int=number) for number in range(count)]

    groups = small_groups(people, size=size, turn=turn)

    assert sorted(one for group in groups for one in group) == sorted(people)
    assert all(0 < len(group) <= size for group in groups)
    assert not groups or max(map(len, groups)) - min(map(len, groups)) <= 1


def test_the_first_voice_goes_round():
    firsts = [small_groups(PEOPLE[:5], size=5, turn=turn)[0][0] for turn in range(5)]

    assert firsts == PEOPLE[:5]


def test_an_ordinary_day_has_no_agenda():
    day = DayFacts(people=5, below=0, said=2, came=2)

    assert agenda_of(day, most=12, fruitless_after=3) == []


def test_the_agenda_is_the_exceptions_in_order_and_names_nobody_for_a_weakness():
    person, company, action = uuid4(), uuid4(), uuid4()
    day = DayFacts(
        people=5, below=2, said=3, came=1, won=[Won(person, "Lin", 1, 500)], lost={"TIMING": 1, "PRICE": 2},
        unbacked=[Unbacked(person, "Lin", company, "Suheng")],
        due=[DueAction(action, person, "Lin", "call", "2026-03-11")], fruitless=3,
    )  # fmt: skip

    items = agenda_of(day, most=12, fruitless_after=3)

    assert [item.topic for item in items] == [
        Topic.WON, Topic.SHORT_OF_FORECAST, Topic.LOST, Topic.LOST, Topic.BELOW_FLOOR, Topic.NO_BACKUP, Topic.ACTION_DUE,
        Topic.NOTHING_DECIDED,
    ]  # fmt: skip
    assert [item.facts["reason"] for item in items if item.topic is Topic.LOST] == ["PRICE", "TIMING"]
    weak = (Topic.SHORT_OF_FORECAST, Topic.LOST, Topic.BELOW_FLOOR)
    assert all(item.person_id is None and "name" not in item.facts for item in items if item.topic in weak)
    assert len(agenda_of(day, most=3, fruitless_after=3)) == 3
    assert len({item.key for item in items}) == len(items)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (Hardness({"PRICE": 1, "TIMING": 3}), [Proposal(Subject.TIMING, 3, 4), Proposal(Subject.PRICE, 1, 4)]),
        (Hardness({"TIMING": 1, "PRICE": 1}), [Proposal(Subject.PRICE, 1, 2), Proposal(Subject.TIMING, 1, 2)]),
        (Hardness({"CLOSED_DOWN": 2, "OTHER": 1}), [Proposal(Subject.PITCH, 0, 0)]),
        (Hardness({}, visits=8, demonstrated=6, trial_closed=1), [Proposal(Subject.CLOSE, 7, 8), Proposal(Subject.DEMO, 2, 8)]),
        (Hardness({}), [Proposal(Subject.PITCH, 0, 0)]),
    ],
    ids=["most lost first", "a tie by the list", "what nobody answers", "the weakest step", "nothing at all"],
)  # fmt: skip
def test_the_drill_comes_from_what_lost_sales_today(day, expected):
    assert proposals(day, most=3) == expected


def test_a_newcomer_sets_an_objection_aside():
    assert flow_of(Subject.PRICE, days_in_field=6, experienced_after=7) is Flow.NEW
    assert flow_of(Subject.PRICE, days_in_field=7, experienced_after=7) is Flow.EXPERIENCED
    assert flow_of(Subject.DEMO, days_in_field=0, experienced_after=7) is Flow.DEMO


def test_a_round_is_told_by_its_medians():
    summed = round_of([[1, 2, 3, 4], [5, 2, 3, 4], [3, 2, 3, 5]])

    assert summed is not None
    assert (summed.scorers, summed.steps, summed.whole) == (3, (3.0, 2.0, 3.0, 4.0), 3.25)
    assert round_of([]) is None
    assert [is_score(points) for points in ([1, 5, 3, 3], [0, 1, 1, 1], [6, 1, 1, 1], [1, 1, 1])] == [True, False, False, False]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "brought", "expected"),
    [
        (Kind.EVENING, Brought(False, [], 0, 0, 2), [Missing.NOT_HELD]),
        (Kind.EVENING, Brought(True, [3, 2], 1, 1, 0), [Missing.SHARES]),
        (Kind.EVENING, Brought(True, [3], 0, 1, 0), [Missing.DRILL]),
        (Kind.EVENING, Brought(True, [3], 1, 0, 0), [Missing.OUTCOME]),
        (Kind.EVENING, Brought(True, [3], 1, 1, 2), [Missing.AGENDA]),
        (Kind.EVENING, Brought(True, [3, 4], 1, 1, 0), []),
        (Kind.BRIEFING, Brought(True, [0], 0, 0, 0), []),
    ],
)
def test_what_a_meeting_lacks(kind, brought, expected):
    assert missing(kind, brought, shares_least=3) == expected


def test_what_is_left_of_the_agenda_needs_no_reason():
    assert not needs_reason([Missing.AGENDA])
    assert needs_reason([Missing.AGENDA, Missing.DRILL])


def test_the_hour_is_split_by_the_policy():
    ends = part_ends(AT, 40, [25, 35, 30, 10])

    assert [int((end - AT).total_seconds() // 60) for end in ends] == [10, 24, 36, 40]
    assert all(one < other for one, other in pairwise(ends))
    assert [part_now(ends, moment) for moment in (AT, ends[0], ends[3], ends[3].replace(year=2027))] == [0, 1, 3, 3]


def test_a_module_registers_the_words_of_its_points():
    register_agenda({"test.praise": "%(name)s used the point %(point)s"})

    assert words_of_item("test.praise", {"name": "Lin"}) == "Lin used the point …"
    assert words_of_item("test.unknown", {}) == "test.unknown"
