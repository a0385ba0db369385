"""Customers that are found to be one: what waits for somebody follows; what happened stays and is read together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.rules.merging import register_link
from tiejun.foundation import audit
from tiejun.foundation.moves import Moved, change, change_back
from tiejun.success.actions.lives import _refresh
from tiejun.success.models import Complaint, CustomerHandover

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope
    from tiejun.customers.rules.merging import Pair

HANDOVER, COMPLAINT = "success.handover", "success.complaint"


class LivesLink:
    """Hand-overs that are not received and complaints without an answer."""

    position = 45
    kinds = (HANDOVER, COMPLAINT)

    def lock(self, scope: Scope, pair: Pair) -> None:  # noqa: ARG002 -- the pair is within reach
        """Lock what waits for the absorbed company, by id."""
        list(_handovers(pair).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        list(_complaints(pair).select_for_update(of=("self",)).order_by("pk").values_list("pk"))

    def count(self, scope: Scope, pair: Pair) -> dict[str, int]:  # noqa: ARG002 -- the pair is within reach
        """Count what follows."""
        return {HANDOVER: _handovers(pair).count(), COMPLAINT: _complaints(pair).count()}

    def move(self, scope: Scope, pair: Pair, now: datetime) -> list[Moved]:  # noqa: ARG002 -- as all links
        """Give what waits to the survivor."""
        return follow_merge(scope, pair=pair)

    def move_back(self, scope: Scope, pair: Pair, moves: Sequence[Moved], now: datetime) -> list[bool]:  # noqa: ARG002 -- as all links
        """Put hand-overs or complaints back."""
        return follow_merge_back(scope, moves=moves)

    def settle(self, scope: Scope, pair: Pair, now: datetime) -> None:  # noqa: ARG002 -- as all links
        """Work out anew how both stand."""
        _refresh([pair.survivor_id, pair.absorbed_id], now)


def _handovers(pair: Pair) -> ScopedQuerySet[CustomerHandover]:
    return CustomerHandover.objects.filter(company=pair.absorbed_id, received_at=None)


def _complaints(pair: Pair) -> ScopedQuerySet[Complaint]:
    return Complaint.objects.filter(company=pair.absorbed_id, answered_at=None)


@action(Ability.MERGE_CUSTOMERS)
def follow_merge(scope: Scope, *, pair: Pair) -> list[Moved]:
    """Let hand-overs and complaints that wait for the absorbed company wait for the survivor."""
    moves = change(HANDOVER, _handovers(pair), company_id=pair.survivor_id)
    moves += change(COMPLAINT, _complaints(pair), company_id=pair.survivor_id)
    audit.record(scope, "success.followed_merge", survivor=pair.survivor_id, absorbed=pair.absorbed_id, rows=len(moves))
    return moves


@action(Ability.MERGE_CUSTOMERS)
def follow_merge_back(scope: Scope, *, moves: Sequence[Moved]) -> list[bool]:
    """Put hand-overs or complaints back after a merge was undone; false for each that was changed since."""
    kind = moves[0].kind
    outcomes = change_back(CustomerHandover if kind == HANDOVER else Complaint, moves)
    audit.record(scope, "success.followed_merge_back", kind=kind, rows=len(moves), back=sum(outcomes))
    return outcomes


register_link(LivesLink())
