from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.coaching import ASK, CLOSE, TOMORROW, begin, coach_at, make_day, make_plan, words
from tests.factories.org import make_leave, make_person, make_position, make_unit, scope_for
from tests.factories.visits import DAY, local
from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.coaching.actions import plans, running
from tiejun.coaching.models import CoachingPlan, ImprovementPoint, PlanPoint
from tiejun.coaching.queries.desk import desk
from tiejun.coaching.queries.mine import my_points
from tiejun.coaching.queries.plans import plan_sheet, plan_view
from tiejun.coaching.rules import PlanState, PointState, Skill
from tiejun.coaching.rules.plans import NewPoint
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale

pytestmark = pytest.mark.django_db
EVENING = local("17:50")
LATER = DAY + timedelta(days=20)


def points_in(plan):
    rows = PlanPoint.objects.filter(plan=plan).order_by("position")
    return [(row.point.title, row.is_primary, row.is_new) for row in rows]


def refusal_of(rep, *points, **where):
    with pytest.raises(Refused) as refused:
        make_plan(rep, *points, **where)
    assert CoachingPlan.objects.count() == 0
    return refused.value.code


# -- planning ------------------------------------------------------------------------------------------------------------
def test_a_plan_keeps_its_points_the_first_one_primary_and_the_months_progress(rep):
    plan = make_plan(rep, ASK, CLOSE)

    assert points_in(plan) == [(ASK.title, True, True), (CLOSE.title, False, True)]
    assert (plan.state, plan.visible_from, plan.progress["month"]) == (PlanState.DRAFTED, None, "2026-03")
    assert set(plan.progress) == {"month", "said", "signed", "asked", "expected", "low", "high", "days_left"}


def test_planning_leaves_one_audit_row_about_the_plan_that_names_nobody(rep):
    plan = make_plan(rep)

    entry = AuditEntry.objects.get(event="coaching.plan_saved")
    assert (entry.target_id, entry.facts) == (plan.pk, {"day": "2026-03-12", "points": 1, "purpose": "SKILL"})


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (DAY - timedelta(days=1), "day_over"),
        (DAY + timedelta(days=3), "not_a_workday"),
        (DAY + timedelta(days=15), "too_far_ahead"),
    ],
    ids=["past", "saturday", "far"],
)
def test_only_coming_working_days_within_two_weeks_are_planned(rep, day, code):
    assert refusal_of(rep, day=day, at=EVENING) == code


def test_a_plan_needs_a_point(rep):
    with pytest.raises(Refused) as refused:
        plans.save_plan(
            coach_at(rep, EVENING), person_id=rep.person.pk, day=TOMORROW, version=0,
            words=replace(words(), points=()), now=EVENING,
        )  # fmt: skip

    assert refused.value.code == "no_point"


def test_a_fourth_point_is_refused(rep):
    four = [NewPoint(None, Skill.DEMO, f"Point {n}", "because") for n in range(4)]

    assert refusal_of(rep, *four) == "too_many_points"


def test_two_open_points_and_two_new_ones_are_too_many(rep):
    day = make_day(rep, ASK, CLOSE)
    later = TOMORROW + timedelta(days=1)
    two = [NewPoint(None, Skill.DEMO, f"Point {n}", "because") for n in range(2)]

    with pytest.raises(Refused) as refused:
        make_plan(rep, *two, day=later)

    assert (refused.value.code, refused.value.facts) == ("too_many_points", {"most": 3, "open": 2})
    assert list(CoachingPlan.objects.all()) == [day]


def test_an_open_point_is_taken_up_again_and_does_not_count_twice(rep):
    make_day(rep, ASK, CLOSE)
    ids = list(ImprovementPoint.objects.order_by("opened_at", "title").values_list("pk", flat=True))
    again = [NewPoint(key) for key in ids]

    plan = make_plan(
        rep, *again, NewPoint(None, Skill.DEMO, "Show one thing", "because"), day=TOMORROW + timedelta(days=1)
    )

    assert [row[2] for row in points_in(plan)] == [False, False, True]
    assert ImprovementPoint.objects.count() == 3


def test_words_are_asked_for_in_a_clear_answer(rep):
    with pytest.raises(Invalid) as missing:
        make_plan(rep, strengths=" ")
    with pytest.raises(Invalid) as why:
        make_plan(rep, NewPoint(None, Skill.DEMO, "Show one thing", ""))

    assert (set(missing.value.errors), set(why.value.errors)) == ({"strengths"}, {"points"})
    assert CoachingPlan.objects.count() == 0


def test_nobody_accompanies_who_is_away_gone_or_themselves(rep):
    make_leave(rep.person, unit=rep.unit, starts_on=TOMORROW)
    make_position(rep.supervisor, role=Role.REP, unit=rep.unit, is_primary=False)

    assert refusal_of(rep) == "person_away"
    assert refusal_of(rep, person=rep.supervisor) == "coach_oneself"


def test_a_change_replaces_the_points_and_leaves_none_behind(rep):
    plan = make_plan(rep, ASK, CLOSE)
    kept = PlanPoint.objects.get(plan=plan, position=2).point_id

    changed = make_plan(rep, NewPoint(kept), version=1)

    assert (changed.pk, changed.version, points_in(plan)) == (plan.pk, 2, [(CLOSE.title, True, True)])
    assert ImprovementPoint.objects.count() == 1


def test_an_old_version_is_refused(rep):
    make_plan(rep)

    with pytest.raises(Stale):
        make_plan(rep, CLOSE, version=0)

    assert ImprovementPoint.objects.get().title == ASK.title


def test_another_groups_person_is_not_there(rep):
    stranger = make_person(unit=make_unit("West 1"))

    with pytest.raises(NotFound):
        make_plan(rep, person=stranger)


def test_a_representative_plans_nothing(rep):
    with pytest.raises(PermissionRefused):
        plans.cancel_plan(rep.scope, plan_id=make_plan(rep).pk, version=1, reason="x", now=EVENING)


# -- what the database keeps ---------------------------------------------------------------------------------------------
def test_the_database_wants_exactly_one_primary_point_and_at_most_three(rep):
    plan = make_plan(rep, ASK)
    other = ImprovementPoint.objects.create(
        person=rep.person, unit=rep.unit, skill="DEMO", title="x", why="y", opened_by=rep.supervisor, opened_at=EVENING
    )

    with pytest.raises(IntegrityError, match="exactly_one_point_is_primary"), transaction.atomic():
        PlanPoint.objects.create(plan=plan, point=other, position=2, is_primary=True, is_new=True)
    with pytest.raises(IntegrityError, match="at_most_three_points"), transaction.atomic():
        PlanPoint.objects.create(plan=plan, point=other, position=4, is_primary=False, is_new=True)
    with pytest.raises(IntegrityError, match="exactly one primary point"), transaction.atomic():
        PlanPoint.objects.filter(plan=plan).delete()
        CoachingPlan.objects.filter(pk=plan.pk).update(version=9)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_plan_that_has_begun_stands(rep):
    plan = begin(rep, make_plan(rep))

    for change in ({"strengths": "other"}, {"visible_from": None}, {"state": "DRAFTED"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CoachingPlan.objects.filter(pk=plan.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanPoint.objects.filter(plan=plan).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ImprovementPoint.objects.update(title="other")


# -- the evening before --------------------------------------------------------------------------------------------------
def test_the_itinerary_of_the_evening_is_confirmed(rep):
    plan = make_plan(rep)

    row = plans.confirm_itinerary(
        coach_at(rep, EVENING), plan_id=plan.pk, version=1, itinerary="West lake", now=EVENING
    )

    assert (row.state, row.itinerary, row.itinerary_confirmed_at) == (PlanState.CONFIRMED, "West lake", EVENING)


def test_a_plan_that_was_called_off_stays_sealed_for_a_month(rep):
    plan = make_plan(rep)
    row = plans.cancel_plan(coach_at(rep, EVENING), plan_id=plan.pk, version=1, reason="meeting", now=EVENING)

    assert row.visible_from == local("00:00", TOMORROW) + timedelta(days=30)
    point = ImprovementPoint.objects.get()
    assert (point.state, point.visible_from) == (PointState.DROPPED, row.visible_from)
    with pytest.raises(NotFound):
        plan_view(rep.scope_at(local("12:00", TOMORROW)), plan.pk, now=local("12:00", TOMORROW))


def test_a_plan_that_never_began_is_called_off_at_the_hard_lock(rep):
    plan = make_plan(rep)
    at = local("26:00", TOMORROW)
    scope = coach_at(rep, at)
    system = type(scope).system("test")

    counts = running.close_day(system, unit_id=rep.unit.pk, day=TOMORROW, now=at)
    again = running.close_day(system, unit_id=rep.unit.pk, day=TOMORROW, now=at)

    plan.refresh_from_db()
    assert (plan.state, plan.cancel_reason, counts["called_off"], again["called_off"]) == (
        "CANCELLED",
        "NOT_BEGUN",
        1,
        0,
    )


# -- who sees what is sealed ---------------------------------------------------------------------------------------------
def test_a_sealed_plan_is_the_coachs_and_of_who_leads_above(rep):
    plan = make_plan(rep)
    region = rep.unit.parent
    at = local("18:30")
    manager = scope_for(make_person(role=Role.REGIONAL_MANAGER, unit=region), at)
    head = scope_for(make_person(role=Role.SALES_HEAD, unit=region.parent), at)
    colleague = scope_for(rep.colleague, at)
    stand_in = make_person(unit=rep.unit)
    make_position(stand_in, role=Role.SUPERVISOR, unit=rep.unit, is_primary=False, is_acting=True, ends_on=LATER)
    other = scope_for(make_person(role=Role.SUPERVISOR, unit=make_unit("East 9", parent=region)), at)

    seen = [
        CoachingPlan.objects.within(scope, Ability.VIEW_COACHING).filter(pk=plan.pk).exists()
        for scope in (coach_at(rep, at), manager, head, rep.scope_at(at), colleague, scope_for(stand_in, at), other)
    ]

    assert seen == [True, True, True, False, False, False, False]


def test_a_representative_who_stands_in_for_the_leader_sees_nothing_sealed_about_themselves(rep):
    make_plan(rep)
    make_position(rep.person, role=Role.SUPERVISOR, unit=rep.unit, is_primary=False, is_acting=True, ends_on=LATER)
    make_position(rep.person, role=Role.SALES_HEAD, unit=rep.unit.parent.parent, is_primary=False)
    at = local("18:30")
    scope = rep.scope_at(at)

    page = desk(scope, unit_id=rep.unit.pk, day=TOMORROW, now=at)

    assert (page.coming, page.waiting, [one.person_id for one in page.proposals]) == ([], [], [rep.colleague.pk])
    assert my_points(scope).open_points == []
    with pytest.raises(NotFound):
        plan_sheet(scope, rep.person.pk, TOMORROW, now=at)


def test_the_desk_proposes_with_reasons_and_marks_who_is_planned(rep):
    make_plan(rep)
    page = desk(coach_at(rep, EVENING), now=EVENING)

    assert [line.name for line in page.coming] == ["Lin Xiao"]
    assert [(one.name, one.why_not) for one in page.proposals] == [("Gao Ming", None), ("Lin Xiao", "PLANNED")]
    assert "NEVER" in [why for why, _numbers in page.proposals[0].reasons]
