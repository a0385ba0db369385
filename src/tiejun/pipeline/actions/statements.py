"""The finance desk: bank statements taken in, payments matched to orders, or set aside."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.foundation.times import local_date
from tiejun.pipeline.actions.collections import record_receipt
from tiejun.pipeline.locks import lock_order, lock_payment, lock_plan
from tiejun.pipeline.models import BankFile, BankLine, BankMatch, Receipt
from tiejun.pipeline.rules import ReceiptFacts
from tiejun.pipeline.rules.statements import Refusal, Statement, is_month_closed

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.RECORD_RECEIPT)
def import_statement(scope: Scope, *, statement: Statement, now: datetime) -> BankFile:
    """Take in the payments of a bank statement; a payment that an earlier file held already is known and stays as it is.

    Rows that cannot be taken are kept with their fault and what stood there. Raises `Refused` (FILE_KNOWN).
    """
    prints = [line.fingerprint for line in statement.lines]
    known = set(BankLine.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True))
    fresh = [line for line in statement.lines if line.fingerprint not in known]
    bad = [asdict(row) | {"fault": row.fault.value} for row in statement.bad_rows]
    try:
        with transaction.atomic():
            file = BankFile.objects.create(
                name=statement.name, digest=statement.digest, currency=statement.currency, taken=len(fresh),
                known=len(statement.lines) - len(fresh), outgoing=statement.outgoing, bad_rows=bad,
                read_by_id=scope.person_id, read_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(Refusal.FILE_KNOWN) from error
    BankLine.objects.bulk_create(
        BankLine(
            file=file, row=line.row, booked_on=line.booked_on, amount_minor=line.amount_minor,
            currency=statement.currency, payer=line.payer, reference=line.reference, purpose=line.purpose,
            fingerprint=line.fingerprint,
        )
        for line in fresh
    )  # fmt: skip
    audit.record(
        scope, "pipeline.statement_imported", file, taken=file.taken, known=file.known, bad=len(bad), digest=file.digest
    )
    return file


@action(Ability.RECORD_RECEIPT)
def match_payment(
    scope: Scope, *, line_id: UUID, order_id: UUID, version: int, amount_minor: int | None = None, now: datetime
) -> Receipt:
    """Use a payment, or a part of it, for an order: it becomes a receipt there.

    Without an amount (minor units) it takes what is open of both; what is left of the payment stays open for another order.
    A payment of a month that is closed by now is received today; the bank's day stays on the payment and in the note.
    Raises `NotFound`, `Stale`, `Refused` (SET_ASIDE, NOTHING_LEFT, NOTHING_OPEN, OTHER_CURRENCY, what `record_receipt`
    refuses) and `Invalid`.
    """
    line = lock_payment(line_id)
    if line.version != version:
        raise Stale(line)
    if line.aside_reason:
        raise Refused(Refusal.SET_ASIDE)
    if line.open_minor <= 0:
        raise Refused(Refusal.NOTHING_LEFT)
    _opportunity, order = lock_order(scope, order_id, Ability.RECORD_RECEIPT)
    plan, _instalments = lock_plan(order)
    if plan.currency != line.currency:
        raise Refused(Refusal.OTHER_CURRENCY, ours=plan.currency, theirs=line.currency)
    awaited = plan.amount_minor - plan.received_minor
    if awaited <= 0:
        raise Refused(Refusal.NOTHING_OPEN, number=order.number)
    amount = min(line.open_minor, awaited) if amount_minor is None else amount_minor
    if amount <= 0 or amount > line.open_minor:
        raise Invalid(amount=_("The amount must be more than nothing, and no more than is left of the payment."))
    receipt = record_receipt(scope, order_id=order_id, facts=_facts(scope, line, amount, now), now=now)
    BankMatch.objects.create(receipt=receipt, line=line, amount_minor=amount, matched_at=now)
    line.matched_minor += amount
    line.is_open, line.version = line.open_minor > 0, line.version + 1
    line.save(update_fields=["matched_minor", "is_open", "version"])
    audit.record(scope, "pipeline.payment_matched", line, receipt_id=receipt.pk, order_id=order.pk, amount_minor=amount)
    return receipt


def _facts(scope: Scope, line: BankLine, amount: int, now: datetime) -> ReceiptFacts:
    received_on, note = _received_on(scope, line.booked_on, now), line.purpose
    if received_on != line.booked_on:
        note = f"{line.booked_on.isoformat()} {note}".strip()
    reference = line.reference or f"{line.file.name[:60]} #{line.row}"
    return ReceiptFacts(
        amount, Receipt.Method.BANK.value, received_on, reference=reference[:80], payer=line.payer, note=note[:300]
    )


def _received_on(scope: Scope, day: date, now: datetime) -> date:
    today = local_date(now, scope.zone)
    closes_on = policies.book(now).integer("pipeline.month_closes_on", scope.unit_chain)
    return today if is_month_closed(day, today, closes_on=closes_on) else day


@action(Ability.RECORD_RECEIPT)
def set_payment_aside(scope: Scope, *, line_id: UUID, version: int, reason: str, now: datetime) -> BankLine:  # noqa: ARG001 -- as all actions
    """Set a payment aside that no customer made for an order, saying why; raises `NotFound`, `Stale`, `Refused` and `Invalid`."""
    line = lock_payment(line_id)
    if line.version != version:
        raise Stale(line)
    if not reason.strip():
        raise Invalid(reason=_("Say what this payment is."))
    if line.matched_minor:
        raise Refused(Refusal.MATCHED_ALREADY)
    line.aside_reason, line.is_open, line.version = reason.strip()[:300], False, line.version + 1
    line.save(update_fields=["aside_reason", "is_open", "version"])
    audit.record(scope, "pipeline.payment_set_aside", line, reason=line.aside_reason)
    return line


@action(Ability.RECORD_RECEIPT)
def take_payment_back(scope: Scope, *, line_id: UUID, version: int, now: datetime) -> BankLine:  # noqa: ARG001 -- as all actions
    """Take a payment back to the desk that was set aside; raises `NotFound`, `Stale`."""
    line = lock_payment(line_id)
    if line.version != version or not line.aside_reason:
        raise Stale(line)
    line.aside_reason, line.is_open, line.version = "", True, line.version + 1
    line.save(update_fields=["aside_reason", "is_open", "version"])
    audit.record(scope, "pipeline.payment_taken_back", line)
    return line
