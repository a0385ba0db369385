import pytest
from django.urls import reverse

from tests.factories.leads import make_held_lead, make_lead, make_tenure
from tests.factories.org import NOW, make_person
from tests.leads.test_swapping import allow
from tests.leads.test_views import World, key
from tiejun.access.roles import Role
from tiejun.leads.models import ExtensionRequest, Lead, LeadClosing, LeadFreeze, LeadTenure, Pool, PoolMember, Swap

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


def full(world) -> None:
    for name in ("lead.private_cap_new", "lead.private_cap", "lead.private_cap_senior"):
        allow(name, 1)


def test_a_full_private_pool_leads_from_the_pool_to_the_swap_and_back(world) -> None:
    full(world)
    client, swap = world.client(world.rep), reverse("leads:swap", args=[world.pooled.pk])
    assert swap in client.get(reverse("leads:pool")).content.decode()
    assert swap in client.get(reverse("leads:lead", args=[world.pooled.pk])).content.decode()
    page = client.get(swap).content.decode()
    assert "Cloudberry Instruments Ltd" in page
    assert "Riverside Foods Ltd" in page

    answer = client.post(swap, {"lead_out": str(world.held.pk), **key()})

    assert answer.headers["Location"] == reverse("leads:lead", args=[world.pooled.pk])
    assert Swap.objects.count() == 1
    assert Lead.objects.get(pk=world.held.pk).status == "POOLED"
    assert client.post(swap, {"lead_out": "", **key()}).status_code == 422


def test_the_swap_is_closed_to_strangers(world) -> None:
    swap = reverse("leads:swap", args=[world.held.pk])
    boss = world.client(world.supervisor)
    assert boss.get(swap).status_code == 403
    assert world.client(make_person(unit=world.tree.other_group)).put(swap).status_code == 405


def test_an_allotted_lead_is_promoted_on_its_page(world) -> None:
    lead = make_lead()
    make_tenure(lead, world.rep, world.tree.group, kind=LeadTenure.Kind.ALLOTTED)
    client, page = world.client(world.rep), reverse("leads:lead", args=[lead.pk])
    assert reverse("leads:promote", args=[lead.pk]) in client.get(page).content.decode()

    client.post(reverse("leads:promote", args=[lead.pk]), key())

    assert Lead.objects.get(pk=lead.pk).status == "PRIVATE"
    assert client.get(reverse("leads:promote", args=[lead.pk])).status_code == 405


def test_an_extension_is_asked_on_the_page_and_decided_on_the_desk(world) -> None:
    client, ask = world.client(world.rep), reverse("leads:extend", args=[world.held.pk])
    assert ask in client.get(reverse("leads:lead", args=[world.held.pk])).content.decode()
    assert client.post(ask, {"reason": "", **key()}).status_code == 422
    client.post(ask, {"reason": "Their buyer is back on Monday", **key()})
    row = ExtensionRequest.objects.get()
    assert "Extension: Waiting" in client.get(reverse("leads:lead", args=[world.held.pk])).content.decode()
    boss, decide = world.client(world.supervisor), reverse("leads:decide-extension", args=[row.pk])
    assert "Their buyer is back on Monday" in boss.get(reverse("leads:extensions")).content.decode()

    boss.post(decide, {"granted": "1", "note": "", **key()})

    row.refresh_from_db()
    assert row.status == "GRANTED"
    assert client.get(reverse("leads:extensions")).status_code == 403
    assert boss.get(decide).status_code == 405
    assert boss.post(decide, {"granted": "7", **key()}).status_code == 422


def test_a_lead_is_closed_with_evidence_and_reopened_by_a_leader(world) -> None:
    client, boss = world.client(world.rep), world.client(world.supervisor)
    invalid = reverse("leads:invalid", args=[world.held.pk])
    told = {"reason": "CLOSED_DOWN", "kind": "SEEN", "note": "The shutters are down, a notice hangs there"}
    assert client.post(invalid, {**told, "note": "", **key()}).status_code == 422

    client.post(invalid, {**told, **key()})

    assert LeadClosing.objects.get().evidence == "SEEN"
    page = boss.get(reverse("leads:lead", args=[world.held.pk])).content.decode()
    assert "The shutters are down" in page
    boss.post(reverse("leads:reopen", args=[world.held.pk]), {"reason": "New tenant", **key()})
    assert Lead.objects.get(pk=world.held.pk).status == "POOLED"
    assert client.post(reverse("leads:lost", args=[world.held.pk]), {"reason": "NO_NEED", **key()}).status_code == 404


def test_a_frozen_lead_shows_why_and_hides_its_numbers(world) -> None:
    client, boss = world.client(world.rep), world.client(world.supervisor)
    page = reverse("leads:lead", args=[world.held.pk])
    assert "13900001111" in client.get(page).content.decode()

    boss.post(reverse("leads:freeze", args=[world.held.pk]), {"kind": "DO_NOT_CONTACT", "note": "By letter", **key()})

    html = client.get(page).content.decode()
    assert "13900001111" not in html
    assert "By letter" in html
    boss.post(reverse("leads:thaw", args=[world.held.pk]), {"reason": "They called", **key()})
    assert LeadFreeze.objects.get().thaw_note == "They called"
    assert client.get(reverse("leads:freeze", args=[world.held.pk])).status_code == 403


def test_a_resting_lead_is_woken_on_its_page(world) -> None:
    lead = make_lead(status=Lead.Status.RESTING)
    boss, wake = world.client(world.supervisor), reverse("leads:wake", args=[lead.pk])
    assert wake in boss.get(reverse("leads:lead", args=[lead.pk])).content.decode()

    boss.post(wake, {"reason": "A new shop opened", **key()})

    assert Lead.objects.get(pk=lead.pk).status == "POOLED"


def test_the_page_of_a_lead_tells_its_holdings_without_names_before_a_claim(world) -> None:
    make_tenure(
        world.pooled,
        world.stranger,
        world.tree.other_group,
        ended_at=NOW,
        end_reason="RELEASED",
        release_reason="NO_BUDGET",
    )

    html = world.client(world.rep).get(reverse("leads:lead", args=[world.pooled.pk])).content.decode()

    assert "Given back · No budget" in html
    assert "A colleague" in html
    assert world.stranger.name not in html


def test_the_pages_of_pools_open_to_who_administers_them(world) -> None:
    head = world.client(make_person(role=Role.SALES_HEAD, unit=world.tree.company))
    head.post(reverse("leads:new-pool"), {"name": "Key accounts", "is_listed_only": "on", **key()})
    pool = Pool.objects.get(name="Key accounts")
    assert (pool.is_claimable, pool.is_listed_only) == (False, True)
    member = {"member": f"person:{world.rep.pk}", **key()}
    head.post(reverse("leads:add-pool-member", args=[pool.pk]), member)
    row = PoolMember.objects.get()
    assert world.rep.name in head.get(reverse("leads:pool-members", args=[pool.pk])).content.decode()
    assert "Key accounts" in head.get(reverse("leads:pools")).content.decode()
    edit = {"name": "Key customers", "is_claimable": "on", "version": "1"}
    head.post(reverse("leads:edit-pool", args=[pool.pk]), {**edit, **key()})
    assert Pool.objects.get(pk=pool.pk).name == "Key customers"
    head.post(reverse("leads:remove-pool-member", args=[row.pk]), key())
    assert not PoolMember.objects.exists()
    assert world.client(world.rep).get(reverse("leads:pools")).status_code == 403


def test_the_overrides_of_a_week_open_to_managers(world) -> None:
    boss = world.client(make_person(role=Role.REGIONAL_MANAGER, unit=world.tree.region))
    assert boss.get(reverse("leads:overrides"), {"day": "2026-03-02"}).status_code == 200
    assert boss.get(reverse("leads:overrides"), {"day": "2026-99-99"}).status_code == 200
    assert world.client(world.supervisor).get(reverse("leads:overrides")).status_code == 403


def test_too_many_leads_of_the_pool_in_a_day_are_refused_in_words(world) -> None:
    allow("lead.daily_view_limit", 5)
    client = world.client(world.rep)
    answers = [client.get(reverse("leads:lead", args=[make_lead().pk])) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [409]
    assert "You have opened 5 of 5 leads" in answers[5].content.decode()
    assert client.get(reverse("leads:lead", args=[world.held.pk])).status_code == 200
    assert make_held_lead(world.rep, world.tree.group).owner_id == world.rep.pk
