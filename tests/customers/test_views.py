import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.customers import make_company, make_contact
from tests.factories.org import NOW, make_company_tree, make_login, make_person
from tiejun.access.roles import Role
from tiejun.customers.models import ClosingClassChange, Company, Contact
from tiejun.foundation.ids import new_id
from tiejun.org.models import Login

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.stranger = make_person(unit=self.tree.other_group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.company = make_company("Harbour Light Ltd", owner=self.rep, unit=self.tree.group, closing_class="C")
        self.contact = make_contact(self.company, "Zhao", phone="13800001111", roles=("KP",))

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


def test_the_board_shows_my_customers_by_class(world) -> None:
    html = world.client(world.rep).get(reverse("customers:list")).content.decode()

    assert "Harbour Light Ltd" in html
    assert "In development" in html


@pytest.mark.parametrize(
    "query", ["layout=list", "q=light", "class=C", "stage=PROSPECT", "industry=", "mine=1", "q=1111", "cursor=abc"]
)
def test_the_list_can_be_filtered(world, query) -> None:
    for person in (world.rep, world.supervisor):
        page = world.client(person).get(f"{reverse('customers:list')}?{query}")
        assert page.status_code == 200
        if query != "mine=1" or person is world.rep:
            assert "Harbour Light Ltd" in page.content.decode()


def test_the_page_shows_contacts_and_hides_the_customer_from_strangers(world) -> None:
    url = reverse("customers:company", args=[world.company.pk])

    assert "tel:13800001111" in world.client(world.rep).get(url).content.decode()
    assert world.client(world.rep).post(url, key()).status_code == 405
    drawer = world.client(world.rep).get(url, headers={"HX-Request": "true", "HX-Target": "drawer-body"})
    assert b"<html" not in drawer.content
    stranger = world.client(world.stranger)
    names = ("company", "edit", "class", "add-contact")
    assert [stranger.get(reverse(f"customers:{name}", args=[world.company.pk])).status_code for name in names] == [
        404
    ] * 4
    assert stranger.get(reverse("customers:edit-contact", args=[world.contact.pk])).status_code == 404
    assert stranger.post(reverse("customers:remove-contact", args=[world.contact.pk]), key()).status_code == 404


def test_a_refused_class_teaches_and_writes_nothing(world) -> None:
    client, url = world.client(world.rep), reverse("customers:class", args=[world.company.pk])
    wish = {"closing_class": "A", "amount": "8800", "expected_on": "2026-03-12"}

    assert "A visit explained the service" in client.get(url).content.decode()
    answer = client.post(url, {**wish, **key()})
    assert answer.status_code == 409
    assert "a visit at which the service was explained" in answer.content.decode()
    assert ClosingClassChange.objects.count() == 0

    Company.objects.update(explained_at=NOW)
    assert client.post(url, {**wish, **key()}).status_code == 302
    assert ClosingClassChange.objects.get().amount_minor == 880000


def test_a_stale_edit_shows_both_sides(world) -> None:
    client, url = world.client(world.rep), reverse("customers:edit", args=[world.company.pk])
    assert client.get(url).status_code == 200
    Company.objects.update(address="Pier 7", version=2)

    answer = client.post(url, {"name": "Harbour Light Ltd", "address": "Pier 1", "version": "1", **key()})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Pier 7" in html
    assert "Pier 1" in html
    assert Company.objects.get().address == "Pier 7"
    assert (
        client.post(url, {"name": "Harbour Light Ltd", "address": "Pier 1", "version": "2", **key()}).status_code == 302
    )
    assert Company.objects.get().address == "Pier 1"


def test_contacts_are_added_changed_and_removed(world) -> None:
    client = world.client(world.rep)
    add = reverse("customers:add-contact", args=[world.company.pk])
    change = reverse("customers:edit-contact", args=[world.contact.pk])

    assert client.post(add, {"name": "Wu", "phone": "13722223333", "roles": ["INFLUENCER"], **key()}).status_code == 302
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": "Zhao Lin", "roles": ["KP"], "version": "1", **key()}).status_code == 302
    assert client.post(reverse("customers:remove-contact", args=[world.contact.pk]), key()).status_code == 302
    assert list(Contact.objects.filter(removed_at=None).values_list("name", "phone_last4")) == [("Wu", "3333")]


@pytest.mark.parametrize("query", ["", "?layout=list"])
def test_lists_ask_the_same_number_of_queries_for_one_row_and_three(
    world, query, django_assert_max_num_queries
) -> None:
    client, url = world.client(world.rep), reverse("customers:list") + query
    client.get(url)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(60) as seen:
            client.get(url)
        counts.append(len(seen))
        for _n in range(2):
            make_company(owner=world.rep, unit=world.tree.group, closing_class="C")
    assert counts[0] == counts[1]
