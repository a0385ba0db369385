"""The low threshold: a trial activates, leads to the full service or does not, and is measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.factories.org import NOW, make_person, scope_for
from tests.factories.pipeline import TODAY, make_company, make_line, make_opportunity, make_order
from tests.insight.test_growth import signed_in
from tests.pipeline.test_api import send
from tests.pipeline.test_views import client_of
from tests.success.test_views import post, url
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.engines.shares import share_of
from tiejun.foundation.refusals import NotFound
from tiejun.insight.queries.trials import trials
from tiejun.org.actions.reference import set_product_line
from tiejun.org.models import ProductLine
from tiejun.pipeline.actions.orders import cancel_order
from tiejun.pipeline.actions.signing import sign_order
from tiejun.pipeline.events import OrderSigned
from tiejun.pipeline.models import Opportunity, Order
from tiejun.success import jobs
from tiejun.success.actions import follow_ons, lives
from tiejun.success.models import CustomerHandover, CustomerLife, CustomerTrial, FollowOnDeal
from tiejun.success.rules import FollowOn

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test", zone="Asia/Shanghai")
PRICE = 99_00


@pytest.fixture(autouse=True)
def working_morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def taste():
    return make_line("TASTE", price=PRICE, is_trial=True)


def sign(cast, line, *, days_ago=0):
    """Sign an order of a product line and let the jobs see it."""
    order = make_order(cast, price=line.list_price_minor, opportunity=make_opportunity(cast, line=line))
    row = sign_order(
        cast.scope(), order_id=order.pk, version=order.version, signed_on=TODAY - timedelta(days=days_ago), now=NOW
    )
    jobs.begin_handover(
        OrderSigned(
            row.pk, row.opportunity_id, row.company_id, row.owner_id, row.unit_id, row.number, row.revision,
            row.amount_minor, row.delta_minor, row.currency, row.signed_on,
        )
    )  # fmt: skip
    return row


def stage_of(cast):
    cast.company.refresh_from_db()
    return cast.company.lifecycle


def test_a_trial_activates_and_stays_with_who_sold_it_until_it_leads_on(cast, taste):
    order = sign(cast, taste, days_ago=12)
    row = CustomerTrial.objects.get()
    assert (order.is_trial, stage_of(cast), CustomerHandover.objects.count()) == (True, "ACTIVATE", 0)
    assert (row.order_id, row.began_on, row.due_on) == (order.pk, date(2026, 2, 27), date(2026, 3, 29))
    assert (row.amount_minor, row.unit_id, row.full_on) == (PRICE, cast.tree.group.pk, None)

    full = sign(cast, cast.line)
    row.refresh_from_db()
    assert (row.full_order_id, row.full_on, row.full_minor, row.full_currency) == (full.pk, TODAY, 1_000_00, "CNY")
    # What follows a trial is the full service, not yet growth; it is handed over.
    assert (stage_of(cast), CustomerHandover.objects.get().order_id) == ("ACTIVATE", full.pk)
    sign(cast, make_line())
    assert stage_of(cast) == "EXPAND"


def test_what_was_signed_keeps_being_a_trial_or_not(cast, taste):
    order = sign(cast, taste)
    facts = {"code": "TASTE", "name": "Taste", "list_price_minor": PRICE}
    set_product_line(SYSTEM, **facts, is_trial=False)
    set_product_line(SYSTEM, code=cast.line.code, name="Site", list_price_minor=1_000_00, is_trial=True)
    lives.check_lives(SYSTEM, company_ids=[cast.company.pk], now=NOW)
    assert CustomerTrial.objects.get().order_id == order.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.update(is_trial=False)


def test_an_order_of_trial_and_more_is_no_trial_and_one_after_the_full_service_neither(cast, taste):
    sign(cast, cast.line)
    assert sign(cast, taste).is_trial
    assert not CustomerTrial.objects.exists()
    assert stage_of(cast) == "ACTIVATE"


def test_a_cancelled_trial_is_none(cast, taste):
    order = sign(cast, taste)
    cancel_order(cast.scope(), order_id=order.pk, version=order.version, reason="Not wanted", now=NOW)
    lives.check_lives(SYSTEM, company_ids=[cast.company.pk], now=NOW)
    assert (CustomerTrial.objects.count(), stage_of(cast)) == (0, "PROSPECT")


def test_the_full_service_is_proposed_and_knows_where_it_comes_from(cast, taste):
    sign(cast, taste)
    facts = {"company_id": cast.company.pk, "amount_minor": 1_000_00, "close_on": TODAY, "now": NOW}
    more = follow_ons.open_add_on(cast.scope(), product_line_id=make_line(is_trial=True).pk, **facts)
    full = follow_ons.open_add_on(cast.scope(), product_line_id=cast.line.pk, **facts)
    assert (more.kind, full.kind) == (FollowOn.ADD_ON, FollowOn.TRIAL)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_people_see_trials_on_the_desk_and_on_the_customers_page(cast, taste, language):
    sign(cast, taste, days_ago=40)
    rep, named = client_of(cast), {"Accept-Language": language}
    late, proposed = (("Past its days", "Propose the full service"), ("已超期", "提出正式服务"))[language != "en"]
    listed = rep.get(url("trials"), headers=named).content.decode()
    life = rep.get(url("life", cast.company.pk), headers=named).content.decode()
    assert (cast.company.name in listed, late in listed, proposed in life) == (True, True, True)
    assert cast.company.name not in client_of(cast, "stranger").get(url("trials")).content.decode()

    fields = {"product_line": str(cast.line.pk), "amount": "1000", "close_on": "2026-03-20"}
    assert post(rep, "add-on", cast.company.pk, **fields).status_code in (204, 302)
    assert FollowOnDeal.objects.get().kind == FollowOn.TRIAL
    assert Opportunity.objects.get(product_line=cast.line).amount_minor == 1_000_00
    assert cast.company.name not in rep.get(f"{url('trials')}?state=led_on").content.decode()
    assert rep.get(f"{url('trials')}?state=nonsense").status_code == 200
    assert CustomerLife.objects.get().score < 100


def test_programs_mark_a_trial_and_read_what_it_led_to(cast, taste):
    ops, rep = client_of(cast, "ops"), client_of(cast)
    made = {"code": "WEEK", "name": "体验周", "list_price_minor": 1, "is_trial": True}
    assert send(ops, "/product-lines", made)[1]["is_trial"] is True
    assert ProductLine.objects.get(code="WEEK").is_trial
    sign(cast, taste)
    assert [one["full_on"] for one in send(rep, "/lives/trials", method="get")[1]["items"]] == [None]
    sign(cast, cast.line)
    assert send(rep, "/lives/trials?state=led_on", method="get")[1]["items"][0]["full_minor"] == 1_000_00
    life = send(rep, f"/companies/{cast.company.pk}/life", method="get")[1]
    assert (life["trial"]["full_on"], [len(one["steps"]) for one in life["orders"]]) == ("2026-03-11", [6, 0])


def test_trials_are_measured_by_month_and_unit_with_their_interval(cast, taste):
    """Three began: one led on in its days, one after them, one never; two still run, one of which led on already."""
    table = [(70, 60), (70, 10), (40, None), (3, None), (9, 2)]
    for began, full in table:
        cast = replace(cast, company=make_company(cast.rep, cast.tree.group.pk))
        sign(cast, taste, days_ago=began)
        if full is not None:
            sign(cast, cast.line, days_ago=full)
    head = make_person(role=Role.SALES_HEAD, unit=cast.tree.company)
    found = trials(scope_for(head), now=NOW)
    whole = found.whole
    assert (whole.trials, whole.in_time, whole.led_on, whole.days) == (5, share_of(1, 3), 3, pytest.approx(77 / 3))
    assert (whole.tried_minor, whole.full_minor, whole.step_up) == (3 * PRICE, 3_000_00, pytest.approx(3_000 / 297))
    assert [(line.name, line.trials) for line in found.lines] == [("2025-12", 2), ("2026-01", 1), ("2026-03", 2)]
    assert not any(part.is_ranked for part in found.parts)
    assert trials(scope_for(head), now=NOW, unit_id=cast.tree.other_group.pk).whole is None
    assert trials(scope_for(head), now=NOW, currency="USD").whole is None
    with pytest.raises(PermissionRefused):
        trials(cast.scope(), now=NOW)
    with pytest.raises(NotFound):
        trials(scope_for(head), now=NOW, unit_id=uuid4())


@pytest.mark.parametrize(("language", "words"), [("en", "Trials by month"), ("zh-hans", "按月体验")])
def test_the_board_of_trials_says_so_when_there_are_none_and_lists_them_else(cast, taste, language, words):
    head = signed_in(make_person(role=Role.SALES_HEAD, unit=cast.tree.company), language)
    assert words not in head.get(reverse("insight:trials")).content.decode()
    sign(cast, taste, days_ago=40)
    page = head.get(reverse("insight:trials")).content.decode()
    assert (words in page, "2026-01" in page) == (True, True)
    assert head.get(f"{reverse('insight:trials')}?unit=nonsense").status_code == 404
    assert send(head, "/insight/trials", method="get")[1]["whole"]["in_time_high"] > 0.5
