from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_pool
from tests.factories.org import NOW, scope_for
from tests.factories.visits import make_field
from tests.visits.test_views import signed_in
from tiejun.customers.models import Company, Contact
from tiejun.foundation.idempotency import KeyReused
from tiejun.foundation.refusals import NotFound
from tiejun.leads.models import Lead
from tiejun.org.models import Building
from tiejun.visits.actions.canvassing import record_door
from tiejun.visits.models import Door
from tiejun.visits.queries.canvassing import building_lines, building_page
from tiejun.visits.queries.pack import day_pack
from tiejun.visits.rules.vocabulary import DoorInput, DoorResult, DoorStanding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten_in_shanghai():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def rep():
    make_pool("East")
    return make_field()


def make_building(name: str = "West Lake Tower") -> Building:
    return Building.objects.create(
        name=name, district_code="330106", address="Wensan Road 90", latitude=30.27, longitude=120.13
    )


def knock(rep, building, door: str = "1203", result: DoorResult = DoorResult.INTEREST, **values) -> Door:
    facts = DoorInput(values.pop("key", None) or uuid4(), building.pk, 12, door, result, **values)
    return record_door(rep.scope, facts=facts, now=NOW)


def test_interest_behind_a_door_that_nobody_holds_is_a_lead_of_the_asker_from_canvassing(rep) -> None:
    door = knock(rep, make_building(), company_name="Qinghe Valves", in_charge="Chen", phone="138 0013 8000")

    lead = Lead.objects.select_related("source", "company").get(company=door.company_id)
    assert door.standing == DoorStanding.NEW
    assert (lead.owner_id, lead.source.code, lead.company.building_id) == (rep.person.pk, "CANVASS", door.building_id)
    assert Contact.objects.get(company=lead.company).phone_last4 == "8000"


def test_what_a_colleague_holds_is_said_without_a_name_and_stays_untouched(rep) -> None:
    building = make_building()
    theirs = make_company("Qinghe Valves", city_code="330100")
    make_held_lead(rep.colleague, rep.unit, company=theirs, now=NOW)
    client = signed_in(rep.person)
    url = reverse("visits:building", args=[building.pk])

    hint = client.get(reverse("visits:standing", args=[building.pk]), {"company_name": "Qinghe  Valves"})
    sent = {"client_key": uuid4(), "floor": 12, "door": "1203", "result": "INTEREST", "company_name": "qinghe valves", "in_charge": "Chen", "phone": "13800138000"}  # fmt: skip
    answer = client.post(url, sent, headers={"accept": "application/json"})
    page = client.get(url).content.decode()

    assert answer.status_code == 201
    assert Door.objects.get().standing == DoorStanding.COLLEAGUE
    for words in (hint.content.decode(), answer.json()["message"], page):
        assert rep.colleague.name not in words
    assert (Lead.objects.filter(company=theirs).count(), Contact.objects.filter(company=theirs).count()) == (1, 0)


def test_a_refusal_and_an_empty_sign_make_no_company(rep) -> None:
    building = make_building()
    before = Company.objects.count()

    knock(rep, building, "1", DoorResult.REFUSED, company_name="Qinghe Valves", in_charge="Chen", product="valves")
    knock(rep, building, "2", DoorResult.NO_ANSWER)

    assert (Company.objects.count(), Door.objects.count()) == (before, 2)


def test_a_door_comes_once_however_often_it_is_sent_and_never_under_a_used_key(rep) -> None:
    building, key = make_building(), uuid4()

    for _ in range(5):
        knock(rep, building, key=key, company_name="Qinghe Valves")
    with pytest.raises(KeyReused):
        knock(rep, building, "1204", key=key, company_name="Qinghe Valves")
    foreign = DoorInput(key, building.pk, 12, "1203", DoorResult.INTEREST)
    with pytest.raises(NotFound):
        record_door(scope_for(rep.colleague), facts=foreign, now=NOW)

    assert Door.objects.count() == 1


def test_the_yield_of_a_building_counts_doors_once_and_shows_within_reach(rep) -> None:
    building = make_building()
    knock(rep, building, "1203", DoorResult.NO_ANSWER)
    knock(rep, building, "1203", DoorResult.GATEKEEPER, in_charge="Chen", product="valves")
    knock(rep, building, "1204", DoorResult.NO_ANSWER)

    page = building_page(rep.scope, building.pk, now=NOW)
    [line] = building_lines(scope_for(rep.supervisor))

    assert (page.yields.doors, page.yields.usable, page.next_floor, page.next_door) == (2, 1, 12, "1205")
    assert (line.knocks, line.yields.percent) == (3, 50)
    assert building_page(scope_for(rep.colleague), building.pk, now=NOW).yields.doors == 0


@pytest.mark.parametrize("doors", [1, 3])
def test_the_pages_show_and_ask_the_database_as_often_for_three_doors_as_for_one(rep, doors, django_assert_max_num_queries) -> None:  # fmt: skip
    building = make_building()
    for number in range(doors):
        knock(rep, building, f"120{number}", company_name=f"Qinghe Valves {number}")
    client = signed_in(rep.person)
    client.get(reverse("visits:building", args=[building.pk]))

    with django_assert_max_num_queries(16):
        page = client.get(reverse("visits:building", args=[building.pk]))

    assert (page.status_code, client.get(reverse("visits:buildings")).status_code) == (200, 200)
    assert "Qinghe Valves 0" in page.content.decode()


@pytest.mark.parametrize(("floor", "result"), [("", "INTEREST"), ("999", "INTEREST"), ("12", ""), ("12", "MAYBE")])
def test_a_knock_that_cannot_be_read_is_answered_in_words(rep, floor, result) -> None:
    building = make_building()
    sent = {"client_key": uuid4(), "floor": floor, "door": "1", "result": result, "company_name": "Qinghe Valves"}
    client = signed_in(rep.person)

    page = client.post(reverse("visits:building", args=[building.pk]), sent)

    assert (page.status_code, Door.objects.count()) == (422, 0)
    assert "Qinghe Valves" in page.content.decode()


def test_the_pack_of_the_day_holds_the_plan_masked_and_nothing_of_others(rep) -> None:
    Company.objects.filter(pk=rep.company.pk).update(building=make_building())
    Contact.objects.create(company=rep.company, name="Chen", phone_last4="8000", created_at=NOW)
    client = signed_in(rep.person)
    client.post(reverse("visits:propose"), {"client_key": uuid4()})

    pack = day_pack(rep.scope, now=NOW)

    [stop] = pack["stops"]
    assert (stop["name"], stop["phone"], stop["contacts"][0]["name"]) == (rep.company.name, "•••• 8000", "Chen")
    assert pack["buildings"][0]["name"] == "West Lake Tower"
    assert "latitude" not in str(pack)
    assert (client.get(reverse("visits:pack")).status_code, signed_in(rep.supervisor).get(reverse("visits:pack")).status_code) == (200, 403)  # fmt: skip


def test_the_page_without_a_connection_is_empty_for_everybody(rep) -> None:
    client = signed_in(rep.person)

    page = client.get("/offline/").content.decode()

    assert rep.person.name not in page
    assert 'name="person"' not in page
    assert "__company__" in page
