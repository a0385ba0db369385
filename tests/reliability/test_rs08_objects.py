"""RS-08: every page and operation about an object × role × whose object it is: nothing leaks, and who is denied writes nothing.

Each route is walked by a role that may not, and of those that may by the one that reaches least and the one that reaches
furthest; `TIEJUN_LONG=1` walks every route as every role.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from django.db import connection
from django.urls import reverse

from tests.reliability import filled
from tests.reliability.company import written
from tests.reliability.object_world import FAR, GONE, NOWHERE, OTHER, OWN, TEAM, World
from tests.reliability.operation_table import OPERATIONS
from tests.reliability.permission_table import PAGES
from tests.reliability.routes import Operation, Page, operations, pages
from tests.reliability.test_permission_matrix import unlisted
from tiejun.access.abilities import Ability as A
from tiejun.access.reach import ScopedQuerySet
from tiejun.access.roles import MATRIX, Reach, Role
from tiejun.foundation.ids import new_id
from tiejun.leads import actions
from tiejun.leads.models import Lead

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
ALL = frozenset({OWN, TEAM, OTHER, FAR})
# Which places a reach of the matrix covers, for each role as it sits in this company: the representative and the supervisor
# in the same group, the regional manager above it, everybody else at the top. Own things are the representative's alone.
COVERS: dict[Role, dict[Reach, frozenset[str]]] = {
    Role.REP: {Reach.OWN: frozenset({OWN}), Reach.TEAM: frozenset({OWN, TEAM})},
    Role.SUPERVISOR: {Reach.TEAM: frozenset({OWN, TEAM})},
    Role.REGIONAL_MANAGER: {Reach.SUBTREE: frozenset({OWN, TEAM, OTHER})},
}
ENDED_IS = {"company_id": FAR, "lead_id": FAR}  # these are somebody else's now; all the rest is still hers, and closed
LONG = bool(os.environ.get("TIEJUN_LONG"))
# A building is a place on the map; what was knocked at there is filtered by whose knock it was.
NOT_SECRET = {"day", "name", "key", "building_id"}
DENIED = {403, 404, 405}
FINE = {200, 201, 204, 302, 400, 405, 409, 422}
# Shown while the object is in a state that fits alone: else there is nothing to see, for whoever may see it too.
SHOWN_AT_TIMES = {"leads:reopen", "leads:swap", "leads:thaw", "leads:wake"}
SHOWN_AT_TIMES |= {"leads:refer"}  # asks to see the customer besides
SHOWN_AT_TIMES |= {"meetings:coaching_talk"}  # with who leads a unit alone
# Routes whose id is called as that of another kind of object: what it is called in the world of this test.
CALLED = {
    "run_id": ((re.compile("reclaim"), "reclaim_run_id"), (re.compile("allotment"), "allotment_run_id")),
    "item_id": ((re.compile("meetings"), "agenda_item_id"),),
    "review_id": ((re.compile("pipeline|deal-reviews"), "deal_review_id"),),
    "check_id": (
        (re.compile("marketing"), "marketing_check_id"),
        (re.compile("spot"), "spot_check_id"),
        (re.compile("coaching"), "application_check_id"),
    ),
}
# Everybody who may see one may see it; what it says of others is cut, which the tests of its module prove.
OF_ALL = {"allotment_run_id", "lesson_id"}
COMPANY_NAMES = (
    A.VIEW_CUSTOMERS,
    A.MERGE_CUSTOMERS,
    A.VIEW_LEADS,
    A.VIEW_PIPELINE,
    A.VIEW_REVIEWS,
    A.VIEW_VISITS,
    A.VIEW_COLLECTIONS,
    A.VIEW_DAY_PLAN,
)
_WRITES = re.compile(
    r"^\s*(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|MERGE INTO|COPY)\s+\"?(?!django_session|cache_entry|foundation_clientkey|exchange_token)"
    r"|audit\.append|procrastinate_defer",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")


def covered(ability: A, role: Role) -> frozenset[str]:
    """The places whose objects a role reaches with an ability, by the matrix."""
    reach = MATRIX[ability].get(role)
    if reach is None:
        return frozenset()
    return ALL if reach is Reach.COMPANY else COVERS.get(role, {}).get(reach, frozenset())


def is_denied(ability: A, role: Role, place: str, kinds: Mapping[str, str]) -> bool:
    if place == NOWHERE or not MATRIX[ability].get(role):
        return True
    if OF_ALL & set(kinds.values()):
        return False
    if place == GONE:
        place = next((ENDED_IS[kind] for kind in kinds if kind in ENDED_IS), OWN)
    return place not in covered(ability, role)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note each statement that would write business data."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if _WRITES.search(sql):
            seen.append(sql[:80])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield seen


@cache
def routes_about_objects() -> list[tuple[str, A, dict[str, str], Page | Operation]]:
    """Each page and operation that names an object: its name, ability, and kinds of object by the name of the argument."""
    listed = [*((PAGES.get(one.name), one, one.pattern) for one in pages())]
    listed += [(OPERATIONS.get(one.name), one, one.path_template) for one in operations()]  # type: ignore[list-item]
    found = []
    for asks, route, pattern in listed:
        kinds = {argument: _kind_of(route.name, argument) for argument in _ARGUMENT.findall(pattern)}
        if isinstance(asks, A) and kinds.keys() - NOT_SECRET:
            found.append((route.name, asks, kinds, route))
    return found


def _kind_of(name: str, argument: str) -> str:
    return next((kind for said, kind in CALLED.get(argument, ()) if said.search(name)), argument)


def walked_by(name: str, ability: A) -> set[Role]:
    """Who walks a route: one of those that may not, and of those that may the least and the furthest reaching."""
    if LONG:
        return set(Role)
    chosen = crc32(name.encode())
    may = sorted((role for role in Role if MATRIX[ability].get(role)), key=lambda role: len(covered(ability, role)))
    furthest = [role for role in may if covered(ability, role) == covered(ability, may[-1])]
    may_not = [role for role in Role if role not in may]
    return {*may[:1], *(some[chosen % len(some)] for some in (furthest, may_not) if some)}


def is_asked(ability: A, role: Role, place: str) -> bool:
    """Whether an object of this place tells more than those of the other places do."""
    reached = covered(ability, role)
    if not reached:
        # Refused before any object is looked at; nothing of the kind is theirs, and one that exists is enough.
        return place == OWN
    if LONG or len(reached) < len(ALL):
        return place != FAR or OTHER in reached  # further away than what is denied already
    return place in (OWN, FAR, NOWHERE)


def calls(
    client: Client, route: Page | Operation, ids: dict[str, Any], kinds: Mapping[str, str], *, is_brief: bool
) -> Iterator[Any]:
    """Ask for an object, and write to it with a body that fits."""
    arguments = {argument: ids[kind] for argument, kind in kinds.items()}
    if isinstance(route, Page):
        path = reverse(route.name, kwargs=arguments)
        # A refusal is answered in JSON, which is drawn faster than a page.
        yield "get", lambda: client.get(path, headers={"Accept": "application/json"} if is_brief else {})
        yield "post", lambda: client.post(path, filled.form(route.name, ids), headers={"Accept": "application/json"})
        return
    path = route.path_template.format(**arguments)
    headers = {"Idempotency-Key": str(new_id())}
    if route.method == "get":
        yield "get", lambda: client.get(path)
    else:
        sent = json.dumps(filled.body(route, ids))
        yield (
            route.method,
            lambda: getattr(client, route.method)(path, sent, content_type="application/json", headers=headers),
        )


def leaks_of(
    role: Role, client: Client, world: World, only: Callable[[str, A], bool] = lambda _name, _ability: True
) -> list[str]:
    """What somebody gets to see or to write that the matrix denies, and what is kept from them that it allows."""
    found, before = [], written()
    hidden = {
        name.encode()
        for place, name in world.names.items()
        if place != GONE and not any(place in covered(a, role) for a in COMPANY_NAMES)
    }
    for name, ability, kinds, route in routes_about_objects():
        if not only(name, ability) or not set(kinds.values()) <= world.places[OWN].keys():
            continue  # no such object is made here: the permission matrix walks that route with an id that exists nowhere
        for place, ids in world.places.items():
            if not is_asked(ability, role, place):
                continue
            denied, maybe_gone = is_denied(ability, role, place, kinds), place == GONE or name in SHOWN_AT_TIMES
            for method, call in calls(client, route, ids, kinds, is_brief=denied and place != TEAM):
                if not denied and method != "get":
                    continue  # what is allowed to be written is written in the tests of each module
                found += [
                    f"{role} {method} {name} {place}: {fault}"
                    for fault in faults_of_call(call, denied, maybe_gone, hidden, method)
                ]
    # The second net under the statements: what PostgreSQL itself counted, triggers and functions included.
    changed = sorted(table for table, counts in written().items() if counts != before.get(table))
    return [*found, f"{role} changed {', '.join(changed)}"] if changed else found


def faults_of_call(
    call: Callable[[], Any], denied: bool, maybe_gone: bool, hidden: set[bytes], method: str
) -> list[str]:
    with watched() as seen:
        answer = call()
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    asks_again = answer.status_code == 302 and answer["Location"].startswith("/accounts/reauthenticate/")
    faults = []
    if denied and answer.status_code not in DENIED and not asks_again:
        faults.append(f"answered {answer.status_code}")
    if not denied and answer.status_code not in (FINE | ({404} if maybe_gone else set())):
        faults.append(f"kept back {answer.status_code}")
    if seen and (denied or method == "get"):
        faults.append(f"wrote {seen[0]}")
    faults += [f"shows {name.decode()}" for name in hidden if name in content]
    return faults


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_nobody_reaches_beyond_the_matrix(clients: dict[Role, Client], world: World, role: Role) -> None:
    found = leaks_of(role, clients[role], world, lambda name, ability: role in walked_by(name, ability))

    assert not found, "\n".join(found)


def test_each_route_is_walked_by_one_who_may_and_by_one_who_may_not() -> None:
    unwalked = [
        (name, may)
        for name, ability, _kinds, _route in routes_about_objects()
        for may in (True, False)
        if any(bool(MATRIX[ability].get(role)) is may for role in Role)
        and not any(bool(MATRIX[ability].get(role)) is may for role in walked_by(name, ability))
    ]

    assert unwalked == []


# -- planted faults --------------------------------------------------------------------------------------------------
def test_a_planted_query_without_its_scope_is_found(
    clients: dict[Role, Client], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    within = ScopedQuerySet.within

    def forgets(self: Any, scope: Any, ability: A) -> Any:
        return self if ability is A.VIEW_VISITS else within(self, scope, ability)

    monkeypatch.setattr(ScopedQuerySet, "within", forgets)

    found = leaks_of(Role.REP, clients[Role.REP], world, lambda name, _ability: name == "visits:visit")

    assert [fault for fault in found if "answered" in fault] == [
        f"REP get visits:visit {place}: answered 200" for place in (TEAM, OTHER)
    ]
    assert {fault.split(": ")[1] for fault in found if "shows" in fault} == {
        f"shows {world.names[place]}" for place in (TEAM, OTHER)
    }


def test_a_planted_ability_that_is_not_asked_for_is_found(
    clients: dict[Role, Client], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The matrix as the product sees it lets HR see every customer; the table of this test is the one it should be."""
    monkeypatch.setattr("tiejun.access.scope.MATRIX", MATRIX | {A.VIEW_CUSTOMERS: {Role.HR: Reach.COMPANY}})

    found = leaks_of(Role.HR, clients[Role.HR], world, lambda name, _ability: name == "customers:company")

    assert found == [
        "HR get customers:company own: answered 200",
        f"HR get customers:company own: shows {world.names[OWN]}",
    ]


def test_a_planted_write_before_the_refusal_is_found(
    clients: dict[Role, Client], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = actions.release_lead

    def writes_first(scope: Any, *, lead_id: Any, **rest: Any) -> Any:
        Lead.objects.filter(pk=lead_id).update(contact_wanted=True)
        return release(scope, lead_id=lead_id, **rest)

    monkeypatch.setattr(actions, "release_lead", writes_first)

    found = leaks_of(
        Role.REP, clients[Role.REP], world, lambda name, _ability: name == "POST /api/v1/leads/{lead_id}/release"
    )

    assert [fault.partition(": wrote")[0] for fault in found] == [
        f"REP post POST /api/v1/leads/{{lead_id}}/release {place}" for place in (TEAM, OTHER, GONE, NOWHERE)
    ] + ["REP changed public.leads_lead"]


def test_a_planted_page_that_stands_in_no_table_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(PAGES, "leads:lead")

    assert unlisted() == ["leads:lead"]
