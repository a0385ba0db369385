"""Trials within reach: which run, which led to the full service; and what those of a span came to, for the boards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncMonth

from tiejun.access.abilities import Ability
from tiejun.foundation import keyset
from tiejun.org import queries as org
from tiejun.success.models import CustomerTrial

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope

PAGE_SIZE = 50
RUNNING, LED_ON = STATES = ("running", "led_on")


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial in a list: whose customer it is, and whether it should have led to the full service by now."""

    trial: CustomerTrial
    holder: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class LifePage:
    """One page of a list of the desk; `rows` are of the kind that was asked for."""

    rows: list[Any]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class TrialSum:
    """What the trials of a month and a unit came to.

    `old`: those whose days are over; `in_time`: of them those that led to the full service within their days; `led_on`: of all, at
    whatever time, with the mean `days` it took. `tried_minor` and `full_minor` are of those that led on in the same currency.
    """

    month: date
    unit_id: UUID
    currency: str
    trials: int
    old: int
    in_time: int
    led_on: int
    days: float | None
    tried_minor: int
    full_minor: int


def trials(scope: Scope) -> ScopedQuerySet[CustomerTrial]:
    """Return the trials of customers within reach that stand for themselves."""
    return CustomerTrial.objects.within(scope, Ability.VIEW_LIVES).filter(company__merged_into=None)


def running_count(scope: Scope) -> int:
    """Return how many trials within reach have not led to the full service yet."""
    return trials(scope).filter(full_on=None).count()


def trials_page(
    scope: Scope, *, today: date, state: str = RUNNING, cursor: str | None = None, size: int = PAGE_SIZE
) -> LifePage:
    """Return trials within reach; `state`: running (next due first) or led_on (the newest full order first)."""
    scope.require(Ability.VIEW_LIVES)
    is_running = state != LED_ON
    rows = trials(scope).filter(full_on__isnull=is_running)
    rows = rows.select_related("company", "order__opportunity__product_line", "full_order").defer(
        "company__search_grams"
    )
    found = keyset.page(rows, order=["due_on", "id"] if is_running else ["-full_on", "-id"], cursor=cursor, size=size)
    names = org.names_of(scope, [row.company.owner_id for row in found.rows])
    shown = [
        TrialRow(row, names.get(row.company.owner_id, "") if row.company.owner_id else "", is_running and row.due_on < today)
        for row in found.rows
    ]  # fmt: skip
    return LifePage(shown, found.next_cursor, found.previous_cursor)


def trial_of(scope: Scope, company_id: UUID) -> CustomerTrial | None:
    """Return the trial by which a company began, None for none; of a company that a query of the asker gave."""
    scope.require(Ability.VIEW_LIVES)
    return CustomerTrial.objects.filter(company=company_id).select_related("order", "full_order").first()


def trial_sums(
    scope: Scope, *, since: date, today: date, unit_ids: Collection[UUID] | None, currency: str
) -> tuple[list[TrialSum], list[str]]:
    """Return what the trials begun since a day came to, by month and unit that sold them, of a currency; and all currencies there are.

    `unit_ids`: None for the whole company. Who shows sums of it cuts by unit.
    """
    scope.require(Ability.VIEW_BOARD)
    rows = CustomerTrial.objects.filter(company__merged_into=None, began_on__gte=since).order_by()
    if unit_ids is not None:
        rows = rows.filter(unit__in=unit_ids)
    old, led_on = Q(due_on__lt=today), Q(full_on__isnull=False)
    same = led_on & Q(full_currency=F("currency"))
    took: Any = ExpressionWrapper(F("full_on") - F("began_on"), DurationField())
    counted = rows.annotate(month=TruncMonth("began_on")).values_list("month", "unit_id", "currency")
    found = counted.annotate(
        trials=Count("pk"),
        old=Count("pk", filter=old),
        in_time=Count("pk", filter=old & Q(full_on__lte=F("due_on"))),
        led_on=Count("pk", filter=led_on),
        took=Avg(took, filter=led_on),
        tried=Sum("amount_minor", filter=same, default=0),
        full=Sum("full_minor", filter=same, default=0),
    )
    sums = [
        TrialSum(month, unit_id, code, trials_of, old_of, in_time, led, took and took / timedelta(days=1), tried, full)
        for month, unit_id, code, trials_of, old_of, in_time, led, took, tried, full in found
    ]
    return [one for one in sums if one.currency == currency], sorted({currency, *(one.currency for one in sums)})
