"""Saved views: who sees which, what they show, and that none widens what its reader may see."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.customers import make_company
from tests.factories.leads import make_held_lead, make_lead
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.lists import actions, queries, rules
from tiejun.lists.actions import Wish
from tiejun.lists.models import SavedView

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.mate = make_person(unit=self.tree.group)
        self.stranger = make_person(unit=self.tree.other_group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)

    def client(self, person) -> Client:
        login = make_login(person)
        Authenticator.objects.create(user=login, type="totp", data={"secret": ""})
        client = Client(headers={"accept-language": "en"})
        client.force_login(login)
        return client

    def save(self, person, address="/leads/pool/?district=310104", kind="leads.pool", **wish):
        return actions.save_view(
            scope_for(person), kind=kind, address=address, wish=Wish(**({"name": "Mine"} | wish)), now=NOW
        )


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


def names(person, kind="leads.pool"):
    return [chip.name for chip in queries.saved_views(scope_for(person), kind)]


def test_a_view_is_ones_own_until_it_is_shared_with_the_unit(world) -> None:
    world.save(world.rep)
    world.save(world.supervisor, name="Ours", is_shared=True)

    assert names(world.rep) == ["Mine", "Ours"]
    assert names(world.mate) == ["Ours"]
    assert names(world.stranger) == []


def test_only_who_leads_shares(world) -> None:
    with pytest.raises(PermissionRefused):
        world.save(world.rep, is_shared=True)


def test_a_view_of_a_list_that_one_cannot_open_is_not_found(world) -> None:
    for kind in ("marketing.inbound", "no.such", "auth.user"):
        with pytest.raises(NotFound):
            world.save(world.rep, kind=kind)


def test_names_are_taken_once_and_views_are_not_endless(world, monkeypatch) -> None:
    world.save(world.rep)
    with pytest.raises(Refused) as taken:
        world.save(world.rep)
    monkeypatch.setattr(rules, "MOST_VIEWS", 1)
    with pytest.raises(Refused) as full:
        world.save(world.rep, name="Another")

    assert (taken.value.code, full.value.code) == ("name_taken", "too_many_views")


def test_only_its_keeper_changes_a_view_and_only_as_it_stands(world) -> None:
    view = world.save(world.supervisor, is_shared=True)
    edit = {"view_id": view.pk, "wish": Wish("Renamed"), "now": NOW}

    with pytest.raises(NotFound):
        actions.edit_view(scope_for(world.rep), version=1, **edit)
    with pytest.raises(NotFound):
        actions.remove_view(scope_for(world.rep), view_id=view.pk)
    actions.edit_view(scope_for(world.supervisor), version=1, **edit)
    with pytest.raises(Stale):
        actions.edit_view(scope_for(world.supervisor), version=1, **edit)

    assert names(world.rep) == []


def test_the_last_default_chosen_opens_the_list_and_ones_own_comes_before_the_units(world) -> None:
    first = world.save(world.rep, name="First", is_default=True)
    second = world.save(world.rep, name="Second", is_default=True)
    ours = world.save(world.supervisor, name="Ours", is_shared=True, is_default=True)

    assert SavedView.objects.get(pk=first.pk).is_default is False
    opened = world.client(world.rep).get(reverse("leads:pool"))
    assert opened.status_code == 302
    assert opened.url.endswith(f"district=310104&view={second.pk}")
    assert str(ours.pk) in world.client(world.mate).get(reverse("leads:pool")).url


def test_a_list_that_is_asked_for_something_opens_as_asked(world) -> None:
    world.save(world.rep, is_default=True)
    client = world.client(world.rep)

    assert client.get(reverse("leads:pool"), {"plain": "1"}).status_code == 200
    assert client.get(reverse("leads:pool"), {"q": ""}).status_code == 200


def test_a_shared_view_shows_its_reader_no_row_more(world) -> None:
    make_held_lead(world.mate, world.tree.group, company=make_company("Mate's Teahouse"))
    view = world.save(world.supervisor, address="?sort=due&owner=1&mine=0", kind="leads.mine", is_shared=True)

    html = world.client(world.rep).get(f"{reverse('leads:mine')}?{view.state}&view={view.pk}").content.decode()

    assert view.state == "mine=0&sort=due"
    assert "Mate&#x27;s Teahouse" not in html
    assert 'aria-current="true"' in html


def test_a_column_that_is_left_out_is_hidden_by_a_class(world) -> None:
    make_lead(make_company("Cloudberry Ltd"))

    html = world.client(world.rep).get(reverse("leads:pool"), {"hide": "district.intent.x"}).content.decode()

    assert "t-hide-2 t-hide-4" in html


def test_the_dialog_keeps_what_the_page_shows_now(world) -> None:
    client = world.client(world.rep)
    address = reverse("lists:save", args=["leads.pool"])
    current = "http://testserver/leads/pool/?intent=HIGH&cursor=x"

    form = client.get(address, headers={"HX-Request": "true", "HX-Target": "modal-body", "HX-Current-URL": current})
    answer = client.post(address, {"name": "Hot", "state": "intent=HIGH&evil=1", "client_key": str(new_id())})

    assert 'value="intent=HIGH"' in form.content.decode()
    view = SavedView.objects.get()
    assert (view.state, view.name, view.person_id) == ("intent=HIGH", "Hot", world.rep.pk)
    assert answer.url == f"{reverse('leads:pool')}?intent=HIGH&view={view.pk}"
    assert client.post(address, {"name": " ", "state": "", "client_key": str(new_id())}).status_code == 422
    assert client.get(reverse("lists:remove", args=[view.pk])).status_code == 405
    removal = {"kind": "leads.pool", "client_key": str(new_id())}
    for _repeat in range(2):
        assert client.post(reverse("lists:remove", args=[view.pk]), removal).url == "/leads/pool/?plain=1"
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("leads:pool", Role.REP),
        ("leads:mine", Role.REP),
        ("customers:list", Role.REP),
        ("pipeline:list", Role.REP),
        ("visits:list", Role.REP),
        ("marketing:inbound", Role.MARKETING_HEAD),
    ],
)
def test_every_main_list_keeps_views(world, name, role, django_assert_max_num_queries) -> None:
    person = make_person(role=role, unit=world.tree.group)
    client = world.client(person)
    kind = next(kind for kind in rules.KINDS.values() if kind.page == name)
    counts = []
    for number in (1, 2):
        for at in range(number):
            world.save(person, "", kind.key, name=f"View {number}.{at}")
        with django_assert_max_num_queries(80) as seen:
            html = client.get(reverse(name), {"plain": "1"}).content.decode()
        counts.append(len(seen))

    assert "View 1.0" in html
    assert reverse("lists:save", args=[kind.key]) in html
    assert counts[0] >= counts[1]


def test_programs_keep_change_and_remove_views(world) -> None:
    client = world.client(world.rep)

    def send(method, path, body=None):
        call = getattr(client, method)
        key = {"Idempotency-Key": str(new_id())}
        return call(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", headers=key)

    made = send("post", "/views", {"kind": "leads.pool", "name": "Hot", "state": "intent=HIGH&x=1"})
    view = made.json()
    changed = send("patch", f"/views/{view['view_id']}", {"name": "Hotter", "version": 1})
    listed = client.get("/api/v1/views?kind=leads.pool").json()
    gone = send("delete", f"/views/{view['view_id']}")

    assert (made.status_code, view["state"]) == (201, "intent=HIGH")
    assert changed.json()["name"] == "Hotter"
    assert [item["name"] for item in listed] == ["Hotter"]
    assert gone.status_code == 204
    assert client.get("/api/v1/views?kind=auth.user").status_code == 404
