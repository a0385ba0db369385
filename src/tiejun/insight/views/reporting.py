"""The page of own reports: choose, group, cut; the result as a table and a chart; kept, shared, taken out and mailed as any list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import Refused
from tiejun.foundation.web import render
from tiejun.insight.queries import reporting as queries
from tiejun.insight.queries.metrics import entries
from tiejun.insight.rules.reporting import MEASURES, ReportSpan, ReportWish, wish_from
from tiejun.insight.texts.reporting import DIMENSIONS, REPORT, SPANS
from tiejun.lists.queries import views_bar
from tiejun.org import queries as org
from tiejun.org.queries.reach import units_in_reach

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def own(request: TiejunRequest) -> HttpResponse:
    """Make the report that the address asks for; without one, show what can be chosen."""
    request.scope.require(Ability.VIEW_BOARD)
    chosen = request.GET.getlist("m")
    if len(chosen) > 1:  # as a form sends ticks: an address names them once
        return redirect(f"{reverse('insight:report')}?{urlencode(request.GET.dict() | {'m': '.'.join(chosen)})}")
    views = views_bar(request.scope, REPORT, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse('insight:report')}?{views.opens_with.query}")
    wish = wish_from(request.GET)
    context: dict[str, Any] = {"views": views, "wish": wish, **_choices(request, wish)}
    if not request.GET.keys() & {"m", "by", "span"}:
        return render(request, "insight/report.html", context)
    try:
        found = queries.report(request.scope, wish, now=request.now)
    except Refused as refused:
        return render(request, "insight/report.html", context | {"refusal": refused.message}, status=422)
    return render(request, "insight/report.html", context | {"found": found, **_shown(found)})


def _choices(request: TiejunRequest, wish: ReportWish) -> dict[str, Any]:
    known = entries(request.scope)
    units = units_in_reach(request.scope, org.all_units(request.scope), Ability.VIEW_BOARD)
    groups = [(one.value, words) for one, words in DIMENSIONS.items()]
    return {
        "metrics": [(known[key], key in wish.measures) for key in MEASURES],
        "groups": groups,
        "spans": [(one.value, words) for one, words in SPANS.items()],
        "units": [(unit.pk, unit.name) for unit in units],
        "is_chosen": wish.span is ReportSpan.CHOSEN,
    }


def _shown(found: queries.Report) -> dict[str, Any]:
    chart = found.chart
    columns = found.columns
    return {
        "heads": [DIMENSIONS[group] for group in found.wish.groups],
        "lines": [
            (line.names, list(zip(columns, line.values, strict=True)), number)
            for line, number in zip(found.lines, chart, strict=True)
        ],
        "whole": list(zip(columns, found.whole.values, strict=True)),
        "most": max(chart, default=0),
        "chart": chart,
    }
