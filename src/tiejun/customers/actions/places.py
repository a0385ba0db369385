"""Where companies are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.locks import lock_companies
from tiejun.customers.models import Company
from tiejun.foundation import audit

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.MANAGE_BUILDINGS)
def move_to_building(scope: Scope, *, from_id: UUID, to_id: UUID) -> int:
    """Place the companies of one building into another that stands for it; returns how many."""
    ids = list(Company.objects.filter(building=from_id).values_list("pk", flat=True))
    lock_companies(ids)
    moved = Company.objects.filter(pk__in=ids, building=from_id).update(building=to_id)
    audit.record(scope, "customers.moved_to_building", building=to_id, was=from_id, companies=moved)
    return moved
