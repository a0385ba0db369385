"""Buildings: found in the field, also without a signal, confirmed by sales operations, merged, and what they yield."""

import json
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.customers import make_company
from tests.factories.org import NOW, make_login, make_person, scope_for
from tests.factories.visits import make_field
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.customers.models import Company
from tiejun.engines.geo import Datum, Point, converted, distance_m
from tiejun.foundation.idempotency import KeyReused
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.org.actions.buildings import BuildingFacts, edit_building, report_building
from tiejun.org.actions.reference import set_building
from tiejun.org.models import Building, Territory, TerritoryRule, Unit
from tiejun.org.queries.buildings import BuildingFilters, building_of, find_buildings, possible_doubles
from tiejun.visits.actions.buildings import merge_buildings
from tiejun.visits.actions.canvassing import record_door
from tiejun.visits.models import Door
from tiejun.visits.queries.buildings import buildings_page
from tiejun.visits.queries.canvassing import building_lines, building_page
from tiejun.visits.queries.pack import day_pack
from tiejun.visits.rules.vocabulary import Capture, DoorInput, DoorResult

pytestmark = pytest.mark.django_db
DISTRICT = "330106"
PLACE = Point(120.13, 30.27)


class World:
    def __init__(self, field) -> None:
        self.field, self.rep, self.now = field, field.person, NOW
        self.ops = make_person(role=Role.SALES_OPS, unit=Unit.objects.get(parent=None))
        self.other = field.colleague

    def report(self, name="Harbour Tower", *, person=None, building_id=None, **facts) -> Building:
        given = BuildingFacts(name, facts.pop("district", DISTRICT), **facts)
        scope = scope_for(person or self.rep, self.now)
        return report_building(scope, building_id=building_id or uuid4(), facts=given, now=self.now)

    def confirm(self, row, **facts) -> Building:
        given = BuildingFacts(facts.pop("name", row.name), DISTRICT, place=facts.pop("place", PLACE), **facts)
        return edit_building(
            scope_for(self.ops, self.now),
            building_id=row.pk,
            version=facts.pop("version", row.version),
            facts=given,
            now=self.now,
        )

    def knock(self, building_id, door="101", *, result=DoorResult.GATEKEEPER, person=None) -> Door:
        facts = DoorInput(
            uuid4(), building_id, 1, door, result, company_name=f"Behind {door} Ltd", in_charge="Lin", phone="", product="tea",
            capture=Capture(recorded_at=self.now, sent_at=self.now),
        )  # fmt: skip
        return record_door(scope_for(person or self.rep, self.now), facts=facts, now=self.now)

    def client(self, person) -> Client:
        login = make_login(person)
        Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
        client = Client(headers={"accept-language": "en"})
        client.force_login(login)
        return client


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World(make_field())


def test_a_found_building_is_climbed_at_once_and_waits_to_be_confirmed(world) -> None:
    row = world.report(address="Wensan Road 9", floors=12)
    world.knock(row.pk)

    assert (row.reported_by, row.latitude, row.confirmed_at) == (world.rep, None, None)
    assert [line.building.pk for line in building_lines(scope_for(world.rep, world.now))] == [row.pk]
    page = buildings_page(scope_for(world.ops, world.now), BuildingFilters(waits=True))
    assert [(line.building.pk, line.yields.percent, line.waits, line.reporter) for line in page.lines] == [
        (row.pk, 100, True, world.rep.name)
    ]
    assert page.waiting == 1


def test_the_same_report_again_is_one_building_and_other_contents_are_refused(world) -> None:
    key = uuid4()
    first, again = world.report(building_id=key), world.report(building_id=key)

    assert (first.pk, again.pk, Building.objects.count()) == (key, key, 1)
    with pytest.raises(KeyReused):
        world.report("Another", building_id=key)
    with pytest.raises(NotFound):
        world.report(building_id=key, person=world.other)
    confirmed = world.confirm(first, name="Harbour Tower East")
    assert world.report(building_id=key).pk == confirmed.pk


def test_a_known_name_is_the_building_meant_and_the_phones_id_goes_on_meaning_it(world) -> None:
    known = set_building(
        scope_for(world.ops, world.now), name="Harbour Tower", district_code=DISTRICT, latitude=30.27, longitude=120.13
    )
    mine = uuid4()
    assert world.report("harbour  tower", building_id=mine).pk == known.pk

    door = world.knock(mine)
    assert door.building_id == known.pk
    assert building_of(scope_for(world.rep, world.now), mine) == known
    assert [row.pk for row in find_buildings(scope_for(world.rep, world.now), "harbour")] == [known.pk]


@pytest.mark.parametrize("facts", [{"name": "  "}, {"district": "999999"}, {"floors": 0}, {"name": "x" * 121}])
def test_what_is_no_building_is_refused_and_nothing_is_kept(world, facts) -> None:
    with pytest.raises(Invalid):
        world.report(**facts)
    assert Building.objects.count() == 0


def test_only_sales_operations_confirm_and_only_with_a_place(world) -> None:
    row = world.report()
    with pytest.raises(PermissionRefused):
        edit_building(
            scope_for(world.rep, world.now),
            building_id=row.pk,
            version=1,
            facts=BuildingFacts("X", DISTRICT),
            now=world.now,
        )
    with pytest.raises(Invalid):
        world.confirm(row, place=None)
    done = world.confirm(row, floors=20, doors=160)

    assert (done.confirmed_by, done.floors, done.doors, done.version) == (world.ops, 20, 160, 2)
    with pytest.raises(Stale):
        world.confirm(row)
    twin = world.report("Harbour Tower B")
    with pytest.raises(Refused) as refused:
        world.confirm(twin, name="Harbour Tower")
    assert refused.value.code == "same_building"


def test_a_double_is_merged_and_everything_counts_for_the_kept_one(world) -> None:
    kept = world.confirm(world.report(), floors=10)
    double = world.report("Harbour Tower (East gate)", address="Wensan Road 9")
    company = make_company(building=double)
    territory = Territory.objects.create(name="East", unit=world.field.unit)
    TerritoryRule.objects.create(territory=territory, building=double)
    world.knock(kept.pk, "101")
    world.knock(double.pk, "102")
    ops = scope_for(world.ops, world.now)

    assert [one.building.pk for one in possible_doubles(ops, double)] == [kept.pk]
    merge_buildings(ops, kept_id=kept.pk, doubled_id=double.pk)
    late = world.knock(double.pk, "103")

    assert Company.objects.get(pk=company.pk).building_id == kept.pk
    assert TerritoryRule.objects.get().building_id == kept.pk
    assert Building.objects.get(pk=kept.pk).address == "Wensan Road 9"
    assert late.building_id == kept.pk
    assert building_page(scope_for(world.rep, world.now), double.pk, now=world.now).yields.doors == 3
    [line] = buildings_page(ops, BuildingFilters()).lines
    assert (line.yields.doors, line.companies) == (
        3,
        1 + Company.objects.exclude(pk=company.pk).filter(building=kept).count(),
    )
    with pytest.raises(Refused):
        merge_buildings(ops, kept_id=kept.pk, doubled_id=kept.pk)
    with pytest.raises(NotFound):
        merge_buildings(ops, kept_id=double.pk, doubled_id=kept.pk)


def test_the_phone_keeps_what_its_person_found_and_the_districts(world) -> None:
    row = world.report(address="Wensan Road 9")
    pack = day_pack(scope_for(world.rep, world.now), now=world.now)

    assert [(one["id"], one["name"], one["next_floor"]) for one in pack["buildings"]] == [
        (str(row.pk), "Harbour Tower", 1)
    ]
    assert all(set(one) == {"code", "name"} for one in pack["districts"])


def test_the_outbox_reports_and_then_knocks_under_the_same_id(world) -> None:
    client, key = world.client(world.rep), uuid4()
    json_wanted = {"Accept": "application/json"}
    body = {"client_key": str(key), "name": "Harbour Tower", "district_code": DISTRICT, "floors": "9"}
    made = client.post(reverse("visits:report_building"), body, headers=json_wanted)
    again = client.post(reverse("visits:report_building"), body, headers=json_wanted)
    wrong = client.post(
        reverse("visits:report_building"), {"client_key": str(uuid4()), "name": ""}, headers=json_wanted
    )
    door = client.post(
        reverse("visits:building", args=[key]),
        {"client_key": str(uuid4()), "floor": "3", "door": "301", "result": "NO_ANSWER"},
        headers=json_wanted,
    )

    assert (made.status_code, made.json()["id"], again.status_code) == (201, str(key), 201)
    assert (wrong.status_code, door.status_code) == (422, 201)
    assert Building.objects.count() == 1
    page = client.get(reverse("visits:building", args=[key])).content.decode()
    assert "not confirmed it yet" in page
    assert "Add this building" in client.get(reverse("visits:buildings"), {"q": "nowhere"}).content.decode()


def test_the_page_confirms_in_the_datum_of_the_map_and_merges(world) -> None:
    row, other = world.report(), world.report("Harbour Tower North")
    client = world.client(world.ops)
    listed = client.get(reverse("visits:reference")).content.decode()
    url = reverse("visits:edit_building", args=[row.pk])
    shown = converted(PLACE, Datum.WGS84, Datum.GCJ02)
    body = {"version": "1", "name": row.name, "district_code": DISTRICT, "datum": "GCJ02"}
    wrong = client.post(url, {**body, "client_key": str(uuid4()), "position": "somewhere"})
    right = client.post(url, {**body, "client_key": str(uuid4()), "position": f"{shown.lng:.6f}, {shown.lat:.6f}"})

    assert "2 buildings were reported" in listed
    assert (wrong.status_code, right.status_code) == (422, 302)
    row.refresh_from_db()
    assert distance_m(Point(row.longitude, row.latitude), PLACE) < 1
    merged = client.post(
        reverse("visits:merge_building", args=[other.pk]), {"client_key": str(uuid4()), "kept": str(row.pk)}
    )
    assert merged.status_code == 302
    assert Building.objects.get(pk=other.pk).merged_into == row
    assert client.get(reverse("visits:reference"), {"q": "harbour", "waits": "1"}).status_code == 200
    assert world.client(world.rep).get(url).status_code == 403


def test_programs_report_list_confirm_and_merge(world) -> None:
    ops, rep, key = world.client(world.ops), world.client(world.rep), uuid4()

    def send(client, method, path, body):
        answer = getattr(client, method)(
            f"/api/v1/buildings{path}", json.dumps(body), content_type="application/json",
            headers={"Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        return answer.status_code, answer.json()

    made = send(rep, "post", "", {"id": str(key), "name": "Harbour Tower", "district_code": DISTRICT})
    assert (made[0], made[1]["waits"]) == (201, True)
    change = {"version": 1, "name": "Harbour Tower", "district_code": DISTRICT, "latitude": 30.2, "longitude": 120.1}
    assert send(rep, "put", f"/{key}", change)[0] == 403
    assert send(ops, "put", f"/{key}", change)[1]["waits"] is False
    double = send(rep, "post", "", {"id": str(uuid4()), "name": "Harbour", "district_code": DISTRICT})[1]["id"]
    assert send(ops, "post", f"/{double}/merge", {"kept_id": str(key)})[1]["id"] == str(key)
    assert [row["name"] for row in ops.get("/api/v1/buildings").json()["items"]] == ["Harbour Tower"]
