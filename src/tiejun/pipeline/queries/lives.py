"""What the life of a customer rests on: signed orders that stand, what is overdue, and what an order is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Min

from tiejun.access.abilities import Ability
from tiejun.pipeline.models import CollectionPlan, DealReview, Instalment, Opportunity, Order, Receipt
from tiejun.pipeline.models.opportunities import UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """A signed order: `order_id` is its first revision, the rest is as it stands now; amounts in minor units."""

    order_id: UUID
    standing_id: UUID
    company_id: UUID
    owner_id: UUID
    unit_id: UUID
    opportunity_id: UUID
    product_line_id: UUID
    number: str
    signed_on: date
    signed_at: datetime
    amount_minor: int
    currency: str
    is_trial: bool


def signed_orders(scope: Scope, company_ids: Collection[UUID]) -> list[SignedOrder]:
    """Return the signed orders of companies that were not cancelled, the first signed first."""
    scope.require(Ability.VIEW_LIVES)
    now = Order.objects.filter(company_id__in=company_ids, status=Order.Status.SIGNED).values_list(
        "number", "pk", "company_id", "owner_id", "unit_id", "opportunity_id", "opportunity__product_line_id",
        "amount_minor", "currency", "is_trial",
    )  # fmt: skip
    standing = {row[0]: row[1:] for row in now}
    first = Order.objects.filter(number__in=standing, revision=1).order_by("signed_on", "pk")
    return [
        SignedOrder(
            first_id, pk, company_id, owner_id, unit_id, deal_id, line_id, number, on, at, amount, currency, is_trial
        )
        for number, first_id, on, at in first.values_list("number", "pk", "signed_on", "signed_at")
        for pk, company_id, owner_id, unit_id, deal_id, line_id, amount, currency, is_trial in [standing[number]]
        if on is not None and at is not None
    ]


def customers_of_unit(scope: Scope, unit_id: UUID) -> set[UUID]:
    """Return the companies that the people of a unit hold and that signed something that stands."""
    scope.require(Ability.RUN_LIVES)
    rows = Order.objects.filter(company__unit_id=unit_id, status=Order.Status.SIGNED)
    return set(rows.order_by().values_list("company_id", flat=True).distinct())


def oldest_overdue(scope: Scope, company_ids: Collection[UUID], *, today: date) -> dict[UUID, date]:
    """Return for each company that owes something that was due before a day since when."""
    scope.require(Ability.VIEW_LIVES)
    rows = Instalment.objects.filter(is_open=True, due_on__lt=today, plan__order__company_id__in=company_ids)
    return dict(rows.order_by().values_list("plan__order__company_id").annotate(Min("due_on")))


def payment_plan(scope: Scope, order_id: UUID) -> list[tuple[date, int, str]]:
    """Return day, amount in minor units and currency of each instalment of an order as it stands, for who takes the customer over."""
    scope.require(Ability.VIEW_LIVES)
    number = Order.objects.filter(pk=order_id).values("number")
    plans = CollectionPlan.objects.filter(order__number__in=number, order__status=Order.Status.SIGNED)
    rows = Instalment.objects.filter(plan__in=plans, amount_minor__gt=0).order_by("position")
    return list(rows.values_list("due_on", "amount_minor", "plan__currency"))


def open_deal_of(scope: Scope, company_id: UUID, product_line_id: UUID) -> Opportunity | None:
    """Return the undecided opportunity of a company for a product line; None when there is none."""
    scope.require(Ability.VIEW_LIVES)
    return Opportunity.objects.filter(company=company_id, product_line=product_line_id, stage__in=UNDECIDED).first()


def is_reviewed_with_customer_since(scope: Scope, company_ids: Collection[UUID], since: datetime) -> bool:
    """Tell whether a company was asked what decided a deal since a moment: nobody is asked twice within the policy's days."""
    scope.require(Ability.VIEW_LIVES)
    return DealReview.objects.filter(company_id__in=company_ids, asked_at__gt=since).exists()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A receipt that was taken back: whose, for which order, and why."""

    company_id: UUID
    order_id: UUID
    owner_id: UUID
    unit_id: UUID
    reason: str


def taken_back(scope: Scope, receipt_id: UUID) -> TakenBack | None:
    """Return what a reversing receipt took back and why; None for a receipt that took back nothing."""
    scope.require(Ability.VIEW_LIVES)
    row = Receipt.objects.filter(pk=receipt_id, reverses__isnull=False).select_related("plan__order").first()
    if row is None:
        return None
    order = row.plan.order
    return TakenBack(order.company_id, order.pk, order.owner_id, order.unit_id, row.note)
