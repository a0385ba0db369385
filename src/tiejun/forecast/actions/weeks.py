"""The week's numbers, agreed between two people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.queries.closing import held_by
from tiejun.forecast import locks
from tiejun.forecast.models import WeeklyForecast
from tiejun.forecast.queries.evening import member_in_reach
from tiejun.forecast.queries.weeks import WEEK, week_asked, week_sheet
from tiejun.forecast.rules import Refusal
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.foundation.times import business_day

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

MOST_VISITS, MOST_DEALS, MOST_KEYS = 420, 99, 12


@dataclass(frozen=True, slots=True)
class WeekNumbers:
    """What is agreed for a week, with the notes of the analysis of the week before."""

    deals: int
    visits: int
    effective: int
    quantity_note: str = ""
    quality_note: str = ""
    conversion_note: str = ""
    key_companies: tuple[UUID, ...] = field(default=())


@action(Ability.REVIEW_FORECASTS)
def agree_week(
    scope: Scope, *, person_id: UUID, week: date, version: int, numbers: WeekNumbers, now: datetime
) -> WeeklyForecast:
    """Agree on a person's week (its Monday); what the data said of the week before is kept with it.

    `version` 0 for the first. Raises `NotFound`, `Refused` (WEEK_OVER, TALK_WITH_ONESELF, NOT_YOUR_CUSTOMER), `Stale`, `Invalid`.
    """
    today = business_day(now, scope.zone)
    monday = week_asked(scope, week, now=now)
    member = member_in_reach(scope, person_id, today, ability=Ability.REVIEW_FORECASTS)
    if person_id == scope.person_id:
        raise Refused(Refusal.TALK_WITH_ONESELF)
    if monday + WEEK <= today:
        raise Refused(Refusal.WEEK_OVER)
    _check(scope, person_id, numbers)
    locks.alone_with("week", [person_id], monday)
    row = WeeklyForecast.objects.select_for_update().filter(person=person_id, week=monday).first()
    if (row.version if row else 0) != version:
        raise Stale(row)
    said = week_sheet(scope, person_id, week=monday - WEEK, now=now).line.findings
    values = {
        "deals": numbers.deals, "visits": numbers.visits, "effective": numbers.effective,
        "quantity_note": numbers.quantity_note.strip(), "quality_note": numbers.quality_note.strip(),
        "conversion_note": numbers.conversion_note.strip(), "key_companies": list(numbers.key_companies),
        "findings": [{"code": one.code.value, **one.numbers} for one in said],
        "agreed_by_id": scope.person_id, "agreed_at": now, "version": version + 1,
    }  # fmt: skip
    row, _made = WeeklyForecast.objects.update_or_create(
        person_id=person_id, week=monday, defaults=values, create_defaults=values | {"unit_id": member.unit_id}
    )
    audit.record(scope, "forecast.week_agreed", row, week=monday, deals=row.deals, visits=row.visits)
    return row


def _check(scope: Scope, person_id: UUID, numbers: WeekNumbers) -> None:
    if not 0 <= numbers.effective <= numbers.visits <= MOST_VISITS:
        raise Invalid(visits=_("Visits lie between 0 and 420, and effective ones are among them."))
    if not 0 <= numbers.deals <= MOST_DEALS:
        raise Invalid(deals=_("Deals lie between 0 and 99."))
    keys = set(numbers.key_companies)
    if len(numbers.key_companies) > MOST_KEYS or len(keys) != len(numbers.key_companies):
        raise Invalid(key_companies=_("Up to twelve key customers, each once."))
    if keys - held_by(scope, person_id, keys):
        raise Refused(Refusal.NOT_YOUR_CUSTOMER)
