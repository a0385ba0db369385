"""Whatever the order of actions: sums hold, signed revisions stand, receipts exceed only as a flagged overpayment."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Sum

from tests.factories.org import NOW
from tests.factories.pipeline import LIST_PRICE, TODAY, Cast, make_cast, make_signed_order
from tiejun.foundation.refusals import Refused
from tiejun.pipeline.actions import collections, orders, signing
from tiejun.pipeline.models import CollectionPlan, Instalment, Opportunity, Order, Receipt, ReceiptMatch
from tiejun.pipeline.rules import LineFacts, ReceiptFacts, equal_parts

pytestmark = pytest.mark.django_db
STEPS = 25


def receive(cast: Cast, order: Order, dice: random.Random) -> None:
    facts = ReceiptFacts(
        dice.choice([1, 333, 20_000, LIST_PRICE]),
        dice.choice(["BANK", "CASH"]),
        TODAY,
        f"B{dice.random()}",
        allow_overpayment=dice.random() < 0.3,
    )
    receipt = collections.record_receipt(cast.scope("finance"), order_id=order.pk, facts=facts, now=NOW)
    if receipt.method == "CASH" and dice.random() < 0.7:
        collections.confirm_receipt(cast.scope("ops"), receipt_id=receipt.pk, now=NOW)


def reverse(cast: Cast, order: Order, dice: random.Random) -> None:
    receipts = list(Receipt.objects.filter(plan__order=order).values_list("pk", flat=True))
    if receipts:
        collections.reverse_receipt(cast.scope("finance"), receipt_id=dice.choice(receipts), reason="wrong", now=NOW)


def replan(cast: Cast, order: Order, dice: random.Random) -> None:
    plan = CollectionPlan.objects.get(order=order)
    left = max(0, plan.amount_minor - plan.received_minor)
    parts = equal_parts(
        left, count=dice.randint(1, 5), first_due_on=TODAY + timedelta(days=dice.randint(0, 60)), step_days=30
    )
    collections.plan_collection(cast.scope(), order_id=order.pk, version=plan.version, parts=parts, now=NOW)


def amend(cast: Cast, order: Order, dice: random.Random) -> None:
    draft = signing.amend_order(cast.scope(), order_id=order.pk, now=NOW)
    lines = [LineFacts(cast.line.pk, dice.randint(1, 3), LIST_PRICE)]
    orders.edit_order(cast.scope(), order_id=draft.pk, version=1, lines=lines, terms="", now=NOW)
    try:
        signing.sign_order(cast.scope(), order_id=draft.pk, version=2, signed_on=TODAY, now=NOW)
    except Refused:
        orders.cancel_order(cast.scope(), order_id=draft.pk, version=2, reason="below", now=NOW)


def check_everything() -> None:
    plan, order = CollectionPlan.objects.get(), Order.objects.get(status="SIGNED")
    parts = Instalment.objects.filter(plan=plan)
    counted = sum(
        receipt.amount_minor
        for receipt in Receipt.objects.all()
        if receipt.method != "CASH" or ReceiptMatch.objects.filter(receipt=receipt).exists()
    )
    assert plan.amount_minor == order.amount_minor == parts.aggregate(n=Sum("amount_minor"))["n"]
    assert parts.aggregate(n=Sum("received_minor"))["n"] == min(plan.received_minor, plan.amount_minor)
    assert (ReceiptMatch.objects.aggregate(n=Sum("amount_minor"))["n"] or 0) == min(
        plan.received_minor, plan.amount_minor
    )
    assert counted <= plan.received_minor
    assert plan.received_minor <= plan.amount_minor + plan.overpaid_minor
    assert Opportunity.objects.get().stage == ("COLLECTED" if plan.received_minor >= plan.amount_minor else "SIGNED")
    assert (
        Order.objects.filter(status__in=["SIGNED", "SUPERSEDED"]).aggregate(n=Sum("delta_minor"))["n"]
        == order.amount_minor
    )


@pytest.mark.parametrize("seed", range(8))
def test_sums_hold_after_any_sequence_of_actions(seed: int) -> None:
    dice = random.Random(seed)
    cast = make_cast()
    make_signed_order(cast, quantity=dice.randint(1, 3))
    signed: dict[UUID, tuple[int, object]] = {}
    for _ in range(STEPS):
        order = Order.objects.get(status="SIGNED")
        signed[order.pk] = (order.amount_minor, order.signed_at)
        step = dice.choice([receive, receive, receive, reverse, replan, amend])
        try:
            step(cast, order, dice)
        except Refused:
            continue
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        check_everything()
    assert {row.pk: (row.amount_minor, row.signed_at) for row in Order.objects.filter(pk__in=signed)} == signed
