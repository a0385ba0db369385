"""Anomalies of the nine links: found as the board shows them, explained, given to somebody, put on an agenda, closed with an answer."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tests.factories.org import make_person, scope_for
from tests.factories.visits import local
from tests.insight.conftest import PRESENT
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.clock import Occasion
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.home.queries.board import board
from tiejun.inbox.models import Notice
from tiejun.insight import jobs
from tiejun.insight.actions.anomalies import Plan, act_on_anomaly, close_anomaly, raise_anomaly
from tiejun.insight.events import AnomaliesRaised, AnomalyGiven
from tiejun.insight.models import Anomaly, AnomalyFinding, AnomalyStep
from tiejun.insight.queries.anomalies import anomaly_page, case, group_choices, owner_choices
from tiejun.insight.rules import Refusal
from tiejun.insight.rules.links import Link
from tiejun.meetings.actions import meetings
from tiejun.meetings.models import AgendaItem
from tiejun.meetings.rules import Kind
from tiejun.meetings.rules.words import words_of_item

LAST = date(2026, 3, 30)
TODAY = date(2026, 3, 31)


def morning(cast, now=PRESENT):
    """Run what the clock runs in the morning."""
    scope = Scope.system("insight.anomalies")
    return jobs.find_anomalies(Occasion(scope, cast.tree.company.pk, TODAY, now, now))


def plan(cast, **changes):
    values = {
        "reason": "Two people were on leave",
        "owner_id": cast.supervisor.pk,
        "action": "Call the A list",
        "due_on": TODAY,
    }
    return Plan(**(values | {"group_id": cast.tree.group.pk} | changes))


def orders_anomaly():
    return Anomaly.objects.get(link=Link.ORDERS)


@pytest.fixture
def found(story, head):
    morning(story)
    return orders_anomaly()


def test_the_morning_raises_what_the_board_shows(story, head):
    shown = {line.link: line.signal for line in board(scope_for(head), now=PRESENT).links if line.signal}

    counts = morning(story)

    assert counts == {"found": len(shown), "new": len(shown), "overdue": 0}
    raised = {row.link: row for row in Anomaly.objects.all()}
    assert set(raised) == set(shown) == {Link.ORDERS, Link.PERFORMANCE}
    row, seen = raised[Link.ORDERS], shown[Link.ORDERS]
    assert (row.value, row.day, row.side, row.low, row.usual, row.high) == (
        seen.value, LAST, "LOW", seen.limits.low, seen.limits.middle, seen.limits.high,
    )  # fmt: skip
    assert (row.unit_id, row.currency, raised[Link.PERFORMANCE].currency) == (story.tree.company.pk, "", "CNY")


def test_the_group_and_the_person_that_fell_explain_it(found, story):
    rows = AnomalyFinding.objects.filter(anomaly=found).order_by("part", "position")

    people = [(row.name, row.came, row.share_percent) for row in rows if row.part == "PERSON"]
    assert people[0][:2] == ("Lin Xiao", 0)
    assert people[0][2] > 70
    assert all(row.cases >= 20 for row in rows)


def test_a_second_run_changes_nothing(found, story):
    before = list(Anomaly.objects.order_by("pk").values()), AnomalyStep.objects.count()

    assert morning(story)["new"] == 0

    assert (list(Anomaly.objects.order_by("pk").values()), AnomalyStep.objects.count()) == before


def test_what_is_still_so_the_next_day_is_noted_and_not_raised_anew(found, story, time_machine):
    later = local("07:30", TODAY + timedelta(days=1))
    time_machine.move_to(later, tick=False)

    morning(story, later)

    row = orders_anomaly()
    assert (row.day, row.last_day) == (LAST, TODAY)
    assert [step.kind for step in AnomalyStep.objects.filter(anomaly=row).order_by("at", "pk")] == [
        "RAISED",
        "SEEN_AGAIN",
    ]


def test_a_regional_manager_raises_a_group_from_the_board(story):
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=story.tree.region)
    scope = scope_for(manager)

    row = raise_anomaly(scope, unit_id=story.tree.group.pk, link=Link.ORDERS, currency="CNY", now=PRESENT)
    again = raise_anomaly(scope, unit_id=story.tree.group.pk, link=Link.ORDERS, currency="CNY", now=PRESENT)

    assert (row.pk, row.value, row.raised_by) == (again.pk, 0, manager)
    lines = {line.link: line.anomaly_id for line in board(scope, unit_id=story.tree.group.pk, now=PRESENT).links}
    assert lines[Link.ORDERS] == row.pk


def test_what_is_usual_cannot_be_raised(story, head):
    with pytest.raises(Refused) as refused:
        raise_anomaly(scope_for(head), unit_id=story.tree.company.pk, link=Link.LEADS, currency="CNY", now=PRESENT)

    assert refused.value.refusal == Refusal.NOTHING_UNUSUAL
    assert not Anomaly.objects.exists()


def test_a_unit_out_of_reach_does_not_exist(story):
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=story.tree.other_group)

    with pytest.raises(NotFound):
        raise_anomaly(scope_for(manager), unit_id=story.tree.group.pk, link=Link.ORDERS, currency="CNY", now=PRESENT)
    with pytest.raises(PermissionRefused):
        raise_anomaly(scope_for(story.rep), unit_id=story.tree.group.pk, link=Link.ORDERS, currency="CNY", now=PRESENT)


def test_an_owner_an_action_and_tonight_s_agenda(found, story, head):
    row = act_on_anomaly(scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story), now=PRESENT)

    assert (row.state, row.owner_id, row.agenda_on, row.version) == ("ACTED", story.supervisor.pk, TODAY, 2)
    item = AgendaItem.objects.get(key=f"anomaly:{found.pk}")
    assert (item.meeting.unit_id, item.meeting.business_day) == (story.tree.group.pk, TODAY)
    with translation.override("en"):
        words = words_of_item(item.code, item.facts)
    assert words == (
        f"Contracts and orders · {found.unit.name} 2026-03-30, below the usual. Chen Lan until 2026-03-31: Call the A list"
    )


def test_an_evening_that_is_over_gives_way_to_the_next(found, story, head):
    leader, at = scope_for(story.supervisor), local("17:00", TODAY)
    meeting = meetings.open_meeting(leader, unit_id=story.tree.group.pk, kind=Kind.EVENING, now=at)
    meetings.close_meeting(leader, meeting_id=meeting.pk, version=meeting.version, reason="all away", now=at)

    row = act_on_anomaly(
        scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story, due_on=TODAY + timedelta(days=2)), now=at
    )

    assert row.agenda_on == TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"due_on": TODAY - timedelta(days=1)}, Refusal.ACTION_DUE_IN_THE_PAST),
        ({"owner_id": "finance"}, Refusal.OWNER_NOT_OF_UNIT),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_nothing_written(found, story, head, changes, refusal):
    if "owner_id" in changes:
        changes = {"owner_id": story.finance.pk}

    with pytest.raises(Refused) as refused:
        act_on_anomaly(scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story, **changes), now=PRESENT)

    assert refused.value.refusal == refusal
    assert (orders_anomaly().state, AgendaItem.objects.count()) == ("RAISED", 0)


@pytest.mark.parametrize("lacking", ["reason", "action"])
def test_a_plan_says_why_and_what(found, story, head, lacking):
    with pytest.raises(Invalid):
        act_on_anomaly(
            scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story, **{lacking: "  "}), now=PRESENT
        )

    assert orders_anomaly().state == "RAISED"


def test_a_stale_plan_is_refused(found, story, head):
    act_on_anomaly(scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story), now=PRESENT)

    with pytest.raises(Stale):
        act_on_anomaly(scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story), now=PRESENT)


def test_a_case_closes_with_both_parts_of_its_answer_alone(found, story, head):
    act_on_anomaly(scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story), now=PRESENT)
    owner = scope_for(story.supervisor)

    for done, outcome in (("", "two signed"), ("called eleven", " ")):
        with pytest.raises(Invalid):
            close_anomaly(owner, anomaly_id=found.pk, version=2, done=done, outcome=outcome, now=PRESENT)
    row = close_anomaly(owner, anomaly_id=found.pk, version=2, done="called eleven", outcome="two signed", now=PRESENT)

    assert (row.state, row.closed_by_id) == ("CLOSED", story.supervisor.pk)
    with pytest.raises(Refused):
        act_on_anomaly(scope_for(head), anomaly_id=found.pk, version=3, plan=plan(story), now=PRESENT)
    assert [step.kind for step in AnomalyStep.objects.filter(anomaly=row).order_by("pk")] == [
        "RAISED",
        "ACTED",
        "CLOSED",
    ]


def test_a_closed_day_is_not_raised_again(found, story, head):
    close_anomaly(scope_for(head), anomaly_id=found.pk, version=1, done="looked", outcome="a holiday", now=PRESENT)

    morning(story)

    assert Anomaly.objects.filter(link=Link.ORDERS).count() == 1


def test_a_representative_owns_and_closes_the_own_one_and_sees_no_colleague_in_it(story):
    manager = scope_for(make_person(role=Role.REGIONAL_MANAGER, unit=story.tree.region))
    row = raise_anomaly(manager, unit_id=story.tree.group.pk, link=Link.ORDERS, currency="CNY", now=PRESENT)
    rep = scope_for(story.rep)
    with pytest.raises(NotFound):
        case(rep, row.pk, now=PRESENT)

    act_on_anomaly(manager, anomaly_id=row.pk, version=1, plan=plan(story, owner_id=story.rep.pk), now=PRESENT)
    seen = case(rep, row.pk, now=PRESENT)

    assert (seen.may_act, seen.may_close, "PERSON" in seen.findings) == (False, True, False)
    assert (
        close_anomaly(rep, anomaly_id=row.pk, version=2, done="called", outcome="one signed", now=PRESENT).owner_id
        == story.rep.pk
    )
    with pytest.raises(NotFound):
        case(scope_for(story.stranger), row.pk, now=PRESENT)


def test_owners_and_groups_offered_are_those_of_the_unit(found, story, head):
    people = dict(owner_choices(scope_for(head), found, now=PRESENT))

    assert set(people) == {story.supervisor.pk, head.pk}
    assert [unit.pk for unit in group_choices(scope_for(head), found)] == [
        story.tree.group.pk,
        story.tree.other_group.pk,
    ]


def test_history_and_what_was_measured_never_change(found):
    with pytest.raises(DatabaseError), transaction.atomic():
        AnomalyStep.objects.update(words="otherwise")
    with pytest.raises(DatabaseError), transaction.atomic():
        AnomalyFinding.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Anomaly.objects.filter(pk=found.pk).update(value=99)
    with pytest.raises(DatabaseError), transaction.atomic():
        Anomaly.objects.filter(pk=found.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Anomaly.objects.filter(pk=found.pk).update(state="CLOSED")


def test_the_leader_and_the_owner_are_told_once(found, story, head):
    event = AnomaliesRaised((found.pk,), TODAY, PRESENT)
    given = AnomalyGiven(found.pk, story.supervisor.pk, head.pk, "East", "Call", TODAY, PRESENT)
    for _time in range(2):
        jobs.tell_the_leaders(event)
        jobs.tell_the_owner(given)
    jobs.tell_the_owner(AnomalyGiven(found.pk, head.pk, head.pk, "East", "Call", TODAY, PRESENT))

    assert sorted(Notice.objects.values_list("person_id", "code")) == sorted(
        [(head.pk, "insight.anomaly_raised"), (story.supervisor.pk, "insight.anomaly_given")]
    )


def test_an_overdue_action_reminds_its_owner_once(found, story, head, time_machine):
    act_on_anomaly(scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story), now=PRESENT)
    later = local("07:30", TODAY + timedelta(days=1))
    time_machine.move_to(later, tick=False)

    assert [morning(story, later)["overdue"] for _time in range(2)] == [1, 1]
    assert list(Notice.objects.values_list("person_id", "code")) == [(story.supervisor.pk, "insight.anomaly_overdue")]


def test_lists_hold_what_is_within_reach(found, story, head):
    def shown(person, which="open"):
        return {row.link for row in anomaly_page(scope_for(person), shown=which).rows}

    assert shown(head) == {"ORDERS", "PERFORMANCE"}
    assert (shown(story.supervisor), shown(story.rep), shown(head, "mine"), shown(head, "closed")) == (set(),) * 4
    act_on_anomaly(scope_for(head), anomaly_id=found.pk, version=1, plan=plan(story), now=PRESENT)
    assert shown(story.supervisor) == shown(story.supervisor, "mine") == {"ORDERS"}
    with pytest.raises(NotFound):
        anomaly_page(scope_for(head), shown="all")


def test_pages_walk_from_the_board_to_the_answer(story, head, browser_of):
    browser = browser_of(head)
    page = browser.get("/board/").content.decode()
    assert page.count("Look into it") == 2

    unit = {"unit": story.tree.company.pk, "link": "ORDERS", "currency": "CNY"}
    opened = browser.post(reverse("insight:raise"), unit, follow=True)
    row = orders_anomaly()
    assert opened.redirect_chain == [(reverse("insight:anomaly", args=[row.pk]), 302)]
    assert "Lin Xiao" in opened.content.decode()
    sent = {"version": 1, "reason": "", "action": "Call", "owner": story.supervisor.pk, "due_on": "2026-03-31"}
    sent["group"] = story.tree.group.pk
    act = reverse("insight:act", args=[row.pk])
    assert browser.get(act).status_code == 200
    refused = browser.post(act, sent)
    assert (refused.status_code, b"Call" in refused.content, orders_anomaly().state) == (422, True, "RAISED")
    assert browser.post(act, sent | {"reason": "leave"}).status_code == 302
    assert b"See why" in browser.get("/board/").content
    close = reverse("insight:close", args=[row.pk])
    assert browser.post(close, {"version": 2, "done": "called", "outcome": ""}).status_code == 422
    assert browser.post(close, {"version": 2, "done": "called", "outcome": "signed"}).status_code == 302
    closed = browser.get(reverse("insight:anomalies"), {"show": "closed"}).content.decode()
    assert "Contracts and orders" in closed
    assert [browser.get(reverse("insight:anomalies"), {"show": "x"}).status_code, browser.post(reverse("insight:raise"), unit | {"link": "X"}).status_code] == [404, 422]  # fmt: skip


def test_pages_speak_chinese(found, head, browser_of):
    page = browser_of(head, "zh-hans").get(reverse("insight:anomaly", args=[found.pk])).content.decode()

    assert "异常" in page
    assert "What explains it" not in page


def test_the_list_asks_as_many_queries_for_one_row_as_for_many(found, head, browser_of):
    def count():
        with CaptureQueriesContext(connection) as asked:
            anomaly_page(scope_for(head))
        return len(asked)

    many = count()
    close_anomaly(scope_for(head), anomaly_id=found.pk, version=1, done="looked", outcome="nothing", now=PRESENT)

    assert count() == many


def test_programs_do_the_same(story, head, browser_of):
    browser = browser_of(head)

    def send(path, body):
        headers = {"Idempotency-Key": str(uuid4())}
        return browser.post(f"/api/v1/insight/anomalies{path}", body, content_type="application/json", headers=headers)

    row = send("", {"unit_id": str(story.tree.company.pk), "link": "ORDERS"}).json()
    assert (row["state"], row["day"], row["value"] < row["low"]) == ("RAISED", "2026-03-30", True)
    body = {
        "version": 1,
        "reason": "leave",
        "action": "Call",
        "owner_id": str(story.supervisor.pk),
        "due_on": "2026-03-31",
    }
    acted = send(f"/{row['id']}/action", body | {"group_id": str(story.tree.group.pk)})
    assert (acted.status_code, acted.json()["agenda_on"]) == (200, "2026-03-31")
    assert send(f"/{row['id']}/close", {"version": 2, "done": "called", "outcome": ""}).status_code == 422
    assert (
        send(f"/{row['id']}/close", {"version": 2, "done": "called", "outcome": "signed"}).json()["state"] == "CLOSED"
    )
    shown = browser.get(f"/api/v1/insight/anomalies/{row['id']}").json()
    assert [step["kind"] for step in shown["steps"]] == ["RAISED", "ACTED", "CLOSED"]
    assert [one["id"] for one in browser.get("/api/v1/insight/anomalies?show=closed").json()["items"]] == [row["id"]]
