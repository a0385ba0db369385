from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.forecast import DUE_AT, TOMORROW, clock_scope, make_day, make_hot, open_evening
from tests.factories.org import make_leave, make_person, make_position, scope_for
from tests.factories.visits import DAY, local, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.forecast.actions import daily, reports, reviews
from tiejun.forecast.actions.reviews import ReviewFacts
from tiejun.forecast.models import DailyDeal, DailyForecast, DailyReport, ForecastReview
from tiejun.forecast.queries.evening import evening, review_sheet
from tiejun.forecast.queries.reports import report_page
from tiejun.forecast.queries.tomorrow import tomorrow_page
from tiejun.forecast.rules import ReviewKind
from tiejun.forecast.rules.daily import Deal
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale

pytestmark = pytest.mark.django_db
TALK = ReviewFacts(
    ReviewKind.FULL, "demo too long", "shorten it", "West lake, two key customers", itinerary_confirmed=True
)


def state_of(person):
    return ForecastReview.objects.filter(person=person).values_list("state", flat=True).first()


def finish(rep, *, person=None, facts=TALK, version=1, at="18:00", day=DAY):
    scope = scope_for(rep.supervisor, local(at, day))
    person_id = (person or rep.person).pk
    return reviews.finish_review(scope, person_id=person_id, day=day, version=version, facts=facts, now=local(at, day))


# -- the day ------------------------------------------------------------------------------------------------------------
def test_the_draft_names_class_a_with_its_amount_and_b_in_reserve(rep):
    iron, reserve = make_hot(rep), make_hot(rep, letter="B")

    page = tomorrow_page(rep.scope_at(local("17:00")), now=local("17:00"))

    assert page.forecast.day == TOMORROW
    assert [line.deal.company_id for line in page.forecast.iron] == [iron.pk]
    assert [line.deal.company_id for line in page.forecast.reserve] == [reserve.pk]
    assert (page.forecast.numbers.deals, page.forecast.numbers.amount_minor, page.forecast.lacking_backup) == (
        1,
        50_000_00,
        1,
    )


def test_accepting_the_draft_is_marked_as_the_machines(rep):
    make_hot(rep)
    shown = tomorrow_page(rep.scope_at(local("17:00")), now=local("17:00")).forecast
    deals = [line.deal for line in shown.lines]

    row = daily.save_day(
        rep.scope_at(local("17:01")), day=TOMORROW, version=0, numbers=shown.numbers, deals=deals, now=local("17:01")
    )

    assert (row.is_machine, row.state, row.is_late, row.lacking_backup) == (True, "SUBMITTED", False, 1)
    assert DailyDeal.objects.filter(forecast=row).count() == 1


def test_a_forecast_after_the_deadline_is_late(rep):
    assert make_day(rep, at=local("18:01")).is_late


@pytest.mark.parametrize(
    ("day", "at", "code"),
    [
        (DAY, "17:00", "day_has_begun"),
        (DAY + timedelta(days=3), "17:00", "not_a_workday"),
        (DAY + timedelta(days=9), "17:00", "too_far_ahead"),
    ],
    ids=["begun", "saturday", "far"],
)
def test_only_coming_working_days_are_forecast(rep, day, at, code):
    with pytest.raises(Refused) as refused:
        make_day(rep, day=day, at=local(at))

    assert refused.value.code == code
    assert DailyForecast.objects.count() == 0


def test_a_colleagues_customer_cannot_be_forecast(rep):
    foreign = make_hot(rep, rep.colleague)

    with pytest.raises(Refused) as refused:
        make_day(rep, deals=(Deal(foreign.pk, "A", 1),))

    assert refused.value.code == "not_your_customer"


def test_a_changed_forecast_refuses_an_older_version(rep):
    row = make_day(rep)
    scope, numbers = (
        rep.scope_at(local("17:30")),
        replace(tomorrow_page(rep.scope, now=local("17:10")).forecast.numbers),
    )
    daily.save_day(scope, day=TOMORROW, version=row.version, numbers=numbers, deals=[], now=local("17:30"))

    with pytest.raises(Stale):
        daily.save_day(scope, day=TOMORROW, version=row.version, numbers=numbers, deals=[], now=local("17:40"))


def test_at_the_deadline_drafts_are_taken_and_what_was_said_stays(rep):
    said = make_day(rep, visits=11)
    open_evening(rep)

    daily.submit_drafts(clock_scope(rep.unit), unit_id=rep.unit.pk, day=TOMORROW, now=local("18:00"))

    rows = {row.person_id: row for row in DailyForecast.objects.filter(business_day=TOMORROW)}
    assert (rows[rep.person.pk].expected_visits, rows[rep.person.pk].version) == (11, said.version)
    assert (rows[rep.colleague.pk].state, rows[rep.colleague.pk].is_machine) == ("SUBMITTED", True)


def test_the_lock_judges_result_and_process_apart(rep):
    make_day(rep, day=DAY, at=local("08:00"), visits=2, said=0)
    make_visit(rep, at=local("10:00"))

    daily.close_days(clock_scope(rep.unit), unit_id=rep.unit.pk, day=DAY, now=local("18:30"))

    row = DailyForecast.objects.get(person=rep.person, business_day=DAY)
    assert (row.state, row.actual_visits, row.result_met, row.process_met) == ("CLOSED", 1, True, False)


# -- the set ------------------------------------------------------------------------------------------------------------
def test_who_missed_today_and_who_has_a_deal_tomorrow_must_be_reviewed(rep):
    make_day(rep, day=DAY, at=local("08:00"), said=1)
    make_hot(rep, rep.colleague)

    counts = open_evening(rep)

    assert counts["required"] == 2
    reasons = dict(ForecastReview.objects.values_list("person__name", "reasons"))
    assert reasons["Lin Xiao"] == ["MISSED_RESULT", "MISSED_PROCESS"]
    assert reasons["Gao Ming"] == ["HIGH", "NO_BACKUP"]


def test_a_repeat_of_the_evening_keeps_what_was_handled(rep):
    make_hot(rep)
    open_evening(rep)
    finish(rep, facts=replace(TALK, backup_checked=True))

    open_evening(rep, at=local("18:10"))

    assert state_of(rep.person) == "DONE"


def test_missed_at_the_lock_is_talked_about_the_next_evening(rep):
    make_day(rep, day=DAY, at=local("08:00"), said=1, visits=0)
    daily.close_days(clock_scope(rep.unit), unit_id=rep.unit.pk, day=DAY, now=local("18:30"))

    open_evening(rep, day=TOMORROW)

    assert "MISSED_RESULT" in ForecastReview.objects.get(person=rep.person, business_day=TOMORROW).reasons


# -- the talk -----------------------------------------------------------------------------------------------------------
def test_a_review_keeps_its_findings_and_agrees_on_the_numbers(rep):
    make_hot(rep)
    open_evening(rep)

    row = finish(rep, facts=replace(TALK, backup_checked=False, visits=10, effective=3))

    assert (row.state, row.findings, row.handled_by_id) == ("DONE", "demo too long", rep.supervisor.pk)
    tomorrow = DailyForecast.objects.get(person=rep.person, business_day=TOMORROW)
    assert (tomorrow.state, tomorrow.expected_visits, tomorrow.changed_by_id) == ("REVIEWED", 10, rep.supervisor.pk)
    with pytest.raises(Refused) as refused:
        make_day(rep, at=local("18:10"))
    assert refused.value.code == "day_reviewed"


def test_a_review_that_is_finished_late_leaves_a_day_that_has_begun_as_it_was_said(rep):
    make_hot(rep)
    open_evening(rep)
    said = DailyForecast.objects.get(person=rep.person, business_day=TOMORROW)

    row = finish(rep, facts=replace(TALK, backup_checked=False, visits=20), at="39:00")

    tomorrow = DailyForecast.objects.get(pk=said.pk)
    assert row.state == "DONE"
    assert (tomorrow.state, tomorrow.expected_visits) == (said.state, said.expected_visits)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(TALK, itinerary_confirmed=False, backup_checked=True), "itinerary_not_asked"),
        (TALK, "backup_not_asked"),
    ],
)
def test_a_review_asks_its_questions(rep, facts, code):
    make_hot(rep)
    open_evening(rep)

    with pytest.raises(Refused) as refused:
        finish(rep, facts=facts)

    assert refused.value.code == code
    assert state_of(rep.person) == "REQUIRED"


def test_a_full_review_says_what_was_found(rep):
    open_evening(rep)

    with pytest.raises(Invalid):
        finish(rep, facts=replace(TALK, findings=" "), version=ForecastReview.objects.filter(person=rep.person).count())


def test_a_review_is_handled_once(rep):
    make_hot(rep)
    open_evening(rep)
    finish(rep, facts=replace(TALK, backup_checked=True))

    with pytest.raises(Refused) as refused:
        finish(rep, facts=replace(TALK, backup_checked=True), version=2)

    assert refused.value.code == "review_closed"


def test_carrying_over_needs_a_reason_and_happens_once_in_a_row(rep):
    make_hot(rep)
    open_evening(rep)
    scope, person_id = scope_for(rep.supervisor), rep.person.pk
    reviews.carry_review(scope, person_id=person_id, day=DAY, version=1, reason="at the dentist", now=local("18:00"))
    open_evening(rep, day=TOMORROW)
    assert ForecastReview.objects.get(person=rep.person, business_day=TOMORROW).reasons[0] == "CARRIED"

    later = local("18:00", TOMORROW)
    with pytest.raises(Refused) as refused:
        reviews.carry_review(
            scope_for(rep.supervisor, later), person_id=person_id, day=TOMORROW, version=1, reason="again", now=later
        )

    assert refused.value.code == "carried_twice"


def test_an_acting_supervisor_inherits_the_evening(rep):
    make_hot(rep)
    open_evening(rep)
    stand_in = make_person(name="Acting", unit=rep.unit)
    make_position(
        stand_in, role=Role.SUPERVISOR, unit=rep.unit, starts_on=DAY, ends_on=DAY, is_primary=False, is_acting=True
    )

    reviews.finish_review(
        scope_for(stand_in),
        person_id=rep.person.pk,
        day=DAY,
        version=1,
        facts=replace(TALK, backup_checked=True),
        now=local("18:00"),
    )

    assert state_of(rep.person) == "DONE"
    with pytest.raises(Refused) as refused:
        reviews.finish_review(
            scope_for(stand_in), person_id=stand_in.pk, day=DAY, version=0, facts=TALK, now=local("18:00")
        )
    assert refused.value.code == "review_of_oneself"


def test_another_groups_supervisor_finds_nobody(rep):
    other = make_person(role=Role.SUPERVISOR, unit=rep.unit.parent)
    open_evening(rep)

    with pytest.raises(NotFound):
        review_sheet(scope_for(other), rep.person.pk, day=DAY, now=local("18:00"))
    with pytest.raises(NotFound):
        reviews.finish_review(
            scope_for(other), person_id=rep.person.pk, day=DAY, version=1, facts=TALK, now=local("18:00")
        )
    with pytest.raises(PermissionRefused):
        evening(rep.scope, now=local("18:00"))


# -- the report ---------------------------------------------------------------------------------------------------------
def close(rep, version=1, at="18:20"):
    scope = scope_for(rep.supervisor, local(at))
    return reports.close_report(scope, unit_id=rep.unit.pk, day=DAY, version=version, note="good day", now=local(at))


def test_the_report_does_not_close_over_a_required_review(rep):
    make_hot(rep)
    open_evening(rep)

    with pytest.raises(Refused) as refused:
        close(rep)

    assert (refused.value.code, refused.value.facts["names"]) == ("reviews_open", "Lin Xiao")
    assert DailyReport.objects.get().state == "OPEN"


def test_the_report_writes_itself_and_is_frozen(rep):
    make_hot(rep)
    open_evening(rep)
    finish(rep, facts=replace(TALK, backup_checked=True))

    row = close(rep)

    assert row.state == "CLOSED"
    assert row.content["reviews"][0]["findings"] == "demo too long"
    with pytest.raises(Refused) as refused:
        finish(rep, person=rep.colleague, version=0, at="18:30")
    assert refused.value.code == "report_closed"
    shown = report_page(scope_for(rep.supervisor), rep.unit.pk, DAY, now=local("19:00"))
    assert shown.content | {"sections": {one.section.key: one.kept for one in shown.sections}} == row.content


def test_who_is_on_leave_is_waived_when_the_report_closes(rep):
    make_hot(rep)
    open_evening(rep)
    make_leave(rep.person, unit=rep.unit, starts_on=DAY)

    close(rep)

    assert state_of(rep.person) == "WAIVED"


# -- the screen ---------------------------------------------------------------------------------------------------------
def test_the_evening_asks_as_many_queries_for_two_as_for_six(rep):
    open_evening(rep)

    def count(ask):
        with CaptureQueriesContext(connection) as queries:
            ask()
        return len(queries)

    def ask_both():
        evening(scope_for(rep.supervisor), now=local("18:00"))
        daily.draft_days(clock_scope(rep.unit), unit_id=rep.unit.pk, day=TOMORROW, now=local("18:00"))
        reviews.compute_evening(clock_scope(rep.unit), unit_id=rep.unit.pk, day=DAY, due_at=DUE_AT, now=local("18:00"))

    few = count(ask_both)
    for number in range(4):
        make_hot(rep, make_person(name=f"New {number}", unit=rep.unit))
    daily.draft_days(clock_scope(rep.unit), unit_id=rep.unit.pk, day=TOMORROW, now=local("18:00"))

    assert count(ask_both) <= few + 2  # deals now have names, reviews now exist


def test_the_review_sheet_tells_everything_about_the_person(rep):
    iron = make_hot(rep)
    make_day(rep, day=DAY, at=local("08:00"), said=1)
    make_visit(rep, at=local("10:00"))
    open_evening(rep)

    sheet = review_sheet(scope_for(rep.supervisor), rep.person.pk, now=local("18:00"))

    assert sheet.said is not None
    assert (sheet.said.numbers.deals, sheet.actual.deals, sheet.actual.visits) == (1, 0, 1)
    assert [line.deal.company_id for line in sheet.tomorrow.iron] == [iron.pk]
    assert (sheet.week.done, sheet.week.due, sheet.may_work, sheet.expects_deals) == (0, 2, True, True)
