"""The weekly talk between two: what was found, what was agreed, and the coaching plan that it was about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Stale
from tiejun.meetings.models import OneToOne
from tiejun.meetings.queries.talks import talk_sheet

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.rules.talks import TalkKind

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class TalkNotes:
    """What a talk brought; `plan_id` and `plan_version`: the edition of the coaching plan that was looked at, if one was."""

    found: str
    agreed: str
    plan_id: UUID | None = None
    plan_version: int | None = None


@action(Ability.HOLD_ONE_TO_ONE)
def hold_talk(
    scope: Scope, *, person_id: UUID, kind: TalkKind, version: int, notes: TalkNotes, now: datetime
) -> OneToOne:
    """Keep this week's talk with somebody, with the numbers as they stand; until the week ends it can be changed.

    `version` 0 for the first. Raises `NotFound` (for oneself too), `Stale`, `Invalid`.
    """
    sheet = talk_sheet(scope, person_id, kind, now=now)
    found, agreed = notes.found.strip()[:LONGEST], notes.agreed.strip()[:LONGEST]
    if not found:
        raise Invalid(found=_("Say in a sentence what was found."))
    if not agreed:
        raise Invalid(agreed=_("Say in a sentence what was agreed."))
    if (notes.plan_id is None) != (notes.plan_version is None):
        raise Invalid(plan_version=_("Name the plan with its version."))
    row = OneToOne.objects.select_for_update().filter(person=person_id, kind=kind, week=sheet.week).first()
    if (row.version if row else 0) != version:
        raise Stale(row)
    values = {
        "facts": sheet.facts, "found": found, "agreed": agreed, "plan_id": notes.plan_id,
        "plan_version": notes.plan_version, "held_by_id": scope.own_id, "held_at": now, "version": version + 1,
    }  # fmt: skip
    row, _made = OneToOne.objects.update_or_create(
        person_id=person_id,
        kind=kind,
        week=sheet.week,
        defaults=values,
        create_defaults=values | {"unit_id": sheet.member.unit_id},
    )
    audit.record(scope, "meetings.talk_held", row, person_id=person_id, kind=kind.value, week=sheet.week)
    return row
