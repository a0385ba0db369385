"""The supervisor's report of the day: it writes itself; closing it freezes what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast import locks
from tiejun.forecast.models import DailyReport, ForecastReview
from tiejun.forecast.queries.reports import SECTIONS, kept_sections, report_content
from tiejun.forecast.rules import Refusal, ReviewState
from tiejun.foundation import audit
from tiejun.foundation.refusals import Refused
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LONGEST_NOTE = 4000


@action(Ability.REVIEW_FORECASTS)
def close_report(scope: Scope, *, unit_id: UUID, day: date, version: int, note: str, now: datetime) -> DailyReport:
    """Close a group's report of a day: what was done is frozen as it stands. Reviews of people on leave are waived first.

    Raises `NotFound`, `Stale`, `Refused` (REPORT_CLOSED, REVIEWS_OPEN with their number and names).
    """
    row = locks.lock_report(scope, unit_id, day, Ability.REVIEW_FORECASTS, version=version)
    if row.state == DailyReport.State.CLOSED:
        raise Refused(Refusal.REPORT_CLOSED)
    _waive_absent(unit_id, day, scope, now)
    left = ForecastReview.objects.filter(unit_id=unit_id, business_day=day, state=ReviewState.REQUIRED)
    names = list(left.order_by("position").values_list("person__name", flat=True))
    if names:
        raise Refused(Refusal.REVIEWS_OPEN, count=len(names), names=", ".join(names[:5]))
    sections = kept_sections(scope, unit_id, day=day, now=now)
    row.content = report_content(scope, unit_id, day=day, now=now) | {SECTIONS: sections}
    row.note, row.state = note.strip()[:LONGEST_NOTE], DailyReport.State.CLOSED
    row.closed_by_id, row.closed_at, row.version = scope.person_id, now, row.version + 1
    row.save(update_fields=["content", "note", "state", "closed_by", "closed_at", "version"])
    audit.record(scope, "forecast.report_closed", row, day=day, unit_id=unit_id, late=now > row.due_at)
    return row


def _waive_absent(unit_id: UUID, day: date, scope: Scope, now: datetime) -> None:
    rows = ForecastReview.objects.filter(unit_id=unit_id, business_day=day, state=ReviewState.REQUIRED)
    persons = list(rows.values_list("person_id", flat=True))
    away = {span.person_id for span in org.leave_between(scope, persons, first=day, last=day) if span.part == "FULL"}
    rows.filter(person__in=away).update(
        state=ReviewState.WAIVED, handled_at=now, handled_by=scope.person_id, version=F("version") + 1
    )
