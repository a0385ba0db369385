"""What marketing leaves on the pages of leads: hand-overs, tags, who named whom."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.factories.leads import make_held_lead, make_lead
from tests.factories.marketing import make_handover, make_tag
from tests.factories.org import NOW
from tests.marketing.test_views import REP, key, world
from tiejun.foundation.ids import new_id
from tiejun.leads.models import Lead
from tiejun.marketing.models import Handover, Referral, Tag, TagMark

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def test_the_lead_page_shows_the_hand_over_with_its_countdown(world) -> None:
    person = world.people[REP]
    lead = make_held_lead(person, world.tree.group)
    make_handover(lead_id=lead.pk, company_id=lead.company_id, information="Ten seats by May")
    make_tag("Games")

    page = world.client(REP).get(reverse("leads:lead", args=[lead.pk])).content.decode()
    assert "Ten seats by May" in page
    assert "First contact by" in page

    tag = Tag.objects.get()
    world.client(REP).post(reverse("leads:tag", args=[lead.pk]), key(tags=str(tag.pk)))
    assert list(TagMark.objects.values_list("lead_id", "tag")) == [(lead.pk, tag.pk)]
    assert "Games" in world.client(REP).get(reverse("leads:lead", args=[lead.pk])).content.decode()
    world.client(REP).post(reverse("leads:follow-up", args=[lead.pk]), key(kind="CALL", outcome="TALKED"))
    assert (Handover.objects.get().stage, Handover.objects.get().contact_minutes) == ("CONTACTED", 0)


def test_the_pool_can_be_cut_by_a_tag(world) -> None:
    tag = make_tag("Games")
    tagged, other = make_lead(), make_lead()
    TagMark.objects.create(tag=tag, lead_id=tagged.pk, marked_at=NOW)

    html = world.client(REP).get(f"{reverse('leads:pool')}?tag={tag.pk}").content.decode()

    assert tagged.company.name in html
    assert other.company.name not in html


def test_a_customer_names_another_company(world) -> None:
    person = world.people[REP]
    customer = make_held_lead(person, world.tree.group).company
    typed = {
        "name": "Lighthouse Ltd",
        "contact_phone": "13800007777",
        "note": "His brother's firm",
        "hold": "on",
        "named_by": "Ms Wang",
        "may_name": "on",
    }

    answer = world.client(REP).post(reverse("leads:refer", args=[customer.pk]), key(**typed))

    lead = Lead.objects.get(company__name="Lighthouse Ltd")
    handover = Handover.objects.get()
    assert answer.status_code == 302
    assert (lead.owner_id, lead.source.code, handover.lead_id) == (person.pk, "REFERRAL", lead.pk)
    assert Referral.objects.values_list("named_by", "may_name").get() == ("Ms Wang", True)
    page = world.client(REP).get(reverse("leads:lead", args=[lead.pk])).content.decode()
    assert customer.name in page
    assert re.search(r"brother(&#x27;|')s firm", page)
    assert world.client(REP).get(reverse("leads:refer", args=[new_id()])).status_code == 404
