from datetime import date
from uuid import uuid4

import pytest

from tests.factories.org import NOW, Tree, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.foundation.events import listeners
from tiejun.inbox import jobs
from tiejun.inbox.models import Notice
from tiejun.inbox.rules import is_registered
from tiejun.org import events
from tiejun.org.actions import leave
from tiejun.org.models import Person

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 16)


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


def told() -> list[tuple[object, str]]:
    assert [code for code in Notice.objects.values_list("code", flat=True) if not is_registered(code)] == []
    return sorted(Notice.objects.values_list("person_id", "code"), key=str)


def recorded(tree: Tree, rep: Person, by: Person) -> events.LeaveRecorded:
    row = leave.record_leave(scope_for(by), person_id=rep.pk, kind="ANNUAL", starts_on=DAY, ends_on=DAY, now=NOW)
    return events.LeaveRecorded(row.pk, rep.pk, tree.group.pk, by.pk, "ANNUAL", "FULL", DAY, DAY)


def test_ones_own_leave_is_told_to_the_leader_once(tree: Tree) -> None:
    rep, boss = make_person(unit=tree.group), make_person(role=Role.SUPERVISOR, unit=tree.group)
    event = recorded(tree, rep, rep)

    jobs.tell_of_leave(event)
    jobs.tell_of_leave(event)

    assert told() == [(boss.pk, "org.leave_recorded")]


def test_leave_that_the_leader_recorded_is_told_to_the_person(tree: Tree) -> None:
    rep, boss = make_person(unit=tree.group), make_person(role=Role.SUPERVISOR, unit=tree.group)

    jobs.tell_of_leave(recorded(tree, rep, boss))

    assert told() == [(rep.pk, "org.leave_recorded_for_you")]


def test_moves_roles_and_resets_are_told_to_whom_they_concern(tree: Tree) -> None:
    rep, boss = make_person(unit=tree.group), make_person(role=Role.SUPERVISOR, unit=tree.group)
    login = make_login(rep)

    jobs.tell_of_move(events.PersonMoved(rep.pk, tree.other_group.pk, tree.group.pk, "REP", DAY))
    jobs.tell_of_role(events.RoleGranted(tree.group.pk, rep.pk, tree.group.pk, "SUPERVISOR", DAY, DAY, is_acting=True))
    jobs.tell_of_ended_role(events.RoleEnded(tree.group.pk, rep.pk, tree.group.pk, "SUPERVISOR", DAY))
    jobs.tell_of_reset(events.PasswordReset(login.pk, rep.pk, by_link=True))
    jobs.tell_of_leaving(events.PersonLeft(rep.pk, tree.group.pk, DAY))
    jobs.tell_of_joining(events.PersonJoined(rep.pk, tree.group.pk, "REP", DAY))

    assert told() == sorted(
        [
            (rep.pk, "org.person_moved"),
            (rep.pk, "org.acting_leader"),
            (rep.pk, "org.role_ended"),
            (rep.pk, "org.password_reset"),
            (boss.pk, "org.person_moved_to_you"),
            (boss.pk, "org.person_left"),
            (boss.pk, "org.person_joined"),
        ],
        key=str,
    )


def test_each_event_about_people_has_its_listener() -> None:
    heard = [events.LeaveRecorded, events.LeaveCancelled, events.PersonJoined, events.PersonLeft, events.PersonMoved]

    assert [
        kind for kind in [*heard, events.RoleGranted, events.RoleEnded, events.PasswordReset] if not listeners(kind)
    ] == []


def test_sales_operations_hear_of_a_building_that_waits(tree: Tree) -> None:
    rep, ops = make_person(unit=tree.group), make_person(role=Role.SALES_OPS, unit=tree.company)

    for _time in range(2):
        jobs.tell_of_building(events.BuildingReported(uuid4(), "Harbour Tower", rep.pk, DAY))

    assert set(Notice.objects.values_list("person_id", "code", "url")) == {
        (ops.pk, "org.building_reported", "/visits/buildings/")
    }
    assert listeners(events.BuildingReported)
