"""The monthly sharing: who is the best by verified results, what was shared, and the drafts it left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.forecast.queries.people import group_in_reach, groups_in_reach
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.meetings.models import ContentDraft, MonthlySharing
from tiejun.meetings.queries.facts import members_of
from tiejun.meetings.queries.policy import meeting_policy
from tiejun.meetings.rules.talks import DraftState, Verified, best_of
from tiejun.pipeline.queries import month_money
from tiejun.quality.queries.cases import found_against

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit

SHOWN = 12


@dataclass(frozen=True, slots=True)
class SharingPage:
    """A unit's sharing: the month it is about, who may be asked (for who holds it), and what was shared before."""

    unit: Unit
    units: list[Unit]
    month: date
    present: MonthlySharing | None
    best: list[Verified]
    earlier: list[MonthlySharing]
    drafts: list[ContentDraft]
    may_hold: bool


def month_before(scope: Scope, now: datetime) -> date:
    """Return the first day of the last whole month."""
    today = business_day(now, scope.zone)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def sharing_page(scope: Scope, *, unit_id: UUID | None = None, now: datetime) -> SharingPage:
    """Return the monthly sharing of a unit within reach; raises `NotFound`."""
    scope.require(Ability.VIEW_MEETINGS)
    unit = group_in_reach(scope, Ability.VIEW_MEETINGS, unit_id)
    month = month_before(scope, now)
    may_hold = scope.covers(Ability.HOLD_SHARING, owner_id=None, unit_id=unit.pk)
    rows = MonthlySharing.objects.within(scope, Ability.VIEW_MEETINGS).filter(unit_id=unit.pk)
    held = list(rows.select_related("speaker", "held_by").order_by("-month")[:SHOWN])
    drafts = ContentDraft.objects.within(scope, Ability.VIEW_MEETINGS).filter(unit_id=unit.pk, state=DraftState.DRAFT)
    return SharingPage(
        unit=unit,
        units=groups_in_reach(scope, Ability.VIEW_MEETINGS),
        month=month,
        present=next((row for row in held if row.month == month), None),
        best=verified_best(scope, unit, month, now=now) if may_hold else [],
        earlier=[row for row in held if row.month != month],
        drafts=list(drafts.select_related("author").order_by("-made_at", "pk")[:SHOWN]),
        may_hold=may_hold,
    )


def verified_best(scope: Scope, unit: Unit, month: date, *, now: datetime) -> list[Verified]:
    """Return whom a unit may ask to share a month: by what the receipts prove, nobody whose case was upheld."""
    today = business_day(now, unit.zone)
    members = members_of(scope, unit.pk, today)
    persons = [member.person_id for member in members]
    money = month_money(scope, persons, month)
    in_case = found_against(scope, persons)
    results = [
        Verified(
            one.person_id,
            one.name,
            money[one.person_id].collected_minor,
            money[one.person_id].deals,
            in_case=one.person_id in in_case,
        )
        for one in members
    ]
    most = meeting_policy(scope, unit.pk, zone=unit.zone, now=now).number("sharing_speakers")
    return best_of(results, most=most)


def sharing_in_reach(scope: Scope, sharing_id: UUID) -> MonthlySharing:
    """Return a sharing that one holds; raises `NotFound`."""
    row = MonthlySharing.objects.within(scope, Ability.HOLD_SHARING).filter(pk=sharing_id).first()
    if row is None:
        raise NotFound
    return row
