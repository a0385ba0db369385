from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tests.factories.coaching import (
    ASK,
    CLOSE,
    TOMORROW,
    begin,
    coach_at,
    make_day,
    make_plan,
    summarise,
    talk,
)
from tests.factories.org import make_leave, make_person, make_position, scope_for
from tests.factories.visits import local, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.coaching import jobs
from tiejun.coaching.actions import field, plans, running
from tiejun.coaching.events import CoachingRevealed, SummarySent
from tiejun.coaching.models import (
    ApplicationCheck,
    CoachingPlan,
    CoachingSummary,
    CoachingVisit,
    ImprovementPoint,
    PlanPoint,
    PointRating,
)
from tiejun.coaching.queries.drafts import draft_summary
from tiejun.coaching.queries.plans import plan_view, stops_of
from tiejun.coaching.queries.waiting import summaries_owed
from tiejun.coaching.rules import Phase, PointState, Rating
from tiejun.coaching.rules.plans import Feedback
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.inbox.models import Notice
from tiejun.org.models import Person
from tiejun.visits.actions.plans import add_stop
from tiejun.visits.events import VisitRecorded
from tiejun.visits.models import VisitEvidence

pytestmark = pytest.mark.django_db
MORNING = local("09:30", TOMORROW)


def code_of(action, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        action(*args, **kwargs)
    return refused.value.code


# -- revealed ------------------------------------------------------------------------------------------------------------
def test_from_the_reveal_on_the_person_sees_plan_and_points_and_is_told(rep):
    plan = begin(rep, make_plan(rep, ASK, CLOSE))
    jobs.tell_the_person(CoachingRevealed(plan.pk, rep.person.pk, rep.supervisor.pk, TOMORROW, MORNING))

    view = plan_view(rep.scope_at(MORNING), plan.pk, now=MORNING)

    assert ([line.point.title for line in view.points], view.is_own, view.may_talk) == (
        [ASK.title, CLOSE.title],
        True,
        False,
    )
    notice = Notice.objects.get(person=rep.person)
    assert (notice.code, notice.facts) == ("coaching.revealed", {"coach": "Zhou Wei", "point": ASK.title})


def test_a_reveal_that_waited_in_the_phone_counts_from_when_it_was_told(rep):
    plan = make_plan(rep)
    late = local("13:00", TOMORROW)

    row = field.reveal(coach_at(rep, late), plan_id=plan.pk, told_at=MORNING, now=late)

    assert (row.revealed_at, row.visible_from) == (MORNING, MORNING)


def test_a_second_reveal_from_another_device_changes_nothing(rep):
    plan = begin(rep, make_plan(rep))
    later = MORNING + timedelta(hours=1)

    row = field.reveal(coach_at(rep, later), plan_id=plan.pk, told_at=later, now=later)

    assert (row.revealed_at, row.version) == (MORNING, plan.version)


@pytest.mark.parametrize(
    ("told", "now", "code"),
    [
        (local("18:00"), local("18:00"), "not_today"),
        (local("09:30", TOMORROW), local("26:30", TOMORROW), "too_late"),
        (local("28:00", TOMORROW), local("28:00", TOMORROW), "not_today"),
    ],
    ids=["the evening before", "after the hard lock", "the day after"],
)
def test_a_plan_begins_on_its_own_day_alone(rep, told, now, code):
    plan = make_plan(rep)

    assert code_of(field.reveal, coach_at(rep, now), plan_id=plan.pk, told_at=told, now=now) == code
    assert CoachingPlan.objects.get().revealed_at is None


def test_a_reveal_that_arrives_after_the_plan_was_called_off_by_the_clock_says_so(rep):
    plan = make_plan(rep)
    now = local("26:10", TOMORROW)
    running.close_day(Scope.system("test"), unit_id=rep.unit.pk, day=TOMORROW, now=local("26:00", TOMORROW))

    assert code_of(field.reveal, coach_at(rep, now), plan_id=plan.pk, told_at=MORNING, now=now) == "too_late"


def test_who_left_is_not_accompanied(rep):
    plan = make_plan(rep)
    Person.objects.filter(pk=rep.person.pk).update(left_on=TOMORROW)

    assert code_of(field.reveal, coach_at(rep, MORNING), plan_id=plan.pk, told_at=MORNING, now=MORNING) == "person_gone"


def test_whoever_stands_in_finds_no_plan_to_reveal(rep):
    plan = make_plan(rep)
    stand_in = make_person(unit=rep.unit)
    make_position(
        stand_in,
        role=Role.SUPERVISOR,
        unit=rep.unit,
        is_primary=False,
        is_acting=True,
        ends_on=TOMORROW + timedelta(days=9),
    )

    with pytest.raises(NotFound):
        field.reveal(scope_for(stand_in, MORNING), plan_id=plan.pk, told_at=MORNING, now=MORNING)


def test_a_manager_above_sees_the_plan_and_does_not_begin_it(rep):
    plan = make_plan(rep)
    manager = scope_for(make_person(role=Role.REGIONAL_MANAGER, unit=rep.unit.parent), MORNING)

    assert code_of(field.reveal, manager, plan_id=plan.pk, told_at=MORNING, now=MORNING) == "not_your_plan"


# -- feedback ------------------------------------------------------------------------------------------------------------
def give(rep, plan, *, company=None, at=None, **changes):
    at = at or local("10:20", TOMORROW)
    point_id = PlanPoint.objects.get(plan=plan, is_primary=True).point_id
    given = {"phase": Phase.I_DO, "ratings": {point_id: Rating.TRIED}, "strength": "Listened"} | changes
    company = company or rep.company
    return field.give_feedback(
        coach_at(rep, at), plan_id=plan.pk, company_id=company.pk, given=Feedback(**given), told_at=at, now=at
    )


def test_feedback_is_kept_with_its_ratings_and_proves_the_visit(rep):
    plan = begin(rep, make_plan(rep))
    made = talk(rep, plan)

    assert (made.phase, made.strength, made.encouraged, made.is_late) == ("I_DO", "Listened well", True, False)
    assert list(PointRating.objects.values_list("talk_id", "rating")) == [(made.pk, 1)]
    assert VisitEvidence.objects.filter(visit=made.visit_id, kind="ACCOMPANIED").count() == 1
    assert ImprovementPoint.objects.get().state == PointState.PRACTISING


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"strength": " "}, "strength_first"),
        ({"ratings": {}}, "primary_not_rated"),
        ({"phase": Phase.YOU_DO}, "show_before_watching"),
    ],
    ids=["affirmation", "primary", "phase"],
)
def test_feedback_affirms_first_rates_the_primary_point_and_shows_before_it_watches(rep, changes, code):
    plan = begin(rep, make_plan(rep))
    make_visit(rep, at=local("10:10", TOMORROW))

    assert code_of(give, rep, plan, **changes) == code
    assert CoachingVisit.objects.count() == 0


def test_with_a_reason_a_new_point_is_watched_at_once(rep):
    plan = begin(rep, make_plan(rep))
    make_visit(rep, at=local("10:10", TOMORROW))

    assert give(rep, plan, phase=Phase.YOU_DO, why_not_shown="did it well last year").why_not_shown


def test_feedback_long_after_the_visit_is_late(rep):
    plan = begin(rep, make_plan(rep))
    make_visit(rep, at=local("10:10", TOMORROW))

    assert give(rep, plan, at=local("10:41", TOMORROW)).is_late


def test_feedback_before_the_reveal_is_refused(rep):
    plan = make_plan(rep)
    make_visit(rep, at=local("10:10", TOMORROW))

    assert code_of(give, rep, plan) == "not_in_field"


def test_feedback_at_a_customer_of_no_stop_is_invalid(rep):
    plan = begin(rep, make_plan(rep))

    with pytest.raises(Invalid):
        give(rep, plan, company=rep.held_company("Elsewhere"))


def test_feedback_for_a_point_of_another_plan_is_refused(rep):
    plan = begin(rep, make_plan(rep))
    make_visit(rep, at=local("10:10", TOMORROW))
    other = ImprovementPoint.objects.create(
        person=rep.person, unit=rep.unit, skill="DEMO", title="x", why="y", opened_by=rep.supervisor, opened_at=MORNING
    )
    mine = PlanPoint.objects.get(plan=plan).point_id

    assert code_of(give, rep, plan, ratings={mine: Rating.DONE, other.pk: Rating.DONE}) == "not_a_point_of_the_day"


def test_feedback_of_a_visit_that_waits_in_the_persons_phone_is_matched_when_it_comes(rep, planned_stop):
    plan = begin(rep, make_plan(rep))
    made = give(rep, plan)
    assert made.visit_id is None

    visit = make_visit(rep, at=local("10:10", TOMORROW))
    event = VisitRecorded(
        visit.pk, rep.company.pk, rep.person.pk, False, False, False, False, 0, "", "", False, local("10:10", TOMORROW)
    )
    jobs.match_feedback(event)
    jobs.match_feedback(event)

    made.refresh_from_db()
    assert made.visit_id == visit.pk
    assert VisitEvidence.objects.filter(visit=visit, kind="ACCOMPANIED").count() == 1


@pytest.fixture
def planned_stop(rep):
    at = local("17:00")
    return add_stop(rep.scope_at(at), day=TOMORROW, company_id=rep.company.pk, now=at)


def test_feedback_stays_as_it_was_given(rep):
    talk(rep, begin(rep, make_plan(rep)))

    for rows, change in ((CoachingVisit, {"strength": "other"}), (PointRating, {"rating": 3})):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.objects.update(**change)


# -- the summary ---------------------------------------------------------------------------------------------------------
def test_the_summary_wants_the_first_point_watched_at_two_visits_or_a_reason(rep):
    plan = begin(rep, make_plan(rep))
    assert code_of(summarise, rep, plan) == "nothing_watched"
    talk(rep, plan)
    assert code_of(summarise, rep, plan) == "primary_not_repeated"
    assert CoachingSummary.objects.count() == 0

    assert summarise(rep, plan, why_few="The others were not there").why_few


def test_the_summary_is_sent_and_sets_checks_for_ten_working_days_of_the_person(rep):
    make_leave(rep.person, unit=rep.unit, starts_on=TOMORROW + timedelta(days=4))
    plan = make_day(rep, ASK, CLOSE)

    days = sorted(ApplicationCheck.objects.values_list("due_on", flat=True).distinct())
    assert (len(days), days[0], TOMORROW + timedelta(days=4) in days) == (10, TOMORROW + timedelta(days=1), False)
    assert ApplicationCheck.objects.count() == 20
    jobs.deliver_summary(SummarySent(plan.pk, rep.person.pk, rep.supervisor.pk, TOMORROW, local("18:00", TOMORROW)))
    assert Notice.objects.get(code="coaching.summary_sent").person_id == rep.person.pk


def test_a_summary_after_its_deadline_is_late(rep):
    plan = begin(rep, make_plan(rep))
    talk(rep, plan)
    talk(rep, plan, clock="11:10")

    assert summarise(rep, plan, at=local("18:26", TOMORROW)).is_late


def test_the_draft_names_strengths_first_then_the_way_of_the_point(rep):
    plan = begin(rep, make_plan(rep))
    talk(rep, plan, name="First Ltd")
    talk(rep, plan, clock="11:10", name="Second Ltd", rating=Rating.DONE)

    at = local("17:00", TOMORROW)
    with translation.override("en"):
        text = draft_summary(coach_at(rep, at), plan_view(coach_at(rep, at), plan.pk, now=at))["text"]

    assert text.index("Listened well") < text.index("Tried → Done") < text.index("Wait for the answer")


def test_a_second_summary_is_refused_and_the_first_stands(rep):
    plan = make_day(rep)

    assert code_of(summarise, rep, plan) == "summary_sent"
    with pytest.raises(IntegrityError), transaction.atomic():
        CoachingSummary.objects.update(text="other")


def test_the_person_answers_once(rep):
    plan = make_day(rep)
    at = local("19:00", TOMORROW)

    field.answer_summary(rep.scope_at(at), plan_id=plan.pk, answer="Thank you", now=at)
    again = field.answer_summary(rep.scope_at(at), plan_id=plan.pk, answer="Other", now=at + timedelta(hours=1))

    assert (again.answer, again.read_at) == ("Thank you", at)
    with pytest.raises(NotFound):
        field.answer_summary(scope_for(rep.colleague, at), plan_id=plan.pk, answer="", now=at)


# -- when the coach cannot ------------------------------------------------------------------------------------------------
def test_where_the_coach_left_whoever_leads_now_writes_the_summary(rep):
    plan = begin(rep, make_plan(rep))
    talk(rep, plan)
    talk(rep, plan, clock="11:10")
    other = make_person(name="New Leader", unit=rep.unit)
    make_position(
        other,
        role=Role.SUPERVISOR,
        unit=rep.unit,
        is_primary=False,
        is_acting=True,
        ends_on=TOMORROW + timedelta(days=9),
    )
    Person.objects.filter(pk=rep.supervisor.pk).update(left_on=TOMORROW)
    at = local("18:00", TOMORROW)

    owed = summaries_owed(Scope.system("test"), unit_id=rep.unit.pk, day=TOMORROW, now=at)
    row = field.send_summary(scope_for(other, at), plan_id=plan.pk, text="Well.", next_step="", why_few="", now=at)

    assert [(one.plan_id, one.owed_by) for one in owed] == [(plan.pk, other.pk)]
    assert row.written_by_id == other.pk


def test_a_manager_above_does_not_write_for_a_coach_who_is_there(rep):
    plan = begin(rep, make_plan(rep))
    talk(rep, plan)
    at = local("18:00", TOMORROW)
    manager = scope_for(make_person(role=Role.REGIONAL_MANAGER, unit=rep.unit.parent), at)

    assert code_of(
        field.send_summary, manager, plan_id=plan.pk, text="Well.", next_step="", why_few="one", now=at
    ) == "not_your_plan"  # fmt: skip


def test_who_leaves_takes_plans_points_and_checks_along(rep):
    make_day(rep)
    ahead = make_plan(rep, CLOSE, day=TOMORROW + timedelta(days=1))
    now = local("19:00", TOMORROW)

    running.release_person(Scope.system("test"), person_id=rep.person.pk, now=now)

    ahead.refresh_from_db()
    assert (ahead.state, ahead.cancel_reason) == ("CANCELLED", "LEFT")
    assert set(ImprovementPoint.objects.values_list("state", flat=True)) == {"DROPPED"}
    assert set(ApplicationCheck.objects.values_list("state", flat=True)) == {"LIFTED"}


def test_the_stops_of_the_day_are_the_visited_ones_first(rep, planned_stop):
    plan = begin(rep, make_plan(rep))
    other = rep.held_company("Visited Ltd")
    make_visit(rep, company=other, at=local("10:10", TOMORROW))

    stops = stops_of(coach_at(rep, MORNING), plan, now=local("11:00", TOMORROW))

    assert [(one.name, one.is_visited, one.is_rated) for one in stops] == [
        ("Visited Ltd", True, False), (rep.company.name, False, False),
    ]  # fmt: skip


def test_a_changed_plan_is_stale_for_the_confirmation(rep):
    plan = make_plan(rep)
    make_plan(rep, CLOSE, version=1)
    at = local("18:00")

    with pytest.raises(Exception, match="stale"):
        plans.confirm_itinerary(coach_at(rep, at), plan_id=plan.pk, version=1, itinerary="x", now=at)
