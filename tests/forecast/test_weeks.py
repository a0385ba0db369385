from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.commitments import countersign, published, say, sign, talk
from tests.factories.forecast import clock_scope, make_day, make_hot, open_evening
from tests.factories.org import make_person, make_unit, scope_for
from tests.factories.visits import DAY, local, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.engines.workdays.calendar import WorkCalendar, is_workday
from tiejun.forecast.actions import daily, weeks
from tiejun.forecast.actions.weeks import WeekNumbers
from tiejun.forecast.models import MonthlyForecast, WeeklyForecast
from tiejun.forecast.queries.accuracy import accuracy_page
from tiejun.forecast.queries.weeks import week_page, week_sheet
from tiejun.forecast.rules.charts import said_and_came
from tiejun.forecast.rules.weekly import Found, Section, WeekFacts, findings
from tiejun.foundation.models import PolicyVersion
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.org.models import Position

pytestmark = pytest.mark.django_db
MONDAY, NOW = date(2026, 3, 9), local("18:00")


def facts(**changed):
    given = {
        "visits": 40, "floor": 40, "before": 40.0, "effective": 12, "next_steps": 30, "demonstrated": 16, "trial_closed": 8,
        "deals": 0, "lost": {}, "classes": {"A": 1, "B": 3}, "silent_days": 4.0, "group_effective": 0.3, "group_demos": 0.4,
        "group_closes": 0.2,
    }  # fmt: skip
    return WeekFacts(**given | changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"visits": 0}, Found.NO_VISITS),
        ({"visits": 30}, Found.BELOW_FLOOR),
        ({"visits": 30}, Found.LESS_THAN_BEFORE),
        ({"effective": 6}, Found.LOW_EFFECTIVE),
        ({"effective": 20}, Found.HIGH_EFFECTIVE),
        ({"next_steps": 10}, Found.NO_NEXT_STEP),
        ({"classes": {"C": 4}}, Found.NOTHING_MATURE),
        ({"demonstrated": 4}, Found.FEW_DEMOS),
        ({"trial_closed": 1}, Found.FEW_CLOSES),
        ({"kits": 2, "group_kits": 0.2}, Found.FEW_KITS),
        ({"objected": 6, "answered": 1, "group_answers": 0.5}, Found.UNANSWERED),
        ({"lost": {"PRICE": 2, "TIMING": 1}}, Found.LOST_DEALS),
        ({"silent_days": 15.0}, Found.LONG_CYCLE),
        ({"deals": 2}, Found.WON),
    ],
)
def test_each_finding_is_found(changed, code):
    assert code in [one.code for one in findings(facts(**changed))]


def test_a_visit_in_twenty_is_chance():
    assert Found.FEW_KITS not in [one.code for one in findings(facts(kits=0, group_kits=0.03))]


def test_findings_come_in_the_order_of_the_talk():
    found = findings(facts(visits=20, effective=2, next_steps=2, demonstrated=0, lost={"PRICE": 1}))

    order = [list(Section).index(one.section) for one in found]
    assert order == sorted(order)
    assert len(found) >= 6


def test_the_chart_begins_at_zero():
    chart = said_and_came([("a", 4, 2), ("b", 0, 0)])

    assert chart.ticks[0] == (chart.floor, 0)
    assert chart.bars[0].height == pytest.approx((chart.floor - chart.bars[0].said_y) / 2, abs=0.2)
    assert (chart.bars[1].height, said_and_came([]).bars) == (0, ())


def agree(rep, *, week=MONDAY + timedelta(days=7), version=0, by=None, **numbers):
    given = WeekNumbers(**{"deals": 1, "visits": 40, "effective": 12} | numbers)
    return weeks.agree_week(
        scope_for(by or rep.supervisor), person_id=rep.person.pk, week=week, version=version, numbers=given, now=NOW
    )


def test_a_week_is_agreed_with_its_analysis_and_key_customers(rep):
    key = make_hot(rep, letter="B")
    make_visit(rep)

    row = agree(rep, key_companies=(key.pk,), quantity_note="too few mornings")

    assert (row.visits, row.key_companies, row.version) == (40, [key.pk], 1)
    assert row.findings[0]["code"] == "BELOW_FLOOR"
    sheet = week_sheet(scope_for(rep.supervisor), rep.person.pk, week=MONDAY, now=NOW)
    assert (sheet.next_row, sheet.keys, sheet.line.visits) == (row, [key.name], 1)
    with pytest.raises(Stale):
        agree(rep)


def test_a_week_on_its_way_is_measured_by_the_days_that_are_over(rep):
    """Three days with a visit each are no fewer than weeks of one a day, and in the morning a day asks for nothing yet."""
    for number in range(1, 29):
        day = MONDAY - timedelta(days=number)
        if is_workday(day, WorkCalendar()):
            make_visit(rep, at=local("10:00", day))
    for number in range(3):
        make_visit(rep, at=local("10:00", MONDAY + timedelta(days=number)))

    evening = week_sheet(scope_for(rep.supervisor), rep.person.pk, now=local("18:00")).line.facts
    morning = week_sheet(scope_for(rep.supervisor), rep.person.pk, now=local("11:00")).line.facts

    assert (evening.visits, evening.before, evening.floor) == (3, 3.0, 24)
    assert (morning.visits, morning.before, morning.floor) == (3, 2.0, 16)
    line = week_sheet(scope_for(rep.supervisor), rep.person.pk, now=local("11:00")).line
    assert line.suggested == (0, 40, 40), "a week of the floor, at the own share"
    assert findings(facts(visits=0, floor=0, classes={"B": 1}))[0].section is Section.QUALITY


def test_what_does_not_fit_a_week_is_refused(rep):
    with pytest.raises(Invalid):
        agree(rep, effective=41)
    with pytest.raises(Refused):
        agree(rep, week=MONDAY - timedelta(days=7))
    with pytest.raises(Refused):
        agree(rep, key_companies=(make_hot(rep, rep.colleague).pk,))
    with pytest.raises(NotFound):
        agree(rep, by=make_person(role=Role.SUPERVISOR, unit=rep.unit.parent))
    with pytest.raises(PermissionRefused):
        agree(rep, by=rep.person)
    assert WeeklyForecast.objects.count() == 0


def test_the_week_asks_as_many_queries_for_two_as_for_six(rep):
    def count():
        with CaptureQueriesContext(connection) as queries:
            week_page(scope_for(rep.supervisor), now=NOW)
        return len(queries)

    few = count()
    for number in range(4):
        make_person(name=f"New {number}", unit=rep.unit)

    assert count() == few


def test_weeks_that_are_over_stand_beside_what_came(rep):
    for back in (1, 2, 3):
        WeeklyForecast.objects.create(
            person=rep.person, unit=rep.unit, week=MONDAY - timedelta(days=7 * back), deals=back, visits=40, effective=12,
            agreed_by=rep.supervisor, agreed_at=NOW,
        )  # fmt: skip

    page = accuracy_page(scope_for(rep.supervisor), now=NOW)

    assert [(case.week, case.said, case.came) for case in page.weeks] == [
        (MONDAY - timedelta(days=7 * back), back, 0) for back in (3, 2, 1)
    ]
    assert (page.horizons[1].periods, page.horizons[1].said, page.coverage_due) == (3, 6, 0)


def test_a_week_is_measured_by_the_policies_of_the_group_whoever_looks(rep):
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=rep.unit.parent)
    PolicyVersion.objects.create(
        key="company.profile", value="light", unit_id=rep.unit.pk, status="APPROVED", valid_from=NOW - timedelta(days=60), made_at=NOW,
        reason="test",
    )  # fmt: skip

    seen = [
        week_page(scope_for(one), unit_id=rep.unit.pk, now=NOW).lines[0].facts.floor
        for one in (rep.supervisor, manager)
    ]

    assert seen[0] == seen[1] > 0


# -- high and accurate --------------------------------------------------------------------------------------------------
def test_months_that_are_over_are_scored_by_what_was_published(rep):
    row = published(rep, 3)
    later = local("12:00", date(2026, 4, 8))

    page = accuracy_page(scope_for(rep.supervisor, later), now=later)

    (case,) = page.persons[0].cases
    assert (case.first, case.last, case.came, case.accuracy, case.score) == (3, 3, 0, 0.0, 0.0)
    assert page.persons[0].bias == -1
    assert [(one.last, one.came) for one in page.months] == [(3, 0)]
    assert page.calibration.count == 1
    own = accuracy_page(scope_for(rep.person, later), now=later)
    assert (own.unit, len(own.months)) == (None, 1)
    assert MonthlyForecast.objects.get() == row


def test_who_moved_since_stays_in_the_months_of_the_group(rep):
    published(rep, 3)
    Position.objects.filter(person=rep.person).update(unit=make_unit("Second", parent=rep.unit.parent))
    later = local("12:00", date(2026, 4, 8))

    page = accuracy_page(scope_for(rep.supervisor, later), now=later)

    assert [(one.month, one.first, one.came) for one in page.months] == [(date(2026, 3, 1), 3, 0)]


def test_a_number_said_late_does_not_make_the_first_one_truer(rep):
    first = published(rep, 3)
    countersign(rep, sign(rep, talk(rep, 0, version=say(rep, 0, version=first.version).version)))
    later = local("12:00", date(2026, 4, 8))

    page = accuracy_page(scope_for(rep.supervisor, later), now=later)

    (case,) = page.persons[0].cases
    assert (case.first, case.last, case.came, case.accuracy) == (3, 0, 0, 0.0)


def test_days_count_by_result_and_by_process(rep):
    make_day(rep, day=DAY, at=local("08:00"), said=1)
    open_evening(rep)
    daily.close_days(clock_scope(rep.unit), unit_id=rep.unit.pk, day=DAY, now=local("18:30"))
    later = local("12:00", DAY + timedelta(days=2))

    page = accuracy_page(scope_for(rep.supervisor, later), now=later)

    day = page.horizons[0]
    assert (day.horizon, day.periods, day.said, day.came, day.accuracy, day.held) == ("DAY", 1, 1, 0, 0.0, 0.0)
    assert (page.same_evening, page.required) == (0, 1)


def test_another_groups_accuracy_is_not_found(rep):
    with pytest.raises(NotFound):
        accuracy_page(scope_for(rep.supervisor), unit_id=rep.unit.parent.pk, now=NOW)
