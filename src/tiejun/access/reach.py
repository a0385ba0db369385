"""The one algorithm that turns a reach into a filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from tiejun.access.roles import Reach

if TYPE_CHECKING:
    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class ReachPaths:
    """Where a model keeps its owner (a person's id) and its unit: lookup names ending in an id column."""

    own: str
    unit: str


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset whose rows have an owner and a unit; the model says where in its attribute `reach`."""

    def within(self, scope: Scope, ability: Ability) -> Self:
        """Cut to the rows that the scope reaches with this ability; none at all when it may not do it."""
        if scope.is_system:
            return self
        paths: Any = self.model
        condition = reach_condition(scope, ability, paths.reach)
        return self if condition is None else self.filter(condition)


def reach_condition(scope: Scope, ability: Ability, paths: ReachPaths) -> Q | None:
    """Return the filter for this reach: None = no limit, `Q(pk__in=[])` = nothing."""
    if scope.is_system:
        return None
    wanted: set[Any] = set()
    own = False
    for reach, grant in scope.reaches(ability):
        if reach is Reach.COMPANY:
            return None
        own = True
        if reach is Reach.TEAM:
            wanted.add(grant.unit_id)
        elif reach is Reach.SUBTREE:
            wanted |= grant.unit_ids
    if not own:
        return Q(pk__in=[])
    condition = Q(**{paths.own: scope.person_id})
    if wanted:
        condition |= Q(**{f"{paths.unit}__in": sorted(wanted)})
    return condition
