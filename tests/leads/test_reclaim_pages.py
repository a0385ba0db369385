"""Pages and endpoints of reclaim: the preview, the runs, the trial of other deadlines."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.customers import make_company
from tests.factories.leads import make_lead
from tests.factories.org import make_login, make_person, scope_for
from tests.leads.reclaim_world import DAY, DUE, NIGHT, World, at, set_policy
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.models import AuditEntry
from tiejun.leads.models import LeadTenure, ReclaimItem, ReclaimRun
from tiejun.leads.queries.reclaim_trial import Deadlines, trial
from tiejun.leads.queries.reclaims import run_page, runs
from tiejun.leads.queries.tonight import next_run_at, tonight
from tiejun.org.actions.people import record_leaving
from tiejun.org.models import Login

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 18, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
MORNING = datetime(2026, 3, 19, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def world(time_machine) -> World:
    time_machine.move_to(EVENING, tick=False)
    return World()


def signed_in(client, person):
    login = Login.objects.filter(person=person).first() or make_login(person)
    Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
    client.force_login(login)
    return client


def test_the_preview_decides_as_the_run_will(world: World) -> None:
    going = [world.hold(lead=make_lead(make_company(f"Going {n}"))) for n in range(2)]
    world.tell_all()
    world.hold(world.colleague, lead=make_lead(make_company("Staying")))

    night = tonight(scope_for(world.supervisor, EVENING), EVENING)
    world.reclaim()

    taken = set(ReclaimItem.objects.exclude(outcome="LEFT").values_list("lead", flat=True))
    assert (night.at, night.going, night.staying) == (NIGHT, 2, 1)
    assert {line.lead_id for row in night.holders for line in row.lines if not line.stays} == taken
    assert taken == {row.lead_id for row in going}
    assert {line.next_name for line in night.holders[0].lines} == {world.colleague.name}
    assert night.holders[1].lines[0].stays == "REMINDERS_MISSING"


def test_who_works_today_for_the_last_time_is_not_named_as_the_next_holder(world: World) -> None:
    world.hold()
    world.tell_all()
    record_leaving(Scope.system("test"), person_id=world.colleague.pk, left_on=DAY, now=EVENING)

    line = tonight(scope_for(world.supervisor, EVENING), EVENING).holders[0].lines[0]
    world.reclaim()

    assert (line.next_name, line.outcome) == ("", ReclaimItem.objects.get().outcome)
    assert line.outcome == "POOLED"


def test_a_rep_sees_their_own_and_not_who_would_get_it(world: World) -> None:
    world.hold()
    world.hold(world.colleague)
    world.tell_all()

    night = tonight(scope_for(world.rep, EVENING), EVENING)

    assert [(row.person_id, len(row.lines), row.lines[0].next_name) for row in night.holders] == [(world.rep.pk, 1, "")]


def test_before_the_last_reminder_of_the_day_it_counts_as_sent(world: World) -> None:
    world.hold()
    world.remind("2026-03-16 09:05", "2026-03-17 13:05")

    noon = at("2026-03-18 12:00")
    assert [tonight(scope_for(world.rep, now), now).going for now in (noon, EVENING)] == [1, 0]


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-03-18 10:00", "2026-03-19 02:30"),
        ("2026-03-19 02:10", "2026-03-19 02:30"),
        ("2026-03-19 02:30", "2026-03-20 02:30"),
    ],
)
def test_the_next_run_is_the_coming_night(world: World, now: str, night: str) -> None:
    assert next_run_at(scope_for(world.rep), at(now)) == at(night)


def test_runs_and_items_are_within_reach(world: World) -> None:
    world.hold()
    world.hold(world.colleague)
    world.tell_all()
    world.reclaim()
    run = ReclaimRun.objects.get()

    seen = {
        name: [(line.handed_over, line.left) for line in runs(scope_for(person, MORNING), MORNING)]
        for name, person in vars(world).items()
        if name in ("rep", "supervisor", "stranger")
    }
    mine = run_page(scope_for(world.rep, MORNING), run.pk)

    assert seen == {"rep": [(2, 0)], "supervisor": [(2, 0)], "stranger": []}
    assert {(line.holder, line.receiver, line.is_mine) for line in mine.lines} == {
        (world.rep.name, "", False),
        ("", "", True),
    }


def test_pages_work_for_rep_and_leader_and_the_run_is_not_there_for_a_stranger(world: World, client) -> None:
    world.hold()
    world.tell_all()
    own = signed_in(client, world.rep).get(reverse("leads:reclaims"))
    world.reclaim()
    address = reverse("leads:reclaim-run", args=[ReclaimRun.objects.get().pk])
    found = [
        signed_in(client, person).get(address).status_code for person in (world.rep, world.supervisor, world.stranger)
    ]

    assert own.status_code == 200
    assert LeadTenure.objects.first().lead.company.name in own.content.decode()
    assert found == [200, 200, 404]
    assert client.post(address).status_code == 405
    assert client.post(reverse("leads:reclaims")).status_code == 405


def test_the_preview_takes_the_same_queries_for_one_and_three_leads(
    world: World, django_assert_max_num_queries
) -> None:

    counts = []
    for _ in range(2):
        world.hold()
        world.tell_all()
        with CaptureQueriesContext(connection) as captured:
            tonight(scope_for(world.supervisor, EVENING), EVENING)
        counts.append(len(captured))
        world.hold()
    assert counts[0] == counts[1]


# -- the trial ---------------------------------------------------------------------------------------------------------
def test_fewer_days_tell_how_many_leads_of_how_many_persons_would_go_and_write_nothing(world: World) -> None:
    set_policy("lead.no_follow_up_days", 7)
    world.hold(started=at("2026-03-11 09:00"), due=at("2026-03-20 18:00"))
    world.hold(world.colleague, started=at("2026-03-11 09:00"), due=at("2026-03-20 18:00"))
    world.hold(world.colleague, started=at("2026-03-17 09:00"), due=at("2026-03-26 18:00"))
    followed = world.hold(started=at("2026-03-11 09:00"), due=at("2026-03-30 18:00"))
    LeadTenure.objects.filter(pk=followed.pk).update(last_qualifying_at=at("2026-03-12 10:00"))
    world.hold(due=DUE, started=at("2026-03-09 09:00"))
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=world.tree.company), EVENING)
    before = AuditEntry.objects.count()

    answer = trial(ops, Deadlines(5, 60), EVENING)
    longer = trial(ops, Deadlines(30, 60), EVENING)

    assert (answer.as_is, answer.tried, answer.persons) == (1, 3, 2)
    assert [(line.name, line.as_is, line.tried) for line in answer.lines] == [
        (world.rep.name, 1, 2),
        (world.colleague.name, 0, 1),
    ]
    assert (longer.as_is, longer.tried, longer.persons) == (1, 0, 0)
    assert AuditEntry.objects.count() == before


def test_the_trial_page_answers_refuses_nonsense_and_is_not_for_reps(world: World, client) -> None:
    world.hold()
    address = reverse("leads:reclaim-trial")
    ops = signed_in(client, make_person(role=Role.SALES_OPS, unit=world.tree.company))

    answers = [ops.get(address + query).status_code for query in ("", "?no_follow_up_days=5", "?no_follow_up_days=x")]

    assert answers == [200, 200, 422]
    assert ops.post(address).status_code == 405
    assert signed_in(client, world.rep).get(address).status_code == 403
    with pytest.raises(PermissionRefused):
        trial(scope_for(world.rep), Deadlines(5, 60), EVENING)


def test_programs_read_the_same(world: World, client) -> None:
    world.hold()
    world.tell_all()
    signed_in(client, world.supervisor)
    night = client.get("/api/v1/reclaims/tonight").json()
    world.reclaim()
    listed = client.get("/api/v1/reclaims/runs").json()
    items = client.get(f"/api/v1/reclaims/runs/{listed[0]['id']}").json()["items"]

    assert (night["going"], night["items"][0]["outcome"], night["items"][0]["times_told"]) == (1, "HANDED_OVER", 3)
    assert [(row["handed_over"], row["left"]) for row in listed] == [(1, 0)]
    assert [(row["receiver"], row["reasons"]) for row in items] == [(world.colleague.name, [["HAS_ROOM", 120]])]
    assert client.get("/api/v1/reclaims/trial?no_follow_up_days=5&no_deal_days=60").status_code == 403
