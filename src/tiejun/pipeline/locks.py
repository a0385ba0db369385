"""Row locks of the pipeline, always in this order: opportunity, order, collection plan, instalments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.pipeline.models import BankLine, CollectionPlan, DealReview, Instalment, Opportunity, Order
from tiejun.pipeline.rules import Refusal

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope


def lock_opportunity(
    scope: Scope, opportunity_id: UUID, ability: Ability, *, version: int | None = None
) -> Opportunity:
    """Lock and return an opportunity in reach; raises `NotFound`, or `Stale` when it is not of the version given."""
    row = Opportunity.objects.within(scope, ability).select_for_update(of=("self",)).filter(pk=opportunity_id).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def lock_order(
    scope: Scope, order_id: UUID, ability: Ability, *, version: int | None = None
) -> tuple[Opportunity, Order]:
    """Lock an order in reach with its opportunity; raises `NotFound` or `Stale`."""
    reached = Order.objects.within(scope, ability).filter(pk=order_id).values_list("opportunity_id", flat=True).first()
    if reached is None:
        raise NotFound
    opportunity = Opportunity.objects.select_for_update().get(pk=reached)
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    if version is not None and order.version != version:
        raise Stale(order)
    return opportunity, order


def lock_plan(order: Order) -> tuple[CollectionPlan, list[Instalment]]:
    """Lock the collection plan of a signed order with its instalments, by position; refused for any other order."""
    plan = CollectionPlan.objects.select_for_update().filter(order=order).first()
    if order.status != Order.Status.SIGNED or plan is None:
        raise Refused(Refusal.NOT_SIGNED, number=order.number)
    return plan, list(Instalment.objects.select_for_update().filter(plan=plan).order_by("position"))


def lock_review(scope: Scope, review_id: UUID, ability: Ability) -> DealReview:
    """Lock and return a review in reach; raises `NotFound`."""
    row = DealReview.objects.within(scope, ability).select_for_update(of=("self",)).filter(pk=review_id).first()
    if row is None:
        raise NotFound
    return row


def lock_payment(line_id: UUID) -> BankLine:
    """Lock and return a payment of a bank statement, before any order it may be for; raises `NotFound`."""
    row = BankLine.objects.select_for_update(of=("self",)).select_related("file").filter(pk=line_id).first()
    if row is None:
        raise NotFound
    return row
