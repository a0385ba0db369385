from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.leads.models import Lead, Pool
from tiejun.leads.queries.holding import in_my_pools

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope


def open_pools(scope: Scope) -> list[Pool]:
    """Return the open pools that the asker may fill: everybody's, those of units above, and those below."""
    return list(_open(scope).order_by("name"))


def _open(scope: Scope) -> QuerySet[Pool]:
    below = frozenset().union(*(grant.unit_ids for grant in scope.grants))
    wanted = Q() if scope.is_system else in_my_pools(scope) | Q(unit__in=sorted(below))
    return Pool.objects.filter(wanted, closed_at=None)


def leads_of_batch(scope: Scope, batch_id: UUID) -> list[tuple[UUID, UUID, str]]:
    """Return the leads of an import with the ids and names of their companies."""
    scope.require(Ability.IMPORT_LEADS)
    return list(Lead.objects.filter(batch_id=batch_id).order_by("pk").values_list("pk", "company_id", "company__name"))


def visible_pools(scope: Scope) -> list[Pool]:
    """Return the pools that the asker may look into: everybody's, those of units above, and those below."""
    scope.require(Ability.VIEW_POOL)
    return open_pools(scope)


def visible_pool_ids(scope: Scope) -> list[UUID]:
    """Return the ids of the pools that the asker may look into, in no order."""
    return list(_open(scope).values_list("pk", flat=True)) if scope.can(Ability.VIEW_POOL) else []
