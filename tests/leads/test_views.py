import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead, make_lead, make_pool
from tests.factories.org import NOW, make_company_tree, make_login, make_person
from tiejun.access.roles import Role
from tiejun.customers.rules import district_name
from tiejun.foundation.ids import new_id
from tiejun.leads.models import FollowUp, Lead, LeadTenure
from tiejun.org.models import Login

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.tree = make_company_tree()
        self.rep = make_person(unit=self.tree.group)
        self.stranger = make_person(unit=self.tree.other_group)
        self.supervisor = make_person(role=Role.SUPERVISOR, unit=self.tree.group)
        self.pooled = make_lead(make_company("Cloudberry Instruments Ltd", industry="Machines"))
        make_contact(self.pooled.company, phone="13812345678")
        self.held = make_held_lead(self.rep, self.tree.group, company=make_company("Riverside Foods Ltd"))
        make_contact(self.held.company, "Zhao", phone="13900001111", roles=("KP",))

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


def test_the_pool_shows_masked_numbers_and_a_way_to_claim(world) -> None:
    page = world.client(world.rep).get(reverse("leads:pool"))

    html = page.content.decode()
    assert page.status_code == 200
    assert "Cloudberry Instruments Ltd" in html
    assert "Riverside Foods Ltd" not in html
    assert "13812345678" not in html
    assert "5678" in html
    assert reverse("leads:claim", args=[world.pooled.pk]) in html
    assert "held 1/120" in html


def test_a_row_of_which_little_is_known_ends_with_what_is_known(world) -> None:
    make_lead(make_company("Bare Ltd", district_code="330106"))

    html = world.client(world.rep).get(reverse("leads:pool")).content.decode()

    assert '<span class="md:hidden">Xihu</span>' in html.replace(district_name("330106"), "Xihu")
    html = world.client(world.supervisor).get(reverse("leads:assign")).content.decode()
    assert f'<span class="t-row-sub truncate">{district_name("330106")}</span>' in html


def test_the_pool_is_closed_to_who_has_no_business_there(world) -> None:
    page = world.client(make_person(role=Role.HR, unit=world.tree.company)).get(reverse("leads:pool"))

    assert page.status_code == 403


def test_a_full_private_pool_greys_the_button_and_says_why(world) -> None:
    for _ in range(119):
        make_held_lead(world.rep, world.tree.group)

    html = world.client(world.rep).get(reverse("leads:pool")).content.decode()

    assert "Your private pool is full: 120 of 120." in html


@pytest.mark.parametrize(
    "query",
    [
        "q=berry",
        "q=Instr",
        "q=5678",
        "industry=Mach",
        "district=330106",
        "contact=yes",
        "intent=UNKNOWN",
        "q=b",
        "cursor=zzz",
        "pool=nonsense",
    ],
)
def test_the_pool_can_be_filtered(world, query) -> None:
    page = world.client(world.rep).get(
        f"{reverse('leads:pool')}?{query}", headers={"HX-Request": "true", "HX-Target": "pool-list"}
    )

    assert page.status_code == 200
    assert b"<html" not in page.content
    assert b"Cloudberry Instruments Ltd" in page.content


def test_a_claim_by_form_leads_to_the_lead(world) -> None:
    answer = world.client(world.rep).post(reverse("leads:claim", args=[world.pooled.pk]), key())

    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("leads:lead", args=[world.pooled.pk]))
    assert Lead.objects.get(pk=world.pooled.pk).owner_id == world.rep.pk


def test_a_claim_in_the_list_turns_the_row_and_the_meter(world) -> None:
    target = f"lead-{world.pooled.pk}"
    answer = world.client(world.rep).post(
        reverse("leads:claim", args=[world.pooled.pk]), key(), headers={"HX-Request": "true", "HX-Target": target}
    )

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Yours" in html
    assert "held 2/120" in html
    assert "toast" in answer.headers["HX-Trigger"]


def test_a_claim_is_not_a_link(world) -> None:
    assert world.client(world.rep).get(reverse("leads:claim", args=[world.pooled.pk])).status_code == 405


def test_a_lead_out_of_reach_is_not_there_and_nothing_is_written(world) -> None:
    elsewhere = make_lead(pool=make_pool(unit=world.tree.group))
    answer = world.client(world.stranger).post(reverse("leads:claim", args=[elsewhere.pk]), key())

    assert answer.status_code == 404
    assert LeadTenure.objects.count() == 1


def test_a_refused_claim_is_a_conflict_with_words(world) -> None:
    client = world.client(world.rep)
    Lead.objects.filter(pk=world.pooled.pk).update(frozen_reason="dispute")

    answer = client.post(reverse("leads:claim", args=[world.pooled.pk]), key(), headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert "This lead is frozen." in answer.content.decode()


def test_my_leads_show_due_dates_and_next_steps(world) -> None:
    for sort in ("due", "step", "activity", "nonsense"):
        page = world.client(world.rep).get(f"{reverse('leads:mine')}?sort={sort}&q=river")
        assert page.status_code == 200
        assert "Riverside Foods Ltd" in page.content.decode()


def test_a_supervisor_sees_the_leads_of_the_group(world) -> None:
    html = world.client(world.supervisor).get(reverse("leads:mine")).content.decode()

    assert "Riverside Foods Ltd" in html
    assert world.rep.name in html


def test_a_held_lead_shows_its_numbers_to_the_holder_alone(world) -> None:
    url = reverse("leads:lead", args=[world.held.pk])

    assert "tel:13900001111" in world.client(world.rep).get(url).content.decode()
    assert world.client(world.stranger).get(url).status_code == 404
    assert world.client(world.rep).post(url, key()).status_code == 405


def test_a_lead_opens_in_the_drawer(world) -> None:
    page = world.client(world.rep).get(
        reverse("leads:lead", args=[world.pooled.pk]), headers={"HX-Request": "true", "HX-Target": "drawer-body"}
    )

    assert page.status_code == 200
    assert b"<html" not in page.content


def test_a_release_asks_for_a_reason_and_gives_back(world) -> None:
    client, url = world.client(world.rep), reverse("leads:release", args=[world.held.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, key()).status_code == 422
    assert Lead.objects.get(pk=world.held.pk).status == "PRIVATE"
    assert client.post(url, {"reason": "NO_NEED", **key()}).status_code == 302
    assert Lead.objects.get(pk=world.held.pk).status == "POOLED"
    assert world.client(world.stranger).get(url).status_code == 404


def test_a_follow_up_is_recorded_from_the_page(world) -> None:
    client, url = world.client(world.rep), reverse("leads:follow-up", args=[world.held.pk])

    assert client.get(url, headers={"HX-Request": "true", "HX-Target": "modal-body"}).status_code == 200
    answer = client.post(
        url,
        {
            "kind": "CALL",
            "outcome": "TALKED",
            "note": "Asked for a price",
            "next_step": "Send it",
            "next_step_at": "2026-03-12T10:00",
            **key(),
        },
    )

    assert answer.status_code == 302
    assert list(FollowUp.objects.values_list("kind", "outcome", "is_qualifying", "credit_days")) == [
        ("CALL", "TALKED", True, 7)
    ]
    assert world.client(world.stranger).post(url, {"kind": "CALL", "outcome": "TALKED", **key()}).status_code == 404
    assert FollowUp.objects.count() == 1


def test_a_supervisor_gives_a_lead_to_a_member_of_the_group(world) -> None:
    other = make_person(unit=world.tree.group)
    client, url = world.client(world.supervisor), reverse("leads:transfer", args=[world.held.pk])

    assert other.name in client.get(url).content.decode()
    assert client.post(url, {"person": str(world.stranger.pk), "reason": "x", **key()}).status_code == 422
    assert client.post(url, {"person": str(other.pk), "reason": "Moved away", **key()}).status_code == 302
    assert Lead.objects.get(pk=world.held.pk).owner_id == other.pk
    assert world.client(world.rep).get(url).status_code == 403


def test_a_lead_is_made_by_hand_and_a_colleagues_company_is_refused_without_a_name(world) -> None:
    client, url = world.client(world.rep), reverse("leads:new")
    fields = {
        "name": "Harbour Light Ltd",
        "source": "CANVASS",
        "intent": "HIGH",
        "contact_name": "Wu",
        "contact_phone": "13711112222",
        "hold": "on",
    }

    assert client.get(url).status_code == 200
    assert client.post(url, {**fields, **key()}).status_code == 302
    answer = world.client(world.stranger).post(url, {**fields, "name": "HARBOUR LIGHT LTD", **key()})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "held by a colleague" in html
    assert world.rep.name not in html
    assert Lead.objects.count() == 3


@pytest.mark.parametrize("name", ["pool", "mine"])
def test_lists_ask_the_same_number_of_queries_for_one_row_and_three(world, name, django_assert_max_num_queries) -> None:
    client = world.client(world.rep)
    url = reverse(f"leads:{name}")
    client.get(url)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(60) as seen:
            client.get(url)
        counts.append(len(seen))
        for _n in range(2):
            make_lead()
            make_held_lead(world.rep, world.tree.group)
    assert counts[0] == counts[1]
    assert counts[0] <= 25
