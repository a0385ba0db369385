from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.leads.models import Pool
from tiejun.leads.queries.holding import in_my_pools

if TYPE_CHECKING:
    from tiejun.access.scope import Scope


def open_pools(scope: Scope) -> list[Pool]:
    """Return the open pools that the asker may fill: everybody's, those of units above, and those below."""
    below = frozenset().union(*(grant.unit_ids for grant in scope.grants))
    wanted = Q() if scope.is_system else in_my_pools(scope) | Q(unit__in=sorted(below))
    return list(Pool.objects.filter(wanted, closed_at=None).order_by("name"))
