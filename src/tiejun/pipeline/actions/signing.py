"""The signature and what follows: amendments, the contract's paper."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import actions as customers_actions
from tiejun.customers import queries as customers
from tiejun.customers.queries.family import family_of
from tiejun.foundation import audit, files, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import local_date
from tiejun.leads import actions as leads_actions
from tiejun.org import queries as org
from tiejun.pipeline import rules
from tiejun.pipeline.actions.collections import _refit_plan
from tiejun.pipeline.actions.orders import _causes, _require_draft
from tiejun.pipeline.actions.stages import _prove, _settle
from tiejun.pipeline.events import OrderSigned
from tiejun.pipeline.locks import lock_order
from tiejun.pipeline.models import (
    CollectionPlan,
    Contract,
    Instalment,
    Opportunity,
    Order,
    OrderLine,
    Proof,
    StageChange,
)
from tiejun.pipeline.rules import Refusal, Scan, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

# Where a first signature, a first trial and a further order of the full service take a company that has not come so far.
FIRST_ORDER = {"PROSPECT": "ACQUIRE"}
FIRST_TRIAL = {"PROSPECT": "ACTIVATE", "ACQUIRE": "ACTIVATE"}
FURTHER_ORDER = {"PROSPECT": "ACQUIRE", "ACQUIRE": "EXPAND", "ACTIVATE": "EXPAND", "RETAIN": "EXPAND"}


@action(Ability.SIGN_ORDER)
def sign_order(scope: Scope, *, order_id: UUID, version: int, signed_on: date, now: datetime) -> Order:
    """Sign a draft: from here on it never changes, the opportunity is won, the lead converted, the collection planned.

    Raises `NotFound`, `Stale`, `Refused` (NOT_DRAFT, EMPTY_ORDER, NEEDS_APPROVAL, BELOW_RECEIVED) and `Invalid` (a day ahead).
    """
    opportunity, order = lock_order(scope, order_id, Ability.SIGN_ORDER, version=version)
    _require_draft(order)
    if signed_on > local_date(now, scope.zone):
        raise Invalid(signed_on=_("The day of signing lies ahead."))
    if order.amount_minor <= 0:
        raise Refused(Refusal.EMPTY_ORDER)
    causes = _causes(scope, order, now)
    if causes and order.approved_at is None:
        raise Refused(Refusal.NEEDS_APPROVAL)
    before = _supersede(order, now)
    order.delta_minor, order.is_trial = order.amount_minor - (before.amount_minor if before else 0), _is_trial(order)
    order.status, order.signed_on, order.signed_at, order.changed_at = Order.Status.SIGNED, signed_on, now, now
    order.version += 1
    order.save(update_fields=["delta_minor", "is_trial", "status", "signed_on", "signed_at", "changed_at", "version"])
    if before is None:
        _plan(scope, order, signed_on, now)
    else:
        _refit_plan(scope, opportunity, before, order, now)
    _win(scope, opportunity, order, now)
    facts: dict[str, Any] = {
        "number": order.number,
        "amount_minor": order.amount_minor,
        "delta_minor": order.delta_minor,
        "signed_on": signed_on,
    }
    audit.record(
        scope,
        "pipeline.order_signed",
        order,
        revision=order.revision,
        causes=[cause.value for cause in causes],
        **facts,
    )
    announce(
        OrderSigned(
            order.pk, opportunity.pk, order.company_id, order.owner_id, order.unit_id, order.number, order.revision,
            order.amount_minor, order.delta_minor, order.currency, signed_on,
        )
    )  # fmt: skip
    return order


def _is_trial(order: Order) -> bool:
    """Tell whether all that an order holds are trials today."""
    return not OrderLine.objects.filter(order=order, product_line__is_trial=False).exists()


def _supersede(order: Order, now: datetime) -> Order | None:
    if order.amends_id is None:
        return None
    before = Order.objects.select_for_update().get(pk=order.amends_id)
    if before.status != Order.Status.SIGNED:
        raise Refused(Refusal.NOT_SIGNED, number=before.number)
    before.status, before.changed_at = Order.Status.SUPERSEDED, now
    before.save(update_fields=["status", "changed_at"])
    return before


def _plan(scope: Scope, order: Order, signed_on: date, now: datetime) -> None:
    days = policies.book(now).integer("pipeline.collection_days", org.unit_chain(scope, order.unit_id))
    plan = CollectionPlan.objects.create(order=order, amount_minor=order.amount_minor, currency=order.currency)
    Instalment.objects.create(
        plan=plan, position=1, due_on=signed_on + timedelta(days=days), amount_minor=order.amount_minor
    )


def _win(scope: Scope, opportunity: Opportunity, order: Order, now: datetime) -> None:
    opportunity.amount_minor, opportunity.version = order.amount_minor, opportunity.version + 1
    opportunity.save(update_fields=["amount_minor", "version"])
    for stage in (Stage.ORDERED, Stage.SIGNED):
        _prove(opportunity, stage, Proof.Source.ORDER, order.pk, now)
    _settle(scope, opportunity, source=StageChange.Source.ORDER, source_id=order.pk, now=now)
    if order.revision > 1:
        return
    leads_actions.convert_company(scope, company_id=order.company_id, now=now)
    company = customers.company_in_reach(scope, order.company_id, Ability.SIGN_ORDER)
    is_further = (
        Order.objects.filter(
            company_id__in=family_of(scope, order.company_id), status=Order.Status.SIGNED, is_trial=False
        )
        .exclude(pk=order.pk)
        .exists()
    )
    further = FURTHER_ORDER if is_further else FIRST_ORDER
    next_life = (FIRST_TRIAL if order.is_trial else further).get(company.lifecycle)
    if next_life is not None:
        customers_actions.change_lifecycle(
            scope, company_id=order.company_id, stage=next_life, reason=order.number, now=now
        )


@action(Ability.SIGN_ORDER)
def amend_order(scope: Scope, *, order_id: UUID, now: datetime) -> Order:
    """Begin an amendment of a signed order: a draft of the next revision with the same lines.

    Raises `NotFound`, `Refused` (NOT_SIGNED, DRAFT_EXISTS).
    """
    opportunity, order = lock_order(scope, order_id, Ability.SIGN_ORDER)
    if order.status != Order.Status.SIGNED:
        raise Refused(Refusal.NOT_SIGNED, number=order.number)
    if Order.objects.filter(opportunity=opportunity, status=Order.Status.DRAFT).exists():
        raise Refused(Refusal.DRAFT_EXISTS)
    last = Order.objects.filter(number=order.number).order_by("-revision").values_list("revision", flat=True)[0]
    draft = Order.objects.create(
        number=order.number, revision=last + 1, amends=order, opportunity=opportunity, company_id=order.company_id,
        owner_id=order.owner_id, unit_id=order.unit_id, currency=order.currency, list_minor=order.list_minor,
        amount_minor=order.amount_minor, terms=order.terms, created_at=now, changed_at=now,
    )  # fmt: skip
    copied = (
        "position",
        "product_line_id",
        "description",
        "quantity",
        "list_price_minor",
        "unit_price_minor",
        "discount_minor",
        "total_minor",
    )
    lines = OrderLine.objects.filter(order=order).order_by("position").values(*copied)
    OrderLine.objects.bulk_create(OrderLine(order=draft, **line) for line in lines)
    audit.record(scope, "pipeline.amendment_drafted", draft, number=draft.number, revision=draft.revision)
    return draft


@action(Ability.RECORD_CONTRACT)
def record_contract(
    scope: Scope,
    *,
    order_id: UUID,
    number: str,
    signed_on: date,
    signatory: str = "",
    terms: str = "",
    scan: Scan | None = None,
    now: datetime,
) -> Contract:
    """Record the paper of a signed order: its number, day, who signed for the customer and, if there is one, the scan.

    Raises `NotFound`, `Refused` (NOT_SIGNED, CONTRACT_KNOWN) and `Invalid` (number, day ahead, kind or size of the scan).
    """
    _opportunity, order = lock_order(scope, order_id, Ability.RECORD_CONTRACT)
    if order.status != Order.Status.SIGNED:
        raise Refused(Refusal.NOT_SIGNED, number=order.number)
    number = number.strip()
    if not number:
        raise Invalid(number=_("Enter the contract's number."))
    if signed_on > local_date(now, scope.zone):
        raise Invalid(signed_on=_("The day of signing lies ahead."))
    if Contract.objects.filter(order=order, number=number).exists():
        raise Refused(Refusal.CONTRACT_KNOWN, number=number)
    file_id = (
        _store(scan, policies.book(now).integer("pipeline.scan_max_bytes", scope.unit_chain), now) if scan else None
    )
    contract = Contract.objects.create(
        order=order, number=number, signed_on=signed_on, signatory=signatory.strip(), terms=terms.strip(),
        file_id=file_id, recorded_by_id=scope.person_id, recorded_at=now,
    )  # fmt: skip
    audit.record(
        scope, "pipeline.contract_recorded", contract, order_id=order.pk, number=number, has_scan=file_id is not None
    )
    return contract


def _store(scan: Scan, limit: int, now: datetime) -> UUID:
    chunks: Iterable[bytes] = iter(scan.chunks)
    head = next(iter(chunks), b"")
    kind = rules.scan_type(head)
    if kind is None:
        raise Invalid(scan=_("The scan must be a PDF, JPEG or PNG file."))
    try:
        return files.store(chain([head], chunks), name=scan.name, content_type=kind, limit=limit, now=now).pk
    except files.TooLarge as error:
        raise Invalid(scan=_("The scan is too large.")) from error
