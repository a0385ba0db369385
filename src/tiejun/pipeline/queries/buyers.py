"""What each buyer ordered and paid, not asked for yet: what cohorts and channels are summed of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, Value, Window
from django.db.models.functions import RowNumber

from tiejun.access.abilities import Ability
from tiejun.foundation.lines import Lines
from tiejun.leads.queries.facts import first_arrival, first_source
from tiejun.pipeline.models import Order, Receipt
from tiejun.pipeline.queries import COUNTED
from tiejun.pipeline.queries.facts import BUYER, BUYER_OF_RECEIPT, FIRST_EDITION

if TYPE_CHECKING:
    from tiejun.access.scope import Scope

_CANCELLED = Q(status=Order.Status.CANCELLED)


def purchase_lines(scope: Scope) -> Lines:
    """Return every first edition of an order that stands, with its number among those of its buyer in that currency, 1 for the first."""
    scope.require(Ability.VIEW_BOARD)
    rows = Order.objects.filter(revision=1, signed_on__isnull=False).exclude(_CANCELLED).annotate(buyer=BUYER)
    place = Window(RowNumber(), partition_by=[F("buyer"), F("currency")], order_by=["signed_on", "pk"])
    found = rows.order_by().values_list(
        "buyer", "currency", "signed_on", "unit_id", first_source(scope, "buyer"), place
    )
    return Lines(found, ("buyer", "currency", "day", "unit_id", "source"), ("place",))


def amount_lines(scope: Scope) -> list[Lines]:
    """Return what each signature added and each cancellation took, by buyer, with the day of the signature and its own."""
    scope.require(Ability.VIEW_BOARD)
    orders = Order.objects.filter(signed_on__isnull=False).annotate(buyer=BUYER).order_by()
    place = ("buyer", "currency", "signed_on")
    keys = ("buyer", "currency", "signed_on", "day")
    undone = orders.filter(_CANCELLED, cancelled_on__isnull=False)
    return [
        Lines(orders.values_list(*place, "signed_on", "delta_minor"), keys, ("minor",)),
        Lines(undone.values_list(*place, "cancelled_on", -F("amount_minor")), keys, ("minor",)),
    ]


def channel_lines(scope: Scope) -> list[Lines]:
    """Return orders and money by buyer, with the source and the local day of the buyer's first lead; nothing of buyers without one."""
    scope.require(Ability.VIEW_BOARD)
    came: Any = {"came_from": first_source(scope, "buyer"), "arrived_on": first_arrival(scope, "buyer")}
    orders = Order.objects.filter(signed_on__isnull=False).annotate(buyer=BUYER).annotate(**came)
    money = Receipt.objects.filter(COUNTED).annotate(buyer=BUYER_OF_RECEIPT).annotate(**came)
    keys = ("buyer", "currency", "source", "arrived_on", "day")
    measures = ("orders", "signed_minor", "received_minor")
    place, nothing = ("buyer", "currency", "came_from", "arrived_on"), Value(0)
    signed = orders.filter(arrived_on__isnull=False).order_by()
    undone = signed.filter(_CANCELLED, cancelled_on__isnull=False)
    received = money.filter(arrived_on__isnull=False).order_by()
    return [
        Lines(signed.values_list(*place, "signed_on", FIRST_EDITION, "delta_minor", nothing), keys, measures),
        Lines(undone.values_list(*place, "cancelled_on", -FIRST_EDITION, -F("amount_minor"), nothing), keys, measures),
        Lines(received.values_list(*place, "received_on", nothing, nothing, "amount_minor"), keys, measures),
    ]
