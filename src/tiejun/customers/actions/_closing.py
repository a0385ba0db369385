"""Spells of a closing class and the follow-up plan that goes with them: called by the actions of this module alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.customers.events import ClosingClassSet
from tiejun.customers.models import ClosingClassChange, Company, FollowUpPlan, FollowUpStep
from tiejun.customers.rules.closing import StepOrigin
from tiejun.foundation.events import announce

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.customers.rules import ClassRequest


def open_class(company: Company, wish: ClassRequest, *, set_by: UUID | None, renewals: int, now: datetime) -> None:
    """End the open spell and begin the next, with the plan that it needs; the caller saves `company.closing_class`.

    A renewed class A keeps its backup; class D and none end the follow-up plan.
    """
    was = ClosingClassChange.objects.filter(company=company, ended_at=None).first()
    ClosingClassChange.objects.filter(company=company, ended_at=None).update(ended_at=now)
    next_step_at = _adjust_plan(company, wish, set_by, now)
    ClosingClassChange.objects.create(
        company=company,
        closing_class=wish.closing_class,
        reason=wish.reason,
        amount_minor=wish.amount_minor,
        currency=wish.currency,
        expected_on=wish.expected_on,
        next_step_at=next_step_at,
        renewals=renewals,
        backup_id=was.backup_id if was and wish.closing_class == was.closing_class == "A" else None,
        set_by_id=set_by,
        set_at=now,
    )
    announce(ClosingClassSet(company.pk, wish.closing_class, company.closing_class, now))
    company.closing_class = wish.closing_class


def _adjust_plan(company: Company, wish: ClassRequest, opened_by: UUID | None, now: datetime) -> datetime | None:
    """Open or end the plan as the class asks; returns when the next step is due."""
    plan = open_plan_of(company)
    if wish.closing_class in ("D", "-"):
        if plan is not None:
            end_plan(plan, now)
        return wish.next_step_at
    if plan is None and wish.closing_class == "B":
        plan = FollowUpPlan.objects.create(company=company, opened_by_id=opened_by, opened_at=now)
    if plan is None:
        return wish.next_step_at
    if wish.next_step_at is not None:
        origin = StepOrigin.EXPIRED if wish.reason == "EXPIRED" else StepOrigin.CLASS
        add_step(plan, StepOrigin.PLANNED if wish.next_step else origin, wish.next_step, wish.next_step_at)
    return wish.next_step_at or first_due(plan)


def open_plan_of(company: Company) -> FollowUpPlan | None:
    """Return the open follow-up plan of a company that the caller has locked."""
    return FollowUpPlan.objects.filter(company=company, ended_at=None).first()


def end_plan(plan: FollowUpPlan, now: datetime) -> None:
    """End a plan; what was open of it stays open in its history: it was not done."""
    plan.ended_at = now
    plan.save(update_fields=["ended_at"])


def first_due(plan: FollowUpPlan) -> datetime | None:
    """Return when the first open step of a plan is due."""
    due = FollowUpStep.objects.filter(plan=plan, done_at=None).order_by("due_at")
    return due.values_list("due_at", flat=True).first()


def add_step(plan: FollowUpPlan, origin: StepOrigin, what: str, due_at: datetime) -> FollowUpStep:
    """Add a step to a plan."""
    return FollowUpStep.objects.create(plan=plan, origin=origin, what=what, due_at=due_at)


def agree_step(plan: FollowUpPlan, due_at: datetime) -> None:
    """Let what the latest visit agreed be the one open step of a visit, however often that visit is written."""
    if not FollowUpStep.objects.filter(plan=plan, origin=StepOrigin.VISIT, done_at=None).update(due_at=due_at):
        add_step(plan, StepOrigin.VISIT, "", due_at)


def finish_steps(plan: FollowUpPlan, *, due_before: datetime, done_by: UUID | None, at: datetime) -> None:
    """Finish what was due by then: a visit was the step."""
    due = FollowUpStep.objects.filter(plan=plan, done_at=None, due_at__lt=due_before)
    due.update(done_at=at, done_by=done_by, outcome="VISIT")
