"""The page of a customer's life: stage and health with their reasons, orders with the six steps, what the customer said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.customers.queries.family import family_of
from tiejun.foundation.times import local_date
from tiejun.marketing.queries.referrals import referrals_by
from tiejun.org import queries as org
from tiejun.pipeline.queries.lives import signed_orders
from tiejun.success.models import (
    Complaint,
    CustomerHandover,
    CustomerLife,
    CustomerVoice,
    EnablementStep,
    FollowOnDeal,
    SatisfactionSurvey,
)
from tiejun.success.queries.facts import facts_of
from tiejun.success.queries.policy import life_policy
from tiejun.success.queries.trials import trial_of
from tiejun.success.rules import FollowOn, Step
from tiejun.success.rules.life import STAGES, health_of, stage_dates, stage_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.models import Company
    from tiejun.marketing.models import Referral
    from tiejun.pipeline.queries.lives import SignedOrder
    from tiejun.success.models import CustomerTrial
    from tiejun.success.queries.policy import LifePolicy
    from tiejun.success.rules.life import Health

SHOWN_WORDS = 20


@dataclass(frozen=True, slots=True)
class StepLine:
    """One of the six steps of an order: when it is expected, and who did it when, with what evidence."""

    step: Step
    expected_on: date
    done: EnablementStep | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A signed order with its hand-over, its steps and what became of its end; `follow_on`: renewal or its refusal.

    A trial has no steps: they begin with the full service. `is_ending`: by the policy a renewal is to be proposed by now.
    """

    order: SignedOrder
    handover: CustomerHandover | None
    steps: tuple[StepLine, ...]
    follow_on: FollowOnDeal | None
    is_ending: bool

    @property
    def done_steps(self) -> int:
        return sum(1 for line in self.steps if line.done is not None)


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage of the five with the day that a fact proves it, None where none does; `state`: done, now or empty."""

    stage: str
    since: date | None
    state: str


@dataclass(frozen=True, slots=True)
class LifeView:
    """Everything on the page of a customer's life; `health` is None for a company that signed nothing that stands."""

    company: Company
    life: CustomerLife | None
    health: Health | None
    stages: tuple[StageLine, ...]
    orders: tuple[OrderLine, ...]
    voices: list[CustomerVoice]
    complaints: list[Complaint]
    surveys: list[SatisfactionSurvey]
    add_ons: list[FollowOnDeal]
    trial: CustomerTrial | None
    referrals: list[Referral]
    names: dict[UUID, str]
    may_care: bool
    may_follow_on: bool
    may_hand_over: bool


def life_view(scope: Scope, company_id: UUID, *, now: datetime) -> LifeView:
    """Return the life of a company within reach, for a merged one its survivor's; raises `NotFound`."""
    company = customers.company_in_reach(scope, company_id, Ability.VIEW_LIVES)
    family = family_of(scope, company.pk)
    today = local_date(now, scope.zone)
    chain = org.unit_chain(scope, company.unit_id) if company.unit_id else None
    policy = life_policy(scope, now, chain)
    facts = facts_of(scope, [company.pk], now=now, voice_days=policy.number("voice_days"))[company.pk]
    dates = stage_dates(facts, policy.health, today)
    lines = _order_lines(scope, family, policy, today)
    said = list(CustomerVoice.objects.filter(company__in=family).order_by("-noted_at", "-pk")[:SHOWN_WORDS])
    complaints = Complaint.objects.filter(company__in=family).select_related("owner", "answered_by")
    reach: dict[str, Any] = {"owner_id": company.owner_id, "unit_id": company.unit_id}
    named = [row.noted_by_id for row in said] + [company.owner_id]
    named += [line.done.done_by_id for order in lines for line in order.steps if line.done]
    return LifeView(
        company=company,
        life=CustomerLife.objects.filter(company=company).first(),
        health=health_of(facts, policy.health, today) if facts.since else None,
        stages=_stages(dates),
        orders=lines,
        voices=said,
        complaints=list(complaints.order_by("-opened_at", "-pk")[:SHOWN_WORDS]),
        surveys=list(SatisfactionSurvey.objects.filter(company__in=family).order_by("-asked_at")[:SHOWN_WORDS]),
        add_ons=_add_ons(family),
        trial=trial_of(scope, company.pk),
        referrals=referrals_by(scope, family),
        names=org.names_of(scope, named),
        may_care=bool(facts.since) and scope.covers(Ability.CARE_FOR_CUSTOMER, **reach),
        may_follow_on=bool(facts.since) and scope.covers(Ability.FOLLOW_ON, **reach),
        may_hand_over=scope.covers(Ability.HAND_OVER_CUSTOMER, **reach),
    )


def _stages(dates: dict[str, date]) -> tuple[StageLine, ...]:
    reached = STAGES.index(stage_of(dates))
    return tuple(
        StageLine(stage, dates.get(stage), "now" if place == reached else "done" if stage in dates else "")
        for place, stage in enumerate(STAGES)
        if place
    )


def _order_lines(scope: Scope, family: list[UUID], policy: LifePolicy, today: date) -> tuple[OrderLine, ...]:
    orders = signed_orders(scope, family)
    ids = [one.order_id for one in orders]
    handovers = {
        row.order_id: row
        for row in CustomerHandover.objects.filter(order__in=ids).select_related("receiver", "handed_by")
    }
    follow_ons = {row.order_id: row for row in FollowOnDeal.objects.filter(order__in=ids, kind=FollowOn.RENEWAL.value)}
    done = {(row.order_id, row.step): row for row in EnablementStep.objects.filter(order__in=ids)}
    soon, found = today + timedelta(days=policy.number("renewal_days")), []
    for one in reversed(orders):
        handover = handovers.get(one.order_id)
        steps = tuple(
            _step(step, one.signed_on + timedelta(days=after), done.get((one.order_id, step.value)), today)
            for step, after in zip(Step, policy.step_days, strict=True)
            if not one.is_trial
        )
        ends_on = handover.ends_on if handover else None
        is_ending = ends_on is not None and ends_on <= soon
        found.append(OrderLine(one, handover, steps, follow_ons.get(one.order_id), is_ending))
    return tuple(found)


def _step(step: Step, expected_on: date, done: EnablementStep | None, today: date) -> StepLine:
    return StepLine(step, expected_on, done, done is None and expected_on < today)


def _add_ons(family: list[UUID]) -> list[FollowOnDeal]:
    rows = FollowOnDeal.objects.filter(company__in=family, opportunity__isnull=False)
    return list(rows.select_related("opportunity__product_line").order_by("-decided_at", "-pk")[:SHOWN_WORDS])


@dataclass(frozen=True, slots=True)
class LifePanel:
    """How a customer stands, in short, for the customer's own page."""

    life: CustomerLife
    open_complaints: int
    handover: CustomerHandover | None


def life_panel(scope: Scope, company_id: UUID) -> LifePanel | None:
    """Return how a company within reach stands, None when it signed nothing; raises `NotFound`."""
    company = customers.company_in_reach(scope, company_id, Ability.VIEW_LIVES)
    life = CustomerLife.objects.filter(company=company).first()
    if life is None:
        return None
    family = family_of(scope, company.pk)
    waiting = CustomerHandover.objects.filter(company__in=family, received_at=None, is_over=False).order_by("due_at")
    return LifePanel(life, Complaint.objects.filter(company__in=family, answered_at=None).count(), waiting.first())
