"""What the supervisor's daily report says of accompanied visits: what was done is kept, what is sealed is not."""

import json

import pytest

from tests.factories.coaching import CLOSE, TOMORROW, begin, coach_at, make_plan, summarise, talk
from tests.factories.forecast import open_evening
from tests.factories.org import make_person, make_position, scope_for
from tests.factories.visits import DAY, local
from tiejun.access.roles import Role
from tiejun.coaching.actions import following
from tiejun.coaching.models import ApplicationCheck
from tiejun.coaching.rules import CheckState, Phase, Rating
from tiejun.forecast.actions import reports
from tiejun.forecast.models import DailyReport, ForecastReview
from tiejun.forecast.queries.reports import report_page

pytestmark = pytest.mark.django_db
EVENING = local("18:20")


def page_of(rep, scope, at=EVENING):
    return {one.section.key: one for one in report_page(scope, rep.unit.pk, DAY, now=at).sections}


@pytest.fixture
def evening(rep):
    """A day with its accompanied visit, and the next one sealed."""
    plan = begin(rep, make_plan(rep, day=DAY), at=local("09:30"))
    talk(rep, plan, clock="10:10")
    talk(rep, plan, clock="11:20", phase=Phase.YOU_DO, rating=Rating.DONE)
    summarise(rep, plan, at=local("18:00"))
    make_plan(rep, CLOSE, person=rep.colleague, day=TOMORROW, at=local("18:05"))
    open_evening(rep)
    ForecastReview.objects.all().delete()
    return rep


def close(rep):
    row = DailyReport.objects.get()
    return reports.close_report(
        coach_at(rep, EVENING), unit_id=rep.unit.pk, day=DAY, version=row.version, note="", now=EVENING
    )


def test_the_report_says_what_was_accompanied_and_freezes_it(evening):
    rep = evening
    row = close(rep)

    kept = row.content["sections"]["coaching"]
    assert [(one["name"], one["talks"], one["summary"]) for one in kept["days"]] == [("Lin Xiao", 2, "SENT")]
    assert [one["ratings"] for one in kept["days"][0]["points"]] == [[1, 2]]
    assert page_of(rep, coach_at(rep, EVENING))["coaching"].kept == kept


def test_tomorrows_plan_is_read_anew_by_who_may_know_it_and_kept_nowhere(evening):
    rep = evening
    close(rep)
    scope = coach_at(rep, EVENING)
    assert [one["name"] for one in page_of(rep, scope)["coaching"].ahead["plans"]] == ["Gao Ming"]
    assert "Ask for the order" not in json.dumps(DailyReport.objects.get().content)

    make_position(
        rep.colleague, role=Role.SUPERVISOR, unit=rep.unit, is_primary=False, is_acting=True, ends_on=TOMORROW
    )
    standing_in = scope_for(rep.colleague, EVENING)
    shown = page_of(rep, standing_in)
    assert (shown["coaching"].ahead["plans"], len(shown["coaching"].kept["days"])) == ([], 1)
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=rep.unit.parent.parent), EVENING)
    assert "coaching" not in page_of(rep, ops)


def test_points_that_were_checked_stand_in_the_report_of_that_day(rep):
    plan = begin(rep, make_plan(rep, day=DAY), at=local("09:30"))
    talk(rep, plan, clock="10:10")
    talk(rep, plan, clock="11:20", phase=Phase.YOU_DO, rating=Rating.DONE)
    summarise(rep, plan, at=local("18:00"))
    open_evening(rep, day=TOMORROW)
    check = ApplicationCheck.objects.order_by("due_on").first()
    at = local("18:00", TOMORROW)
    following.settle_check(coach_at(rep, at), check_id=check.pk, outcome=CheckState.USED, note="twice", now=at)

    sections = report_page(coach_at(rep, at), rep.unit.pk, TOMORROW, now=at).sections
    kept = next(one.kept for one in sections if one.section.key == "coaching")
    assert kept["checks"] == [
        {"name": "Lin Xiao", "point": "One open question first", "state": "USED", "note": "twice"}
    ]
