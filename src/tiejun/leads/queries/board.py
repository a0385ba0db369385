"""Counts of leads for the board: numbers by unit and day, never a row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from tiejun.access.abilities import Ability
from tiejun.foundation.times import at_local
from tiejun.leads.models import Lead, LeadTenure

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

TAKEN = (LeadTenure.Start.CLAIMED, LeadTenure.Start.ASSIGNED, LeadTenure.Start.ALLOTTED)
GIVEN_UP = (LeadTenure.End.RELEASED, LeadTenure.End.RECLAIMED)


@dataclass(frozen=True, slots=True)
class LeadCounts:
    """Links 1 to 3, each by (unit, day); the unit is None for leads that nobody holds.

    `by_source`: leads that came in, by the source's code and two names, unit and day. `high`, `medium`: their intent today.
    """

    entered: Counter[tuple[UUID | None, date]] = field(default_factory=Counter)
    high: Counter[tuple[UUID | None, date]] = field(default_factory=Counter)
    medium: Counter[tuple[UUID | None, date]] = field(default_factory=Counter)
    by_source: Counter[tuple[str, str, str, UUID | None, date]] = field(default_factory=Counter)
    taken: Counter[tuple[UUID | None, date]] = field(default_factory=Counter)
    given_up: Counter[tuple[UUID | None, date]] = field(default_factory=Counter)


def lead_counts(scope: Scope, *, since: date, until: date) -> LeadCounts:
    """Count leads from `since` to `until` (exclusive, local days) within reach of the board, in three queries."""
    scope.require(Ability.VIEW_BOARD)
    first, last = at_local(since, "00:00", scope.zone), at_local(until, "00:00", scope.zone)
    counts = LeadCounts()
    leads = Lead.objects.within(scope, Ability.VIEW_BOARD).filter(created_at__gte=first, created_at__lt=last)
    parts = ("unit_id", "intent", "source__code", "source__name", "source__name_en")
    for day, unit_id, intent, code, name, name_en, number in _by_day(leads, "created_at", scope.zone, *parts):
        counts.entered[unit_id, day] += number
        counts.by_source[code, name, name_en, unit_id, day] += number
        if intent == Lead.Intent.HIGH:
            counts.high[unit_id, day] += number
        elif intent == Lead.Intent.MEDIUM:
            counts.medium[unit_id, day] += number
    tenures = LeadTenure.objects.within(scope, Ability.VIEW_BOARD)
    taken = tenures.filter(started_at__gte=first, started_at__lt=last, start_reason__in=TAKEN)
    for day, unit_id, number in _by_day(taken, "started_at", scope.zone, "unit_id"):
        counts.taken[unit_id, day] += number
    given_up = tenures.filter(ended_at__gte=first, ended_at__lt=last, end_reason__in=GIVEN_UP)
    for day, unit_id, number in _by_day(given_up, "ended_at", scope.zone, "unit_id"):
        counts.given_up[unit_id, day] += number
    return counts


def _by_day(rows: Any, moment: str, zone: str, *parts: str) -> Any:
    local_day = TruncDate(moment, tzinfo=ZoneInfo(zone))
    return rows.order_by().annotate(day=local_day).values_list("day", *parts).annotate(number=Count("pk"))
