"""Customers by the month of their first order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tiejun.foundation.web import render
from tiejun.insight import texts
from tiejun.insight.queries import cohorts as queries
from tiejun.insight.queries.metrics import entries
from tiejun.insight.views.asking import MAIN, asked_currency, asked_unit
from tiejun.ui.display import chart_span

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.insight.queries.cohorts import Cohort, Cohorts, Since

SHADES = 5


@require_safe
def cohorts(request: TiejunRequest) -> HttpResponse:
    """Show which customers came back and what they spent since, of all one reaches or of a unit, of one source or of all."""
    asked = _asked(request)
    found = queries.cohorts(request.scope, now=request.now, **asked)
    metrics = entries(request.scope)
    lines = [*found.lines, *([found.whole] if found.whole else [])]
    context = {
        "found": found,
        "chart_of": _span(found),
        "lines": [(line, _trend(line), _cells(line, found)) for line in lines],
        "ages": range(len(found.whole.since) if found.whole else 0),
        "parts": [
            {"label": texts.PARTS[part], "url": _address(asked, part=part), "active": part == found.part}
            for part in queries.PARTS
        ],
        "part_lines": [(line, line.name or str(texts.NO_PART[found.part])) for line in found.parts],
        "currencies": _currencies(found, asked),
        "sources": sorted(found.sources.items(), key=lambda item: item[1]),
        "unit": asked["unit_id"] or "",
        "unit_query": _address(asked, unit_id=None)[1:],
        "metrics": metrics,
        "repurchase": metrics["repurchase-rate"],
        "retained": metrics["revenue-retained"],
        "keep": f"&{_address(asked)[1:]}",
    }
    return render(request, "insight/cohorts.html", context)


def _span(found: Cohorts) -> str:
    names = [*(unit.name for unit in found.path[-1:]), *([found.sources[found.source]] if found.source else [])]
    first = found.lines[0].month if found.lines else None
    return chart_span(names, first or found.today, found.today)


def _trend(line: Cohort) -> list[float]:
    return [since.again.percent for since in line.since]


def _cells(line: Cohort, found: Cohorts) -> list[tuple[Since, int, int]]:
    """Return each month since with how strongly its two cells are shaded, from 0; too few customers are not shaded."""
    if line.customers < found.least_cases:
        return [(since, 0, 0) for since in line.since]
    return [
        (since, round(SHADES * (since.again.value or 0)), round(SHADES * min(1.0, max(0.0, since.kept or 0))))
        for since in line.since
    ]


def _asked(request: TiejunRequest) -> dict[str, Any]:
    """Return what the address asks for; raises `NotFound` for what cannot be read."""
    part, source = request.GET.get("by", queries.PARTS[0]), request.GET.get("source", "")
    return {"unit_id": asked_unit(request), "source": source, "part": part, "currency": asked_currency(request)}


def _address(asked: dict[str, Any], **changes: Any) -> str:
    """Return the page's address with something else chosen, and nothing but what was chosen."""
    wish = asked | changes
    parts = {
        "unit": str(wish["unit_id"] or ""),
        "source": wish["source"],
        "by": wish["part"] if wish["part"] != queries.PARTS[0] else "",
        "currency": wish["currency"] if wish["currency"] != MAIN else "",
    }
    return f"?{urlencode({name: value for name, value in parts.items() if value})}"


def _currencies(found: Cohorts, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the switch between currencies, empty where all money is of the one that is shown."""
    codes = sorted({MAIN, *found.currencies}, key=lambda code: (code != MAIN, code))
    if len(codes) == 1:
        return []
    return [{"label": code, "url": _address(asked, currency=code), "active": code == found.currency} for code in codes]
