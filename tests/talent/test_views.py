"""The pages and the interface of skills: what they show to whom, and what they do with what is sent."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.factories.coaching import TOMORROW
from tests.factories.meetings import make_crew
from tests.factories.org import make_login
from tests.factories.visits import local, make_visit
from tiejun.foundation.ids import new_id
from tiejun.talent.models import SkillRating

pytestmark = pytest.mark.django_db
EVENING = local("19:00")


@pytest.fixture
def crew():
    return make_crew()


def signed_in(person, language="en"):
    client, login = Client(), make_login(person)
    login.language = language
    login.save(update_fields=["language"])
    with time_machine.travel(EVENING, tick=False):
        client.force_login(login)
        session = client.session
        session["second_factor_seen"] = True
        session.save()
    return client


def ask(client, name, *args, query="", **more):
    with time_machine.travel(EVENING, tick=False):
        return client.get(reverse(f"talent:{name}", args=args) + query, **more)


def send(client, name, *args, query="", **data):
    with time_machine.travel(EVENING, tick=False):
        return client.post(reverse(f"talent:{name}", args=args) + query, {"client_key": str(new_id())} | data)


def test_a_level_is_set_on_the_page_and_stands_on_both_pages(crew):
    person, leader = crew.field.person, signed_in(crew.field.supervisor)
    visit = make_visit(crew.field, at=local("10:00"))
    form = ask(leader, "rate", person.pk).content.decode()
    assert (f"VISIT:{visit.pk}" in form, "says the 30 seconds" in form, "teaches it" in form) == (True, True, False)

    missing = send(leader, "rate", person.pk, level="1", words="asked first", version="0")
    assert (missing.status_code, "asked first" in missing.content.decode()) == (422, True)
    answer = send(leader, "rate", person.pk, level="1", words="asked first", version="0", evidence=f"VISIT:{visit.pk}")

    assert (answer["Location"], SkillRating.objects.get().level) == (reverse("talent:person", args=[person.pk]), 1)
    hers = signed_in(person, "zh-hans")
    page = ask(hers, "mine").content.decode()
    assert ("asked first" in page, "30秒说辞含提问和试缔结" in page, "<polygon" in page) == (True, True, True)
    assert ask(hers, "rate", person.pk).status_code == 403
    assert ask(hers, "person", crew.field.colleague.pk).status_code == 404


@pytest.mark.parametrize("bad", ["VISIT:x", "SECRET:00000000-0000-0000-0000-000000000001", "VISIT"])
def test_evidence_that_cannot_be_read_is_refused_with_what_was_typed(crew, bad):
    answer = send(
        signed_in(crew.field.supervisor), "rate", crew.field.person.pk, level="1", words="kept", version="0", evidence=bad
    )  # fmt: skip

    assert (answer.status_code, "kept" in answer.content.decode(), SkillRating.objects.count()) == (422, True, 0)


def test_the_own_view_is_noted(crew):
    client = signed_in(crew.field.person)

    assert send(client, "assess", query="?skill=DEMO", level="2", words="steady").status_code == 302
    assert send(client, "assess", query="?skill=NONSENSE", level="2", words="steady").status_code == 404
    assert SkillRating.objects.values_list("source", "level").get() == ("SELF", 2)


def test_pages_answer_for_days_units_and_the_plan(crew):
    leader, person = signed_in(crew.field.supervisor), crew.field.person
    assert "What each should practise first" in ask(leader, "desk").content.decode()
    assert [ask(leader, "person", person.pk, query=f"?day={day}").status_code for day in ("2026-02-28", "2030-01-01", "x")] == [
        200, 404, 404,
    ]  # fmt: skip
    offer = ask(leader, "offer", person.pk, query=f"?day={TOMORROW}").content.decode()
    assert reverse("coaching:edit", args=[person.pk]) in offer

    with time_machine.travel(EVENING, tick=False):
        address = reverse("coaching:edit", args=[person.pk]) + f"?day={TOMORROW}&skill=DEMO&title=Two+steps&why=Because"
        plan = leader.get(address).content.decode()
    assert ('value="Two steps"' in plan, ">Because</textarea>" in plan) == (True, True)


def test_a_program_reads_and_sets_levels(crew):
    leader, person = signed_in(crew.field.supervisor), crew.field.person
    visit = make_visit(crew.field, at=local("10:00"))
    address = f"/api/v1/skills/people/{person.pk}"
    sent = {
        "skill": "PITCH", "level": 1, "words": "asked first", "version": 0, "evidence": [{"kind": "VISIT", "id": str(visit.pk)}],
    }  # fmt: skip
    with time_machine.travel(EVENING, tick=False):
        keys = [{"Idempotency-Key": str(new_id())} for _number in range(2)]
        refused = leader.post(address, sent | {"level": 2}, "application/json", headers=keys[0])
        kept = leader.post(address, sent, "application/json", headers=keys[1])
        found = leader.get(address).json()
        group = leader.get("/api/v1/skills/group").json()

    assert (refused.status_code, refused.json()["code"], kept.status_code) == (409, "level_skipped", 200)
    assert (found["version"], found["ratings"]["items"][0]["evidence"][0]["id"]) == (1, str(visit.pk))
    assert [row["level"] for row in found["standings"] if row["level"]] == [1]
    assert {row["name"]: row["levels"] for row in group}["Lin Xiao"] == {"PITCH": 1}


def test_the_history_is_turned_over_on_its_day(crew):
    own = signed_in(crew.field.person)
    for _number in range(11):
        send(own, "assess", query="?skill=PITCH", level="1", words="so I think")

    first = ask(own, "mine").content.decode()
    address = re.search(r'rel="next" href="(\?cursor=[^"#]+)#history"', first)[1]
    second = ask(own, "mine", query=address).content.decode()

    assert (first.count("so I think"), second.count("so I think")) == (10, 1)
    assert ('rel="prev"' in first, 'rel="prev"' in second, 'rel="next"' in second) == (False, True, False)
    with time_machine.travel(local("19:00", TOMORROW), tick=False):
        past = own.get(reverse("talent:mine"), {"day": local("19:00").date().isoformat()}).content.decode()
    assert f"?day={local('19:00').date()}&amp;cursor=" in past
