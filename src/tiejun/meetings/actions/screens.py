"""The screens on the walls: made with an address that needs no sign-in, closed when it is not wanted any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast.queries.people import group_in_reach
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound
from tiejun.meetings.models import WallScreen
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.queries.wall import forget

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LONGEST_NAME = 60


@action(Ability.MANAGE_SCREENS)
def make_screen(scope: Scope, *, unit_id: UUID, name: str, now: datetime) -> WallScreen:
    """Make an address under which a unit's board is shown without sign-in, for as long as the policy lets it.

    Raises `NotFound`, `Invalid` without a name.
    """
    unit = group_in_reach(scope, Ability.MANAGE_SCREENS, unit_id)
    if not name.strip():
        raise Invalid(name=_("Say where the screen hangs."))
    days = meeting_policy(scope, unit.pk, zone=unit.zone, now=now).number("screen_days")
    row = WallScreen.objects.create(
        unit_id=unit.pk,
        name=name.strip()[:LONGEST_NAME],
        made_by_id=scope.own_id,
        made_at=now,
        ends_at=now + timedelta(days=days),
    )
    audit.record(scope, "meetings.screen_made", row, unit_id=unit.pk)
    return row


@action(Ability.MANAGE_SCREENS)
def close_screen(scope: Scope, *, screen_id: UUID, now: datetime) -> WallScreen:
    """Close a screen's address; within a minute it shows nothing any more. A second time changes nothing. Raises `NotFound`."""
    rows = WallScreen.objects.within(scope, Ability.MANAGE_SCREENS).select_for_update(of=("self",))
    row = rows.filter(pk=screen_id).first()
    if row is None:
        raise NotFound
    if row.closed_at is None:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
    forget(scope, screen_id)
    audit.record(scope, "meetings.screen_closed", row)
    return row
