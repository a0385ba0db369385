"""What a month was promised to bring, for boards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.forecast.models import GroupForecast

if TYPE_CHECKING:
    from datetime import date

    from tiejun.access.scope import Scope


def promised(scope: Scope, month: date) -> int:
    """Return the minor units that leaders answer for in a month within reach of VIEW_ROLL_UP; what a unit above answers for counts once. One query."""
    scope.require(Ability.VIEW_ROLL_UP)
    rows = GroupForecast.objects.within(scope, Ability.VIEW_ROLL_UP).filter(month=month, superseded_at=None)
    found = dict(rows.values_list("unit__path", "amount_minor"))
    return sum(minor for path, minor in found.items() if not any(path.startswith(f"{above}/") for above in found))
