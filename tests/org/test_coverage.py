"""The map of the territories: gaps, overlaps, and boundaries that people draw."""

import json

import pytest
from django.urls import reverse

from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tests.org.test_views import client_of
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import Invalid
from tiejun.org.actions import territories as actions
from tiejun.org.actions.territories import Coverage
from tiejun.org.models import Building, Territory, Unit
from tiejun.org.queries.coverage import coverage
from tiejun.org.queries.territories import territories
from tiejun.org.rules import drawn_ring

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")
CROSSING = '{"type": "Polygon", "coordinates": [[[120, 30], [121, 31], [121, 30], [120, 31]]]}'
AROUND = '{"type": "Polygon", "coordinates": [[[120, 30], [121, 30], [121, 31], [120, 31]]]}'


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiejun.foundation.web.timezone.now", lambda: NOW)


@pytest.fixture
def tree():
    tree = make_company_tree()
    Unit.objects.filter(pk=tree.company.pk).update(city_code="330100")
    return tree


def make(tree, name, **covers):
    return actions.make_territory(SYSTEM, name=name, unit_id=tree.group.pk, coverage=Coverage(**covers))


def test_who_manages_territories_sees_what_nobody_and_what_two_work(tree) -> None:
    make(tree, "River", district_codes=("330102", "330105"))
    make(tree, "Lake", district_codes=("330105", "330106"))
    ops = scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))

    found = coverage(ops, now=NOW)

    assert [(one.place, one.one, one.other) for one in found.overlaps] in (
        [("拱墅区", "River", "Lake")],
        [("拱墅区", "Lake", "River")],
    )
    states = {cover.code: (sorted(cover.takers), cover.has_gap, cover.has_overlap) for cover in found.districts}
    assert states["330102"] == (["River"], False, False)
    assert states["330105"] == (["Lake", "River"], False, True)
    assert states["330110"] == ([], True, False)
    assert all(cover.rings for cover in found.districts if cover.code in states)
    assert found.idle == ["Lake", "River"]


def test_who_sees_some_territories_is_told_of_no_gap(tree) -> None:
    make(tree, "River", district_codes=("330102",))
    rep = scope_for(make_person(unit=tree.group))

    found = coverage(rep, now=NOW)

    assert (found.gaps, found.overlaps) == (None, None)
    assert not any(cover.has_gap for cover in found.districts)


def test_a_boundary_takes_in_the_buildings_inside(tree) -> None:
    inside = Building.objects.create(name="Tower", district_code="330106", latitude=30.2, longitude=120.1)
    Building.objects.create(name="Mill", district_code="330106", latitude=31.2, longitude=120.1)

    made = make(tree, "Lake", boundary=drawn_ring(AROUND))

    line = next(line for line in territories(SYSTEM, now=NOW) if line.territory_id == made.pk)
    assert line.building_ids == (inside.pk,)
    assert line.boundary[0] == line.boundary[-1] == (120.0, 30.0)


def test_a_boundary_without_a_building_is_refused(tree) -> None:
    with pytest.raises(Invalid):
        make(tree, "Lake", boundary=drawn_ring(AROUND))


def test_a_boundary_that_crosses_itself_is_refused_with_nothing_lost(tree) -> None:
    client = client_of(make_person(role=Role.SALES_OPS, unit=tree.company))
    typed = {"name": "Lake", "unit_id": tree.group.pk, "boundary": CROSSING, "client_key": str(new_id())}

    page = client.post(reverse("org:make_territory"), typed)
    answer = client.post(
        "/api/v1/territories",
        json.dumps({"name": "Lake", "unit_id": str(tree.group.pk), "boundary": CROSSING}),
        content_type="application/json",
        headers={"Idempotency-Key": str(new_id())},
    )

    html = page.content.decode()
    assert page.status_code == 422
    assert "The boundary crosses itself" in html
    assert "[[120, 30], [121, 31]" in html.replace("&quot;", '"')
    assert answer.status_code == 422
    assert "boundary" in answer.json()["errors"]
    assert not Territory.objects.exists()


def test_the_page_shows_the_map_with_its_list_and_asks_the_same_for_one_and_three(
    tree, django_assert_max_num_queries
) -> None:
    client = client_of(make_person(role=Role.SALES_OPS, unit=tree.company))
    counts = []
    for codes in (("330102",), ("330105", "330106", "330108")):
        for code in codes:
            make(tree, f"Territory {code}", district_codes=(code, "330110"))
        with django_assert_max_num_queries(60) as seen:
            html = client.get(reverse("org:territories")).content.decode()
        counts.append(len(seen))

    assert 'id="territory-map"' in html
    assert "临平区" in html
    assert counts[0] >= counts[1]
    told = client.get("/api/v1/territories/coverage").json()
    assert {"district": "临平区", "segments": []} in told["gaps"]
    assert len(told["overlaps"]) == 6
