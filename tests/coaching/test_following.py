from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.coaching import ASK, CLOSE, TOMORROW, coach_at, make_day
from tests.factories.org import make_position, scope_for
from tests.factories.visits import local
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.coaching.actions import following, running
from tiejun.coaching.models import ApplicationCheck, CoachingPlan, ImprovementPoint
from tiejun.coaching.queries.checks import checks_page
from tiejun.coaching.queries.mine import my_points
from tiejun.coaching.rules import CheckState
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.inbox.models import Notice

pytestmark = pytest.mark.django_db
NEXT = TOMORROW + timedelta(days=1)


def checks():
    return list(ApplicationCheck.objects.order_by("due_on", "point__opened_at"))


def settle(rep, check, outcome=CheckState.USED, at=None):
    at = at or local("18:00", check.due_on)
    return following.settle_check(coach_at(rep, at), check_id=check.pk, outcome=outcome, now=at)


def code_of(action, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        action(*args, **kwargs)
    return refused.value.code


def test_a_point_is_checked_until_it_was_used_three_times_then_it_is_mastered(rep):
    plan = make_day(rep)
    for check in checks()[:3]:
        settle(rep, check)

    point, plan = ImprovementPoint.objects.get(), CoachingPlan.objects.get(pk=plan.pk)
    assert (point.state, point.used, plan.state) == ("MASTERED", 3, "CLOSED")
    assert [check.state for check in checks()] == ["USED"] * 3 + ["LIFTED"] * 7
    assert Notice.objects.get(code="coaching.mastered").person_id == rep.person.pk


def test_a_day_without_a_chance_counts_for_nothing(rep):
    make_day(rep)
    first, second, third = checks()[:3]
    settle(rep, first, CheckState.NO_CHANCE)
    settle(rep, second, CheckState.NOT_USED)
    settle(rep, third)

    used = my_points(rep.scope_at(local("19:00", third.due_on))).open_points[0].application

    assert (used.used, used.checked, used.waiting, used.share) == (1, 2, 7, 0.5)


def test_a_check_waits_for_its_day_and_is_answered_once(rep):
    make_day(rep)
    first, second = checks()[:2]

    assert code_of(settle, rep, second, at=local("18:00", first.due_on)) == "check_not_due"
    settle(rep, first)
    assert code_of(settle, rep, first, CheckState.NOT_USED) == "check_settled"
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationCheck.objects.filter(pk=first.pk).update(state="NOT_USED")


def test_an_unanswered_check_is_marked_at_the_lock_and_can_be_made_up_for(rep):
    make_day(rep)
    first = checks()[0]
    running.close_day(Scope.system("test"), unit_id=rep.unit.pk, day=first.due_on, now=local("26:00", first.due_on))
    at = local("18:00", first.due_on + timedelta(days=3))

    page = checks_page(coach_at(rep, at), now=at)

    assert [line.check.pk for line in page.missed] == [first.pk]
    assert settle(rep, page.missed[0].check, at=at).state == "USED"


def test_nobody_checks_their_own_point(rep):
    make_day(rep)
    first = checks()[0]
    make_position(
        rep.person,
        role=Role.SUPERVISOR,
        unit=rep.unit,
        is_primary=False,
        is_acting=True,
        ends_on=NEXT + timedelta(days=9),
    )
    at = local("18:00", first.due_on)

    assert code_of(
        following.settle_check, rep.scope_at(at), check_id=first.pk, outcome=CheckState.USED, now=at
    ) == "not_ones_own_check"  # fmt: skip
    assert checks_page(rep.scope_at(at), now=at).due == []
    with pytest.raises(NotFound):
        following.settle_check(
            scope_for(rep.supervisor, at), check_id=ImprovementPoint.objects.get().pk, outcome=CheckState.USED, now=at
        )


def test_a_point_is_given_up_with_a_reason_and_its_checks_end(rep):
    make_day(rep, ASK, CLOSE)
    point = ImprovementPoint.objects.get(title=CLOSE.title)
    at = local("19:00", NEXT)
    with pytest.raises(Invalid):
        following.drop_point(coach_at(rep, at), point_id=point.pk, version=1, reason=" ", now=at)

    row = following.drop_point(coach_at(rep, at), point_id=point.pk, version=1, reason="does it anyway", now=at)

    assert (row.state, row.close_reason) == ("DROPPED", "does it anyway")
    assert {check.state for check in checks() if check.point_id == point.pk} == {"LIFTED"}
    assert code_of(
        following.drop_point, coach_at(rep, at), point_id=point.pk, version=2, reason="again", now=at
    ) == "point_not_open"  # fmt: skip


def test_the_list_of_checks_has_a_fixed_number_of_queries(rep):
    make_day(rep)
    at = local("18:00", NEXT)
    scope = coach_at(rep, at)
    with CaptureQueriesContext(connection) as one:
        checks_page(scope, now=at)
    make_day(rep, CLOSE, day=NEXT)
    with CaptureQueriesContext(connection) as two:
        page = checks_page(scope, now=local("18:00", NEXT + timedelta(days=3)))

    assert len(page.due) + len(page.missed) > 1
    assert len(two) == len(one)
