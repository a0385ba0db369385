"""Money that is due and money that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.counters import next_number
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.foundation.times import local_date
from tiejun.pipeline import rules
from tiejun.pipeline.actions.stages import _disprove, _prove, _settle
from tiejun.pipeline.events import ReceiptRecorded
from tiejun.pipeline.locks import lock_order, lock_payment, lock_plan
from tiejun.pipeline.models import (
    BankLine,
    BankMatch,
    CollectionPlan,
    Instalment,
    Opportunity,
    Order,
    Proof,
    Receipt,
    ReceiptConfirmation,
    ReceiptMatch,
    StageChange,
)
from tiejun.pipeline.queries import COUNTED
from tiejun.pipeline.rules import Part, ReceiptFacts, Refusal, Stage, statements

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.PLAN_COLLECTION)
def plan_collection(
    scope: Scope,
    *,
    order_id: UUID,
    version: int,
    parts: Sequence[Part],
    now: datetime,  # noqa: ARG001 -- as all actions
) -> CollectionPlan:
    """Divide what has not come in yet of a signed order into new instalments; money that came in keeps its place.

    `version`: of the plan. The parts must add up to what is open. Raises `NotFound`, `Stale` (through `Refused`),
    `Refused` (NOT_SIGNED, WRONG_SUM).
    """
    _opportunity, order = lock_order(scope, order_id, Ability.PLAN_COLLECTION)
    plan, instalments = lock_plan(order)
    if plan.version != version:
        raise Stale(plan)
    still_open = plan.amount_minor - sum(row.received_minor for row in instalments)
    if sum(part.amount_minor for part in parts) != still_open or any(part.amount_minor <= 0 for part in parts):
        raise Refused(Refusal.WRONG_SUM)
    for row in instalments:
        row.amount_minor, row.is_open = row.received_minor, False
    free = [row for row in instalments if row.amount_minor == 0]
    _lay_out(plan, instalments, free, sorted(parts, key=lambda part: part.due_on))
    plan.version += 1
    plan.save(update_fields=["version"])
    audit.record(
        scope,
        "pipeline.collection_planned",
        plan,
        order_id=order.pk,
        due=[[str(part.due_on), part.amount_minor] for part in parts],
    )
    return plan


def _lay_out(
    plan: CollectionPlan, instalments: list[Instalment], free: list[Instalment], parts: Sequence[Part]
) -> None:
    """Write the open parts into rows that are free, then into new ones; positions follow the days."""
    rows = [row for row in instalments if row.amount_minor]
    for place, part in enumerate(parts):
        row = free[place] if place < len(free) else Instalment(plan=plan)
        row.due_on, row.amount_minor, row.received_minor, row.is_open = part.due_on, part.amount_minor, 0, True
        rows.append(row)
    placed = [*rows, *free[len(parts) :]]
    for position, row in enumerate(placed, start=1):
        row.position = position
    known = {row.pk for row in instalments}
    Instalment.objects.bulk_update(
        (row for row in placed if row.pk in known), ["position", "due_on", "amount_minor", "received_minor", "is_open"]
    )
    Instalment.objects.bulk_create(row for row in placed if row.pk not in known)


def _refit_plan(scope: Scope, opportunity: Opportunity, before: Order, order: Order, now: datetime) -> None:
    """Carry the plan of the superseded revision over to the amendment; the last instalments take the difference."""
    plan = CollectionPlan.objects.select_for_update().get(order=before)
    instalments = list(Instalment.objects.select_for_update().filter(plan=plan).order_by("position"))
    parts = rules.refitted(
        [Part(row.due_on, row.amount_minor, row.received_minor) for row in instalments], order.amount_minor
    )
    if parts is None or plan.received_minor > order.amount_minor:
        raise Refused(Refusal.BELOW_RECEIVED)
    for row, part in zip(instalments, parts, strict=True):
        row.amount_minor, row.is_open = part.amount_minor, part.open_minor > 0
        row.save(update_fields=["amount_minor", "is_open"])
    plan.order, plan.amount_minor, plan.version = order, order.amount_minor, plan.version + 1
    plan.overpaid_minor = 0
    if plan.received_minor < plan.amount_minor:
        plan.collected_on = None
    plan.save(update_fields=["order", "amount_minor", "overpaid_minor", "collected_on", "version"])
    _spread(scope, opportunity, order, plan, now)


@action(Ability.RECORD_RECEIPT)
def record_receipt(scope: Scope, *, order_id: UUID, facts: ReceiptFacts, now: datetime) -> Receipt:
    """Record money (minor units of the order's currency) that came in; it pays the oldest open instalments first.

    Cash waits for a second person (`confirm_receipt`). Raises `NotFound`, `Refused` (NOT_SIGNED, RECEIPT_KNOWN for the same
    reference, day and amount, MONTH_CLOSED, OVERPAYMENT unless allowed) and `Invalid`.
    """
    opportunity, order = lock_order(scope, order_id, Ability.RECORD_RECEIPT)
    plan, _instalments = lock_plan(order)
    today = local_date(now, scope.zone)
    _check(facts, today)
    closes_on = policies.book(now).integer("pipeline.month_closes_on", scope.unit_chain)
    if statements.is_month_closed(facts.received_on, today, closes_on=closes_on):
        raise Refused(statements.Refusal.MONTH_CLOSED, month=f"{facts.received_on:%Y-%m}")
    _refuse_repeat(plan, facts)
    if facts.amount_minor > plan.amount_minor - plan.received_minor and not facts.allow_overpayment:
        raise Refused(Refusal.OVERPAYMENT)
    receipt = Receipt.objects.create(
        number=_number(facts.received_on), plan=plan, amount_minor=facts.amount_minor, currency=plan.currency, method=facts.method,
        received_on=facts.received_on, reference=facts.reference.strip(), payer=facts.payer.strip(), note=facts.note.strip(),
        credited_to_id=order.owner_id, recorded_by_id=scope.person_id, recorded_at=now,
    )  # fmt: skip
    if receipt.method != Receipt.Method.CASH:
        _count(scope, opportunity, order, plan, receipt, now=now)
    amounts: dict[str, Any] = {
        "amount_minor": receipt.amount_minor,
        "method": receipt.method,
        "received_on": receipt.received_on,
    }
    audit.record(scope, "pipeline.receipt_recorded", receipt, order_id=order.pk, **amounts)
    return receipt


def _check(facts: ReceiptFacts, today: date) -> None:
    if facts.amount_minor <= 0:
        raise Invalid(amount=_("The amount must be more than nothing."))
    if facts.received_on > today:
        raise Invalid(received_on=_("The day of the receipt lies ahead."))
    if facts.method not in Receipt.Method.values:
        raise Invalid(method=_("Choose how it was paid."))
    if facts.method != Receipt.Method.CASH and not facts.reference.strip():
        raise Invalid(reference=_("Enter the reference of the bank or payment service."))


def _refuse_repeat(plan: CollectionPlan, facts: ReceiptFacts) -> None:
    reference = facts.reference.strip()
    same = Receipt.objects.filter(
        plan=plan, amount_minor=facts.amount_minor, received_on=facts.received_on, reference=reference
    )
    if reference and same.filter(~Exists(Receipt.objects.filter(reverses=OuterRef("pk")))).exists():
        raise Refused(Refusal.RECEIPT_KNOWN)


def _number(day: date) -> str:
    return rules.receipt_number(day.year, next_number(f"pipeline.receipt.{day.year}"))


@action(Ability.RECORD_RECEIPT)
def confirm_receipt(scope: Scope, *, receipt_id: UUID, now: datetime) -> Receipt:
    """Confirm a cash receipt as the second person; it counts from now on.

    Raises `NotFound`, `Refused` (NOT_CASH, ALREADY_CONFIRMED, ALREADY_REVERSED, OWN_CASH for who recorded it).
    """
    receipt, opportunity, order, plan = _lock_receipt(scope, receipt_id)
    if receipt.method != Receipt.Method.CASH or receipt.reverses_id is not None:
        raise Refused(Refusal.NOT_CASH)
    if ReceiptConfirmation.objects.filter(receipt=receipt).exists():
        raise Refused(Refusal.ALREADY_CONFIRMED)
    if scope.person_id is not None and scope.person_id in (receipt.recorded_by_id, order.owner_id):
        raise Refused(Refusal.OWN_CASH)
    ReceiptConfirmation.objects.create(receipt=receipt, confirmed_by_id=scope.person_id, confirmed_at=now)
    _count(scope, opportunity, order, plan, receipt, now=now)
    audit.record(scope, "pipeline.receipt_confirmed", receipt, amount_minor=receipt.amount_minor)
    return receipt


def _lock_receipt(scope: Scope, receipt_id: UUID) -> tuple[Receipt, Opportunity, Order, CollectionPlan]:
    """Lock what a receipt belongs to; raises `NotFound`, or `Refused` when it was reversed already."""
    receipt = Receipt.objects.within(scope, Ability.RECORD_RECEIPT).filter(pk=receipt_id).select_related("plan").first()
    if receipt is None:
        raise NotFound
    opportunity, order = lock_order(scope, receipt.plan.order_id, Ability.RECORD_RECEIPT)
    plan, _instalments = lock_plan(order)
    if Receipt.objects.filter(reverses=receipt).exists():
        raise Refused(Refusal.ALREADY_REVERSED)
    return receipt, opportunity, order, plan


@action(Ability.RECORD_RECEIPT)
def reverse_receipt(scope: Scope, *, receipt_id: UUID, reason: str, now: datetime) -> Receipt:
    """Take a wrong receipt back by a row with the negative amount; what it had paid is open again.

    Returns the reversing row. Raises `NotFound`, `Refused` (ALREADY_REVERSED) and `Invalid` without a reason.
    """
    if not reason.strip():
        raise Invalid(reason=_("Say why the receipt is reversed."))
    used = _payment_of(receipt_id)
    receipt, opportunity, order, plan = _lock_receipt(scope, receipt_id)
    if receipt.reverses_id is not None:
        raise Refused(Refusal.ALREADY_REVERSED)
    today = local_date(now, scope.zone)
    back = Receipt.objects.create(
        number=_number(today), plan=plan, amount_minor=-receipt.amount_minor, currency=receipt.currency, method=receipt.method,
        reference=receipt.reference, payer=receipt.payer, note=reason.strip()[:300], received_on=today, reverses=receipt,
        credited_to_id=receipt.credited_to_id, recorded_by_id=scope.person_id, recorded_at=now,
    )  # fmt: skip
    if used is not None:
        _release(used, receipt)
    if _is_counted(receipt):
        _unmatch(receipt, back, scope, now)
        _count(scope, opportunity, order, plan, back, now=now)
    audit.record(
        scope,
        "pipeline.receipt_reversed",
        back,
        reason=reason.strip(),
        receipt_id=receipt.pk,
        amount_minor=receipt.amount_minor,
    )
    return back


def _payment_of(receipt_id: UUID) -> BankLine | None:
    """Lock the payment of a bank statement that a receipt came from, before its order; None when it came from none."""
    line_id = BankMatch.objects.filter(receipt=receipt_id).values_list("line_id", flat=True).first()
    return lock_payment(line_id) if line_id else None


def _release(line: BankLine, receipt: Receipt) -> None:
    """Give what a reversed receipt had used back to its payment."""
    line.matched_minor -= receipt.amount_minor
    line.is_open, line.version = True, line.version + 1
    line.save(update_fields=["matched_minor", "is_open", "version"])


def _is_counted(receipt: Receipt) -> bool:
    return Receipt.objects.filter(COUNTED, pk=receipt.pk).exists()


def _unmatch(receipt: Receipt, back: Receipt, scope: Scope, now: datetime) -> None:
    if receipt.method == Receipt.Method.CASH:
        ReceiptConfirmation.objects.create(receipt=back, confirmed_by_id=scope.person_id, confirmed_at=now)
    for found in ReceiptMatch.objects.filter(receipt=receipt).select_related("instalment"):
        ReceiptMatch.objects.create(receipt=back, instalment=found.instalment, amount_minor=-found.amount_minor)
        row = Instalment.objects.get(pk=found.instalment_id)
        row.received_minor -= found.amount_minor
        row.is_open = row.received_minor < row.amount_minor
        row.save(update_fields=["received_minor", "is_open"])


def _count(
    scope: Scope, opportunity: Opportunity, order: Order, plan: CollectionPlan, receipt: Receipt, *, now: datetime
) -> None:
    plan.received_minor += receipt.amount_minor
    plan.overpaid_minor = max(0, plan.received_minor - plan.amount_minor)
    complete = plan.received_minor >= plan.amount_minor
    plan.collected_on = (plan.collected_on or receipt.received_on) if complete else None
    plan.version += 1
    plan.save(update_fields=["received_minor", "overpaid_minor", "collected_on", "version"])
    _spread(scope, opportunity, order, plan, now, source_id=receipt.pk)
    announce(
        ReceiptRecorded(
            receipt.pk, order.pk, order.company_id, order.owner_id, order.unit_id, order.number, receipt.amount_minor,
            receipt.currency, receipt.received_on, complete,
        )
    )  # fmt: skip


def _spread(
    scope: Scope,
    opportunity: Opportunity,
    order: Order,
    plan: CollectionPlan,
    now: datetime,
    *,
    source_id: UUID | None = None,
) -> None:
    """Match what counted receipts still have left to the oldest open instalments, and settle the opportunity's stage."""
    instalments = list(Instalment.objects.filter(plan=plan).order_by("due_on", "position"))
    reversed_ones = Receipt.objects.filter(reverses=OuterRef("pk"))
    receipts = Receipt.objects.filter(COUNTED, ~Exists(reversed_ones), plan=plan, reverses=None).order_by(
        "received_on", "pk"
    )
    for receipt in receipts:
        spent = ReceiptMatch.objects.filter(receipt=receipt).aggregate(total=Sum("amount_minor"))["total"] or 0
        shares, _left = rules.match(
            [row.amount_minor - row.received_minor for row in instalments], receipt.amount_minor - spent
        )
        for row, share in zip(instalments, shares, strict=True):
            if share:
                _pay(receipt, row, share)
    if plan.received_minor >= plan.amount_minor:
        _prove(
            opportunity,
            Stage.COLLECTED,
            Proof.Source.RECEIPT if source_id else Proof.Source.ORDER,
            source_id or order.pk,
            now,
        )
    else:
        _disprove(opportunity, Stage.COLLECTED, now)
    source = StageChange.Source.RECEIPT if source_id else StageChange.Source.ORDER
    _settle(scope, opportunity, source=source, source_id=source_id or order.pk, now=now)


def _pay(receipt: Receipt, row: Instalment, share: int) -> None:
    ReceiptMatch.objects.create(receipt=receipt, instalment=row, amount_minor=share)
    row.received_minor += share
    row.is_open = row.received_minor < row.amount_minor
    row.save(update_fields=["received_minor", "is_open"])
