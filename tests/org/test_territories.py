from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories.org import NOW, Tree, make_company_tree, make_person, scope_for
from tests.org.test_views import client_of
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.engines.assignment.problem import Patch
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.org.actions import reference
from tiejun.org.actions import territories as actions
from tiejun.org.actions.territories import Coverage
from tiejun.org.models import Building, Territory, TerritoryAssignment
from tiejun.org.queries import territories as queries
from tiejun.org.rules import Area, Refusal

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")
TODAY = date(2026, 3, 11)


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: NOW)


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


def make(tree: Tree, name: str = "Riverside", *districts: str, **more: Any) -> Territory:
    return actions.make_territory(
        SYSTEM, name=name, unit_id=tree.group.pk, coverage=Coverage(district_codes=districts, **more)
    )


def test_a_person_s_area_joins_the_territories_of_the_day(tree: Tree) -> None:
    rep, other = make_person(unit=tree.group), make_person(unit=tree.group)
    segment = reference.set_segment(SYSTEM, code="SHOP", name="Shops")
    tower = Building.objects.create(name="Tower", district_code="330106", latitude=30.2, longitude=120.1)
    river = make(tree, "Riverside", "330102", "330105")
    shops = make(tree, "Shops", segment_ids=(segment.pk,), building_ids=(tower.pk,))
    actions.assign_territory(SYSTEM, territory_id=river.pk, person_id=rep.pk, starts_on=TODAY)
    actions.assign_territory(
        SYSTEM, territory_id=shops.pk, person_id=rep.pk, starts_on=TODAY, ends_on=TODAY + timedelta(days=2)
    )

    areas = [queries.areas_of(SYSTEM, [rep.pk, other.pk], TODAY + timedelta(days=days)) for days in (0, 2, 3, -1)]

    riverside = Patch(districts=frozenset({"330102", "330105"}))
    shopping = Patch(buildings=frozenset({str(tower.pk)}), segments=frozenset({str(segment.pk)}))
    assert [area[rep.pk].patches for area in areas] == [
        (riverside, shopping),
        (riverside, shopping),
        (riverside,),
        (),
    ]
    assert areas[0][other.pk] == Area()
    today = areas[0][rep.pk]
    assert [
        today.holds("330102", None, None),
        today.holds("330106", None, segment.pk),
        today.holds("330106", tower.pk, segment.pk),
        today.holds("330106", tower.pk, None),
        Area().holds("330106", None, None),
    ] == [True, False, True, False, True]


def test_a_closed_territory_limits_nobody_and_is_given_to_nobody(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    river = make(tree, "Riverside", "330102")
    actions.assign_territory(SYSTEM, territory_id=river.pk, person_id=rep.pk, starts_on=TODAY)

    actions.close_territory(SYSTEM, territory_id=river.pk, closed_on=TODAY)

    assert queries.areas_of(SYSTEM, [rep.pk], TODAY)[rep.pk] == Area()
    with pytest.raises(Refused) as refused:
        actions.assign_territory(
            SYSTEM, territory_id=river.pk, person_id=make_person(unit=tree.group).pk, starts_on=TODAY
        )
    assert (refused.value.refusal, TerritoryAssignment.objects.count()) == (Refusal.TERRITORY_CLOSED, 1)


def test_what_cannot_be_is_refused_and_nothing_is_written(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    river = make(tree, "Riverside", "330102")
    row = actions.assign_territory(SYSTEM, territory_id=river.pk, person_id=rep.pk, starts_on=TODAY)
    cases = [
        lambda: make(tree, " Riverside "),
        lambda: make(tree, "  "),
        lambda: make(tree, "Elsewhere", "999999"),
        lambda: actions.edit_territory(SYSTEM, territory_id=river.pk, version=7, name="Other", coverage=Coverage()),
        lambda: actions.assign_territory(SYSTEM, territory_id=river.pk, person_id=rep.pk, starts_on=TODAY),
        lambda: actions.assign_territory(
            SYSTEM, territory_id=river.pk, person_id=rep.pk, starts_on=TODAY, ends_on=TODAY - timedelta(days=1)
        ),
        lambda: actions.take_territory(SYSTEM, assignment_id=row.pk, ends_on=TODAY - timedelta(days=1)),
        lambda: actions.take_territory(SYSTEM, assignment_id=river.pk, ends_on=TODAY),
    ]

    kinds = []
    for case in cases:
        with pytest.raises((Refused, Invalid, Stale, NotFound)) as raised:
            case()
        kinds.append(getattr(raised.value, "refusal", type(raised.value)))

    assert kinds == [
        Refusal.TERRITORY_NAME_TAKEN,
        Invalid,
        Invalid,
        Stale,
        Refusal.TERRITORY_HELD_ALREADY,
        Refusal.ENDS_BEFORE_START,
        Refusal.ENDS_BEFORE_START,
        NotFound,
    ]
    assert list(TerritoryAssignment.objects.values_list("ends_on", flat=True)) == [None]
    with pytest.raises(PermissionRefused):
        actions.make_territory(scope_for(rep), name="Mine", unit_id=tree.group.pk, coverage=Coverage())


def test_everybody_sees_what_is_within_reach(tree: Tree) -> None:
    rep, stranger = make_person(unit=tree.group), make_person(unit=tree.other_group)
    leader = make_person(role=Role.SUPERVISOR, unit=tree.group)
    head = make_person(role=Role.SALES_HEAD, unit=tree.company)
    river = make(tree, "Riverside", "330102")
    make(tree, "Lake")
    actions.assign_territory(SYSTEM, territory_id=river.pk, person_id=rep.pk, starts_on=TODAY)

    seen = [
        [line.name for line in queries.territories(scope_for(person), now=NOW)]
        for person in (rep, stranger, leader, head)
    ]

    assert seen == [["Riverside"], [], ["Lake", "Riverside"], ["Lake", "Riverside"]]
    with pytest.raises(NotFound):
        queries.territory(scope_for(stranger), river.pk, now=NOW)


def test_sales_operations_makes_edits_assigns_and_ends_on_pages(tree: Tree) -> None:
    client = client_of(make_person(role=Role.SALES_OPS, unit=tree.company))
    rep = make_person(name="Lin", unit=tree.group)
    facts = {"name": "Riverside", "unit_id": str(tree.group.pk), "district_codes": ["330102"]}

    made = client.post("/people/territories/make/", facts)
    territory = Territory.objects.get()
    edited = client.post(
        f"/people/territories/{territory.pk}/edit/", {**facts, "version": 1, "district_codes": ["330105", "330106"]}
    )
    wrong = client.post(f"/people/territories/{territory.pk}/edit/", {**facts, "name": ""})
    given = client.post(
        f"/people/territories/{territory.pk}/assign/", {"person_id": str(rep.pk), "starts_on": TODAY.isoformat()}
    )
    page = client.get("/people/territories/")
    row = TerritoryAssignment.objects.get()
    ended = client.post(f"/people/territories/assignments/{row.pk}/end/", {"ends_on": TODAY.isoformat()})

    assert [answer.status_code for answer in (made, edited, wrong, given, page, ended)] == [
        302,
        302,
        422,
        302,
        200,
        302,
    ]
    line = queries.territories(SYSTEM, now=NOW)[0]
    assert (line.district_codes, line.workers[0].ends_on) == (("330105", "330106"), TODAY)
    assert "Lin" in page.content.decode()


def test_strangers_and_wrong_methods_are_turned_away(tree: Tree) -> None:
    river = make(tree, "Riverside", "330102")
    rep = client_of(make_person(unit=tree.other_group))
    finance = client_of(make_person(role=Role.FINANCE, unit=tree.company))
    head = client_of(make_person(role=Role.SALES_HEAD, unit=tree.company))

    answers = [
        rep.get("/people/territories/make/").status_code,
        rep.post(f"/people/territories/{river.pk}/edit/", {"name": "Mine"}).status_code,
        finance.get("/people/territories/").status_code,
        head.post("/people/territories/").status_code,
        head.get(f"/people/territories/{tree.group.pk}/edit/").status_code,
    ]

    assert answers == [403, 403, 403, 405, 404]
    assert Territory.objects.get().name == "Riverside"


def test_programs_make_edit_assign_and_end(tree: Tree) -> None:
    client = client_of(make_person(role=Role.SALES_HEAD, unit=tree.company))
    rep = make_person(unit=tree.group)

    def post(path: str, body: dict[str, Any], key: str) -> Any:
        return client.post(f"/api/v1{path}", body, content_type="application/json", headers={"Idempotency-Key": key})

    made = post(
        "/territories", {"name": "Riverside", "unit_id": str(tree.group.pk), "district_codes": ["330102"]}, "a" * 32
    )
    territory_id = made.json()["territory_id"]
    edited = post(
        f"/territories/{territory_id}", {"name": "River", "version": 1, "district_codes": ["330105"]}, "b" * 32
    )
    given = post(
        f"/territories/{territory_id}/people", {"person_id": str(rep.pk), "starts_on": TODAY.isoformat()}, "c" * 32
    )
    worker = given.json()["workers"][0]
    ended = post(f"/territories/people/{worker['assignment_id']}/end", {"ends_on": TODAY.isoformat()}, "d" * 32)
    listed = client.get("/api/v1/territories")

    assert [answer.status_code for answer in (made, edited, given, ended, listed)] == [201, 200, 201, 200, 200]
    assert listed.json() == [ended.json()]
    assert (listed.json()[0]["name"], listed.json()[0]["workers"][0]["ends_on"]) == ("River", TODAY.isoformat())
