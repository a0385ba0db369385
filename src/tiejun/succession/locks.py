"""Row locks of this module: the hand-over first, then seats and leads by `leads`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.succession.models import Succession

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope


def lock_succession(scope: Scope, succession_id: UUID) -> Succession:
    """Lock a hand-over within reach; raises `NotFound`."""
    rows = Succession.objects.within(scope, Ability.HAND_OVER).select_for_update(of=("self",))
    row = rows.filter(pk=succession_id).first()
    if row is None:
        raise NotFound
    return row
