"""What leaders answer for, and the nightly copy of what is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast import locks
from tiejun.forecast.models import ForecastSnapshot, GroupForecast, GroupLine, MonthlyForecast
from tiejun.forecast.queries.figures import month_after, month_of
from tiejun.forecast.queries.rollup import unit_number
from tiejun.forecast.rules import Refusal
from tiejun.forecast.rules.months import MonthState
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import business_day
from tiejun.pipeline.queries.sales import signed_by_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LARGEST = 10**13


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a leader adds to the members' sum, or takes off, and why; the amount in minor units."""

    deals: int = 0
    amount_minor: int = 0
    reason: str = ""


@action(Ability.SUBMIT_GROUP)
def submit_group(
    scope: Scope,
    *,
    unit_id: UUID,
    month: date,
    seen: tuple[int, int],
    adjustment: Adjustment,
    now: datetime,
) -> GroupForecast:
    """Answer for a unit's month: the members' sum and an explicit adjustment with its reason. Members' numbers stay theirs.

    `seen`: the members' sum that the asker looked at, deals and minor units. Raises `NotFound` for a unit that the asker does not
    lead, `Refused` (CONTENT_CHANGED, MONTH_OVER), `Invalid`.
    """
    locks.lock_group(unit_id, month)
    if month < month_of(scope, business_day(now, scope.zone)):
        raise Refused(Refusal.MONTH_OVER)
    line = unit_number(scope, unit_id, month, now=now)
    more_deals, more_minor, reason = adjustment.deals, adjustment.amount_minor, adjustment.reason.strip()[:500]
    if (line.members_deals, line.members_minor) != seen:
        raise Refused(Refusal.CONTENT_CHANGED)
    if (more_deals or more_minor) and not reason:
        raise Invalid(reason=_("An adjustment needs its reason."))
    if line.members_deals + more_deals < 0 or not 0 <= line.members_minor + more_minor <= LARGEST:
        raise Invalid(adjustment=_("The number cannot be below zero."))
    editions = GroupForecast.objects.filter(unit=unit_id, month=month)
    last = editions.aggregate(last=Max("edition"))["last"] or 0
    editions.filter(superseded_at=None).update(superseded_at=now)
    row = GroupForecast.objects.create(
        unit_id=unit_id, month=month, edition=last + 1, members_deals=line.members_deals, members_minor=line.members_minor,
        adjustment_deals=more_deals, adjustment_minor=more_minor, adjustment_reason=reason,
        deals=line.members_deals + more_deals, amount_minor=line.members_minor + more_minor,
        submitted_by_id=scope.own_id, submitted_at=now,
    )  # fmt: skip
    GroupLine.objects.bulk_create(
        GroupLine(
            group=row, commitment_id=part.commitment_id, below_id=part.group_id, deals=part.deals,
            amount_minor=part.amount_minor,
        )
        for part in line.parts
    )  # fmt: skip
    audit.record(
        scope,
        "forecast.group_submitted",
        row,
        month=month,
        deals=row.deals,
        adjustment=more_deals,
        unit_id=unit_id,
    )
    return row


@action(Ability.RUN_FORECASTS)
def take_snapshot(scope: Scope, *, day: date, now: datetime) -> int:
    """Copy what is known this evening about the present month and the next; a repeat adds nothing. Returns the rows written."""
    months = [month_of(scope, day), month_after(scope, month_of(scope, day))]
    rows = list(_copies(scope, day, months))
    before = ForecastSnapshot.objects.filter(taken_on=day).count()
    ForecastSnapshot.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    written = ForecastSnapshot.objects.filter(taken_on=day).count() - before
    audit.record(scope, "forecast.snapshot_taken", day=day, count=written, at=now)
    return written


def _copies(scope: Scope, day: date, months: list[date]) -> Iterable[ForecastSnapshot]:
    said = list(MonthlyForecast.objects.filter(month__in=months, state=MonthState.PUBLISHED))
    sales = signed_by_day(scope, [row.person_id for row in said], since=months[0], until=day + timedelta(days=1))
    signed: dict[tuple[UUID, date], list[int]] = {}
    for (person_id, on), one in sales.items():
        sums = signed.setdefault((person_id, month_of(scope, on)), [0, 0])
        sums[0] += one.deals
        sums[1] += one.amount_minor
    for row in said:
        deals, minor = signed.get((row.person_id, row.month), (0, 0))
        yield ForecastSnapshot(
            taken_on=day, unit_id=row.unit_id, person_id=row.person_id, month=row.month, edition=row.edition,
            deals=row.deals, amount_minor=row.amount_minor, signed_deals=deals, signed_minor=minor,
        )  # fmt: skip
    of_unit: dict[tuple[UUID, date], list[int]] = {}
    for row in said:
        deals, minor = signed.get((row.person_id, row.month), (0, 0))
        sums = of_unit.setdefault((row.unit_id, row.month), [0, 0])
        sums[0] += deals
        sums[1] += minor
    for group in GroupForecast.objects.filter(month__in=months, superseded_at=None):
        deals, minor = of_unit.get((group.unit_id, group.month), (0, 0))
        yield ForecastSnapshot(
            taken_on=day, unit_id=group.unit_id, person_id=None, month=group.month, edition=group.edition,
            deals=group.deals, amount_minor=group.amount_minor, signed_deals=deals, signed_minor=minor,
        )  # fmt: skip
