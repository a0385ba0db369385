"""A file of who answered a campaign: every row goes the way of a form, through the checks of marketing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests.factories.leads import make_pool
from tests.factories.marketing import make_campaign
from tests.factories.org import NOW, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.exchange import jobs
from tiejun.exchange.actions import imports as actions
from tiejun.exchange.models import LeadImport
from tiejun.exchange.rules.imports import Refusal
from tiejun.foundation.refusals import Refused
from tiejun.leads.jobs import look_up_inbound
from tiejun.leads.models import Lead
from tiejun.marketing.events import InboundReceived
from tiejun.marketing.models import Campaign, InboundRecord

pytestmark = pytest.mark.django_db

FILE = (
    "公司名称,联系人,联系电话,注册地址\n"
    "杭州云图科技有限公司,王强,13800000001,杭州市西湖区文三路1号\n"
    "杭州云图科技有限公司,王强,13800000001,杭州市西湖区文三路1号\n"
    ",,13800000003,文三路3号\n"
).encode()


@pytest.fixture
def world(time_machine) -> Any:
    time_machine.move_to(NOW, tick=False)
    head = make_person(role=Role.MARKETING_HEAD, unit=make_company_tree().company)
    campaign = make_campaign("Autumn fair")
    return SimpleNamespace(head=head, scope=scope_for(head), campaign=campaign, source=campaign.source)


def bring(world: Any, content: bytes = FILE) -> LeadImport:
    row = actions.upload_import(
        world.scope, name="fair.csv", content_type="text/csv", chunks=[content], source_id=world.source.pk,
        campaign_id=world.campaign.pk, consent_basis="signed up at the stand", now=NOW,
    )  # fmt: skip
    jobs.read_import(str(row.pk), "")
    row.refresh_from_db()
    actions.start_import(world.scope, import_id=row.pk, mapping=row.mapping, now=NOW)
    jobs.run_import(str(row.pk))
    row.refresh_from_db()
    return row


def test_rows_become_records_that_are_checked_like_a_form_and_no_leads(world) -> None:
    row = bring(world)

    assert (row.state, row.created_count, row.faulty_count) == ("DONE", 2, 1)
    assert not Lead.objects.exists()
    first, second = InboundRecord.objects.order_by("door_key")
    assert {(one.door, one.campaign_id, one.consent_basis, one.phone_last4) for one in (first, second)} == {
        ("FILE", world.campaign.pk, "signed up at the stand", "0001")
    }
    for one in (first, second):
        look_up_inbound(InboundReceived(one.pk, NOW))
    statuses = sorted(InboundRecord.objects.values_list("status", "rejection"))
    assert statuses == [("DEDUPLICATED", ""), ("REJECTED", "DUPLICATE")]


def test_a_run_that_is_repeated_brings_nobody_twice(world) -> None:
    row = bring(world)
    LeadImport.objects.filter(pk=row.pk).update(state="RUNNING", position=0, finished_at=None)

    jobs.run_import(str(row.pk))

    assert InboundRecord.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"consent_basis": " "}, Refusal.CONSENT_MISSING),
        ({"campaign_id": None}, Refusal.POOL_OR_CAMPAIGN),
        ({"pool_id": "a pool"}, Refusal.POOL_OR_CAMPAIGN),
    ],
)
def test_a_file_goes_to_one_place_with_consent(world, change, refusal) -> None:
    if change.get("pool_id"):
        change = {"pool_id": make_pool().pk}
    place = {"campaign_id": world.campaign.pk, "consent_basis": "x"} | change
    with pytest.raises(Refused) as refused:
        actions.upload_import(
            world.scope,
            name="x.csv",
            content_type="text/csv",
            chunks=[FILE],
            source_id=world.source.pk,
            now=NOW,
            **place,
        )
    assert refused.value.refusal is refusal
    assert not LeadImport.objects.exists()


def test_a_closed_campaign_takes_no_file(world) -> None:
    Campaign.objects.update(status=Campaign.Status.CLOSED, closed_at=NOW)
    with pytest.raises(Refused) as refused:
        bring(world)
    assert refused.value.refusal is Refusal.CAMPAIGN_CLOSED


def test_the_page_names_what_is_missing_and_keeps_the_rest(world, client) -> None:
    client.force_login(make_login(world.head))
    make_pool()
    page = client.get(reverse("exchange:import_new")).content.decode()
    assert "Autumn fair" in page

    answer = client.post(
        reverse("exchange:import_upload"), {"source": str(world.source.pk), "campaign": str(world.campaign.pk)}
    )

    assert answer.status_code == 422
    assert not LeadImport.objects.exists()
