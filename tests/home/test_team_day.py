from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.org import make_leave, make_person, scope_for
from tests.factories.visits import DAY, local, make_visit
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.refusals import NotFound
from tiejun.home.queries.team_day import member_day, team_day
from tiejun.home.rules import Pace
from tiejun.visits.actions.plans import propose_plan, submit_plan

pytestmark = pytest.mark.django_db


def test_team_day_shows_who_needs_a_word_first(rep):
    away = make_person(name="An Away", unit=rep.unit)
    make_leave(away, unit=rep.unit, starts_on=DAY)
    for clock, name in (("09:30", "Acme 1"), ("10:10", "Acme 2"), ("10:50", "Acme 3")):
        make_visit(rep, at=local(clock), company=rep.held_company(name))

    team = team_day(scope_for(rep.supervisor), now=local("13:00"))

    assert [(line.name, line.pace, line.counts.visits, line.morning) for line in team.lines] == [
        ("Gao Ming", Pace.BEHIND, 0, 0),
        ("Lin Xiao", Pace.UNDER_WAY, 3, 3),
        ("An Away", Pace.AWAY, 0, 0),
    ]
    assert (team.totals.people, team.totals.at_work, team.totals.visits, team.totals.floor, team.totals.behind) == (
        3,
        2,
        3,
        16,
        1,
    )


def test_team_day_shows_the_plan_and_the_next_stop(rep):
    propose_plan(rep.scope, day=DAY, now=local("08:30"))
    submit_plan(rep.scope_at(local("08:35")), day=DAY, now=local("08:35"))

    line = next(
        line for line in team_day(scope_for(rep.supervisor), now=local("09:30")).lines if line.name == "Lin Xiao"
    )

    assert (line.is_plan_submitted, line.next_company, line.last_company, line.next_plan) == (
        True,
        rep.company.name,
        "",
        None,
    )


def test_team_day_asks_as_many_queries_for_one_member_as_for_four(rep):
    def count():
        with CaptureQueriesContext(connection) as queries:
            team_day(scope_for(rep.supervisor), now=local("13:00"))
        return len(queries)

    propose_plan(rep.scope, day=DAY, now=local("08:30"))
    make_visit(rep, at=local("09:30"))
    few = count()
    for number in range(3):
        make_person(name=f"New {number}", unit=rep.unit)

    assert count() == few


def test_team_day_of_another_group_is_not_in_reach(rep):
    make_person(name="Far Away", unit=rep.unit.parent)

    assert {line.name for line in team_day(scope_for(rep.supervisor), now=local("13:00")).lines} == {
        "Gao Ming",
        "Lin Xiao",
    }


def test_team_day_is_not_for_representatives(rep):
    with pytest.raises(PermissionRefused):
        team_day(rep.scope, now=local("13:00"))


def test_team_day_to_come_is_not_found(rep):
    with pytest.raises(NotFound):
        team_day(scope_for(rep.supervisor), day=DAY + timedelta(days=1), now=local("13:00"))


def test_team_today_answers_a_poll_with_304_until_something_changes(rep, at, signed_in):
    browser = signed_in(rep.supervisor)
    poll = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "team"}
    first = browser.get("/team-today/", **poll)
    at("10:05")
    same = browser.get("/team-today/", HTTP_IF_NONE_MATCH=first.headers["ETag"], **poll)
    make_visit(rep, at=local("10:06"))
    at("10:10")
    changed = browser.get("/team-today/", HTTP_IF_NONE_MATCH=first.headers["ETag"], **poll)

    assert (first.status_code, same.status_code, same.content, changed.status_code) == (200, 304, b"", 200)
    assert b"<html" not in first.content
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("query", ["", "?day=2026-03-10", "?day=2026-03-11"])
def test_team_today_opens_for_the_supervisor(rep, signed_in, query):
    make_visit(rep, at=local("09:30"))

    answer = signed_in(rep.supervisor).get(f"/team-today/{query}")

    assert answer.status_code == 200
    assert b"Lin Xiao" in answer.content


@pytest.mark.parametrize(
    "query", ["?day=2026-03-12", "?day=soon", "?unit=x", "?unit=0197f3a0-0000-7000-8000-000000000000"]
)
def test_team_today_of_an_unknown_place_or_day_is_not_found(rep, signed_in, query):
    assert signed_in(rep.supervisor).get(f"/team-today/{query}").status_code == 404


def test_team_today_of_one_unit_for_the_head_of_sales(rep, head, signed_in):
    answer = signed_in(head).get(f"/team-today/?unit={rep.unit.pk}")

    assert (answer.status_code, answer.context["team"].unit_id, len(answer.context["rows"])) == (200, rep.unit.pk, 2)


def test_member_day_in_the_drawer_is_a_fragment(rep, signed_in):
    propose_plan(rep.scope, day=DAY, now=local("08:30"))
    make_visit(rep, at=local("09:30"))

    answer = signed_in(rep.supervisor).get(
        f"/team-today/{rep.person.pk}/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="drawer-body"
    )

    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert rep.company.name.encode() in answer.content


def test_member_day_of_a_stranger_is_not_found(rep, signed_in):
    stranger = make_person(name="Far Away", unit=rep.unit.parent)

    assert signed_in(rep.supervisor).get(f"/team-today/{stranger.pk}/").status_code == 404
    with pytest.raises(NotFound):
        member_day(scope_for(rep.supervisor), stranger.pk, now=local("13:00"))


def test_member_day_puts_visits_before_open_stops(rep):
    other = rep.held_company("Acme 1")
    propose_plan(rep.scope, day=DAY, now=local("08:30"))
    make_visit(rep, at=local("09:30"), company=other)

    shown = member_day(scope_for(rep.supervisor), rep.person.pk, now=local("10:00"))

    assert [(stop.company.name, stop.is_done) for stop in shown.stops] == [("Acme 1", True), (rep.company.name, False)]
