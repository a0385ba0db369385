"""The report of a group's day, as it writes itself from what was done, and as it was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from tiejun.access.abilities import Ability
from tiejun.forecast.models import DailyForecast, DailyReport, ForecastReview
from tiejun.forecast.queries import people
from tiejun.forecast.queries.actuals import actuals_of
from tiejun.forecast.rules import ReviewState
from tiejun.forecast.rules.sections import report_sections
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.forecast.rules.sections import Section
    from tiejun.org.models import Unit

SECTIONS = "sections"


def report_content(scope: Scope, unit_id: UUID, *, day: date, now: datetime) -> dict[str, Any]:
    """Return what a report says about a day, as plain JSON values: the sums, the talks, the next day."""
    following = next_workday_of(day, calendar_of(policies.book(now), scope.unit_chain))
    today = DailyForecast.objects.filter(unit_id=unit_id, business_day=day)
    said = today.aggregate(deals=Sum("expected_deals"), visits=Sum("expected_visits"), minor=Sum("expected_minor"))
    # Who said nothing of the day works in it all the same.
    there = {one.person_id for one in people.reps_of(scope, unit_id, Ability.VIEW_FORECASTS, on=day)}
    persons = list(there | set(today.values_list("person_id", flat=True)))
    actuals, _sales = actuals_of(scope, persons, day, now=now)
    tomorrow = DailyForecast.objects.filter(unit_id=unit_id, business_day=following)
    ahead = tomorrow.aggregate(deals=Sum("expected_deals"), visits=Sum("expected_visits"), minor=Sum("expected_minor"))
    rows = ForecastReview.objects.filter(unit_id=unit_id, business_day=day).exclude(state=ReviewState.SUGGESTED)
    return {
        "people": len(persons),
        "said": {name: int(value or 0) for name, value in said.items()},
        "came": {
            "deals": sum(one.deals for one in actuals.values()),
            "visits": sum(one.visits for one in actuals.values()),
            "minor": sum(one.amount_minor for one in actuals.values()),
        },
        "next_day": following.isoformat(),
        "ahead": {name: int(value or 0) for name, value in ahead.items()},
        "reviews": [_talk(row) for row in rows.select_related("person").order_by("position", "person__name_initials")],
    }


def _talk(row: ForecastReview) -> dict[str, Any]:
    return {
        "person_id": str(row.person_id),
        "name": row.person.name,
        "state": row.state,
        "kind": row.kind,
        "reasons": list(row.reasons),
        "findings": row.findings,
        "agreed": row.agreed,
        "itinerary": row.itinerary,
        "backup_checked": row.backup_checked,
        "carry_reason": row.carry_reason,
    }


def kept_sections(scope: Scope, unit_id: UUID, *, day: date, now: datetime) -> dict[str, dict[str, Any]]:
    """Return what other modules say of a group's day, by the key of their part, as plain JSON values."""
    return {one.key: one.kept(scope, unit_id, day, now) for one in _parts_for(scope, unit_id)}


def _parts_for(scope: Scope, unit_id: UUID) -> list[Section]:
    return [one for one in report_sections() if scope.covers(one.ability, owner_id=None, unit_id=unit_id)]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """Another module's part: `kept` as frozen, or as it stands now; `ahead` as the asker may know it at this moment."""

    section: Section
    kept: dict[str, Any]
    ahead: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A group's report: `content` as frozen, or as it stands now; the `sections` of other modules that the asker may see."""

    unit: Unit
    report: DailyReport
    content: dict[str, Any]
    sections: list[ShownSection]
    closed_by: str

    @property
    def is_closed(self) -> bool:
        return self.report.state == DailyReport.State.CLOSED

    @property
    def is_late(self) -> bool:
        return self.report.closed_at is not None and self.report.closed_at > self.report.due_at


def report_page(scope: Scope, unit_id: UUID, day: date, *, now: datetime) -> ReportPage:
    """Return a group's report of a day within reach; raises `NotFound` when there is none."""
    scope.require(Ability.VIEW_REPORTS)
    unit = people.group_in_reach(scope, Ability.VIEW_REPORTS, unit_id)
    row = DailyReport.objects.within(scope, Ability.VIEW_REPORTS).filter(unit_id=unit_id, business_day=day).first()
    if row is None:
        raise NotFound
    is_closed = row.state == DailyReport.State.CLOSED
    content = dict(row.content) if is_closed else report_content(scope, unit_id, day=day, now=now)
    frozen = content.pop(SECTIONS, {})
    names = org.names_of(scope, [row.closed_by_id])
    sections = [
        ShownSection(
            section=one,
            kept=frozen.get(one.key, {}) if is_closed else one.kept(scope, unit_id, day, now),
            ahead=one.ahead(scope, unit_id, day, now),
        )
        for one in _parts_for(scope, unit_id)
    ]
    return ReportPage(unit, row, content, sections, names.get(row.closed_by_id, "") if row.closed_by_id else "")


def reports_of(scope: Scope, *, since: date, until: date) -> list[DailyReport]:
    """Return the reports within reach from one day to another (exclusive), the newest first."""
    scope.require(Ability.VIEW_REPORTS)
    rows = DailyReport.objects.within(scope, Ability.VIEW_REPORTS).filter(
        business_day__gte=since, business_day__lt=until
    )
    return list(rows.select_related("unit", "closed_by").order_by("-business_day", "unit__path")[:400])
