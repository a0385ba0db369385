"""What grows out of a customer: renewals and add-on sales become opportunities that know where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.queries.family import family_of
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.pipeline.actions.opportunities import open_opportunity
from tiejun.pipeline.queries.lives import open_deal_of, signed_orders
from tiejun.pipeline.rules import OpportunityFacts
from tiejun.success.actions.lives import SYSTEM, _refresh
from tiejun.success.locks import lock_life
from tiejun.success.models import CustomerHandover, FollowOnDeal
from tiejun.success.queries.trials import trial_of
from tiejun.success.rules import FollowOn, Refusal

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.pipeline.models import Opportunity
    from tiejun.pipeline.queries.lives import SignedOrder


@action(Ability.FOLLOW_ON)
def renew(scope: Scope, *, company_id: UUID, order_id: UUID, now: datetime) -> FollowOnDeal:
    """Open the renewal of a signed order (its first revision): the same product for the same amount, to be signed by its end.

    An opportunity that is open for the product already becomes the renewal. Raises `NotFound`, `Refused` (NO_CUSTOMER,
    RENEWAL_DECIDED, and what opening an opportunity refuses).
    """
    order, company = _order(scope, company_id, order_id)
    deal = open_deal_of(SYSTEM, company, order.product_line_id)
    if deal is None or FollowOnDeal.objects.filter(opportunity=deal).exists():
        ends_on = CustomerHandover.objects.filter(order=order_id).values_list("ends_on", flat=True).first()
        close_on = max(ends_on or local_date(now, scope.zone), local_date(now, scope.zone))
        facts = OpportunityFacts(order.amount_minor, close_on)
        deal = open_opportunity(scope, company_id=company, product_line_id=order.product_line_id, facts=facts, now=now)
    return _note(scope, company, FollowOn.RENEWAL, deal, now, order_id=order_id)


@action(Ability.FOLLOW_ON)
def decline_renewal(scope: Scope, *, company_id: UUID, order_id: UUID, reason: str, now: datetime) -> FollowOnDeal:
    """Say why a contract is not renewed. Raises `NotFound`, `Refused` (NO_CUSTOMER, RENEWAL_DECIDED) and `Invalid`."""
    _order_found, company = _order(scope, company_id, order_id)
    if not reason.strip():
        raise Invalid(reason=_("Say why it is not renewed."))
    row = FollowOnDeal.objects.create(
        kind=FollowOn.RENEWAL.value, company_id=company, order_id=order_id, reason=reason.strip()[:300],
        decided_by_id=scope.person_id, decided_at=now,
    )  # fmt: skip
    _refresh([company], now)
    audit.record(scope, "success.not_renewed", row, order_id=order_id)
    return row


@action(Ability.FOLLOW_ON)
def open_add_on(
    scope: Scope, *, company_id: UUID, product_line_id: UUID, amount_minor: int, close_on: date, now: datetime
) -> FollowOnDeal:
    """Open an add-on sale to a customer (amount in minor units of the product's currency); to who still tries, the full service.

    Raises `NotFound`, `Refused` (NO_CUSTOMER, and what opening an opportunity refuses) and `Invalid`.
    """
    life = lock_life(scope, company_id, Ability.FOLLOW_ON)
    deal = open_opportunity(
        scope,
        company_id=life.company_id,
        product_line_id=product_line_id,
        facts=OpportunityFacts(amount_minor, close_on),
        now=now,
    )
    trial = trial_of(SYSTEM, life.company_id)
    is_full = trial is not None and trial.full_on is None and not deal.product_line.is_trial
    return _note(scope, life.company_id, FollowOn.TRIAL if is_full else FollowOn.ADD_ON, deal, now)


def _order(scope: Scope, company_id: UUID, order_id: UUID) -> tuple[SignedOrder, UUID]:
    """Return a signed order of a customer for which nothing is decided yet, with the company under its name of today."""
    life = lock_life(scope, company_id, Ability.FOLLOW_ON)
    orders = signed_orders(SYSTEM, family_of(scope, life.company_id))
    order = next((one for one in orders if one.order_id == order_id), None)
    if order is None:
        raise NotFound
    if FollowOnDeal.objects.filter(kind=FollowOn.RENEWAL.value, order=order_id).exists():
        raise Refused(Refusal.RENEWAL_DECIDED)
    return order, life.company_id


def _note(
    scope: Scope, company_id: UUID, kind: FollowOn, deal: Opportunity, now: datetime, *, order_id: UUID | None = None
) -> FollowOnDeal:
    row = FollowOnDeal.objects.create(
        kind=kind.value, company_id=company_id, order_id=order_id, opportunity=deal, decided_by_id=scope.person_id,
        decided_at=now,
    )  # fmt: skip
    _refresh([company_id], now)
    audit.record(scope, "success.follow_on_opened", row, kind=kind.value, opportunity_id=deal.pk)
    return row
