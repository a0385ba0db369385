"""Leads of a span cut by unit, person or source and day: what explains a day that is not as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F
from django.db.models.functions import TruncDate

from tiejun.access.abilities import Ability
from tiejun.foundation.times import at_local
from tiejun.leads.models import Lead, LeadTenure
from tiejun.leads.queries.board import TAKEN

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

_OF_LEAD = {"unit": F("unit_id"), "person": F("owner_id"), "source": F("source__code")}
_OF_TENURE = {"unit": F("unit_id"), "person": F("person_id"), "source": F("lead__source__code")}


def entered_by(
    scope: Scope,
    *,
    since: date,
    until: date,
    part: str,
    intent: str | None = None,
    unit_ids: Collection[UUID] | None = None,
) -> dict[tuple[Any, date], int]:
    """Return how many leads came in by `part` (unit, person or source; None: nobody's) and day, from `since` to `until` (exclusive).

    `intent`: those alone that have it today. Within reach of the board and `unit_ids`; counted as `lead_counts` does.
    """
    rows = Lead.objects.within(scope, Ability.VIEW_BOARD)
    if intent is not None:
        rows = rows.filter(intent=intent)
    return _counted(scope, _of(rows, unit_ids), "created_at", _OF_LEAD[part], (since, until))


def taken_by(
    scope: Scope, *, since: date, until: date, part: str, unit_ids: Collection[UUID] | None = None
) -> dict[tuple[Any, date], int]:
    """Return how many leads were taken by `part` and day, as `entered_by` does."""
    rows = LeadTenure.objects.within(scope, Ability.VIEW_BOARD).filter(start_reason__in=TAKEN)
    return _counted(scope, _of(rows, unit_ids), "started_at", _OF_TENURE[part], (since, until))


def _of(rows: Any, unit_ids: Collection[UUID] | None) -> Any:
    return rows if unit_ids is None else rows.filter(unit_id__in=unit_ids)


def _counted(scope: Scope, rows: Any, moment: str, part: F, span: tuple[date, date]) -> dict[tuple[Any, date], int]:
    first, last = (at_local(day, "00:00", scope.zone) for day in span)
    local_day = TruncDate(moment, tzinfo=ZoneInfo(scope.zone))
    within = rows.filter(**{f"{moment}__gte": first, f"{moment}__lt": last})
    found = within.order_by().annotate(part=part, day=local_day).values_list("part", "day")
    return {(key, day): number for key, day, number in found.annotate(number=Count("pk"))}
