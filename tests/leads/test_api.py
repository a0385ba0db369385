import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import NOW, make_company_tree, make_login, make_person
from tiejun.access.roles import Role
from tiejun.customers.models import Company
from tiejun.foundation.ids import new_id
from tiejun.leads.models import FollowUp, Lead, LeadTenure
from tiejun.org.models import Login

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


class Program:
    def __init__(self, person) -> None:
        login = Login.objects.filter(person=person).first() or make_login(person)
        Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(login)

    def get(self, path):
        answer = self.client.get(ROOT + path)
        return answer.status_code, answer.json()

    def send(self, path, body=None, method="post", key=None):
        call = getattr(self.client, method)
        answer = call(
            ROOT + path,
            json.dumps(body or {}),
            content_type="application/json",
            headers={"Idempotency-Key": key or str(new_id())},
        )
        return answer.status_code, answer.json()


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.other = make_person(unit=self.tree.group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.pooled = make_lead(make_company("Cloudberry Ltd"))
        self.held = make_held_lead(self.rep, self.tree.group, company=make_company("Riverside Ltd"))


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


def test_lists_are_lean_pages(world) -> None:
    program = Program(world.rep)

    status, held = program.get("/leads?q=river")
    assert (status, [row["company_name"] for row in held["items"]], held["next"]) == (200, ["Riverside Ltd"], None)
    status, pooled = program.get("/leads?list=pool&size=1")
    assert (status, [row["id"] for row in pooled["items"]]) == (200, [str(world.pooled.pk)])
    assert Program(world.other).get("/leads")[1]["items"] == []
    assert program.get("/leads?size=0")[0] == 422
    assert program.get("/companies?q=river")[1]["items"][0]["name"] == "Riverside Ltd"
    assert {row["closing_class"]: row["count"] for row in program.get("/companies/board")[1]["columns"]} == {
        "A": 0,
        "B": 0,
        "C": 0,
        "D": 0,
        "-": 1,
    }


@pytest.mark.parametrize("path", ["/leads", "/leads?list=pool", "/companies"])
def test_a_list_costs_the_same_for_one_row_and_three(world, path, django_assert_max_num_queries) -> None:
    program = Program(world.rep)
    program.get(path)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as seen:
            program.get(path)
        counts.append(len(seen))
        for _n in range(2):
            make_lead()
            make_held_lead(world.rep, world.tree.group)
    assert counts[0] == counts[1]


def test_the_life_of_a_lead_by_program(world) -> None:
    program, leader = Program(world.rep), Program(world.supervisor)
    path = f"/leads/{world.pooled.pk}"

    key = str(new_id())
    status, tenure = program.send(f"{path}/claim", key=key)
    assert (status, tenure["person_id"], tenure["kind"]) == (200, str(world.rep.pk), "PRIVATE")
    assert program.send(f"{path}/claim", key=key)[1]["id"] == tenure["id"]
    assert program.send(f"{path}/claim")[1]["code"] == "already_yours"
    status, row = program.send(f"{path}/follow-ups", {"kind": "CALL", "outcome": "TALKED"})
    assert (status, row["credit_days"]) == (201, 7)
    status, read = program.get(path)
    assert (status, read["may_release"], len(read["timeline"])) == (200, True, 3)
    status, fresh = leader.send(f"{path}/transfer", {"to_person_id": str(world.other.pk), "reason": "closer"})
    assert (status, fresh["person_id"]) == (200, str(world.other.pk))
    assert program.get(path)[0] == 404
    status, freed = Program(world.other).send(f"{path}/release", {"reason": "NO_NEED"})
    assert (status, freed["status"], freed["owner_id"]) == (200, "POOLED", None)


def test_refusals_carry_codes_and_write_nothing(world) -> None:
    program = Program(world.other)
    Lead.objects.filter(pk=world.pooled.pk).update(frozen_reason="dispute")

    assert program.send(f"/leads/{world.pooled.pk}/claim")[1]["code"] == "frozen"
    assert program.send(f"/leads/{world.held.pk}/release", {"reason": "NO_NEED"})[0] == 404
    assert program.send(f"/leads/{world.held.pk}/follow-ups", {"kind": "CALL", "outcome": "TALKED"})[0] == 404
    assert program.send(f"/leads/{world.held.pk}/release", {"reason": "NO_NEED", "force": True})[0] == 422
    assert (
        program.send(f"/leads/{world.held.pk}/transfer", {"to_person_id": str(world.other.pk), "reason": "x"})[0] == 403
    )
    assert program.send("/leads", {"name": "Riverside Ltd", "city_code": "330100"})[1]["code"] == "held_by_colleague"
    assert (LeadTenure.objects.count(), FollowUp.objects.count(), Company.objects.count()) == (1, 0, 2)


def test_a_lead_is_made_and_pools_are_listed(world) -> None:
    program = Program(world.rep)

    status, row = program.send(
        "/leads",
        {
            "name": "New Works Ltd",
            "city_code": "330100",
            "contacts": [{"name": "Wu", "phone": "13811112222"}],
            "hold": True,
        },
    )
    assert (status, row["status"], row["contact_wanted"]) == (201, "PRIVATE", False)
    assert program.get("/pools/seat")[1] == {"held": 2, "cap": 120, "claims_today": 1, "daily_limit": 10}
    assert len(program.get("/pools")[1]) >= 1
    assert "CANVASS" in {source["code"] for source in program.get("/lead-sources")[1]}


def test_a_company_by_program(world) -> None:
    program, path = Program(world.rep), f"/companies/{world.held.company_id}"
    contact = make_contact(world.held.company, phone="13800001111")

    status, read = program.get(path)
    assert (status, read["contacts"][0]["phone"]) == (200, "13800001111")
    status, edited = program.send(
        path, {"version": 1, "name": "Riverside Ltd", "city_code": "330100", "address": "Pier 1"}, "put"
    )
    assert (status, edited["address"], edited["version"]) == (200, "Pier 1", 2)
    assert program.send(path, {"version": 1, "name": "Riverside Ltd"}, "put")[1]["code"] == "stale"
    assert program.send(f"{path}/contacts", {"name": "Wu", "roles": ["KP"]})[0] == 201
    assert program.send(f"/contacts/{contact.pk}", {"version": 1, "name": "Zhao"}, "put")[0] == 200
    assert program.send(f"/contacts/{contact.pk}/remove", {})[0] == 200
    assert program.send(f"{path}/class", {"closing_class": "A"})[1]["code"] == "a_needs_explained_visit"
    assert program.send(f"{path}/class", {"closing_class": "D"})[1]["closing_class"] == "D"
    assert Program(world.other).get(path)[0] == 404
