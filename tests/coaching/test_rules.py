from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tiejun.coaching.rules import Phase, PlanState, Purpose, Rating, Refusal, Skill, Subject
from tiejun.coaching.rules.checks import application, check_days, point_after, why_not_settle
from tiejun.coaching.rules.plans import (
    DayFacts,
    Feedback,
    FieldFacts,
    NewPoint,
    RevealFacts,
    subject_of,
    why_not_day,
    why_not_feedback,
    why_not_points,
    why_not_reveal,
    why_not_summarise,
)
from tiejun.coaching.rules.proposing import Candidate, Why, WhyNot, proposals
from tiejun.coaching.rules.skills import Counts, Finding, hypothesis
from tiejun.engines.workdays.calendar import WorkCalendar

DAY = date(2026, 3, 12)
NOON = datetime(2026, 3, 12, 4, tzinfo=UTC)
FREE = DayFacts(is_self=False, is_gone=False, is_away=False, is_workday=True, day=DAY, today=DAY)
ONE, TWO, THREE, FOUR = (UUID(int=n) for n in range(1, 5))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"is_self": True}, Refusal.COACH_ONESELF),
        ({"is_gone": True}, Refusal.PERSON_GONE),
        ({"is_away": True}, Refusal.PERSON_AWAY),
        ({"is_workday": False}, Refusal.NOT_A_WORKDAY),
        ({"today": date(2026, 3, 13)}, Refusal.DAY_OVER),
        ({"today": date(2026, 2, 20)}, Refusal.TOO_FAR_AHEAD),
    ],
)
def test_why_not_day(change, refusal):
    assert why_not_day(replace(FREE, **change)) == refusal


@pytest.mark.parametrize(
    ("wanted", "others", "refusal"),
    [
        ([], [], Refusal.NO_POINT),
        ([None], [], None),
        ([None, None, None], [], None),
        ([None] * 4, [], Refusal.TOO_MANY_POINTS),
        ([None, None], [ONE, TWO], Refusal.TOO_MANY_POINTS),
        ([ONE, TWO, None], [ONE, TWO], None),
        ([ONE, ONE], [ONE], Refusal.POINT_NOT_OPEN),
        ([FOUR], [ONE], Refusal.POINT_NOT_OPEN),
    ],
    ids=["none", "one", "three", "four", "two open", "taken up", "twice", "closed"],
)
def test_why_not_points(wanted, others, refusal):
    points = [NewPoint(key, title="x", why="y") for key in wanted]

    assert why_not_points(points, others, others=others, most=3) == refusal


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"is_coach": False}, Refusal.NOT_YOUR_PLAN),
        ({"state": PlanState.CANCELLED}, Refusal.TOO_LATE),
        ({"state": PlanState.CANCELLED, "told_on": date(2026, 3, 13)}, Refusal.PLAN_CANCELLED),
        ({"is_gone": True}, Refusal.PERSON_GONE),
        ({"told_on": date(2026, 3, 11)}, Refusal.NOT_TODAY),
        ({"received_at": datetime(2026, 3, 12, 18, tzinfo=UTC)}, Refusal.TOO_LATE),
    ],
)
def test_why_not_reveal(change, refusal):
    facts = RevealFacts(
        state=PlanState.DRAFTED, is_coach=True, is_gone=False, day=DAY, told_on=DAY, received_at=NOON,
        hard_at=datetime(2026, 3, 12, 18, tzinfo=UTC),
    )  # fmt: skip

    assert why_not_reveal(replace(facts, **change)) == refusal


FIELD = FieldFacts(PlanState.IN_FIELD, True, ONE, frozenset({ONE, TWO}), True, frozenset())
SAID = Feedback(Phase.I_DO, {ONE: Rating.TRIED}, "warm")


@pytest.mark.parametrize(
    ("facts", "said", "refusal"),
    [
        (FIELD, SAID, None),
        (replace(FIELD, is_coach=False), SAID, Refusal.NOT_YOUR_PLAN),
        (replace(FIELD, state=PlanState.SUMMARISED), SAID, Refusal.NOT_IN_FIELD),
        (FIELD, replace(SAID, strength=" "), Refusal.STRENGTH_FIRST),
        (FIELD, replace(SAID, ratings={TWO: Rating.DONE}), Refusal.PRIMARY_NOT_RATED),
        (FIELD, replace(SAID, ratings={ONE: Rating.DONE, THREE: Rating.DONE}), Refusal.NOT_A_POINT_OF_THE_DAY),
        (FIELD, replace(SAID, phase=Phase.YOU_DO), Refusal.SHOW_BEFORE_WATCHING),
        (FIELD, replace(SAID, phase=Phase.YOU_SAY), Refusal.SHOW_BEFORE_WATCHING),
        (FIELD, replace(SAID, phase=Phase.YOU_DO, why_not_shown="did it before"), None),
        (replace(FIELD, phases=frozenset({Phase.I_SAY})), replace(SAID, phase=Phase.YOU_DO), None),
        (replace(FIELD, primary_is_new=False), replace(SAID, phase=Phase.YOU_DO), None),
    ],
)
def test_why_not_feedback(facts, said, refusal):
    assert why_not_feedback(facts, said) == refusal


@pytest.mark.parametrize(
    ("state", "may", "visits", "why", "refusal"),
    [
        ("IN_FIELD", True, 2, "", None),
        ("IN_FIELD", True, 1, "", Refusal.PRIMARY_NOT_REPEATED),
        ("IN_FIELD", True, 1, "one visit", None),
        ("IN_FIELD", True, 0, "none", Refusal.NOTHING_WATCHED),
        ("IN_FIELD", False, 2, "", Refusal.NOT_YOUR_PLAN),
        ("DRAFTED", True, 2, "", Refusal.NOT_IN_FIELD),
        ("CLOSED", True, 2, "", Refusal.SUMMARY_SENT),
    ],
)
def test_why_not_summarise(state, may, visits, why, refusal):
    assert why_not_summarise(state, may=may, primary_visits=visits, why_few=why) == refusal


def test_checks_fall_on_the_working_days_that_follow():
    days = check_days(date(2026, 3, 12), 4, WorkCalendar())

    assert days == [date(2026, 3, 13), date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18)]


@pytest.mark.parametrize(
    ("state", "due", "is_self", "refusal"),
    [
        ("DUE", DAY, False, None),
        ("MISSED", DAY, False, None),
        ("DUE", DAY, True, Refusal.NOT_ONES_OWN_CHECK),
        ("DUE", date(2026, 3, 13), False, Refusal.CHECK_NOT_DUE),
        ("USED", DAY, False, Refusal.CHECK_SETTLED),
        ("LIFTED", DAY, False, Refusal.CHECK_SETTLED),
    ],
)
def test_why_not_settle(state, due, is_self, refusal):
    assert why_not_settle(state, due_on=due, today=DAY, is_self=is_self) == refusal


def test_application_counts_answers_with_a_chance_alone():
    found = application({"USED": 2, "NOT_USED": 1, "NO_CHANCE": 4, "DUE": 1, "MISSED": 1, "LIFTED": 3})

    assert (found.used, found.checked, found.waiting, found.share) == (2, 3, 2, 2 / 3)
    assert application({}).share is None
    assert [point_after(n, 3) for n in (1, 2, 3)] == ["PRACTISING", "PRACTISING", "MASTERED"]


@pytest.mark.parametrize(
    ("first", "subject"),
    [(None, Subject.NEW), (date(2026, 1, 1), Subject.NEW), (date(2025, 12, 12), Subject.EXPERIENCED)],
)
def test_subject_of(first, subject):
    assert subject_of(first, DAY) is subject


def test_visits_suggest_strengths_and_weaknesses_beside_the_group():
    group = Counts(200, {Skill.DEMO: 100, Skill.CLOSE: 80, Skill.PITCH: 160})
    own = Counts(40, {Skill.DEMO: 30, Skill.CLOSE: 6, Skill.PITCH: 32})

    strong, weak = hypothesis(own, group)

    assert [(one.skill, one.percent, one.group_percent) for one in strong] == [(Skill.DEMO, 75, 50)]
    assert [(one.skill, one.percent, one.group_percent) for one in weak] == [(Skill.CLOSE, 15, 40)]
    assert hypothesis(Counts(11, {}), group) == ([], [])


def test_a_visit_more_or_less_says_nothing_of_a_skill():
    assert hypothesis(Counts(60, {Skill.KIT: 1}), Counts(200, {Skill.KIT: 6})) == ([], [])


CALM = Candidate(
    person_id=ONE, name="Gao", subject=Subject.EXPERIENCED, days_since=4, week_count=1, week_due=1, signed=5, said=8, asked=4.0,
    unused=0, days_below=0, is_away=False, is_planned=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reasons", "purpose"),
    [
        ({}, [], Purpose.SKILL),
        ({"signed": 2}, [Why.BEHIND], Purpose.SKILL),
        ({"signed": 0, "asked": 0.3}, [], Purpose.SKILL),
        ({"days_since": None}, [Why.NEVER], Purpose.SKILL),
        ({"days_since": 10}, [Why.LONG_AGO], Purpose.SKILL),
        ({"week_count": 0}, [Why.DUE], Purpose.SKILL),
        ({"unused": 1}, [Why.NOT_USED], Purpose.SKILL),
        ({"days_below": 3}, [Why.BELOW_FLOOR], Purpose.CONFIDENCE),
        ({"subject": Subject.NEW}, [Why.NEW], Purpose.SKILL),
    ],
)
def test_each_reason_stands_alone(change, reasons, purpose):
    found = proposals([replace(CALM, **change)])[0]

    assert ([why for why, _numbers in found.reasons], found.purpose) == (reasons, purpose)


def test_a_weak_skill_is_called_by_its_name():
    found = proposals([replace(CALM, weak=[Finding(Skill.CLOSE, 15, 40)])])[0]

    assert found.reasons == ((Why.WEAK_SKILL, (("skill", "CLOSE"), ("percent", 15), ("group", 40))),)


def test_who_needs_it_most_comes_first_and_who_is_away_last():
    behind = replace(CALM, person_id=TWO, name="Lin", signed=1)
    away = replace(CALM, person_id=THREE, name="An", signed=0, days_since=None, is_away=True)

    found = proposals([CALM, away, behind])

    assert [(one.person_id, one.why_not) for one in found] == [(TWO, None), (ONE, None), (THREE, WhyNot.AWAY)]


def test_the_proposal_does_not_depend_on_the_order_it_is_asked_in():
    crowd = [replace(CALM, person_id=UUID(int=n), name=f"P{n}", signed=n % 5) for n in range(9)]

    assert proposals(crowd) == proposals(crowd[::-1])
