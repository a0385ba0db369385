"""What skills decide: levels and their evidence, needs and their order, the radar."""

from datetime import date
from uuid import UUID

import pytest

from tiejun.meetings.rules.drilling import DayAfter, Flow, Subject, UseState, use_of
from tiejun.talent.rules import PRACTICAL, EvidenceKind, Level, Refusal, Skill
from tiejun.talent.rules.needs import Lost, NeedFacts, NeedPolicy, NeedReason, OpenPoint, Share, needs
from tiejun.talent.rules.radar import radar
from tiejun.talent.rules.rating import Offered, Proof, RatingFacts, may_rise_to, why_not_rate

DAY = date(2026, 3, 11)
VISIT, DRILL, SPENT, STRANGE = (
    Proof(kind, UUID(int=number))
    for number, kind in enumerate(
        (EvidenceKind.VISIT, EvidenceKind.DRILL, EvidenceKind.VISIT, EvidenceKind.DEAL), start=1
    )
)
OFFERED = [Offered(VISIT, DAY, "x", False), Offered(DRILL, DAY, "PITCH", False), Offered(SPENT, DAY, "y", True)]
ALL_AIMED = dict.fromkeys(PRACTICAL, Level.B)
POLICY = NeedPolicy(losses_least=4, apart=15, target=Level.B, shown=4)


def facts(*named, skill=Skill.PITCH, was=Level.NONE, level=Level.A, **more):
    values = {"is_self": False, "is_gone": False, "offered": OFFERED, "needed_for_c": 2} | more
    return RatingFacts(skill=skill, was=was, level=level, named=frozenset(named), **values)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (facts(VISIT), None),
        (facts(DRILL), None),
        (facts(VISIT, is_self=True), Refusal.RATE_ONESELF),
        (facts(VISIT, is_gone=True), Refusal.PERSON_GONE),
        (facts(VISIT, level=Level.B), Refusal.LEVEL_SKIPPED),
        (facts(), Refusal.NO_EVIDENCE),
        (facts(STRANGE), Refusal.NOT_THEIR_EVIDENCE),
        (facts(SPENT), Refusal.EVIDENCE_SPENT),
        (facts(DRILL, was=Level.A, level=Level.B), Refusal.ONLY_DRILLED),
        (facts(DRILL, skill=Skill.LEARNING, was=Level.A, level=Level.B), None),
        (facts(DRILL, VISIT, was=Level.A, level=Level.B), None),
        (facts(VISIT, was=Level.B, level=Level.C), Refusal.MORE_EVIDENCE),
        (facts(VISIT, DRILL, was=Level.B, level=Level.C), None),
        (facts(VISIT, was=Level.C, level=Level.A), None),
        (facts(VISIT, was=Level.A, level=Level.A), None),
    ],
)
def test_a_level_changes_one_at_a_time_and_rests_on_fresh_evidence(asked, refusal):
    assert why_not_rate(asked) == refusal


def test_the_levels_that_can_be_set_end_one_above():
    assert may_rise_to(Level.A) == (Level.NONE, Level.A, Level.B)
    assert may_rise_to(Level.C) == tuple(Level)


def found(**given):
    rows = needs(NeedFacts(**({"levels": ALL_AIMED} | given)), POLICY)
    return [(one.skill, [cause.reason for cause in one.causes], one.drill) for one in rows]


def test_needs_come_from_lost_sales_beside_the_group():
    price = Lost(Subject.PRICE, 6, 10, 3, 10)
    assert found(lost=[price]) == [(Skill.OBJECTION, [NeedReason.LOST_TO], Subject.PRICE)]
    assert found(lost=[Lost(Subject.PRICE, 4, 10, 3, 10)]) == []
    assert found(lost=[Lost(Subject.PRICE, 3, 3, 0, 10)]) == []
    assert found(lost=[Lost(Subject.PRICE, 6, 10, 0, 0)]) == [(Skill.OBJECTION, [NeedReason.LOST_ALONE], Subject.PRICE)]


def test_needs_are_ordered_and_name_what_they_go_on_with():
    point = OpenPoint(UUID(int=9), Skill.DEMO, "Two steps only", 0, 3)
    rows = needs(
        NeedFacts(
            lost=[Lost(Subject.TIMING, 5, 9, 1, 10)],
            points=[point, OpenPoint(UUID(int=8), None, "Next step", 1, 0)],
            weak=[Share(Skill.CLOSE, 10, 40)],
            unused_drills=[Subject.PITCH],
            levels=ALL_AIMED | {Skill.DEMO: Level.A},
        ),
        POLICY,
    )

    assert [one.skill for one in rows] == [Skill.DEMO, Skill.OBJECTION, Skill.PITCH, Skill.CLOSE]
    assert [cause.reason for cause in rows[0].causes] == [NeedReason.UNUSED_POINT, NeedReason.BELOW_TARGET]
    assert (rows[0].point_id, rows[0].drill, rows[1].drill) == (point.point_id, Subject.DEMO, Subject.TIMING)


def test_what_was_never_rated_is_a_need_of_last_resort():
    assert found(levels={})[0] == (Skill.PITCH, [NeedReason.NEVER_RATED], Subject.PITCH)
    assert len(found(levels={})) == POLICY.shown


@pytest.mark.parametrize(
    ("subject", "flow", "after", "state", "counts"),
    [
        (Subject.PRICE, Flow.EXPERIENCED, (DayAfter(5, objected=3, closed_again=2, lost=1), True), UseState.USED, (3, 2, 1)),
        (Subject.PRICE, Flow.NEW, (DayAfter(5, objected=3, closed_again=2), True), UseState.NOT_USED, (3, 0, 0)),
        (Subject.PRICE, Flow.NEW, (DayAfter(5, objected=3, booked=1), True), UseState.USED, (3, 1, 0)),
        (Subject.PRICE, Flow.NEW, (DayAfter(5, objected=3), False), UseState.WAITING, (3, 0, 0)),
        (Subject.PRICE, Flow.NEW, (DayAfter(5), True), UseState.NO_CHANCE, (0, 0, 0)),
        (Subject.PRICE, Flow.NEW, (DayAfter(5, lost=1), True), UseState.NOT_USED, (0, 0, 1)),
        (Subject.PRICE, Flow.NEW, (DayAfter(), True), UseState.NO_VISIT, (0, 0, 0)),
        (Subject.DEMO, Flow.DEMO, (DayAfter(5, demonstrated=2), False), UseState.USED, (5, 2, 0)),
        (Subject.CLOSE, Flow.CLOSE, (DayAfter(5), True), UseState.NOT_USED, (5, 0, 0)),
    ],
)  # fmt: skip
def test_the_day_after_says_whether_a_drill_was_used(subject, flow, after, state, counts):
    use = use_of(subject, flow, after[0], is_over=after[1])

    assert (use.state, (use.chances, use.used, use.lost)) == (state, counts)


def test_the_radar_stands_on_its_first_skill_and_leaves_out_what_nobody_said():
    drawn = radar(PRACTICAL, {Skill.PITCH: Level.C, Skill.CLOSE: Level.A}, {}, {})

    assert drawn.now.split()[:3] == ["0.0,-100.0", "0.0,-0.0", "28.9,16.7"]
    assert (drawn.before, drawn.own, len(drawn.rings)) == ("", "", 3)
    assert [one.anchor for one in drawn.corners] == ["middle", "start", "start", "middle", "end", "end"]
