"""Row locks of this module: a target of the scores; a link of a unit before its anomaly; the facts as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.refusals import NotFound, Stale
from tiejun.foundation.turns import take_turn
from tiejun.insight.models import Anomaly

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope


def lock_target(target: str) -> None:
    """Let one transaction at a time change the models of a target."""
    take_turn(f"insight.score:{target}")


def lock_link(unit_id: UUID, link: str) -> None:
    """Let one transaction at a time raise anomalies of a link at a unit."""
    take_turn(f"insight.link:{unit_id}:{link}")


def lock_facts() -> None:
    """Let one transaction at a time roll up."""
    take_turn("insight.facts")


def lock_anomaly(scope: Scope, anomaly_id: UUID, ability: Ability, *, version: int) -> Anomaly:
    """Lock and return an anomaly within reach; raises `NotFound`, or `Stale` for another version."""
    rows = Anomaly.objects.within(scope, ability).select_for_update(of=("self",)).select_related("unit")
    row = rows.filter(pk=anomaly_id).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise Stale(row)
    return row
