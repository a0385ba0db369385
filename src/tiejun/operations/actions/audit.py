"""Checks of the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, jobs
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.operations.models import AuditCheck
from tiejun.operations.rules import Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

# Up to this many entries a walk takes well under a second, and the answer is on the page at once.
SHORT_CHAIN = 5_000
MOST_FAULTS_KEPT = 100


@action(Ability.VIEW_AUDIT)
def ask_check(scope: Scope, *, now: datetime) -> AuditCheck:
    """Check the whole chain: a short one at once, a long one in a job. The check's own row is written after the walk."""
    row = AuditCheck.objects.create(asked_by_id=scope.person_id, asked_at=now)
    if audit.head()[0] <= SHORT_CHAIN:
        _walk(row, now)
    else:
        jobs.start("operations.verify_audit", lock="audit-check", check_id=str(row.pk))
    audit.record(scope, "operations.audit_check_asked", row)
    return row


@action(Ability.VIEW_AUDIT)
def finish_check(scope: Scope, *, check_id: UUID, now: datetime) -> AuditCheck:
    """Walk the chain for a check that waits; raises `NotFound` or `Refused` ALREADY_DONE."""
    row = AuditCheck.objects.select_for_update().filter(pk=check_id).first()
    if row is None:
        raise NotFound
    if row.status != "ASKED":
        raise Refused(Refusal.ALREADY_DONE)
    _walk(row, now)
    audit.record(scope, "operations.audit_checked", row, entries=row.entries, faults=len(row.faults))
    return row


def _walk(row: AuditCheck, now: datetime) -> None:
    entries, head = audit.head()
    faults = audit.verify()
    row.status = AuditCheck.Status.BROKEN if faults else AuditCheck.Status.HOLDS
    row.entries, row.head_hash, row.finished_at = entries, head, now
    row.faults = [{"seq": fault.seq, "why": fault.why} for fault in faults[:MOST_FAULTS_KEPT]]
    row.save(update_fields=["status", "entries", "head_hash", "finished_at", "faults"])
