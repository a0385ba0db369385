"""Complaints: opened with an owner and a due day, given to somebody else, closed with the answer that the customer got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import local_date
from tiejun.success.actions.lives import _refresh
from tiejun.success.events import ComplaintAnswered, ComplaintOpened
from tiejun.success.locks import lock_complaint, lock_life
from tiejun.success.models import Complaint
from tiejun.success.queries.complaints import complaint_due_on, complaint_owners
from tiejun.success.rules import ComplaintFacts, ComplaintSource, ComplaintSubject, Refusal

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.pipeline.queries.lives import TakenBack


@action(Ability.CARE_FOR_CUSTOMER)
def open_complaint(scope: Scope, *, company_id: UUID, facts: ComplaintFacts, now: datetime) -> Complaint:
    """Write a complaint down: it becomes an action of its owner until its day.

    Raises `NotFound`, `Refused` (NO_CUSTOMER) and `Invalid` (no words, a day that passed, an owner who cannot see the customer).
    """
    life = lock_life(scope, company_id, Ability.CARE_FOR_CUSTOMER)
    if not facts.words.strip():
        raise Invalid(words=_("Write down what the customer said."))
    _require_fit(scope, life.company_id, facts.owner_id, facts.due_on, now)
    row = _open(scope, life.company_id, facts, ComplaintSource.TOLD, now)
    audit.record(scope, "success.complaint_opened", row, subject=row.subject, owner=row.owner_id, due_on=row.due_on)
    return row


def _open(
    scope: Scope, company_id: UUID, facts: ComplaintFacts, source: ComplaintSource, now: datetime,
    *, order_id: UUID | None = None, receipt_id: UUID | None = None,
) -> Complaint:  # fmt: skip
    row = Complaint.objects.create(
        company_id=company_id, order_id=order_id, receipt_id=receipt_id, subject=facts.subject.value,
        source=source.value, words=facts.words.strip()[:2000], contact_name=facts.contact_name.strip()[:80],
        owner_id=facts.owner_id, due_on=facts.due_on, opened_by_id=scope.person_id, opened_at=now,
    )  # fmt: skip
    _refresh([company_id], now)
    announce(ComplaintOpened(row.pk, company_id, row.owner_id, row.subject, row.source, row.due_on))
    return row


def _require_fit(scope: Scope, company_id: UUID, owner_id: UUID, due_on: date, now: datetime) -> None:
    today = local_date(now, scope.zone)
    if due_on < today:
        raise Invalid(due_on=_("That day has passed already."))
    if owner_id not in {person_id for person_id, _name in complaint_owners(scope, company_id, on=today)}:
        raise Invalid(owner=_("This person cannot see to the customer."))


@action(Ability.ANSWER_COMPLAINT)
def move_complaint(
    scope: Scope, *, complaint_id: UUID, version: int, owner_id: UUID, due_on: date, now: datetime
) -> Complaint:
    """Give an open complaint to somebody, until a day. Raises `NotFound`, `Stale`, `Refused` (COMPLAINT_CLOSED), `Invalid`."""
    row = lock_complaint(scope, complaint_id, Ability.ANSWER_COMPLAINT, version=version)
    _refuse_closed(row)
    _require_fit(scope, row.company_id, owner_id, due_on, now)
    was, row.owner_id, row.due_on, row.version = row.owner_id, owner_id, due_on, row.version + 1
    row.save(update_fields=["owner", "due_on", "version"])
    _refresh([row.company_id], now)
    audit.record(scope, "success.complaint_moved", row, was=was, owner=owner_id, due_on=due_on)
    if was != owner_id:
        announce(ComplaintOpened(row.pk, row.company_id, owner_id, row.subject, row.source, due_on))
    return row


@action(Ability.ANSWER_COMPLAINT)
def answer_complaint(scope: Scope, *, complaint_id: UUID, version: int, answer: str, now: datetime) -> Complaint:
    """Close a complaint with the answer that the customer got: its owner does, or who leads the customer's unit.

    Raises `NotFound`, `Stale`, `Refused` (COMPLAINT_CLOSED) and `Invalid`.
    """
    row = lock_complaint(scope, complaint_id, Ability.ANSWER_COMPLAINT, version=version)
    _refuse_closed(row)
    if not answer.strip():
        raise Invalid(answer=_("Say what the customer was told and what was done."))
    row.answer, row.answered_by_id, row.answered_at = answer.strip()[:2000], scope.person_id, now
    row.version += 1
    row.save(update_fields=["answer", "answered_by", "answered_at", "version"])
    _refresh([row.company_id], now)
    audit.record(scope, "success.complaint_answered", row, company_id=row.company_id)
    announce(ComplaintAnswered(row.pk, row.company_id, row.opened_by_id, scope.person_id))
    return row


@action(Ability.RUN_LIVES)
def complain_of_refund(
    scope: Scope, *, receipt_id: UUID, taken: TakenBack, owner_id: UUID, reason: str, now: datetime
) -> Complaint | None:
    """Let the reason of money paid back reach who sees to the product; None when it is known already."""
    known = Complaint.objects.filter(receipt=receipt_id).first()
    if known is not None:
        audit.record(scope, "success.complaint_opened", known, source=ComplaintSource.REFUND.value, is_known=True)
        return None
    due_on = complaint_due_on(scope, taken.unit_id, now=now)
    facts = ComplaintFacts(ComplaintSubject.PRODUCT, reason, owner_id, due_on)
    row = _open(
        scope, taken.company_id, facts, ComplaintSource.REFUND, now, order_id=taken.order_id, receipt_id=receipt_id
    )
    audit.record(scope, "success.complaint_opened", row, source=row.source, owner=row.owner_id, due_on=row.due_on)
    return row


def _refuse_closed(row: Complaint) -> None:
    if row.answered_at is not None:
        raise Refused(Refusal.COMPLAINT_CLOSED)
