"""The demo's reviews and its finance desk, on a handful of deals."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tests.factories.org import JOINED_ON, NOW
from tests.factories.pipeline import Cast, make_cast, make_line, make_opportunity, make_order
from tiejun.access.roles import Role
from tiejun.cli.demo.company import DemoStaff, Rep
from tiejun.cli.demo.finance import read_the_bank
from tiejun.cli.demo.reviews import review_deals
from tiejun.pipeline.actions import opportunities, signing
from tiejun.pipeline.models import BankFile, BankLine, DealReview, Lesson, LessonUse, ReviewView
from tiejun.pipeline.rules import LostReason

pytestmark = pytest.mark.django_db
DEALS = 8


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def staff(cast: Cast) -> DemoStaff:
    group = cast.tree.group.pk
    rep = Rep(cast.rep.pk, cast.rep.name, group, "330106", JOINED_ON, 0.5, 1.0, False)
    persons = {Role.FINANCE: cast.finance.pk}
    return DemoStaff(cast.tree.company.pk, (group,), (rep,), (cast.supervisor.pk,), persons)


def test_large_losses_are_reviewed_and_lessons_used(cast: Cast, staff: DemoStaff) -> None:
    for _ in range(DEALS):
        row = make_opportunity(cast, amount=20_000_00, line=make_line())
        opportunities.lose_opportunity(
            cast.scope(), opportunity_id=row.pk, version=1, reason=LostReason.PRICE, note="", now=NOW
        )

    review_deals(staff, Random("reviews"), NOW + timedelta(days=20))

    assert DealReview.objects.count() == DEALS
    assert ReviewView.objects.filter(side="CUSTOMER").count() == 1  # one company is asked once within the days
    assert Lesson.objects.count() == DealReview.objects.filter(closed_at__isnull=False).count() > 0
    assert LessonUse.objects.exists()


def test_the_bank_is_read_and_a_part_of_it_matched(cast: Cast, staff: DemoStaff) -> None:
    for _ in range(DEALS):
        order = make_order(cast, opportunity=make_opportunity(cast, line=make_line()))
        signing.sign_order(cast.scope(), order_id=order.pk, version=1, signed_on=NOW.date(), now=NOW)

    read_the_bank(staff, NOW + timedelta(days=5))

    file = BankFile.objects.get()
    assert (file.taken, file.outgoing, len(file.bad_rows)) == (8, 1, 1)
    assert BankLine.objects.filter(is_open=True).count() == 5
