"""One improvement point within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.models import ImprovementPoint
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope


def point_in_reach(scope: Scope, point_id: UUID, ability: Ability = Ability.COACH) -> ImprovementPoint:
    """Return a point within reach that is not sealed from the asker; raises `NotFound`."""
    scope.require(ability)
    row = ImprovementPoint.objects.within(scope, ability).filter(pk=point_id).first()
    if row is None:
        raise NotFound
    return row
