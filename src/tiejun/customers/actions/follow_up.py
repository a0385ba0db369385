"""What is written on the class board: steps of a follow-up plan, answers of maturity, the backup of a class A customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import queries, rules
from tiejun.customers.actions._closing import add_step, first_due, open_plan_of
from tiejun.customers.locks import lock_companies, lock_company
from tiejun.customers.models import ClosingClassChange, Company, FollowUpPlan, FollowUpStep, MaturityAnswer
from tiejun.customers.rules.closing import (
    Answer,
    BackupFacts,
    Criterion,
    StepFacts,
    StepOrigin,
    why_not_backup,
    why_not_finish,
    why_not_step,
)
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.SET_CLOSING_CLASS)
def plan_step(scope: Scope, *, company_id: UUID, step: StepFacts, goal: str, now: datetime) -> FollowUpStep:
    """Add a step to a customer's follow-up plan, which opens with the first; a `goal` that is given replaces the plan's.

    Raises `NotFound` and `Refused`.
    """
    company = lock_company(scope, company_id, Ability.SET_CLOSING_CLASS)
    _refuse(why_not_step(step, now))
    plan = open_plan_of(company) or FollowUpPlan.objects.create(
        company=company, opened_by_id=scope.person_id, opened_at=now
    )
    if goal:
        plan.goal = goal
        plan.save(update_fields=["goal"])
    row = add_step(plan, StepOrigin.PLANNED, step.what.strip(), step.due_at)
    _follow_plan(company, plan, now)
    audit.record(scope, "customers.step_planned", company, step=row.pk, due_at=step.due_at)
    return row


@action(Ability.SET_CLOSING_CLASS)
def finish_step(
    scope: Scope, *, step_id: UUID, outcome: str, next_step: StepFacts | None, now: datetime
) -> FollowUpStep:
    """Finish a step, with the one that follows it; class B is never left without one. Raises `NotFound` and `Refused`."""
    company_id = FollowUpStep.objects.filter(pk=step_id, plan__ended_at=None).values_list("plan__company").first()
    if company_id is None:
        raise NotFound
    company = lock_company(scope, company_id[0], Ability.SET_CLOSING_CLASS)
    row = FollowUpStep.objects.select_related("plan").get(pk=step_id)
    if next_step is not None:
        _refuse(why_not_step(next_step, now))
    others = FollowUpStep.objects.filter(plan=row.plan, done_at=None).exclude(pk=step_id).order_by("due_at")
    dues = [*others.values_list("due_at", flat=True)[:1], *([next_step.due_at] if next_step else [])]
    within = queries.class_policy(scope, now).step_within
    is_class_b = company.closing_class == Company.ClosingClass.B
    next_due_at = min(dues, default=None)
    _refuse(
        why_not_finish(
            is_done=row.done_at is not None, is_class_b=is_class_b, next_due_at=next_due_at, within=within, now=now
        )
    )
    row.done_at, row.done_by_id, row.outcome = now, scope.person_id, outcome.strip()
    row.save(update_fields=["done_at", "done_by", "outcome"])
    if next_step is not None:
        add_step(row.plan, StepOrigin.PLANNED, next_step.what.strip(), next_step.due_at)
    _follow_plan(company, row.plan, now)
    audit.record(scope, "customers.step_finished", company, step=step_id, next_due_at=next_due_at)
    return row


@action(Ability.SET_CLOSING_CLASS)
def answer_maturity(scope: Scope, *, company_id: UUID, answers: Mapping[str, str], now: datetime) -> int:
    """Keep the answers that differ from the latest ones; returns how many. Raises `NotFound`, `Invalid` for unknown words."""
    if not set(answers) <= set(Criterion) or not set(answers.values()) <= set(Answer):
        raise Invalid(answers="unknown")
    company = lock_company(scope, company_id, Ability.SET_CLOSING_CLASS)
    known = queries.answers_of(scope, [company.pk]).get(company.pk, {})
    fresh = {name: value for name, value in answers.items() if known.get(name, Answer.UNKNOWN) != value}
    MaturityAnswer.objects.bulk_create(
        MaturityAnswer(company=company, criterion=name, answer=value, answered_by_id=scope.person_id, answered_at=now)
        for name, value in fresh.items()
    )
    audit.record(scope, "customers.maturity_answered", company, answers=fresh)
    return len(fresh)


@action(Ability.SET_CLOSING_CLASS)
def choose_backup(scope: Scope, *, company_id: UUID, backup_id: UUID | None, now: datetime) -> ClosingClassChange:  # noqa: ARG001 -- as all actions
    """Let a class B customer of the same holder stand by for a class A one, or nobody. Raises `NotFound` and `Refused`."""
    wanted = [one for one in (company_id, backup_id) if one is not None]
    rows = {row.pk: row for row in lock_companies(wanted)}
    for one in wanted:
        queries.company_in_reach(scope, one, Ability.SET_CLOSING_CLASS)
    company = rows[company_id]
    if backup_id is not None:
        backup = rows[backup_id]
        facts = BackupFacts(
            company_id, company.closing_class, company.owner_id, backup_id, backup.closing_class, backup.owner_id
        )
        _refuse(why_not_backup(facts))
    spell = ClosingClassChange.objects.filter(company=company, closing_class="A", ended_at=None).first()
    if spell is None:
        raise Refused(rules.Refusal.BACKUP_IS_FOR_A)
    spell.backup_id = backup_id
    spell.save(update_fields=["backup"])
    audit.record(scope, "customers.backup_chosen", company, backup=backup_id)
    return spell


def _refuse(refusal: rules.Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)


def _follow_plan(company: Company, plan: FollowUpPlan, now: datetime) -> None:
    """The next step of a customer with a plan is the plan's."""
    company.next_step_at = first_due(plan)
    company.changed_at = now
    company.save(update_fields=["next_step_at", "changed_at"])
