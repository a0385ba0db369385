"""The demo's customers for life, on a group's worth of signed orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from tests.factories.org import JOINED_ON, NOW
from tests.factories.pipeline import make_cast, make_company, make_signed_order
from tiejun.access.roles import Role
from tiejun.cli.demo.company import SYSTEM, DemoStaff, Rep
from tiejun.cli.demo.lives import FRESH, TOLD, Lives
from tiejun.customers.models import Company
from tiejun.success.models import Complaint, CustomerHandover, CustomerLife, FollowOnDeal, SatisfactionSurvey
from tiejun.success.queries import desk

pytestmark = pytest.mark.django_db


def test_every_list_of_the_desk_has_customers() -> None:
    cast = make_cast()
    group = cast.tree.group.pk
    for _number in range(TOLD + FRESH):
        make_signed_order(replace(cast, company=make_company(cast.rep, group)))
    rep = Rep(cast.rep.pk, cast.rep.name, group, "330106", JOINED_ON, 0.5, 1.0, False)
    staff = DemoStaff(cast.tree.company.pk, (group,), (rep,), (cast.supervisor.pk,), {Role.SALES_OPS: cast.ops.pk})
    now = NOW + timedelta(days=40)

    Lives(staff, Random("lives"), now).live()

    counts = desk.desk_counts(SYSTEM, now=now)
    assert counts.all == CustomerLife.objects.count() == TOLD + FRESH
    assert min(counts.hand_over, counts.at_risk, counts.renew, counts.complaints) > 0
    assert CustomerHandover.objects.filter(received_at__isnull=False).count() == TOLD
    assert CustomerHandover.objects.filter(handed_at__isnull=False, received_at=None).count() == 2
    assert Complaint.objects.filter(answered_at__isnull=False).exists()
    assert SatisfactionSurvey.objects.filter(answered_at__isnull=False).exists()
    assert FollowOnDeal.objects.filter(opportunity=None).count() == 1
    assert FollowOnDeal.objects.exclude(opportunity=None).count() == 1
    assert {"ACQUIRE", "ACTIVATE"} <= set(Company.objects.values_list("lifecycle", flat=True))
