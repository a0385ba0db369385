"""The demo's chapter about marketing is lived through the product's own actions, and shows every state."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tests.factories.leads import make_held_lead
from tests.factories.org import NOW, make_company_tree, make_person
from tiejun.access.roles import Role
from tiejun.cli.demo.company import DemoStaff, Rep
from tiejun.cli.demo.marketing import RECORDS, bring_marketing
from tiejun.cli.demo.supply import Supply
from tiejun.foundation.events import held_back
from tiejun.leads.models import Lead
from tiejun.marketing.models import Campaign, Handover, InboundRecord, InvalidCheck, LeadDispute, Referral, TagMark

pytestmark = pytest.mark.django_db
ROLES = (Role.MARKETING_HEAD, Role.SALES_HEAD, Role.QA_INSPECTOR)


def test_the_demo_shows_marketing_in_all_states() -> None:
    tree = make_company_tree()
    people = [make_person(unit=tree.group) for _ in range(4)]
    persons = {role: make_person(role=role, unit=tree.company).pk for role in ROLES}
    reps = tuple(
        Rep(person.pk, person.name, tree.group.pk, "330106", NOW.date(), 0.5, 1.0, invents=False) for person in people
    )
    make_held_lead(people[0], tree.group, now=NOW - timedelta(days=30))
    staff = DemoStaff(tree.company.pk, (tree.group.pk,), reps, (), persons)

    with held_back():
        bring_marketing(staff, Supply(Random(1), NOW.date()), NOW)

    assert InboundRecord.objects.count() == RECORDS
    # RECEIVED lasts until the worker has looked a record up; nothing of the demo waits for a worker that is not there yet.
    kept = set(InboundRecord.Status.values) - {InboundRecord.Status.RECEIVED}
    assert set(InboundRecord.objects.values_list("status", flat=True)) == kept
    assert InvalidCheck.objects.exists()
    assert set(Handover.objects.values_list("stage", flat=True)) == set(Handover.Stage.values)
    assert set(LeadDispute.objects.values_list("status", flat=True)) == {"OPEN", "UPHELD"}
    assert (Campaign.objects.count(), Referral.objects.count()) == (3, 1)
    assert Handover.objects.filter(source__code="REGISTRY").count() == 30
    assert TagMark.objects.filter(lead_id__isnull=False).exists()
    assert Lead.objects.filter(status="CLOSED_INVALID").exists()
