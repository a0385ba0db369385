"""An inspector's work: take a task, ask the customer once, record what was found."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.quality.locks import lock_task
from tiejun.quality.models import CustomerContact, QaTask
from tiejun.quality.queries.people import may_check
from tiejun.quality.rules.process import may_step, why_not_find
from tiejun.quality.rules.vocabulary import FOUND_TASKS, SETTLED, Finding, Method, Refusal, TaskState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.quality.rules.vocabulary import CallAnswers


@action(Ability.WORK_QA_TASKS)
def take_task(scope: Scope, *, task_id: UUID, now: datetime) -> QaTask:
    """Take a task that nobody has. Raises `NotFound` and `Refused` (WRONG_STEP, NOT_OUTSIDE)."""
    task = lock_task(task_id)
    if not may_step(TaskState(task.state), TaskState.ASSIGNED):
        raise Refused(Refusal.WRONG_STEP)
    if not may_check(scope, scope.own_id, task, on=local_date(now, scope.zone)):
        raise Refused(Refusal.NOT_OUTSIDE)
    task.state, task.inspector_id, task.assigned_at = TaskState.ASSIGNED, scope.own_id, now
    task.save(update_fields=["state", "inspector", "assigned_at"])
    audit.record(scope, "quality.task_taken", task)
    return task


@action(Ability.WORK_QA_TASKS)
def begin_task(scope: Scope, *, task_id: UUID, now: datetime) -> QaTask:
    """Begin one's own task; a call opens the customer's number, once within the gap of the policy.

    Raises `NotFound` and `Refused` (NOT_YOURS, WRONG_STEP, ASKED_LATELY, FIRST_IS_OPEN).
    """
    task = lock_task(task_id)
    if task.inspector_id != scope.person_id:
        raise Refused(Refusal.NOT_YOURS)
    if not may_step(TaskState(task.state), TaskState.CONTACTING):
        raise Refused(Refusal.WRONG_STEP)
    if task.method == Method.SECOND and _first_of(task).state not in FOUND_TASKS:
        raise Refused(Refusal.FIRST_IS_OPEN)
    if task.method == Method.CALL:
        _note_contact(scope, task, now)
    task.state, task.contacted_at = TaskState.CONTACTING, now
    task.save(update_fields=["state", "contacted_at"])
    audit.record(scope, "quality.task_begun", task, method=task.method)
    return task


def _first_of(task: QaTask) -> QaTask:
    first = QaTask.objects.filter(frame=task.frame_id).exclude(method=Method.SECOND).first()
    if first is None:
        raise NotFound
    return first


def _note_contact(scope: Scope, task: QaTask, now: datetime) -> None:
    today = local_date(now, scope.zone)
    gap = policies.book(now).integer("qa.customer_contact_gap_days")
    try:
        with transaction.atomic():
            CustomerContact.objects.create(
                company_id=task.company_id,
                task=task,
                asked_on=today,
                free_on=today + timedelta(days=gap),
                asked_by_id=scope.own_id,
            )
    except IntegrityError as error:
        if "one_contact_per_customer_within_the_gap" not in str(error):
            raise
        raise Refused(Refusal.ASKED_LATELY, days=gap) from None


@action(Ability.WORK_QA_TASKS)
def record_finding(
    scope: Scope, *, task_id: UUID, finding: Finding, answers: CallAnswers, note: str, now: datetime
) -> QaTask:
    """Record what a check found; from then on the representative's name is shown.

    A contradiction waits for its case, everything else closes the task. Raises `NotFound` and `Refused` (NOT_YOURS,
    WRONG_STEP, NOTE_MISSING).
    """
    task = lock_task(task_id)
    refusal = why_not_find(TaskState(task.state), finding, note, is_mine=task.inspector_id == scope.person_id)
    if refusal:
        raise Refused(refusal)
    waits = finding is Finding.CONTRADICTED and task.method != Method.SECOND
    task.state = TaskState.FOUND if waits else TaskState.CLOSED
    task.finding, task.note, task.answers = finding, note.strip()[:1000], asdict(answers)
    task.is_untrue = (finding is Finding.CONTRADICTED) if finding in SETTLED else None
    task.found_at, task.closed_at = now, None if waits else now
    task.save(update_fields=["state", "finding", "note", "answers", "is_untrue", "found_at", "closed_at"])
    audit.record(scope, "quality.finding_recorded", task, finding=finding, method=task.method)
    return task


@action(Ability.MANAGE_CASES)
def drop_task(scope: Scope, *, task_id: UUID, reason: str, now: datetime) -> QaTask:
    """Close a contradiction without a case, because a second independent evidence is missing; it counts as not verified.

    Raises `NotFound` and `Refused` (WRONG_STEP, NOTE_MISSING).
    """
    task = lock_task(task_id)
    if task.state != TaskState.FOUND:
        raise Refused(Refusal.WRONG_STEP)
    if not reason.strip():
        raise Refused(Refusal.NOTE_MISSING)
    task.state, task.closed_at, task.is_untrue = TaskState.CLOSED, now, None
    task.save(update_fields=["state", "closed_at", "is_untrue"])
    audit.record(scope, "quality.task_dropped", task, reason=reason.strip()[:300])
    return task
