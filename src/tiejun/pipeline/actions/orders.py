"""Orders before the signature: draft, lines, approval, cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.counters import next_number
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.pipeline import rules
from tiejun.pipeline.actions.stages import _disprove, _prove, _settle
from tiejun.pipeline.events import ApprovalAnswered, ApprovalAsked
from tiejun.pipeline.locks import lock_opportunity, lock_order, lock_plan
from tiejun.pipeline.models import UNDECIDED, Instalment, Opportunity, Order, OrderLine, Proof, StageChange
from tiejun.pipeline.rules import LineFacts, Refusal, Stage
from tiejun.visits.actions.evidence import note_artefact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

MAX_LINES = 50
LARGEST_QUANTITY = 1_000_000
LARGEST_AMOUNT = 10**15  # minor units; far inside a bigint


@action(Ability.EDIT_OPPORTUNITY)
def draft_order(scope: Scope, *, opportunity_id: UUID, lines: Sequence[LineFacts] = (), now: datetime) -> Order:
    """Draft an order for an undecided opportunity; without lines it begins with one piece at the list price.

    Drafted on the spot it proves the visit there.

    Raises `NotFound`, `Refused` (NOT_OPEN, DRAFT_EXISTS) and `Invalid` (lines).
    """
    opportunity = lock_opportunity(scope, opportunity_id, Ability.EDIT_OPPORTUNITY)
    if opportunity.stage not in UNDECIDED:
        raise Refused(Refusal.NOT_OPEN)
    if Order.objects.filter(opportunity=opportunity, status=Order.Status.DRAFT).exists():
        raise Refused(Refusal.DRAFT_EXISTS)
    year = local_date(now, scope.zone).year
    order = Order.objects.create(
        number=rules.order_number(year, next_number(f"pipeline.order.{year}")), opportunity=opportunity,
        company_id=opportunity.company_id, owner_id=opportunity.owner_id, unit_id=opportunity.unit_id,
        currency=opportunity.currency, created_at=now, changed_at=now,
    )  # fmt: skip
    price = opportunity.product_line.list_price_minor
    _write_lines(scope, order, list(lines) or [LineFacts(opportunity.product_line_id, 1, price)])
    order.save(update_fields=["list_minor", "amount_minor"])
    _prove(opportunity, Stage.ORDERED, Proof.Source.ORDER, order.pk, now)
    _settle(scope, opportunity, source=StageChange.Source.ORDER, source_id=order.pk, now=now)
    if scope.person_id is not None and scope.can(Ability.RECORD_VISIT):
        note_artefact(scope, company_id=order.company_id, what=order.number, now=now)
    audit.record(scope, "pipeline.order_drafted", order, number=order.number, amount_minor=order.amount_minor)
    return order


def _write_lines(scope: Scope, order: Order, lines: Sequence[LineFacts]) -> rules.Totals:
    """Replace the lines of a draft and set its sums (unsaved); raises `Invalid`."""
    products = {line.pk: line for line in org.product_lines(scope)}
    kept = {line.product_line_id for line in OrderLine.objects.filter(order=order)}
    _check_lines(
        lines, {pk for pk, line in products.items() if line.currency == order.currency and (line.is_sold or pk in kept)}
    )
    OrderLine.objects.filter(order=order).delete()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, position=place, product_line_id=line.product_line_id, description=line.description.strip(),
            quantity=line.quantity, list_price_minor=products[line.product_line_id].list_price_minor,
            unit_price_minor=line.unit_price_minor, discount_minor=line.discount_minor, total_minor=rules.line_total(line),
        )
        for place, line in enumerate(lines, start=1)
    )  # fmt: skip
    sums = rules.totals([(line, products[line.product_line_id].list_price_minor) for line in lines])
    order.list_minor, order.amount_minor = sums.list_minor, sums.amount_minor
    return sums


def _check_lines(lines: Sequence[LineFacts], sold: set[UUID]) -> None:
    if not 1 <= len(lines) <= MAX_LINES:
        raise Invalid(lines=_("An order has between one and fifty lines."))
    for line in lines:
        if line.product_line_id not in sold:
            raise Invalid(lines=_("Choose a product line that is sold in the order's currency."))
        if not 1 <= line.quantity <= LARGEST_QUANTITY:
            raise Invalid(lines=_("The quantity must be between one and a million."))
        if not (0 <= line.unit_price_minor <= LARGEST_AMOUNT // line.quantity) or line.discount_minor < 0:
            raise Invalid(lines=_("Prices and discounts must not be negative."))
        if rules.line_total(line) < 0:
            raise Invalid(lines=_("A discount cannot be larger than its line."))


@action(Ability.EDIT_OPPORTUNITY)
def edit_order(
    scope: Scope, *, order_id: UUID, version: int, lines: Sequence[LineFacts], terms: str, now: datetime
) -> Order:
    """Replace lines and terms of a draft; an approval that it had is gone.

    Raises `NotFound`, `Stale`, `Refused` (NOT_DRAFT) and `Invalid` (lines).
    """
    _opportunity, order = lock_order(scope, order_id, Ability.EDIT_OPPORTUNITY, version=version)
    _require_draft(order)
    _write_lines(scope, order, lines)
    order.terms, order.changed_at, order.version = terms.strip(), now, order.version + 1
    _forget_approval(order)
    order.save(update_fields=["list_minor", "amount_minor", "terms", "changed_at", "version", *APPROVAL])
    audit.record(
        scope,
        "pipeline.order_edited",
        order,
        amount_minor=order.amount_minor,
        list_minor=order.list_minor,
        lines=len(lines),
    )
    return order


APPROVAL = ("approval_asked_at", "approval_asked_by", "approved_at", "approved_by", "declined_note")


def _forget_approval(order: Order) -> None:
    order.approval_asked_at = order.approved_at = None
    order.approval_asked_by = order.approved_by = None
    order.declined_note = ""


def _require_draft(order: Order) -> None:
    if order.status != Order.Status.DRAFT:
        raise Refused(Refusal.NOT_DRAFT, number=order.number)


def _causes(scope: Scope, order: Order, now: datetime) -> list[rules.ApprovalCause]:
    book, chain = policies.book(now), org.unit_chain(scope, order.unit_id)
    return rules.approval_causes(
        rules.Totals(order.list_minor, order.amount_minor),
        limit_minor=book.integer("pipeline.approval_limit_minor", chain),
        discount_limit_percent=book.integer("pipeline.discount_limit_percent", chain),
    )


@action(Ability.EDIT_OPPORTUNITY)
def ask_approval(scope: Scope, *, order_id: UUID, now: datetime) -> Order:
    """Ask for the approval of a draft that needs it. Raises `NotFound`, `Refused` (NOT_DRAFT, NO_APPROVAL_NEEDED)."""
    _opportunity, order = lock_order(scope, order_id, Ability.EDIT_OPPORTUNITY)
    _require_draft(order)
    causes = _causes(scope, order, now)
    if not causes or order.approved_at is not None:
        raise Refused(Refusal.NO_APPROVAL_NEEDED)
    order.approval_asked_at, order.approval_asked_by_id, order.declined_note = now, scope.person_id, ""
    order.changed_at = now
    order.save(update_fields=["approval_asked_at", "approval_asked_by", "declined_note", "changed_at"])
    audit.record(
        scope,
        "pipeline.approval_asked",
        order,
        causes=[cause.value for cause in causes],
        amount_minor=order.amount_minor,
    )
    announce(ApprovalAsked(order.pk, order.owner_id, order.unit_id, order.number, now))
    return order


@action(Ability.APPROVE_ORDER)
def approve_order(scope: Scope, *, order_id: UUID, version: int, now: datetime) -> Order:
    """Approve a draft as it is; any later change of it asks again.

    Raises `NotFound`, `Stale`, `Refused` (NOT_DRAFT, NOT_ASKED, OWN_APPROVAL: nobody approves what they sell or asked for).
    """
    order = _to_answer(scope, order_id, version)
    order.approved_at, order.approved_by_id, order.changed_at, order.version = (
        now,
        scope.person_id,
        now,
        order.version + 1,
    )
    order.save(update_fields=["approved_at", "approved_by", "changed_at", "version"])
    audit.record(scope, "pipeline.order_approved", order, amount_minor=order.amount_minor, list_minor=order.list_minor)
    announce(ApprovalAnswered(order.pk, order.owner_id, order.number, is_approved=True, answered_at=now))
    return order


@action(Ability.APPROVE_ORDER)
def decline_order(scope: Scope, *, order_id: UUID, version: int, note: str, now: datetime) -> Order:
    """Decline to approve a draft, saying why. Raises as `approve_order` does, and `Invalid` without a note."""
    if not note.strip():
        raise Invalid(note=_("Say what would have to change."))
    order = _to_answer(scope, order_id, version)
    _forget_approval(order)
    order.declined_note, order.changed_at, order.version = note.strip(), now, order.version + 1
    order.save(update_fields=[*APPROVAL, "changed_at", "version"])
    audit.record(scope, "pipeline.order_declined", order, reason=note.strip(), amount_minor=order.amount_minor)
    announce(ApprovalAnswered(order.pk, order.owner_id, order.number, is_approved=False, answered_at=now))
    return order


def _to_answer(scope: Scope, order_id: UUID, version: int) -> Order:
    _opportunity, order = lock_order(scope, order_id, Ability.APPROVE_ORDER, version=version)
    _require_draft(order)
    if order.approval_asked_at is None or order.approved_at is not None:
        raise Refused(Refusal.NOT_ASKED)
    if scope.person_id is not None and scope.person_id in (order.owner_id, order.approval_asked_by_id):
        raise Refused(Refusal.OWN_APPROVAL)
    return order


@action(Ability.SIGN_ORDER)
def cancel_order(scope: Scope, *, order_id: UUID, version: int, reason: str, now: datetime) -> Order:
    """Cancel a draft, or a signed order for which no money has come in; the opportunity is open again.

    Raises `NotFound`, `Stale`, `Refused` (NOT_DRAFT, MONEY_RECEIVED, ALREADY_OPEN) and `Invalid` without a reason.
    """
    if not reason.strip():
        raise Invalid(reason=_("Say why the order is cancelled."))
    opportunity, order = lock_order(scope, order_id, Ability.SIGN_ORDER, version=version)
    was = order.status
    if was == Order.Status.SIGNED:
        _close_plan(order)
    elif was != Order.Status.DRAFT:
        raise Refused(Refusal.NOT_DRAFT, number=order.number)
    order.status, order.cancelled_on, order.cancel_reason = (
        Order.Status.CANCELLED,
        local_date(now, scope.zone),
        reason.strip(),
    )
    order.changed_at, order.version = now, order.version + 1
    order.save(update_fields=["status", "cancelled_on", "cancel_reason", "changed_at", "version"])
    if was == Order.Status.SIGNED or order.revision == 1:
        _disprove(opportunity, Stage.ORDERED, now, source_id=order.pk)
    if was == Order.Status.SIGNED:
        _undo_signature(opportunity, now)
    _settle(scope, opportunity, source=StageChange.Source.ORDER, source_id=order.pk, now=now)
    audit.record(
        scope, "pipeline.order_cancelled", order, reason=reason.strip(), was=was, amount_minor=order.amount_minor
    )
    return order


def _undo_signature(opportunity: Opportunity, now: datetime) -> None:
    for stage in rules.PAPER_STAGES:
        _disprove(opportunity, stage, now)
    drafts = Order.objects.filter(opportunity=opportunity, status=Order.Status.DRAFT)
    drafts.update(
        status=Order.Status.CANCELLED,
        cancelled_on=local_date(now, "UTC"),
        cancel_reason="AMENDS_CANCELLED",
        changed_at=now,
    )


def _close_plan(order: Order) -> None:
    plan, _instalments = lock_plan(order)
    if plan.received_minor:
        raise Refused(Refusal.MONEY_RECEIVED)
    plan.is_closed, plan.version = True, plan.version + 1
    plan.save(update_fields=["is_closed", "version"])
    Instalment.objects.filter(plan=plan).update(is_open=False)
