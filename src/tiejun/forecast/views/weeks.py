"""The week of a group and of one person; how true forecasts were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.forecast import texts
from tiejun.forecast.actions import weeks as actions
from tiejun.forecast.forms import WeekForm, demanded
from tiejun.forecast.queries import accuracy as accuracy_queries
from tiejun.forecast.queries import weeks as queries
from tiejun.forecast.queries.months import talked_with
from tiejun.forecast.rules.charts import said_and_came
from tiejun.forecast.rules.weekly import Finding, Section
from tiejun.forecast.views.asked import asked_day, asked_id
from tiejun.foundation.web import render

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

FEW_MONTHS = 3


@require_safe
def weeks(request: TiejunRequest) -> HttpResponse:
    """Show a group's week, line by line."""
    shown = queries.week_page(
        request.scope, unit_id=asked_id(request.GET, "unit"), week=asked_day(request.GET, "week"), now=request.now
    )
    rows = [(line, shown.next_rows.get(line.member.person_id), _said(line.findings)[:2]) for line in shown.lines]
    context = {"shown": shown, "rows": rows, "units": _units(shown.units, shown.unit.pk, {"week": str(shown.week)})}
    return render(request, "forecast/weeks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def week(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Show one person's week in the fixed order of the talk, and agree on the next."""
    if request.method == "POST":
        request.scope.require(Ability.REVIEW_FORECASTS)
        talked_with(request.scope, person_id, now=request.now)
        form = demanded(WeekForm(request.POST))
        given = form.cleaned_data
        row = actions.agree_week(
            request.scope,
            person_id=person_id,
            week=given["week"],
            version=given["version"],
            numbers=form.numbers(request.POST.getlist("key")),
            now=request.now,
        )
        messages.success(request, _("The week is agreed."))
        back = row.week - queries.WEEK
        return redirect(f"{reverse('forecast:week', args=[person_id])}?week={back.isoformat()}")
    sheet = queries.week_sheet(request.scope, person_id, week=asked_day(request.GET, "week"), now=request.now)
    said = _said(sheet.line.findings)
    sections = [(words, [one for one in said if one[2] is section]) for section, words in texts.SECTIONS.items()]
    return render(request, "forecast/week.html", {"sheet": sheet, "sections": sections, "line": sheet.line})


def _said(found: Iterable[Finding]) -> list[tuple[str, bool, Section]]:
    """Findings in words."""
    rows = []
    for one in found:
        numbers: dict[str, Any] = dict(one.numbers)
        if "reason" in numbers:
            numbers["reason"] = texts.LOST_REASONS.get(str(numbers["reason"]), numbers["reason"])
        rows.append((str(texts.FINDINGS[one.code]) % numbers, one.is_good, one.section))
    return rows


def _units(units: Iterable[Any], here: UUID, query: dict[str, str]) -> list[dict[str, Any]]:
    items = [
        {"label": one.name, "url": f"?{urlencode(query | {'unit': str(one.pk)})}", "active": one.pk == here}
        for one in units
    ]
    return items if len(items) > 1 else []


@require_safe
def accuracy(request: TiejunRequest) -> HttpResponse:
    """Show how true forecasts were: high and accurate."""
    page = accuracy_queries.accuracy_page(request.scope, unit_id=asked_id(request.GET, "unit"), now=request.now)
    months = [(f"{case.month:%Y-%m}", case.first, case.came) for case in page.months]
    weeks = [(f"{case.week:%m-%d}", case.said, case.came) for case in page.weeks]
    context = {
        "page": page,
        # A young company has few months to look at, and already a row of weeks.
        "by_week": len(months) < FEW_MONTHS <= len(weeks),
        "chart": said_and_came(weeks if len(months) < FEW_MONTHS <= len(weeks) else months),
        "horizons": [(line, texts.HORIZONS[line.horizon]) for line in page.horizons],
        "units": _units(page.units, page.unit.pk, {}) if page.unit else [],
    }
    return render(request, "forecast/accuracy.html", context)
