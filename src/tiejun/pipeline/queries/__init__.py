"""What may be seen of the pipeline: opportunities, orders, collections, and their sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.customers.queries.family import family_of
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import at_local
from tiejun.pipeline.models import (
    UNDECIDED,
    WON,
    CollectionPlan,
    Instalment,
    Opportunity,
    Order,
    Receipt,
    ReceiptConfirmation,
)
from tiejun.pipeline.rules import Stage, overdue_days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope

PAGE_SIZE = 50
STATES = {"open": UNDECIDED, "won": WON, "lost": [Stage.LOST.value]}
SHOWN_WITH = ("company", "product_line", "owner", "unit")
UNSHOWN = ("company__search_grams",)
# Cash counts once a second person has confirmed it.
COUNTED = ~Q(method=Receipt.Method.CASH) | Exists(ReceiptConfirmation.objects.filter(receipt=OuterRef("pk")))


@dataclass(frozen=True, slots=True)
class OpportunityFilters:
    """What to look for; empty fields do not narrow. `state`: open, won, lost or empty; `close_month`: any day of it."""

    state: str = "open"
    stage: str = ""
    category: str = ""
    owner_id: UUID | None = None
    unit_id: UUID | None = None
    close_month: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class OpportunityPage:
    """One page of opportunities by close date; `estimated` is the planner's estimate of them all."""

    rows: list[Opportunity]
    next_cursor: str | None
    previous_cursor: str | None
    estimated: int


def opportunities_page(
    scope: Scope, filters: OpportunityFilters, cursor: str | None = None, *, size: int = PAGE_SIZE
) -> OpportunityPage:
    """Return opportunities in reach, the nearest close date first."""
    scope.require(Ability.VIEW_PIPELINE)
    rows = _filtered(scope, filters)
    found = keyset.page(
        rows.select_related(*SHOWN_WITH).defer(*UNSHOWN), order=["close_on", "id"], cursor=cursor, size=size
    )
    return OpportunityPage(found.rows, found.next_cursor, found.previous_cursor, keyset.estimated_count(rows))


def _filtered(scope: Scope, filters: OpportunityFilters) -> ScopedQuerySet[Opportunity]:
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE)
    if filters.state in STATES:
        rows = rows.filter(stage__in=STATES[filters.state])
    exact = {
        "stage": filters.stage,
        "category": filters.category,
        "owner_id": filters.owner_id,
        "unit_id": filters.unit_id,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.close_month is not None:
        rows = rows.filter(
            close_on__gte=month_start(scope, filters.close_month), close_on__lt=next_month(scope, filters.close_month)
        )
    if filters.text.strip():
        text = filters.text.strip()[:80]
        rows = rows.filter(Q(company__name__icontains=text) | Q(company__initials__istartswith=text))
    return rows


def month_start(scope: Scope, day: date) -> date:  # noqa: ARG001 -- a calendar is no secret
    """Return the first day of a day's month."""
    return day.replace(day=1)


def next_month(scope: Scope, day: date) -> date:
    """Return the first day of the month after a day's."""
    return (month_start(scope, day) + timedelta(days=32)).replace(day=1)


def opportunity_in_reach(scope: Scope, opportunity_id: UUID, ability: Ability = Ability.VIEW_PIPELINE) -> Opportunity:
    """Return an opportunity within reach of an ability, with company, product line, owner and unit; raises `NotFound`."""
    rows = Opportunity.objects.within(scope, ability).select_related(*SHOWN_WITH).defer(*UNSHOWN)
    row = rows.filter(pk=opportunity_id).first()
    if row is None:
        raise NotFound
    return row


def order_in_reach(scope: Scope, order_id: UUID, ability: Ability = Ability.VIEW_PIPELINE) -> Order:
    """Return an order within reach of an ability, with company, owner, unit and opportunity; raises `NotFound`."""
    rows = Order.objects.within(scope, ability).filter(pk=order_id)
    shown = rows.select_related(
        "company", "owner", "unit", "opportunity__product_line", "approved_by", "approval_asked_by"
    )
    row = shown.defer(*UNSHOWN).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders, newest first; each has its collection plan in `plan` (None before the signature)."""

    rows: list[Order]
    next_cursor: str | None
    previous_cursor: str | None
    estimated: int


def orders_page(
    scope: Scope,
    *,
    status: str = "",
    company_id: UUID | None = None,
    awaiting_approval: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> OrderPage:
    """Return orders in reach, newest first; `status` as in `Order.Status`, superseded revisions only when asked for."""
    rows = listed_orders(scope, status=status, awaiting_approval=awaiting_approval)
    if company_id is not None:
        rows = rows.filter(company_id__in=family_of(scope, company_id))
    shown = rows.select_related("company", "owner", "opportunity__product_line").defer(*UNSHOWN)
    found = keyset.page(shown, order=["-created_at", "-id"], cursor=cursor, size=size)
    _with_plans(found.rows)
    return OrderPage(found.rows, found.next_cursor, found.previous_cursor, keyset.estimated_count(rows))


def listed_orders(scope: Scope, *, status: str, awaiting_approval: bool) -> ScopedQuerySet[Order]:
    """Return the orders in reach that a list shows."""
    scope.require(Ability.VIEW_PIPELINE)
    rows = Order.objects.within(scope, Ability.VIEW_PIPELINE)
    rows = rows.filter(status=status) if status else rows.exclude(status=Order.Status.SUPERSEDED)
    if awaiting_approval:
        rows = rows.filter(status=Order.Status.DRAFT, approval_asked_at__isnull=False, approved_at=None)
    return rows


def _with_plans(rows: list[Order]) -> None:
    plans = {plan.order_id: plan for plan in CollectionPlan.objects.filter(order__in=rows)}
    for row in rows:
        row.plan = plans.get(row.pk)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class CompanyPipeline:
    """What a company's page shows: its opportunities, its orders, and the sums of the latter in one currency, minor units."""

    opportunities: list[Opportunity]
    orders: list[Order]
    open_minor: int
    signed_minor: int
    received_minor: int
    currency: str


def pipeline_of_company(scope: Scope, company_id: UUID) -> CompanyPipeline:
    """Return the pipeline of a company as far as the asker reaches; empty when there is nothing to see."""
    scope.require(Ability.VIEW_PIPELINE)
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE).filter(company_id__in=family_of(scope, company_id))
    found = list(rows.select_related("product_line", "owner").order_by("-opened_at")[:50])
    orders = orders_page(scope, company_id=company_id).rows
    currency = found[0].currency if found else "CNY"
    signed = [row for row in orders if row.status == Order.Status.SIGNED and row.currency == currency]
    return CompanyPipeline(
        opportunities=found,
        orders=orders,
        open_minor=sum(row.amount_minor for row in found if row.stage in UNDECIDED and row.currency == currency),
        signed_minor=sum(row.amount_minor for row in signed),
        received_minor=sum(row.plan.received_minor for row in signed if row.plan),  # type: ignore[attr-defined]
        currency=currency,
    )


@dataclass(frozen=True, slots=True)
class MonthMoney:
    """What a person signed and collected in a month, in minor units, and the number of orders (domain 9, 11.16)."""

    signed_minor: int = 0
    collected_minor: int = 0
    deals: int = 0


def month_money(
    scope: Scope, person_ids: Iterable[UUID], month: date, *, currency: str = "CNY"
) -> dict[UUID, MonthMoney]:
    """Return signed and collected money of persons in the month of a day; every person asked for has an entry.

    Signatures count on their day with what they add (an amendment only its difference), cancellations on theirs.
    Collections count on the day of the receipt, reversals on the day they were made. Both stay with who sold.
    """
    scope.require(Ability.VIEW_PIPELINE)
    wanted = set(person_ids)
    since, until = month_start(scope, month), next_month(scope, month)
    orders = Order.objects.within(scope, Ability.VIEW_PIPELINE).filter(owner_id__in=wanted, currency=currency)
    signed = _by_person(orders.filter(signed_on__gte=since, signed_on__lt=until), "owner_id", "delta_minor")
    undone = _by_person(_undone(orders, since, until), "owner_id", "amount_minor")
    receipts = Receipt.objects.filter(
        COUNTED, credited_to_id__in=wanted, currency=currency, received_on__gte=since, received_on__lt=until
    )
    received = _by_person(receipts.within(scope, Ability.VIEW_COLLECTIONS), "credited_to_id", "amount_minor")
    nothing = (0, 0)
    return {
        person_id: MonthMoney(
            signed_minor=signed.get(person_id, nothing)[0] - undone.get(person_id, nothing)[0],
            collected_minor=received.get(person_id, nothing)[0],
            deals=signed.get(person_id, nothing)[1] - undone.get(person_id, nothing)[1],
        )
        for person_id in wanted
    }


def _undone(orders: ScopedQuerySet[Order], since: date, until: date) -> ScopedQuerySet[Order]:
    return orders.filter(
        status=Order.Status.CANCELLED, signed_on__isnull=False, cancelled_on__gte=since, cancelled_on__lt=until
    )


def _by_person(rows: Any, person: str, amount: str) -> dict[UUID, tuple[int, int]]:
    first = Count("pk", filter=Q(revision=1)) if rows.model is Order else Count("pk")
    found = rows.order_by().values_list(person).annotate(total=Sum(amount), number=first)
    return {person_id: (total or 0, number) for person_id, total, number in found}


@dataclass(frozen=True, slots=True)
class LinkCount:
    """One of the nine links in a period: how many, and amounts in minor units by currency."""

    count: int = 0
    amounts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """Links 5 to 7: opportunities opened, orders signed, receipts."""

    opportunities: LinkCount
    orders: LinkCount
    collections: LinkCount


def link_counts(scope: Scope, *, since: date, until: date, unit_id: UUID | None = None) -> LinkCounts:
    """Count links 5 to 7 from `since` to `until` (exclusive) within reach, if asked for in one unit."""
    scope.require(Ability.VIEW_PIPELINE)
    opened = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE)
    opened = opened.filter(
        opened_at__gte=at_local(since, "00:00", scope.zone), opened_at__lt=at_local(until, "00:00", scope.zone)
    )
    signed = Order.objects.within(scope, Ability.VIEW_PIPELINE).filter(signed_on__gte=since, signed_on__lt=until)
    received = Receipt.objects.within(scope, Ability.VIEW_COLLECTIONS).filter(
        COUNTED, received_on__gte=since, received_on__lt=until
    )
    if unit_id is not None:
        opened, signed = opened.filter(unit_id=unit_id), signed.filter(unit_id=unit_id)
        received = received.filter(plan__order__unit_id=unit_id)
    return LinkCounts(
        _link(opened, "amount_minor"),
        _link(signed, "delta_minor", Q(revision=1)),
        _link(received, "amount_minor", Q(reverses=None)),
    )


def _link(rows: Any, amount: str, counted: Q | None = None) -> LinkCount:
    found = rows.order_by().values_list("currency").annotate(total=Sum(amount), number=Count("pk", filter=counted))
    parts = list(found)
    return LinkCount(sum(number for _, _, number in parts), {currency: total for currency, total, _ in parts})


@dataclass(frozen=True, slots=True)
class DueInstalment:
    """An instalment that awaits money; amounts in minor units, `days_late` 0 when it is not yet due."""

    instalment_id: UUID
    order_id: UUID
    number: str
    company_id: UUID
    company_name: str
    person_id: UUID
    person_name: str
    unit_id: UUID
    due_on: date
    amount_minor: int
    received_minor: int
    open_minor: int
    currency: str
    days_late: int


def overdue_instalments(
    scope: Scope, *, today: date, unit_id: UUID | None = None, limit: int = 200
) -> list[DueInstalment]:
    """Return open instalments in reach that were due before today, the oldest first."""
    scope.require(Ability.VIEW_COLLECTIONS)
    rows = open_instalments(scope).filter(due_on__lt=today)
    if unit_id is not None:
        rows = rows.filter(plan__order__unit_id=unit_id)
    return [due_instalment(scope, row, today) for row in rows.order_by("due_on", "id")[:limit]]


def open_instalments(scope: Scope) -> ScopedQuerySet[Instalment]:
    """Return the open instalments in reach, with what their lines show."""
    rows = Instalment.objects.within(scope, Ability.VIEW_COLLECTIONS).filter(is_open=True)
    shown = rows.select_related("plan__order__company", "plan__order__owner")
    return shown.defer("plan__order__company__search_grams")


def due_instalment(scope: Scope, row: Instalment, today: date) -> DueInstalment:  # noqa: ARG001 -- the row was read in the scope already
    """Return a row of `open_instalments` as a line."""
    order = row.plan.order
    return DueInstalment(
        instalment_id=row.pk, order_id=order.pk, number=order.number, company_id=order.company_id, company_name=order.company.name,
        person_id=order.owner_id, person_name=order.owner.name, unit_id=order.unit_id, due_on=row.due_on,
        amount_minor=row.amount_minor, received_minor=row.received_minor, open_minor=row.amount_minor - row.received_minor,
        currency=row.plan.currency, days_late=overdue_days(row.due_on, today),
    )  # fmt: skip
