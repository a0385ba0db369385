"""The desk, the merge side by side and the list of merges: who sees them and what they say; the same by the API."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead
from tests.factories.org import NOW, make_company_tree, make_login, make_person
from tiejun.access.roles import Role
from tiejun.customers.jobs import seek_duplicates
from tiejun.customers.models import Company, CompanyMerge, DuplicateProposal
from tiejun.foundation.ids import new_id
from tiejun.org.models import Login

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.stranger = make_person(role=Role.SUPERVISOR, unit=self.tree.other_group)
        self.keeps = make_company("杭州云莓科技有限公司")
        self.goes = make_company("云莓科技", industry="餐饮")
        make_contact(self.goes, "Lin", phone="13800001111")
        make_held_lead(self.rep, self.tree.group, company=self.keeps)
        seek_duplicates(now=NOW)
        self.proposal = DuplicateProposal.objects.get()
        self.pair = reverse("customers:merge", args=[self.keeps.pk, self.goes.pk])

    def client(self, person) -> Client:
        login = Login.objects.filter(person=person).first() or make_login(person)
        Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
        client = Client(headers={"accept-language": "en"})
        client.force_login(login)
        return client


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


def key() -> dict[str, str]:
    return {"client_key": str(new_id())}


def test_the_desk_shows_the_pair_with_its_reasons_and_a_click_tells_it_apart(world) -> None:
    client = world.client(world.supervisor)
    html = client.get(reverse("customers:duplicates")).content.decode()
    assert "杭州云莓科技有限公司" in html
    assert "same name" in html
    assert world.pair in html

    client.post(reverse("customers:tell-apart", args=[world.proposal.pk]), key())

    assert "No duplicates in sight" in client.get(reverse("customers:duplicates")).content.decode()


def test_the_page_compares_counts_merges_and_undoes(world) -> None:
    client = world.client(world.supervisor)
    html = client.get(world.pair).content.decode()
    assert html.count('name="choice-') == 4
    assert "What comes along" in html

    answer = client.post(world.pair, key() | {"choice-name": "absorbed", "note": "same door"})

    assert answer.headers["location"] == reverse("customers:company", args=[world.keeps.pk])
    assert Company.objects.get(pk=world.keeps.pk).name == "云莓科技"
    # An old link to the company that is no more shows the one that it became.
    shown = client.get(reverse("customers:company", args=[world.goes.pk])).content.decode()
    assert "<title>云莓科技" in shown
    html = client.get(reverse("customers:merges")).content.decode()
    assert "took in" in html
    merge = CompanyMerge.objects.get()
    client.post(reverse("customers:undo-merge", args=[merge.pk]), key())
    assert "Undone" in client.get(reverse("customers:merges")).content.decode()


def test_the_other_one_is_found_by_search_or_proposal(world) -> None:
    client = world.client(world.supervisor)
    html = client.get(reverse("customers:merge-with", args=[world.keeps.pk]) + "?q=云莓").content.decode()
    assert world.pair in html


def test_strangers_see_nothing_reps_are_refused_and_get_never_writes(world) -> None:
    stranger, rep = world.client(world.stranger), world.client(world.rep)
    pages = [
        world.pair,
        reverse("customers:merge-with", args=[world.keeps.pk]),
    ]
    assert [stranger.get(page).status_code for page in pages] == [404, 404]
    assert [rep.get(page).status_code for page in (*pages, reverse("customers:duplicates"))] == [403, 403, 403]
    assert stranger.post(world.pair, key()).status_code == 404
    assert stranger.post(reverse("customers:tell-apart", args=[world.proposal.pk]), key()).status_code == 404
    for name, pk in (("customers:tell-apart", world.proposal.pk), ("customers:undo-merge", new_id())):
        assert world.client(world.supervisor).get(reverse(name, args=[pk])).status_code == 405
    assert not CompanyMerge.objects.exists()


def test_programs_merge_and_undo_and_read_why_not(world) -> None:
    client = world.client(world.supervisor)
    body = {"survivor_id": str(world.keeps.pk), "absorbed_id": str(world.goes.pk), "chosen": {"name": "absorbed"}}

    def post(path: str, content: dict):
        headers = {"idempotency-key": str(new_id())}
        return client.post(f"/api/v1/{path}", content, content_type="application/json", headers=headers)

    assert client.get("/api/v1/duplicates").json()["items"][0]["reasons"] == ["NAME", "CITY"]
    pair = f"{world.keeps.pk}/{world.goes.pk}"
    assert client.get(f"/api/v1/merges/preview/{pair}").json()["follows"]["customers.contact"] == 1
    made = post("merges", body)
    assert made.status_code == 201
    assert post("merges", body).json()["code"] == "already_merged"
    assert client.get("/api/v1/merges").json()[0]["moved"]["customers.contact"] == 1
    assert post(f"merges/{made.json()['id']}/undo", {}).json()["undone_at"] is not None
    assert post("merges", body | {"chosen": {"owner": "absorbed"}}).status_code == 422
