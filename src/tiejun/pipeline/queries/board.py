"""Sums of the pipeline for the board: numbers by unit and day, never a row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from tiejun.access.abilities import Ability
from tiejun.foundation.times import at_local
from tiejun.pipeline.models import UNDECIDED, Instalment, Opportunity, Order, Receipt
from tiejun.pipeline.queries import COUNTED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class PipelineSums:
    """Links 5 to 7 by (unit, day): numbers whatever the currency, amounts in minor units of one; what is overdue by unit, as of today.

    `currencies`: all that occur, CNY first.
    """

    opened: Counter[tuple[UUID, date]] = field(default_factory=Counter)
    opened_minor: Counter[tuple[UUID, date]] = field(default_factory=Counter)
    signed: Counter[tuple[UUID, date]] = field(default_factory=Counter)
    signed_minor: Counter[tuple[UUID, date]] = field(default_factory=Counter)
    collected_minor: Counter[tuple[UUID, date]] = field(default_factory=Counter)
    overdue: Counter[UUID] = field(default_factory=Counter)
    overdue_minor: Counter[UUID] = field(default_factory=Counter)
    currencies: list[str] = field(default_factory=list)


def pipeline_sums(scope: Scope, *, since: date, until: date, today: date, currency: str = "CNY") -> PipelineSums:
    """Sum links 5 to 7 from `since` to `until` (exclusive) within reach of the board, in six queries.

    Signatures count on their day with what they add, cancellations on theirs, money on the day of its receipt.
    """
    scope.require(Ability.VIEW_BOARD)
    sums = PipelineSums()
    first, last = at_local(since, "00:00", scope.zone), at_local(until, "00:00", scope.zone)
    opened = Opportunity.objects.within(scope, Ability.VIEW_BOARD).filter(opened_at__gte=first, opened_at__lt=last)
    by_day = opened.annotate(day=TruncDate("opened_at", tzinfo=ZoneInfo(scope.zone)))
    of_currency = Q(currency=currency)
    _add(by_day, ("unit_id", "day"), ("amount_minor", of_currency), sums.opened, sums.opened_minor)
    orders = Order.objects.within(scope, Ability.VIEW_BOARD)
    signed = orders.filter(signed_on__gte=since, signed_on__lt=until)
    _add(
        signed,
        ("unit_id", "signed_on"),
        ("delta_minor", of_currency),
        sums.signed,
        sums.signed_minor,
        which=Q(revision=1),
    )
    undone = orders.filter(
        status=Order.Status.CANCELLED, signed_on__isnull=False, cancelled_on__gte=since, cancelled_on__lt=until
    )
    _add(
        undone,
        ("unit_id", "cancelled_on"),
        ("amount_minor", of_currency),
        sums.signed,
        sums.signed_minor,
        which=Q(revision=1),
        sign=-1,
    )
    received = Receipt.objects.within(scope, Ability.VIEW_BOARD).filter(
        COUNTED, received_on__gte=since, received_on__lt=until
    )
    place = ("plan__order__unit_id", "received_on")
    _add(received, place, ("amount_minor", of_currency), Counter(), sums.collected_minor)
    late = Instalment.objects.within(scope, Ability.VIEW_BOARD).filter(is_open=True, due_on__lt=today)
    _sum_overdue(late, sums, currency)
    sums.currencies.extend(_currencies([opened, signed, undone, received], late))
    return sums


def _sum_overdue(late: Any, sums: PipelineSums, currency: str) -> None:
    left = Sum(F("amount_minor") - F("received_minor"), filter=Q(plan__currency=currency))
    by_unit = late.order_by().values_list("plan__order__unit_id").annotate(number=Count("pk"), left=left)
    for unit_id, number, total in by_unit:
        sums.overdue[unit_id] += number
        sums.overdue_minor[unit_id] += total or 0


def _currencies(counted: list[Any], late: Any) -> list[str]:
    first, *rest = (rows.order_by().values_list("currency") for rows in counted)
    found = {row[0] for row in first.union(*rest, late.order_by().values_list("plan__currency"))}
    return sorted(found, key=lambda code: (code != "CNY", code))


def _add(
    rows: Any,
    place: tuple[str, str],
    amount: tuple[str, Q],
    number: Counter[Any],
    total: Counter[Any],
    *,
    which: Q | None = None,
    sign: int = 1,
) -> None:
    column, of_currency = amount
    total_of = Sum(column, filter=of_currency)
    found = rows.order_by().values_list(*place).annotate(n=Count("pk", filter=which), s=total_of)
    for unit_id, day, count, amount_minor in found:
        number[unit_id, day] += sign * count
        total[unit_id, day] += sign * (amount_minor or 0)


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """An open opportunity at a company of class A: what is to be signed next."""

    opportunity_id: UUID
    company_id: UUID
    company_name: str
    person_id: UUID
    amount_minor: int
    currency: str
    close_on: date


def class_a_opportunities(scope: Scope, person_ids: Iterable[UUID]) -> list[ClosingLine]:
    """Return the open opportunities of persons at their class A companies within reach, the largest first."""
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE).filter(
        owner__in=list(person_ids), stage__in=UNDECIDED, company__closing_class="A"
    )
    found = rows.order_by("-amount_minor", "close_on", "pk").values_list(
        "pk", "company_id", "company__name", "owner_id", "amount_minor", "currency", "close_on"
    )
    return [ClosingLine(*row) for row in found]
