"""What is to come in and what came: the pages of collections and receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.pipeline.models import (
    CollectionPlan,
    Instalment,
    Receipt,
    ReceiptConfirmation,
)
from tiejun.pipeline.queries import (
    PAGE_SIZE,
    DueInstalment,
    due_instalment,
    open_instalments,
    order_in_reach,
)

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class CollectionsPage:
    """Open instalments by due day, with sums over all of them: late, due within a week, later (minor units by currency)."""

    rows: list[DueInstalment]
    next_cursor: str | None
    previous_cursor: str | None
    late: list[tuple[str, int]]
    soon: list[tuple[str, int]]
    later: list[tuple[str, int]]
    late_count: int


def collections_page(
    scope: Scope, *, today: date, which: str = "", cursor: str | None = None, size: int = PAGE_SIZE
) -> CollectionsPage:
    """Return what is to come in; `which`: overdue, soon (within a week), or empty for all."""
    scope.require(Ability.VIEW_COLLECTIONS)
    rows = open_instalments(scope)
    week = today + timedelta(days=7)
    parts = {
        "overdue": Q(due_on__lt=today),
        "soon": Q(due_on__gte=today, due_on__lte=week),
        "later": Q(due_on__gt=week),
    }
    plain = Instalment.objects.within(scope, Ability.VIEW_COLLECTIONS).filter(is_open=True)
    sums = plain.order_by().values_list("plan__currency").annotate(
        late=Sum("amount_minor", filter=parts["overdue"], default=0) - Sum("received_minor", filter=parts["overdue"], default=0),
        soon=Sum("amount_minor", filter=parts["soon"], default=0) - Sum("received_minor", filter=parts["soon"], default=0),
        later=Sum("amount_minor", filter=parts["later"], default=0) - Sum("received_minor", filter=parts["later"], default=0),
        late_count=Count("pk", filter=parts["overdue"]),
    )  # fmt: skip
    known = list(sums)
    found = keyset.page(rows.filter(parts.get(which, Q())), order=["due_on", "id"], cursor=cursor, size=size)
    return CollectionsPage(
        rows=[due_instalment(scope, row, today) for row in found.rows],
        next_cursor=found.next_cursor,
        previous_cursor=found.previous_cursor,
        late=[(part[0], part[1]) for part in known if part[1]],
        soon=[(part[0], part[2]) for part in known if part[2]],
        later=[(part[0], part[3]) for part in known if part[3]],
        late_count=sum(part[4] for part in known),
    )


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """One page of receipts, newest first, each with `is_reversed` and `is_waiting` (cash without its second person)."""

    rows: list[Receipt]
    next_cursor: str | None
    previous_cursor: str | None


def receipts_page(
    scope: Scope, *, waiting_only: bool = False, cursor: str | None = None, size: int = PAGE_SIZE
) -> ReceiptPage:
    """Return receipts in reach, newest first."""
    scope.require(Ability.VIEW_COLLECTIONS)
    rows = _annotated(Receipt.objects.within(scope, Ability.VIEW_COLLECTIONS))
    if waiting_only:
        rows = rows.filter(is_waiting=True, is_reversed=False, reverses=None)
    shown = rows.select_related("recorded_by", "plan__order__company").defer("plan__order__company__search_grams")
    found = keyset.page(shown, order=["-received_on", "-id"], cursor=cursor, size=size)
    return ReceiptPage(found.rows, found.next_cursor, found.previous_cursor)


def receipt_in_reach(scope: Scope, receipt_id: UUID) -> Receipt:
    """Return a receipt that the asker may see; raises `NotFound`."""
    rows = _annotated(Receipt.objects.within(scope, Ability.VIEW_COLLECTIONS).filter(pk=receipt_id))
    row: Receipt | None = rows.select_related("recorded_by", "plan__order__company").first()
    if row is None:
        raise NotFound
    return row


def plan_in_reach(scope: Scope, order_id: UUID, ability: Ability) -> CollectionPlan:
    """Return the collection plan of an order within reach; raises `NotFound`."""
    order = order_in_reach(scope, order_id, ability)
    plan = CollectionPlan.objects.filter(order=order).select_related("order__company").first()
    if plan is None:
        raise NotFound
    return plan


def receipts_of_plan(scope: Scope, plan: CollectionPlan | None) -> list[Receipt]:
    """Return the receipts of a collection plan, newest first; empty where the asker sees no money."""
    if plan is None or not scope.can(Ability.VIEW_COLLECTIONS):
        return []
    return list(_annotated(Receipt.objects.filter(plan=plan)).order_by("-received_on", "-id"))


def _annotated(rows: Any) -> Any:
    """Add whether a receipt was reversed, and whether it still waits for the second person."""
    confirmed = Exists(ReceiptConfirmation.objects.filter(receipt=OuterRef("pk")))
    waits = Q(method=Receipt.Method.CASH) & ~confirmed
    return rows.annotate(
        is_reversed=Exists(Receipt.objects.filter(reverses=OuterRef("pk"))), is_waiting=waits
    ).select_related("recorded_by")
