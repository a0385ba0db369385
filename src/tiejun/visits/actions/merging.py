"""Plans when two companies become one: stops that lie ahead follow; visits stay where they happened and are read together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.rules.merging import register_link
from tiejun.foundation import audit
from tiejun.foundation.moves import Moved, change, change_back
from tiejun.foundation.times import business_day
from tiejun.visits.models import PlanItem, Visit
from tiejun.visits.rules.vocabulary import PlanState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.customers.rules.merging import Pair

STOP, VISIT = "visits.stop", "visits.visit"
SHUT = (PlanState.CLOSED, PlanState.LOCKED)


class PlansLink:
    """Stops of plans that are still to be walked."""

    position = 30
    kinds = (STOP,)

    def lock(self, scope: Scope, pair: Pair) -> None:  # noqa: ARG002 -- the pair is within reach
        """Lock the stops that may move, by id."""
        list(_stops(pair.absorbed_id).select_for_update(of=("self",)).order_by("pk").values_list("pk"))

    def count(self, scope: Scope, pair: Pair) -> dict[str, int]:  # noqa: ARG002 -- the pair is within reach
        """Count stops ahead, and the visits that will be read together with the survivor's."""
        return {STOP: _stops(pair.absorbed_id).count(), VISIT: Visit.objects.filter(company=pair.absorbed_id).count()}

    def move(self, scope: Scope, pair: Pair, now: datetime) -> list[Moved]:
        """Move the stops ahead."""
        return relink(scope, pair=pair, now=now)

    def move_back(self, scope: Scope, pair: Pair, moves: Sequence[Moved], now: datetime) -> list[bool]:  # noqa: ARG002 -- as all links
        """Put stops back."""
        return relink_back(scope, moves=moves)

    def settle(self, scope: Scope, pair: Pair, now: datetime) -> None:
        """Nothing is copied from here to the companies."""


def _stops(company_id: UUID) -> QuerySet[PlanItem]:
    return PlanItem.objects.filter(company=company_id, removed_in=None).exclude(plan__state__in=SHUT)


@action(Ability.MERGE_CUSTOMERS)
def relink(scope: Scope, *, pair: Pair, now: datetime) -> list[Moved]:
    """Let the stops that lie ahead lead to the survivor; where a plan has it already, the second stop is taken out."""
    ahead = _stops(pair.absorbed_id).filter(plan__business_day__gte=business_day(now, scope.zone))
    there = PlanItem.objects.filter(company=pair.survivor_id, removed_in=None).values("plan")
    moves: list[Moved] = []
    for stop in ahead.filter(plan__in=there).select_related("plan"):
        rows = PlanItem.objects.filter(pk=stop.pk)
        moves += change(STOP, rows, removed_in=max(stop.added_in, stop.plan.version))
    moves += change(STOP, ahead.exclude(plan__in=there), company_id=pair.survivor_id)
    audit.record(scope, "visits.merge_followed", survivor=pair.survivor_id, absorbed=pair.absorbed_id, stops=len(moves))
    return moves


@action(Ability.MERGE_CUSTOMERS)
def relink_back(scope: Scope, *, moves: Sequence[Moved]) -> list[bool]:
    """Put stops back after a merge was undone; false for each that was changed since, or whose plan is closed."""
    rows = PlanItem.objects.filter(pk__in=[move.row_id for move in moves], plan__state__in=SHUT)
    shut = set(rows.values_list("pk", flat=True))
    ahead = [move for move in moves if move.row_id not in shut]
    outcomes = change_back(PlanItem, ahead)
    back = {move.row_id for move, is_back in zip(ahead, outcomes, strict=True) if is_back}
    audit.record(scope, "visits.merge_followed_back", stops=len(moves), back=len(back))
    return [move.row_id in back for move in moves]


register_link(PlansLink())
