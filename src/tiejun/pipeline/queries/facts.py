"""What the facts of the boards are summed of: opportunities, orders, buyers and money, by day, unit, person and source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models import Count as Number
from django.db.models.functions import Coalesce, Greatest, Lead, TruncDate, TruncMonth

from tiejun.access.abilities import Ability
from tiejun.foundation.days import Days
from tiejun.foundation.lines import Lines
from tiejun.foundation.times import local_date
from tiejun.leads.queries.facts import companies_arrived, first_source, first_valid
from tiejun.pipeline.models import WON, Instalment, Opportunity, Order, Receipt, ReceiptConfirmation
from tiejun.pipeline.queries import COUNTED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

DEAL_KEYS = ("day", "unit_id", "person_id", "currency", "product_line_id")
SALE_KEYS = ("day", "unit_id", "person_id", "source", "currency")
BUYERS = {"fresh", "late"}
# A company that was merged counts as the one that stands for it.
BUYER = Coalesce("company__merged_into_id", "company_id")
BUYER_OF_RECEIPT = Coalesce("plan__order__company__merged_into_id", "plan__order__company_id")
_SOLD = Q(revision=1, signed_on__isnull=False)
_CANCELLED = Q(status=Order.Status.CANCELLED)
IS_WON = Case(When(stage__in=WON, then=Value(1)), default=Value(0), output_field=IntegerField())
FIRST_EDITION = Case(When(revision=1, then=Value(1)), default=Value(0), output_field=IntegerField())


def deal_lines(
    scope: Scope,
    days: Days,
    *,
    unit_ids: Collection[UUID] | None = None,
    sources: bool = True,  # noqa: ARG001 -- deals are of no source
    wanted: Collection[str] = (),  # noqa: ARG001 -- who sums leaves out what it does not look at
) -> list[Lines]:
    """Return the lines of the opportunities opened on some local days, at today's amounts, and of those decided on them, within reach of the board and `unit_ids`.

    A deal counts as it stands today: one that was opened again is not decided any more.
    """
    rows = _of(Opportunity.objects.within(scope, Ability.VIEW_BOARD), unit_ids).order_by()
    opened, decided = (TruncDate(name, tzinfo=ZoneInfo(scope.zone)) for name in ("opened_at", "closed_at"))
    place = ("unit_id", "owner_id", "currency", "product_line_id")
    new = rows.filter(days.of_moments("opened_at", scope.zone))
    over = rows.filter(days.of_moments("closed_at", scope.zone), closed_at__isnull=False)
    return [
        Lines(new.values_list(opened, *place, Value(1), "amount_minor"), DEAL_KEYS, ("opened", "opened_minor")),
        Lines(over.values_list(decided, *place, Value(1), IS_WON), DEAL_KEYS, ("decided", "won")),
    ]


def sale_lines(
    scope: Scope,
    days: Days,
    *,
    unit_ids: Collection[UUID] | None = None,
    sources: bool = True,
    wanted: Collection[str] = (),
) -> list[Lines]:
    """Return the lines of orders, buyers and money on some days, within reach of the board and `unit_ids`.

    Signatures count on their day with what they add, cancellations on theirs, money on the day of its receipt at the unit of its order.
    The source is that of the company's first lead; without `sources` there is none. `wanted`: the measures that will be looked at (none: all).
    Where they are named, a lead that was received after its company's order is left to the roll-up to find.
    """
    orders = _of(Order.objects.within(scope, Ability.VIEW_BOARD), unit_ids).annotate(buyer=BUYER).order_by()
    source = first_source(scope, "buyer") if sources else Value("")
    sold = ("unit_id", "owner_id", source, "currency")
    signed = orders.filter(days.of("signed_on"), signed_on__isnull=False)
    undone = orders.filter(_CANCELLED, days.of("cancelled_on"), signed_on__isnull=False)
    received = Receipt.objects.within(scope, Ability.VIEW_BOARD).filter(COUNTED, days.of("received_on"))
    if unit_ids is not None:
        received = received.filter(plan__order__unit_id__in=unit_ids)
    money = received.annotate(buyer=BUYER_OF_RECEIPT).order_by()
    of_order = ("plan__order__unit_id", "plan__order__owner_id", source, "currency")
    net = ("orders", "signed_minor")
    return [
        Lines(signed.values_list("signed_on", *sold, FIRST_EDITION, "delta_minor"), SALE_KEYS, net),
        Lines(undone.values_list("cancelled_on", *sold, -FIRST_EDITION, -F("amount_minor")), SALE_KEYS, net),
        Lines(
            money.values_list("received_on", *of_order, Value(1), "amount_minor"),
            SALE_KEYS,
            ("receipts", "received_minor"),
        ),
        *(
            []
            if wanted and not BUYERS & set(wanted)
            else _buyer_lines(scope, orders, days, source, is_whole=not wanted)
        ),
    ]


def _buyer_lines(scope: Scope, orders: Any, days: Days, source: Any, *, is_whole: bool) -> list[Lines]:
    """Return the lines of first-time buyers by who sold them their first order: `late`, and `fresh` from the day on which a valid lead of the same month is there too.

    An order that was cancelled since makes no buyer, yet whoever signed one in an earlier month is no first-time buyer.
    """
    first = _first_orders(orders)
    in_month = first_valid(scope, "buyer").annotate(
        arrived_in=TruncMonth("created_at", tzinfo=ZoneInfo(scope.zone), output_field=DateField())
    )
    arrived = in_month.filter(arrived_in=OuterRef("month")).values_list(
        TruncDate("created_at", tzinfo=ZoneInfo(scope.zone))
    )
    met = first.annotate(lead_day=Subquery(arrived[:1], output_field=DateField()))
    met = met.filter(lead_day__isnull=False).annotate(fresh_day=Greatest("signed_on", "lead_day"))
    met = met.filter(days.of("fresh_day"))
    sold = ("unit_id", "owner_id", source, "currency")
    late = first.filter(days.of("signed_on")).values_list("signed_on", *sold, Value(1))
    same = met.filter(days.of("signed_on")).values_list("fresh_day", *sold, Value(1), Value(-1))
    lines = [Lines(late, SALE_KEYS, ("late",)), Lines(same, SALE_KEYS, ("fresh", "late"))]
    if is_whole and days.earliest is not None:
        # The lead was received after the order, in the same month.
        before = met.filter(signed_on__gte=days.earliest.replace(day=1), signed_on__lt=days.until).exclude(
            days.of("signed_on")
        )
        came = companies_arrived(scope, days)
        for place in ("company", "company__merged_into"):
            after = before.filter(**{f"{place}__in": came})
            if place == "company":
                after = after.filter(company__merged_into=None)
            lines.append(
                Lines(after.values_list("fresh_day", *sold, Value(1), Value(-1)), SALE_KEYS, ("fresh", "late"))
            )
    return lines


def _first_orders(orders: Any) -> Any:
    """Return the first order of each buyer and currency that stands, where the buyer had signed none in an earlier month."""
    sold = Order.objects.filter(_SOLD)
    standing = (
        sold.exclude(_CANCELLED)
        .filter(currency=OuterRef("currency"))
        .filter(Q(signed_on__lt=OuterRef("signed_on")) | Q(signed_on=OuterRef("signed_on"), pk__lt=OuterRef("pk")))
    )
    first = orders.filter(_SOLD).exclude(_CANCELLED).annotate(month=TruncMonth("signed_on"))
    for place in ("company", "company__merged_into"):
        same = {place: OuterRef("buyer")}
        first = first.filter(
            ~Exists(sold.filter(**same, signed_on__lt=OuterRef("month"))), ~Exists(standing.filter(**same))
        )
    return first


def last_order_lines(scope: Scope) -> Lines:
    """Return each order that stands with the day on which its buyer signed the next one in the same currency, None where that was the last.

    Of the whole company, whatever the asker reaches: the next order may be another unit's. Who shows sums of it cuts by unit.
    """
    scope.require(Ability.VIEW_BOARD)
    rows = Order.objects.filter(_SOLD).exclude(_CANCELLED).annotate(buyer=BUYER).order_by()
    following = Window(Lead("signed_on"), partition_by=[F("buyer"), F("currency")], order_by=["signed_on", "pk"])
    found = rows.values_list("signed_on", "unit_id", "owner_id", first_source(scope, "buyer"), "currency", following)
    return Lines(found, SALE_KEYS, ("next_on",))


def first_sale_day(scope: Scope) -> date | None:
    """Return the first local day on which an opportunity was opened, an order was signed or money came in."""
    scope.require(Ability.VIEW_BOARD)
    opened = Opportunity.objects.aggregate(at=Min("opened_at"))["at"]
    signed = Order.objects.aggregate(day=Min("signed_on"))["day"]
    received = Receipt.objects.aggregate(day=Min("received_on"))["day"]
    firsts = [local_date(opened, scope.zone) if opened else None, signed, received]
    return min((day for day in firsts if day is not None), default=None)


def sale_days_touched(scope: Scope, *, since: datetime) -> set[date]:
    """Return the days whose orders or money were written down or taken back since a moment."""
    scope.require(Ability.VIEW_BOARD)
    signed = Order.objects.filter(signed_at__gte=since, signed_on__isnull=False).order_by()
    undone = Order.objects.filter(_CANCELLED, changed_at__gte=since, signed_on__isnull=False).order_by()
    recorded = Receipt.objects.filter(recorded_at__gte=since).order_by().values_list("received_on")
    confirmed = ReceiptConfirmation.objects.filter(confirmed_at__gte=since).order_by()
    rows = signed.values_list("signed_on").union(
        undone.values_list("signed_on"),
        undone.values_list("cancelled_on"),
        recorded,
        confirmed.values_list("receipt__received_on"),
    )
    return {day for (day,) in rows if day is not None}


def overdue_by_unit(scope: Scope, *, today: date) -> dict[tuple[UUID, str], tuple[int, int]]:
    """Return what is left of instalments due before today, by unit of the order and currency, each as (number, minor units), within reach of the board."""
    late = Instalment.objects.within(scope, Ability.VIEW_BOARD).filter(is_open=True, due_on__lt=today)
    rows = late.order_by().values_list("plan__order__unit_id", "plan__currency")
    found = rows.annotate(number=Number("pk"), left=Sum(F("amount_minor") - F("received_minor")))
    return {(unit_id, currency): (number, left) for unit_id, currency, number, left in found}


def _of(rows: Any, unit_ids: Collection[UUID] | None) -> Any:
    return rows if unit_ids is None else rows.filter(unit_id__in=unit_ids)
