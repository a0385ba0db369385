"""How one customer is brought to a signature: its plan, its maturity, its value tier, who stands by for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers.models import ClosingClassChange, Company, FollowUpPlan, FollowUpStep
from tiejun.customers.queries import answers_of, class_facts, company_in_reach, tier_policy
from tiejun.customers.rules.closing import Maturity, Tier, maturity, value_tier
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.rules import ClassFacts

SHOWN_DONE = 10


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the page of a customer shows of its way to a signature.

    `open_steps` by time, `done_steps` the last first; `backup` only while it still stands by.
    """

    company: Company
    plan: FollowUpPlan | None
    open_steps: list[FollowUpStep]
    done_steps: list[FollowUpStep]
    answers: Mapping[str, str]
    maturity: Maturity
    tier: Tier
    tier_basis: str
    spell: ClosingClassChange | None
    backup: Company | None
    facts: ClassFacts
    may_class: bool


def follow_up(scope: Scope, company_id: UUID, now: datetime) -> FollowUp:
    """Return the way of a customer within reach of VIEW_CUSTOMERS; raises `NotFound`."""
    company = company_in_reach(scope, company_id, Ability.VIEW_CUSTOMERS)
    plan = FollowUpPlan.objects.filter(company=company, ended_at=None).first()
    open_steps: list[FollowUpStep] = []
    if plan is not None:
        open_steps = list(FollowUpStep.objects.filter(plan=plan, done_at=None).order_by("due_at", "pk"))
    done = FollowUpStep.objects.filter(plan__company=company, done_at__isnull=False).order_by("-done_at", "-pk")
    spell = ClosingClassChange.objects.filter(company=company, ended_at=None).select_related("backup").first()
    answers = answers_of(scope, [company.pk]).get(company.pk, {})
    capital = company.capital_minor if company.capital_currency == "CNY" else None
    tier, basis = value_tier(spell.amount_minor if spell else None, capital, tier_policy(scope, now))
    backup = spell.backup if spell is not None and spell.closing_class == "A" else None
    stands_by = backup is not None and backup.closing_class == "B" and backup.owner_id == company.owner_id
    return FollowUp(
        company=company,
        plan=plan,
        open_steps=open_steps,
        done_steps=list(done[:SHOWN_DONE]),
        answers=answers,
        maturity=maturity(answers),
        tier=tier,
        tier_basis=basis,
        spell=spell,
        backup=backup if stands_by else None,
        facts=class_facts(scope, company),
        may_class=scope.covers(Ability.SET_CLOSING_CLASS, owner_id=company.owner_id, unit_id=company.unit_id),
    )


def step_in_reach(scope: Scope, step_id: UUID) -> tuple[Company, FollowUpStep]:
    """Return an open plan's step with its customer, within reach of SET_CLOSING_CLASS; raises `NotFound`."""
    step = FollowUpStep.objects.select_related("plan").filter(pk=step_id, plan__ended_at=None).first()
    if step is None:
        raise NotFound
    return company_in_reach(scope, step.plan.company_id, Ability.SET_CLOSING_CLASS), step
