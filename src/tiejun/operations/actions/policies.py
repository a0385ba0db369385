"""Policies: draft, put in force now or later, withdraw, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.models import PolicyVersion
from tiejun.foundation.policy_catalogue import catalogue
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import is_sane
from tiejun.operations import locks, rules
from tiejun.operations.rules import Refusal
from tiejun.org.queries import unit_chain

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policy_catalogue import PolicyKey


@action(Ability.DRAFT_POLICY)
def draft_policy(
    scope: Scope, *, key: str, value: Any, unit_id: UUID | None, valid_from: datetime | None, reason: str, now: datetime
) -> PolicyVersion:
    """Draft a value for the company (`unit_id` None) or a unit and what is below it.

    `valid_from` None or past means: from the moment it is put in force. Raises `Invalid` for a value that the key does not
    allow, `Refused` SAME_VALUE or ORDER_BROKEN, `NotFound` for an unknown key or unit.
    """
    entry = _entry(key)
    chain = unit_chain(scope, unit_id) if unit_id is not None else ()
    starts_at = max(valid_from, now) if valid_from is not None else now
    _check(entry, value, reason, starts_at)
    _check_against_others(entry, value, chain, starts_at)
    row = PolicyVersion.objects.create(
        key=key,
        unit_id=unit_id,
        value=value,
        valid_from=starts_at,
        author_id=scope.person_id,
        reason=reason.strip(),
        made_at=now,
    )
    audit.record(
        scope,
        "operations.policy_drafted",
        row,
        reason=reason,
        key=key,
        value=value,
        unit_id=unit_id,
        valid_from=starts_at,
    )
    return row


@action(Ability.DRAFT_POLICY)
def put_in_force(scope: Scope, *, version_id: UUID, now: datetime) -> PolicyVersion:
    """Put a draft of an ordinary key in force by oneself; a sensitive key raises `Refused` NEEDS_SECOND_PERSON."""
    row = _locked_draft(version_id)
    if _entry(row.key).is_sensitive:
        raise Refused(Refusal.NEEDS_SECOND_PERSON)
    return _begin(scope, row, now)


@action(Ability.APPROVE_POLICY)
def approve_policy(scope: Scope, *, version_id: UUID, now: datetime) -> PolicyVersion:
    """Approve a draft: it is in force from its time on, and the version before it ends then.

    Raises `Refused` SAME_PERSON when the author of a sensitive draft approves it, NOT_A_DRAFT, ORDER_BROKEN.
    """
    row = _locked_draft(version_id)
    refusal = rules.approval_refusal(_entry(row.key), author_id=row.author_id, approver_id=scope.person_id)
    if refusal is not None:
        raise Refused(refusal)
    return _begin(scope, row, now)


def _begin(scope: Scope, row: PolicyVersion, now: datetime) -> PolicyVersion:
    starts_at = max(row.valid_from, now)
    chain = unit_chain(scope, row.unit_id) if row.unit_id is not None else ()
    _check_against_others(_entry(row.key), row.value, chain, starts_at)
    approved = (
        PolicyVersion.objects.select_for_update()
        .filter(key=row.key, unit_id=row.unit_id, status="APPROVED")
        .order_by("valid_from")
    )
    ends_at = None
    for other in approved:
        if other.valid_from > starts_at:
            ends_at = other.valid_from
            break
        if other.valid_to is None or other.valid_to > starts_at:
            other.valid_to = starts_at
            other.save(update_fields=["valid_to"])
    row.status, row.valid_from, row.valid_to, row.approver_id = (
        PolicyVersion.Status.APPROVED,
        starts_at,
        ends_at,
        scope.person_id,
    )
    row.save(update_fields=["status", "valid_from", "valid_to", "approver_id"])
    audit.record(
        scope,
        "operations.policy_approved",
        row,
        key=row.key,
        value=row.value,
        unit_id=row.unit_id,
        valid_from=starts_at,
    )
    return row


@action(Ability.DRAFT_POLICY)
def withdraw_policy(scope: Scope, *, version_id: UUID, reason: str = "", now: datetime) -> PolicyVersion:
    """Take back a draft, or end an ordinary version: the value above it holds again.

    A version of a sensitive key in force or scheduled raises `Refused` NEEDS_SECOND_PERSON: who approves may end it.
    """
    row = _locked(version_id)
    if row.status == "APPROVED" and _entry(row.key).is_sensitive:
        raise Refused(Refusal.NEEDS_SECOND_PERSON)
    return _end(scope, row, reason, now)


@action(Ability.APPROVE_POLICY)
def end_policy(scope: Scope, *, version_id: UUID, reason: str = "", now: datetime) -> PolicyVersion:
    """End any version that is in force or scheduled, or turn down a draft; the author of a sensitive one may not."""
    row = _locked(version_id)
    refusal = rules.approval_refusal(_entry(row.key), author_id=row.author_id, approver_id=scope.person_id)
    if refusal is not None:
        raise Refused(refusal)
    return _end(scope, row, reason, now)


def _end(scope: Scope, row: PolicyVersion, reason: str, now: datetime) -> PolicyVersion:
    if row.status == "WITHDRAWN" or (row.valid_to is not None and row.valid_to <= now):
        raise Refused(Refusal.ALREADY_ENDED)
    if row.status == "APPROVED" and row.valid_from <= now:
        row.valid_to = now
        row.save(update_fields=["valid_to"])
    else:
        was_scheduled = row.status == "APPROVED"
        row.status = PolicyVersion.Status.WITHDRAWN
        row.save(update_fields=["status"])
        if was_scheduled:
            _reopen_previous(row)
    audit.record(scope, "operations.policy_withdrawn", row, reason=reason, key=row.key, unit_id=row.unit_id)
    return row


def _reopen_previous(row: PolicyVersion) -> None:
    # A scheduled version had ended the one before it at its own start: that one goes on.
    rows = PolicyVersion.objects.filter(key=row.key, unit_id=row.unit_id, status="APPROVED", valid_to=row.valid_from)
    previous = rows.filter(valid_from__lt=row.valid_from).select_for_update().first()
    if previous is not None:
        previous.valid_to = row.valid_to
        previous.save(update_fields=["valid_to"])


def _entry(key: str) -> PolicyKey:
    entry = catalogue().get(key)
    if entry is None:
        raise NotFound
    return entry


def _locked(version_id: UUID) -> PolicyVersion:
    row = PolicyVersion.objects.filter(pk=version_id).first()
    if row is None:
        raise NotFound
    locks.policy_key(row.key)
    return locks.version(version_id)


def _locked_draft(version_id: UUID) -> PolicyVersion:
    row = _locked(version_id)
    if row.status != "DRAFT":
        raise Refused(Refusal.NOT_A_DRAFT)
    return row


def _check(entry: PolicyKey, value: Any, reason: str, starts_at: datetime) -> None:
    if entry.fault(value) is not None:
        raise Invalid(value=_("This value is not allowed here."))
    if not reason.strip() or len(reason) > 500:
        raise Invalid(reason=_("Say why, in at most 500 characters."))
    if not is_sane(starts_at):
        raise Invalid(valid_from=_("This time cannot be read."))


def _check_against_others(entry: PolicyKey, value: Any, chain: tuple[UUID, ...], at: datetime) -> None:
    book = policies.book(at)
    if book.find(entry.key, chain).value == value and (not chain or book.find(entry.key, chain).unit_id == chain[0]):
        raise Refused(Refusal.SAME_VALUE)
    values = {key: book.find(key, chain).value for pair in rules.ORDERED_KEYS for key in pair}
    broken = rules.broken_order(entry.key, value, values)
    if broken is not None:
        raise Refused(Refusal.ORDER_BROKEN, first=broken[0], second=broken[1])
