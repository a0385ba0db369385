from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.org import make_leave, make_person, make_unit, scope_for
from tests.factories.visits import DAY, local, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.customers.models import Company
from tiejun.foundation.ids import new_id
from tiejun.home.queries.team_day import member_day, team_day
from tiejun.home.queries.today import today
from tiejun.home.rules import Phase
from tiejun.org.models import Leave
from tiejun.visits.actions.day_locks import hard_lock_day, soft_lock_day
from tiejun.visits.actions.field import check_in
from tiejun.visits.actions.plans import propose_plan, submit_plan
from tiejun.visits.queries.plans import plan_of
from tiejun.visits.rules.vocabulary import CheckInInput

pytestmark = pytest.mark.django_db


def planned(rep, at):
    for number in range(4):
        rep.held_company(f"Acme {number}", latitude=30.28 + number / 100, longitude=120.16)
    propose_plan(rep.scope_at(at), day=DAY, now=at)
    return submit_plan(rep.scope_at(at), day=DAY, now=at)


def test_today_without_a_plan_asks_for_one(rep, signed_in):
    answer = signed_in(rep.person).get("/")

    assert answer.status_code == 200
    assert b"/visits/plan/propose/" in answer.content


def test_today_leads_to_the_stop_after_the_last_visit(rep):
    planned(rep, local("08:30"))
    before = today(rep.scope_at(local("09:30")), now=local("09:30"))
    first = before.next_stop.line.company
    make_visit(rep, at=local("09:40"), company=rep.company if first.company_id == rep.company.pk else company_of(first))

    after = today(rep.scope_at(local("10:30")), now=local("10:30"))

    assert after.next_stop.line.number == 2
    assert [line.company.company_id for line in after.done] == [first.company_id]
    assert (after.counts.visits, after.missing.visits) == (1, 7)


def test_while_a_visit_runs_the_stop_after_it_stands_in_the_list(rep, signed_in, at):
    planned(rep, local("08:30"))
    at("09:30")
    route = [
        stop.company_id for stop in plan_of(rep.scope_at(local("09:30")), rep.person.pk, DAY, now=local("09:30")).stops
    ]
    check_in(rep.scope_at(local("09:30")), facts=CheckInInput(new_id(), company_id=route[0]), now=local("09:30"))

    page = signed_in(rep.person).get("/").content.decode()

    listed = page[page.index("data-rows") :]
    assert [
        name for name in Company.objects.filter(pk__in=route[1:]).values_list("name", flat=True) if name not in listed
    ] == []


def test_who_is_behind_at_the_pulse_plans_the_rest_anew_with_one_tap(rep, signed_in, at):
    planned(rep, local("08:30"))
    make_visit(rep, at=local("09:40"))
    browser = signed_in(rep.person)
    at("11:30")
    assert b"/visits/plan/replan/" not in browser.get("/").content
    at("12:10")
    page = browser.get("/").content.decode()
    assert "1 of 3 visits by now" in page or "现在应有 3" in page
    assert "/visits/plan/replan/" in page

    answer = browser.post("/visits/plan/replan/", {"day": DAY.isoformat(), "client_key": str(new_id())})

    assert answer.status_code == 302
    view = plan_of(rep.scope_at(local("12:10")), rep.person.pk, DAY, now=local("12:10"))
    assert (view.gap.done, view.gap.expected) == (1, 3)
    assert all(stop.planned_at >= local("12:10") for stop in view.stops if stop.is_open)


def test_after_a_very_long_day_briefing_and_route_begin_later(rep):
    before = DAY - timedelta(days=1)
    make_visit(rep, at=local("08:00", before))
    make_visit(rep, at=local("20:10", before), company=rep.held_company("Late Ltd"))
    rep.held_company("Acme 1", latitude=30.28, longitude=120.16)

    day = today(rep.scope_at(local("07:30")), now=local("07:30"))
    assert (day.is_shifted, day.clock.starts_at) == (True, local("10:15"))
    line = member_day(scope_for(rep.supervisor), rep.person.pk, now=local("09:30")).line
    assert line.begins_at == local("10:15")
    others = [row for row in team_day(scope_for(rep.supervisor), now=local("09:30")).lines if row.name != "Lin Xiao"]
    assert {row.begins_at for row in others} == {None}

    propose_plan(rep.scope_at(local("07:30")), day=DAY, now=local("07:30"))
    view = plan_of(rep.scope_at(local("07:30")), rep.person.pk, DAY, now=local("07:30"))
    assert min(stop.planned_at for stop in view.stops) >= local("10:35")


def test_late_entries_and_restated_days_stand_in_the_open(rep, signed_in, at):
    make_visit(rep, at=local("10:00"))
    system = Scope.system("test")
    soft_lock_day(system, unit_id=rep.unit.pk, business_day=DAY, soft_at=local("18:30"), now=local("18:30"))
    make_visit(rep, at=local("19:00"), company=rep.held_company("Late Ltd"))
    hard_lock_day(
        system,
        unit_id=rep.unit.pk,
        business_day=DAY,
        soft_at=local("18:30"),
        hard_at=local("26:00"),
        now=local("26:00"),
    )

    at("09:30", day=DAY + timedelta(days=1))
    team = team_day(scope_for(rep.supervisor), day=DAY, now=local("33:30"))
    line = next(row for row in team.lines if row.name == "Lin Xiao")
    assert (line.counts.visits, line.counts.restated_visits, line.is_restated) == (1, 2, True)
    assert (team.totals.late, team.totals.restated) == (1, 1)
    page = signed_in(rep.supervisor).get(f"/team-today/?day={DAY}").content.decode()
    assert page.count("restated") >= 2 or "修订" in page


def company_of(brief):
    return Company.objects.get(pk=brief.company_id)


@pytest.mark.parametrize(
    ("part", "floor", "effective", "phase"),
    [(None, 8, 2, Phase.FIELD), (Leave.Part.MORNING, 4, 1, Phase.FIELD), (Leave.Part.FULL, 0, 0, Phase.LEAVE)],
)
def test_today_on_leave_asks_pro_rata(rep, part, floor, effective, phase):
    if part:
        make_leave(rep.person, unit=rep.unit, starts_on=DAY, part=part)

    day = today(rep.scope, now=local("10:00"))

    assert (day.floor.visits, day.floor.effective_min, day.phase) == (floor, effective, phase)


def test_today_on_a_sunday_asks_for_nothing(rep):
    sunday = local("10:00", DAY.replace(day=15))

    day = today(rep.scope_at(sunday), now=sunday)

    assert (day.phase, day.floor.visits, day.missing.visits) == (Phase.DAY_OFF, 0, 0)


@pytest.mark.parametrize(
    ("clock", "words"), [("08:00", b"09:00"), ("17:30", b"data-countdown"), ("19:00", b"18:30"), ("14:00", b"t-ring")]
)
def test_today_opens_in_every_phase(rep, at, signed_in, clock, words):
    planned(rep, local("07:30"))
    at(clock)

    answer = signed_in(rep.person).get("/")

    assert answer.status_code == 200
    assert words in answer.content


def test_today_after_midnight_still_is_the_day_before(rep):
    assert today(rep.scope_at(local("25:30")), now=local("25:30")).day == DAY


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.SUPERVISOR, "/team-today/"),
        (Role.REGIONAL_MANAGER, "/board/"),
        (Role.CEO, "/board/"),
        (Role.SALES_OPS, "/board/"),
        (Role.FINANCE, "/pipeline/collections/"),
        (Role.HR, "/people/"),
        (Role.ADMIN, "/people/"),
        (Role.QA_INSPECTOR, "/inbox/"),
        (Role.METHOD_INSPECTOR, "/inbox/"),
    ],
)
def test_today_leads_others_to_their_first_page(rep, signed_in, role, page):
    unit = make_unit(parent=rep.unit.parent)

    answer = signed_in(make_person(role=role, unit=unit)).get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, page)


def test_today_is_not_for_who_has_no_field_day(rep):
    with pytest.raises(PermissionRefused):
        today(scope_for(rep.supervisor), now=local("10:00"))


@pytest.mark.parametrize("page", ["/", "/team-today/", "/board/", "/me/", "/search/palette/"])
def test_a_page_that_only_shows_refuses_a_post(rep, signed_in, page):
    assert signed_in(rep.person).post(page, {"client_key": "a"}).status_code == 405


def test_today_asks_as_many_queries_for_one_stop_as_for_five(rep):
    def count(at):
        with CaptureQueriesContext(connection) as queries:
            today(rep.scope_at(local(at)), now=local(at))
        return len(queries)

    propose_plan(rep.scope, day=DAY, now=local("08:30"))
    few = count("09:30")
    planned(rep, local("09:35"))

    assert count("09:45") == few


def test_me_shows_the_own_month(rep, signed_in):
    make_visit(rep, at=local("09:30"))

    answer = signed_in(rep.person).get("/me/")

    assert answer.status_code == 200
    assert answer.context["me"].month.counts.visits == 1


def test_me_of_a_supervisor_has_no_month(rep, signed_in):
    answer = signed_in(rep.supervisor).get("/me/")

    assert (answer.status_code, answer.context["me"].month) == (200, None)
