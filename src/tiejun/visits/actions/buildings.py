"""Two buildings that are one: everything that belongs to the doubled one goes to the one that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.actions.places import move_to_building
from tiejun.foundation import audit
from tiejun.org.actions.buildings import absorb_building

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Building


@action(Ability.MANAGE_BUILDINGS)
def merge_buildings(scope: Scope, *, kept_id: UUID, doubled_id: UUID) -> Building:
    """Make two buildings one: companies and territories follow; the doors that were knocked at count for the kept one.

    Knocks stay written as they happened: the doubled building's id goes on meaning the kept one, also for what a phone still
    has to send. Raises `NotFound` and `Refused` (SAME_BUILDING).
    """
    kept = absorb_building(scope, kept_id=kept_id, doubled_id=doubled_id)
    companies = move_to_building(scope, from_id=doubled_id, to_id=kept_id)
    audit.record(scope, "visits.buildings_merged", kept, doubled=doubled_id, companies=companies)
    return kept
