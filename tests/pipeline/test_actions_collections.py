from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories.org import NOW
from tests.factories.pipeline import LIST_PRICE, TODAY, Cast, make_cast, make_signed_order
from tiejun.access.scope import PermissionRefused
from tiejun.foundation import idempotency
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.pipeline.actions import collections, orders, signing
from tiejun.pipeline.models import CollectionPlan, Instalment, Opportunity, Order, Receipt, ReceiptMatch
from tiejun.pipeline.rules import LineFacts, Part, ReceiptFacts, Refusal, equal_parts

pytestmark = pytest.mark.django_db
Method = Receipt.Method


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def order(cast: Cast) -> Order:
    return make_signed_order(cast)


def receive(
    cast: Cast, order: Order, amount: int, *, who: str = "finance", reference: str = "B1", **facts: object
) -> Receipt:
    given: dict[str, Any] = {"method": Method.BANK, "received_on": TODAY} | facts
    wanted = ReceiptFacts(amount_minor=amount, reference=reference, **given)
    return collections.record_receipt(cast.scope(who), order_id=order.pk, facts=wanted, now=NOW)


def split(cast: Cast, order: Order, count: int) -> None:
    plan = CollectionPlan.objects.get(order=order)
    parts = equal_parts(plan.amount_minor - plan.received_minor, count=count, first_due_on=TODAY, step_days=30)
    collections.plan_collection(cast.scope(), order_id=order.pk, version=plan.version, parts=parts, now=NOW)


def state() -> list[tuple[int, int, bool]]:
    return list(
        Instalment.objects.filter(amount_minor__gt=0)
        .order_by("position")
        .values_list("amount_minor", "received_minor", "is_open")
    )


def refusal_of(call: object) -> Refusal:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.refusal  # type: ignore[return-value]


def test_plan_splits_what_is_open(cast: Cast, order: Order) -> None:
    split(cast, order, 3)

    assert state() == [(33334, 0, True), (33333, 0, True), (33333, 0, True)]


def test_plan_again_keeps_what_came_in(cast: Cast, order: Order) -> None:
    split(cast, order, 2)
    receive(cast, order, 60_000)
    split(cast, order, 4)

    assert state() == [
        (50_000, 50_000, False),
        (10_000, 10_000, False),
        (10_000, 0, True),
        (10_000, 0, True),
        (10_000, 0, True),
        (10_000, 0, True),
    ]


def test_plan_that_does_not_add_up_is_refused(cast: Cast, order: Order) -> None:
    def call() -> object:
        return collections.plan_collection(cast.scope(), order_id=order.pk, version=1, parts=[Part(TODAY, 5)], now=NOW)

    assert refusal_of(call) is Refusal.WRONG_SUM
    assert state() == [(LIST_PRICE, 0, True)]


def test_plan_of_a_stale_version_is_refused(cast: Cast, order: Order) -> None:
    with pytest.raises(Stale):
        collections.plan_collection(
            cast.scope(), order_id=order.pk, version=9, parts=[Part(TODAY, LIST_PRICE)], now=NOW
        )


def test_a_partial_receipt_pays_the_oldest_first(cast: Cast, order: Order) -> None:
    split(cast, order, 3)

    receive(cast, order, 40_000)

    assert state() == [(33334, 33334, False), (33333, 6666, True), (33333, 0, True)]
    assert Opportunity.objects.get().stage == "SIGNED"


def test_the_last_receipt_collects_the_order(cast: Cast, order: Order) -> None:
    receive(cast, order, 40_000)
    receive(cast, order, 60_000, reference="B2", received_on=TODAY)

    plan = CollectionPlan.objects.get()
    assert (plan.received_minor, plan.collected_on, Opportunity.objects.get().stage) == (LIST_PRICE, TODAY, "COLLECTED")


def test_more_than_is_open_is_refused_unless_it_is_marked(cast: Cast, order: Order) -> None:
    assert refusal_of(lambda: receive(cast, order, LIST_PRICE + 1)) is Refusal.OVERPAYMENT
    assert Receipt.objects.count() == 0

    receive(cast, order, LIST_PRICE + 1, allow_overpayment=True)

    plan = CollectionPlan.objects.get()
    assert (plan.received_minor, plan.overpaid_minor, state()) == (LIST_PRICE + 1, 1, [(LIST_PRICE, LIST_PRICE, False)])


def test_the_same_receipt_twice_is_refused(cast: Cast, order: Order) -> None:
    receive(cast, order, 10)

    assert refusal_of(lambda: receive(cast, order, 10)) is Refusal.RECEIPT_KNOWN


def test_a_receipt_with_the_same_client_key_is_recorded_once(cast: Cast, order: Order) -> None:
    def send() -> Receipt:
        idempotency.arm("key", cast.finance.pk, b"receipt")
        return receive(cast, order, 10)

    assert send() == send()
    assert Receipt.objects.count() == 1


def test_a_reversal_opens_what_was_paid(cast: Cast, order: Order) -> None:
    receipt = receive(cast, order, LIST_PRICE)

    collections.reverse_receipt(cast.scope("finance"), receipt_id=receipt.pk, reason="wrong order", now=NOW)

    plan = CollectionPlan.objects.get()
    assert (plan.received_minor, plan.collected_on, Opportunity.objects.get().stage) == (0, None, "SIGNED")
    assert state() == [(LIST_PRICE, 0, True)]
    assert sum(ReceiptMatch.objects.values_list("amount_minor", flat=True)) == 0
    again = lambda: collections.reverse_receipt(cast.scope("finance"), receipt_id=receipt.pk, reason="x", now=NOW)  # noqa: E731
    assert refusal_of(again) is Refusal.ALREADY_REVERSED


def test_an_overpayment_fills_the_hole_of_a_reversal(cast: Cast, order: Order) -> None:
    wrong = receive(cast, order, 30_000)
    receive(cast, order, 90_000, reference="B2", allow_overpayment=True)

    collections.reverse_receipt(cast.scope("finance"), receipt_id=wrong.pk, reason="wrong", now=NOW)

    plan = CollectionPlan.objects.get()
    assert (plan.received_minor, plan.overpaid_minor, state()) == (90_000, 0, [(LIST_PRICE, 90_000, True)])


def test_cash_counts_after_a_second_person(cast: Cast, order: Order) -> None:
    receipt = receive(cast, order, LIST_PRICE, method=Method.CASH, reference="")
    assert state() == [(LIST_PRICE, 0, True)]

    own = lambda: collections.confirm_receipt(cast.scope("finance"), receipt_id=receipt.pk, now=NOW)  # noqa: E731
    assert refusal_of(own) is Refusal.OWN_CASH
    collections.confirm_receipt(cast.scope("ops"), receipt_id=receipt.pk, now=NOW)

    assert state() == [(LIST_PRICE, LIST_PRICE, False)]


def test_unconfirmed_cash_can_be_reversed_without_a_trace_in_the_sums(cast: Cast, order: Order) -> None:
    receipt = receive(cast, order, 500, method=Method.CASH, reference="")

    collections.reverse_receipt(cast.scope("finance"), receipt_id=receipt.pk, reason="counted wrong", now=NOW)

    assert (CollectionPlan.objects.get().received_minor, ReceiptMatch.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "facts",
    [{"amount": 0}, {"received_on": TODAY + timedelta(days=1)}, {"reference": " "}],
    ids=["nothing", "ahead", "no reference"],
)
def test_an_impossible_receipt_is_invalid(cast: Cast, order: Order, facts: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        receive(cast, order, **({"amount": 10} | facts))  # type: ignore[arg-type]

    assert Receipt.objects.count() == 0


def test_a_rep_records_no_receipt(cast: Cast, order: Order) -> None:
    with pytest.raises(PermissionRefused):
        receive(cast, order, 10, who="rep")


def test_cancel_after_money_came_in_is_refused(cast: Cast, order: Order) -> None:
    receive(cast, order, 10)

    call = lambda: orders.cancel_order(cast.scope(), order_id=order.pk, version=order.version, reason="x", now=NOW)  # noqa: E731
    assert refusal_of(call) is Refusal.MONEY_RECEIVED


def amend(cast: Cast, order: Order, price: int) -> Order:
    draft = signing.amend_order(cast.scope(), order_id=order.pk, now=NOW)
    orders.edit_order(
        cast.scope(), order_id=draft.pk, version=1, lines=[LineFacts(cast.line.pk, 1, price)], terms="", now=NOW
    )
    return signing.sign_order(cast.scope(), order_id=draft.pk, version=2, signed_on=TODAY, now=NOW)


def test_an_amendment_below_what_came_in_is_refused(cast: Cast, order: Order) -> None:
    receive(cast, order, 95_000)

    assert refusal_of(lambda: amend(cast, order, 94_000)) is Refusal.BELOW_RECEIVED


def test_an_amendment_down_to_what_came_in_is_collected(cast: Cast, order: Order) -> None:
    split(cast, order, 2)
    receive(cast, order, 95_000)

    amend(cast, order, 95_000)

    assert (state(), Opportunity.objects.get().stage) == (
        [(50_000, 50_000, False), (45_000, 45_000, False)],
        "COLLECTED",
    )


def test_an_amendment_upwards_takes_an_overpayment_in(cast: Cast, order: Order) -> None:
    receive(cast, order, LIST_PRICE + 5_000, allow_overpayment=True)

    call = lambda: amend(cast, order, LIST_PRICE + 4_000)  # noqa: E731
    assert refusal_of(call) is Refusal.BELOW_RECEIVED


def test_receipts_stay_on_the_day_they_came(cast: Cast, order: Order) -> None:
    receipt = receive(cast, order, 10, received_on=date(2026, 3, 2))

    assert (receipt.number, receipt.credited_to_id) == ("RC2026-000001", cast.rep.pk)
