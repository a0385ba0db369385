"""RS-06: whatever the order of actions, sums hold, what is signed stands, and nobody pays more than is owed unasked.

`TIEJUN_MACHINE_RUNS` sets how many sequences are tried (40 by default; 5,000 of 50 steps before a release).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories.org import NOW
from tests.factories.pipeline import LIST_PRICE, Cast, make_cast, make_line
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.pipeline.actions import collections, opportunities, orders, signing
from tiejun.pipeline.models import CollectionPlan, Opportunity, Order
from tiejun.pipeline.rules import LineFacts, LostReason, OpportunityFacts, Part, ReceiptFacts, equal_parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("TIEJUN_MACHINE_RUNS", "40"))
STEPS = 30 if RUNS <= 100 else 50
NORMAL, LARGE = 3, 300  # pieces: a large order needs an approval
a_pick = st.integers(0, 30)
SCOPES: dict[str, Any] = {}

# Each broken promise by its name: none may ever be found.
BROKEN = """
WITH parts AS (
    SELECT plan_id, sum(amount_minor) AS due, sum(received_minor) AS paid FROM pipeline_instalment GROUP BY 1
), counted AS (
    SELECT r.plan_id, sum(r.amount_minor) AS came FROM pipeline_receipt r
    LEFT JOIN pipeline_receiptconfirmation c ON c.receipt_id = r.id
    WHERE r.method <> 'CASH' OR c.receipt_id IS NOT NULL GROUP BY 1
), plans AS (
    SELECT p.*, parts.due, parts.paid, coalesce(counted.came, 0) AS came, o.amount_minor AS worth, o.status, o.opportunity_id
    FROM pipeline_collectionplan p JOIN pipeline_order o ON o.id = p.order_id
    LEFT JOIN parts ON parts.plan_id = p.id LEFT JOIN counted ON counted.plan_id = p.id
), matched AS (
    SELECT i.id, i.received_minor, i.amount_minor, coalesce(sum(m.amount_minor), 0) AS spent
    FROM pipeline_instalment i LEFT JOIN pipeline_receiptmatch m ON m.instalment_id = i.id GROUP BY i.id
)
SELECT 'instalments are the contract' WHERE EXISTS
    (SELECT FROM plans WHERE due IS DISTINCT FROM amount_minor OR worth <> amount_minor)
UNION ALL SELECT 'what came in is what the plan says' WHERE EXISTS
    (SELECT FROM plans WHERE came <> received_minor OR overpaid_minor <> greatest(0, came - amount_minor))
UNION ALL SELECT 'money lies on instalments' WHERE EXISTS (SELECT FROM plans WHERE paid <> least(came, amount_minor))
UNION ALL SELECT 'matches are what instalments received' WHERE EXISTS
    (SELECT FROM matched WHERE spent <> received_minor OR received_minor NOT BETWEEN 0 AND amount_minor)
UNION ALL SELECT 'lines are the order' WHERE EXISTS
    (SELECT FROM pipeline_order o WHERE amount_minor <> (SELECT sum(total_minor) FROM pipeline_orderline l WHERE l.order_id = o.id))
UNION ALL SELECT 'differences of revisions are the contract' WHERE EXISTS
    (SELECT FROM pipeline_order o WHERE status = 'SIGNED' AND amount_minor <>
        (SELECT sum(delta_minor) FROM pipeline_order r WHERE r.number = o.number AND r.status IN ('SIGNED', 'SUPERSEDED')))
UNION ALL SELECT 'a signed order has its plan' WHERE EXISTS
    (SELECT FROM pipeline_order o WHERE status = 'SIGNED' AND NOT EXISTS (SELECT FROM plans WHERE order_id = o.id AND NOT is_closed))
UNION ALL SELECT 'a cancelled order has no money' WHERE EXISTS
    (SELECT FROM plans WHERE status = 'CANCELLED' AND (came <> 0 OR NOT is_closed))
UNION ALL SELECT 'the stage is what was paid' WHERE EXISTS
    (SELECT FROM plans JOIN pipeline_opportunity s ON s.id = opportunity_id WHERE NOT is_closed
        AND s.stage <> CASE WHEN came >= plans.amount_minor THEN 'COLLECTED' ELSE 'SIGNED' END)
UNION ALL SELECT 'a large order was approved' WHERE EXISTS
    (SELECT FROM pipeline_order WHERE status IN ('SIGNED', 'SUPERSEDED') AND amount_minor >= %s AND approved_by_id IS NULL)
"""


class MoneyMachine(RuleBasedStateMachine):
    """One company and two products, a rep who sells, a supervisor who approves, finance, and a second one for cash."""

    cast: Cast
    products: list[Any]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = NOW
        self.broken: list[str] = []
        self.deals: list[UUID] = []
        self.orders: list[UUID] = []
        self.receipts: list[UUID] = []
        self.signed: dict[UUID, tuple[int, date]] = {}

    def teardown(self) -> None:
        try:
            if not self.broken:  # what the database itself promises about sums is judged at the end of a transaction
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def act(self, call: Callable[..., Any], who: str = "rep", **rest: Any) -> Any:
        with suppress(Refused, Invalid, NotFound, Stale):
            return call(SCOPES[who], now=self.now, **rest)

    def order(self, pick: int) -> Order:
        return Order.objects.get(pk=self.orders[-1 - pick % len(self.orders)])

    @initialize(quantity=st.sampled_from([1, NORMAL, LARGE]), agrees=st.booleans())
    def begin(self, quantity: int, agrees: bool) -> None:
        self.open(0, 30)
        self.draft(0, quantity)
        self.approve(0, agrees=agrees)
        self.sign(0)

    @rule(product=st.integers(0, 1), days=st.integers(0, 90))
    def open(self, product: int, days: int) -> None:
        facts = OpportunityFacts(LIST_PRICE, self.now.date() + timedelta(days=days))
        row = self.act(
            opportunities.open_opportunity,
            company_id=self.cast.company.pk,
            product_line_id=self.products[product].pk,
            facts=facts,
        )
        self.deals += [row.pk] if row else []

    def lines(self, quantity: int, discount: int) -> list[LineFacts]:
        return [
            LineFacts(self.products[0].pk, quantity, LIST_PRICE, discount),
            LineFacts(self.products[1].pk, 1, 333),
        ]

    @precondition(lambda self: self.deals)
    @rule(pick=a_pick, quantity=st.sampled_from([1, NORMAL, LARGE]))
    def draft(self, pick: int, quantity: int) -> None:
        deal = self.deals[pick % len(self.deals)]
        row = self.act(orders.draft_order, opportunity_id=deal, lines=self.lines(quantity, 0))
        self.orders += [row.pk] if row else []

    @precondition(lambda self: self.orders)
    @rule(pick=a_pick, quantity=st.integers(1, NORMAL), discount=st.sampled_from([0, 1, LIST_PRICE // 2]))
    def edit(self, pick: int, quantity: int, discount: int) -> None:
        row = self.order(pick)
        self.act(
            orders.edit_order, order_id=row.pk, version=row.version, lines=self.lines(quantity, discount), terms=""
        )

    @precondition(lambda self: self.orders)
    @rule(pick=a_pick, agrees=st.sampled_from([True, True, False]))
    def approve(self, pick: int, agrees: bool) -> None:
        row = self.order(pick)
        self.act(orders.ask_approval, order_id=row.pk)
        if agrees:
            self.act(orders.approve_order, "supervisor", order_id=row.pk, version=row.version)
        else:
            self.act(orders.decline_order, "supervisor", order_id=row.pk, version=row.version, note="no")

    @precondition(lambda self: self.orders)
    @rule(pick=a_pick)
    def sign(self, pick: int) -> None:
        row = self.order(pick)
        done = self.act(signing.sign_order, order_id=row.pk, version=row.version, signed_on=self.now.date())
        if done:
            self.signed[row.pk] = (row.amount_minor, self.now.date())

    @precondition(lambda self: self.signed)
    @rule(pick=a_pick)
    def amend(self, pick: int) -> None:
        row = self.act(signing.amend_order, order_id=self.order(pick).pk)
        self.orders += [row.pk] if row else []

    @precondition(lambda self: self.orders)
    @rule(pick=a_pick)
    def cancel(self, pick: int) -> None:
        row = self.order(pick)
        self.act(orders.cancel_order, order_id=row.pk, version=row.version, reason="x")

    @precondition(lambda self: self.deals)
    @rule(pick=a_pick)
    def lose_or_reopen(self, pick: int) -> None:
        row = Opportunity.objects.get(pk=self.deals[pick % len(self.deals)])
        if row.stage == "LOST":
            close_on = self.now.date() + timedelta(days=9)
            self.act(opportunities.reopen_opportunity, opportunity_id=row.pk, close_on=close_on)
        else:
            facts = {"version": row.version, "reason": LostReason.PRICE, "note": ""}
            self.act(opportunities.lose_opportunity, opportunity_id=row.pk, **facts)

    @precondition(lambda self: self.signed)
    @rule(
        pick=a_pick,
        amount=st.sampled_from([1, 333, 20_000, "open", "more", "more"]),
        method=st.sampled_from(["BANK", "BANK", "CASH"]),
        allowed=st.sampled_from([False, False, False, True]),
        number=st.integers(0, 50),
    )
    def receive(self, pick: int, amount: int | str, method: str, allowed: bool, number: int) -> None:
        order = list(self.signed)[-1 - pick % len(self.signed)]
        left = still_open(order)
        wanted = amount if isinstance(amount, int) else (left or 0) + (amount == "more")
        facts = ReceiptFacts(wanted, method, self.now.date(), f"B{number}", allow_overpayment=allowed)
        row = self.act(collections.record_receipt, "finance", order_id=order, facts=facts)
        assert not row or left is not None, "money for an order that is not signed"
        assert not row or allowed or wanted <= (left or 0), "more than is open was taken unasked"
        self.receipts += [row.pk] if row else []

    @precondition(lambda self: self.receipts)
    @rule(pick=a_pick, who=st.sampled_from(["finance", "ops", "ops"]))
    def confirm(self, pick: int, who: str) -> None:
        row = self.act(collections.confirm_receipt, who, receipt_id=self.receipts[-1 - pick % len(self.receipts)])
        assert not row or who != "finance", "who took the cash confirmed it"

    @precondition(lambda self: self.receipts)
    @rule(pick=a_pick)
    def reverse(self, pick: int) -> None:
        receipt = self.receipts[-1 - pick % len(self.receipts)]
        row = self.act(collections.reverse_receipt, "finance", receipt_id=receipt, reason="wrong")
        self.receipts += [row.pk] if row else []

    @precondition(lambda self: self.signed)
    @rule(pick=a_pick, count=st.integers(1, 5), spare=st.sampled_from([0, 0, 0, 1]))
    def plan(self, pick: int, count: int, spare: int) -> None:
        order = list(self.signed)[-1 - pick % len(self.signed)]
        left = max(0, still_open(order) or 0)
        parts = equal_parts(left + spare, count=count, first_due_on=self.now.date(), step_days=30)
        row = self.act(collections.plan_collection, order_id=order, version=plan_version(order), parts=parts)
        assert not row or not spare, "a plan of more than is open was taken"

    @rule(days=st.sampled_from([1, 40]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def no_promise_is_broken(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(BROKEN, [LARGE * LIST_PRICE // 2])
            self.broken = [name for (name,) in cursor.fetchall()]
        assert self.broken == []

    @invariant()
    def what_was_signed_stands(self) -> None:
        rows = Order.objects.filter(pk__in=self.signed).values_list("pk", "amount_minor", "signed_on")
        assert {pk: rest for pk, *rest in rows} == {pk: list(rest) for pk, rest in self.signed.items()}


def still_open(order: UUID) -> int | None:
    """What is still owed for a signed order by what came in for it, cash once it is confirmed; None without a living plan."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT o.amount_minor - coalesce((
                SELECT sum(r.amount_minor) FROM pipeline_receipt r LEFT JOIN pipeline_receiptconfirmation c ON c.receipt_id = r.id
                WHERE r.plan_id = p.id AND (r.method <> 'CASH' OR c.receipt_id IS NOT NULL)), 0)
            FROM pipeline_order o JOIN pipeline_collectionplan p ON p.order_id = o.id WHERE o.id = %s AND o.status = 'SIGNED'
            """,
            [order],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def plan_version(order: UUID) -> int:
    return CollectionPlan.objects.filter(order=order).values_list("version", flat=True).first() or 0


@pytest.fixture
def machine(db: None) -> type[MoneyMachine]:
    """The machine with its people, whom all sequences share."""
    cast = make_cast()
    SCOPES.update({who: cast.scope(who) for who in ("rep", "supervisor", "finance", "ops")})
    MoneyMachine.cast, MoneyMachine.products = cast, [cast.line, make_line(price=333)]
    return MoneyMachine


# No shrinking: reading a failing sequence is cheaper than hundreds of further ones.
WHOLE = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
PLANTED = settings(WHOLE, max_examples=200, print_blob=False)


def test_sums_hold_after_any_sequence_of_actions(machine: type[MoneyMachine]) -> None:
    run_state_machine_as_test(machine, settings=WHOLE)


def test_a_planted_plan_that_does_not_sum_to_the_contract_is_found(
    machine: type[MoneyMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out = collections._lay_out

    def asks_for_one_more(plan: Any, instalments: Any, free: Any, parts: list[Part]) -> None:
        lay_out(plan, instalments, free, [replace(part, amount_minor=part.amount_minor + 1) for part in parts])

    monkeypatch.setattr(collections, "_lay_out", asks_for_one_more)

    with pytest.raises(AssertionError, match="instalments are the contract"):
        run_state_machine_as_test(machine, settings=PLANTED)


def test_a_planted_receipt_of_more_than_is_open_is_found(
    machine: type[MoneyMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = collections.record_receipt

    def takes_all(scope: Any, *, facts: ReceiptFacts, **rest: Any) -> Any:
        return record(scope, facts=replace(facts, allow_overpayment=True), **rest)

    monkeypatch.setattr(collections, "record_receipt", takes_all)

    with pytest.raises(AssertionError, match="more than is open"):
        run_state_machine_as_test(machine, settings=PLANTED)


def test_a_planted_reversal_that_forgets_the_instalments_is_found(
    machine: type[MoneyMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collections, "_unmatch", lambda *_all: None)

    with pytest.raises(AssertionError, match=r"what came in is|money lies on"):
        run_state_machine_as_test(machine, settings=PLANTED)


def test_a_planted_signature_without_the_approval_is_found(
    machine: type[MoneyMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "_causes", lambda *_all: [])

    with pytest.raises(AssertionError, match="a large order was approved"):
        run_state_machine_as_test(machine, settings=PLANTED)
