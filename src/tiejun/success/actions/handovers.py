"""The hand-over of a signed order from who sold it to who sees to the customer: begun, handed over, received or sent back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.org import queries as org
from tiejun.success.actions.lives import _refresh
from tiejun.success.events import CustomerHandedOver, CustomerReceived, HandoverReturned
from tiejun.success.locks import lock_handover
from tiejun.success.models import CustomerHandover
from tiejun.success.queries.handovers import receivers_of
from tiejun.success.queries.policy import life_policy
from tiejun.success.rules import HandoverFacts, HandoverState, Refusal, why_not_hand_over, why_not_receive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.pipeline.queries.lives import SignedOrder


@action(Ability.RUN_LIVES)
def begin_handovers(scope: Scope, *, orders: Sequence[SignedOrder], now: datetime) -> int:
    """Begin the hand-over of signed orders, due the policy's working days after the signature; an order that has one keeps it.

    A trial stays with who sold it until it leads to the full service.
    Returns how many are begun.
    """
    known = set(
        CustomerHandover.objects.filter(order__in=[one.order_id for one in orders]).values_list("order_id", flat=True)
    )
    rows = [
        CustomerHandover(
            order_id=one.order_id, company_id=one.company_id, seller_id=one.owner_id, number=one.number,
            signed_on=one.signed_on, due_at=_due_at(scope, one.unit_id, one.signed_at),
        )
        for one in orders
        if one.order_id not in known and not one.is_trial
    ]  # fmt: skip
    CustomerHandover.objects.bulk_create(rows, ignore_conflicts=True)
    _refresh({one.company_id for one in orders}, now)
    audit.record(scope, "success.handover_begun", rows[0] if len(rows) == 1 else None, count=len(rows))
    return len(rows)


def _due_at(scope: Scope, unit_id: UUID, signed_at: datetime) -> datetime:
    policy = life_policy(scope, signed_at, org.unit_chain(scope, unit_id))
    hours = hours_of(policy.book, policy.chain, scope.zone)
    return due_after(signed_at, policy.number("handover_days"), hours, calendar_of(policy.book, policy.chain))


@action(Ability.HAND_OVER_CUSTOMER)
def hand_over(
    scope: Scope, *, handover_id: UUID, version: int, facts: HandoverFacts, now: datetime
) -> CustomerHandover:
    """Hand a signed order over: what was promised, whom to talk to, how they pay, when the contract ends, and who receives it.

    Raises `NotFound`, `Stale`, `Refused` (ORDER_OVER, RECEIVED, HANDED_OVER, RECEIVE_FROM_ONESELF) and `Invalid`.
    """
    row = lock_handover(scope, handover_id, Ability.HAND_OVER_CUSTOMER, version=version)
    refusal = why_not_hand_over(_state(row), receiver_id=facts.receiver_id, by_id=scope.person_id)
    if refusal:
        raise Refused(refusal)
    _check(scope, row, facts, now)
    row.promised, row.contacts = facts.promised.strip()[:2000], facts.contacts.strip()[:500]
    row.payment, row.ends_on = facts.payment.strip()[:500], facts.ends_on
    row.receiver_id, row.handed_by_id, row.handed_at = facts.receiver_id, scope.own_id, now
    row.version += 1
    row.save(
        update_fields=["promised", "contacts", "payment", "ends_on", "receiver", "handed_by", "handed_at", "version"]
    )
    _refresh([row.company_id], now)
    audit.record(
        scope, "success.handed_over", row, order_id=row.order_id, receiver=facts.receiver_id, ends_on=facts.ends_on
    )
    announce(CustomerHandedOver(row.pk, row.company_id, scope.own_id, facts.receiver_id, now))
    return row


def _check(scope: Scope, row: CustomerHandover, facts: HandoverFacts, now: datetime) -> None:
    if not facts.promised.strip():
        raise Invalid(promised=_("Say what was promised, and that nothing else was."))
    if not facts.contacts.strip():
        raise Invalid(contacts=_("Say whom to talk to."))
    if facts.ends_on < row.signed_on:
        raise Invalid(ends_on=_("The contract cannot end before it was signed."))
    offered = receivers_of(scope, row, on=local_date(now, scope.zone))
    if facts.receiver_id not in {person_id for person_id, _name in offered}:
        raise Invalid(receiver=_("This person cannot receive the customer."))


@action(Ability.RECEIVE_CUSTOMER)
def receive(scope: Scope, *, handover_id: UUID, version: int, now: datetime) -> CustomerHandover:
    """Receive what was handed over to oneself. Raises `NotFound`, `Stale`, `Refused` (RECEIVED, NOT_HANDED_OVER, NOT_THE_RECEIVER)."""
    row = _to_receive(scope, handover_id, version)
    row.received_at = now
    row.version += 1
    row.save(update_fields=["received_at", "version"])
    _refresh([row.company_id], now)
    audit.record(scope, "success.received", row, order_id=row.order_id)
    assert row.handed_by_id is not None
    announce(CustomerReceived(row.pk, row.company_id, row.handed_by_id, scope.own_id, now))
    return row


@action(Ability.RECEIVE_CUSTOMER)
def send_back(scope: Scope, *, handover_id: UUID, version: int, note: str, now: datetime) -> CustomerHandover:
    """Send a hand-over back with what is missing; what was written stays.

    Raises `NotFound`, `Stale`, `Invalid`, `Refused` (RECEIVED, NOT_HANDED_OVER, NOT_THE_RECEIVER).
    """
    row = _to_receive(scope, handover_id, version)
    if not note.strip():
        raise Invalid(note=_("Say what is missing."))
    handed_by = row.handed_by_id
    assert handed_by is not None
    row.returned_at, row.returned_note = now, note.strip()[:300]
    row.handed_at, row.handed_by_id, row.receiver_id = None, None, None
    row.version += 1
    row.save(update_fields=["returned_at", "returned_note", "handed_at", "handed_by", "receiver", "version"])
    _refresh([row.company_id], now)
    audit.record(scope, "success.returned", row, order_id=row.order_id)
    announce(HandoverReturned(row.pk, row.company_id, handed_by, scope.own_id, row.returned_note, now))
    return row


def _to_receive(scope: Scope, handover_id: UUID, version: int) -> CustomerHandover:
    row = lock_handover(scope, handover_id, Ability.RECEIVE_CUSTOMER, version=version)
    refusal: Refusal | None = why_not_receive(_state(row), by_id=scope.person_id)
    if refusal:
        raise Refused(refusal)
    return row


def _state(row: CustomerHandover) -> HandoverState:
    return HandoverState(row.handed_at is not None, row.received_at is not None, row.is_over, row.receiver_id)
