"""Deals when two companies become one: what is undecided follows with its drafts; signed orders stand and are read together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import queries as customers
from tiejun.customers.rules.merging import register_link
from tiejun.foundation import audit
from tiejun.foundation.moves import Moved, change, change_back
from tiejun.pipeline.models import Opportunity, Order, Receipt
from tiejun.pipeline.models.opportunities import UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.customers.rules.merging import Pair

OPPORTUNITY, DRAFT, ORDER, RECEIPT = "pipeline.opportunity", "pipeline.draft", "pipeline.order", "pipeline.receipt"


class DealsLink:
    """Undecided opportunities and draft orders."""

    position = 40
    kinds = (OPPORTUNITY, DRAFT)

    def lock(self, scope: Scope, pair: Pair) -> None:  # noqa: ARG002 -- the pair is within reach
        """Lock the undecided opportunities of both, by id."""
        both = [pair.survivor_id, pair.absorbed_id]
        list(_undecided(both).select_for_update(of=("self",)).order_by("pk").values_list("pk"))

    def count(self, scope: Scope, pair: Pair) -> dict[str, int]:  # noqa: ARG002 -- the pair is within reach
        """Count what follows, and the orders and receipts that will be read together with the survivor's."""
        orders = Order.objects.filter(company=pair.absorbed_id)
        return {
            OPPORTUNITY: Opportunity.objects.filter(company=pair.absorbed_id).count(),
            ORDER: orders.count(),
            RECEIPT: Receipt.objects.filter(plan__order__in=orders).count(),
        }

    def move(self, scope: Scope, pair: Pair, now: datetime) -> list[Moved]:  # noqa: ARG002 -- as all links
        """Move what is undecided."""
        return relink(scope, pair=pair)

    def move_back(self, scope: Scope, pair: Pair, moves: Sequence[Moved], now: datetime) -> list[bool]:  # noqa: ARG002 -- as all links
        """Put opportunities or drafts back."""
        return relink_back(scope, moves=moves)

    def settle(self, scope: Scope, pair: Pair, now: datetime) -> None:
        """Nothing is copied from here to the companies."""


def _undecided(company_ids: list[UUID]) -> QuerySet[Opportunity]:
    return Opportunity.objects.filter(company__in=company_ids, stage__in=UNDECIDED)


@action(Ability.MERGE_CUSTOMERS)
def relink(scope: Scope, *, pair: Pair) -> list[Moved]:
    """Give what is undecided to the survivor and to who holds it from now on (domain 11.27: credit follows the holding).

    An opportunity whose product line the survivor has open too stays under its own company's name: two cannot stand for one, and
    which of them is real is for its owner to say.
    """
    taken = _undecided([pair.survivor_id]).values("product_line")
    rows = _undecided([pair.absorbed_id]).exclude(product_line__in=taken)
    wanted = list(rows.values_list("pk", flat=True))
    holder = customers.holder_of(scope, pair.survivor_id)
    to = {"company_id": pair.survivor_id} | ({"owner_id": holder[0], "unit_id": holder[1]} if holder else {})
    drafts = Order.objects.filter(opportunity__in=wanted, status=Order.Status.DRAFT)
    moves = change(DRAFT, drafts, **to)
    moves += change(OPPORTUNITY, Opportunity.objects.filter(pk__in=wanted), **to)
    if holder:
        both = _undecided([pair.survivor_id, pair.absorbed_id]).exclude(pk__in=wanted).exclude(owner=holder[0])
        moves += change(OPPORTUNITY, both, owner_id=holder[0], unit_id=holder[1])
    audit.record(
        scope, "pipeline.merge_followed", survivor=pair.survivor_id, absorbed=pair.absorbed_id, rows=len(moves)
    )
    return moves


@action(Ability.MERGE_CUSTOMERS)
def relink_back(scope: Scope, *, moves: Sequence[Moved]) -> list[bool]:
    """Put opportunities or drafts back after a merge was undone; false for each that was changed or decided since."""
    kind, row_ids = moves[0].kind, [move.row_id for move in moves]
    drafts = Order.objects.filter(pk__in=row_ids, status=Order.Status.DRAFT)
    deals = Opportunity.objects.filter(pk__in=row_ids, stage__in=UNDECIDED)
    open_ids = set((drafts if kind == DRAFT else deals).values_list("pk", flat=True))
    still_open = [move for move in moves if move.row_id in open_ids]
    outcomes = change_back(Order if kind == DRAFT else Opportunity, still_open)
    back = {move.row_id for move, is_back in zip(still_open, outcomes, strict=True) if is_back}
    audit.record(scope, "pipeline.merge_followed_back", kind=kind, rows=len(moves), back=len(back))
    return [move.row_id in back for move in moves]


register_link(DealsLink())
