"""The growth equation of a month, beside another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tiejun.engines.growth import FACTORS, Factor
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.insight import texts
from tiejun.insight.queries import growth as queries
from tiejun.insight.queries.metrics import entries_of_factors
from tiejun.insight.views.asking import MAIN, asked_currency, asked_unit
from tiejun.ui.display import chart_span

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.access.scope import Scope
    from tiejun.foundation.web import TiejunRequest
    from tiejun.insight.queries.growth import Growth, Line
    from tiejun.insight.queries.metrics import MetricEntry

MOST_LINES = 300  # people on one page; more are asked for unit by unit, or as a file
HALF = 50.0  # of the bar that grows to both sides, in the units of its view box


@dataclass(frozen=True, slots=True)
class Node:
    """A factor with its words: its value then and now (percent for a share, minor units for money), and what it did."""

    factor: Factor
    symbol: str
    label: str
    definition: str
    kind: str
    entry: MetricEntry
    was: float | None
    came: float | None
    share: int
    left: float
    width: float


@require_safe
def equation(request: TiejunRequest) -> HttpResponse:
    """Show which factor moved the money, of all one reaches or of a unit, by unit, person or source."""
    asked = _asked(request)
    found = queries.growth(request.scope, now=request.now, most_lines=MOST_LINES, **asked)
    context = {
        "growth": found,
        "chart_of": _span(found),
        "nodes": _nodes(request.scope, found.whole),
        "lines": [
            (line, _name(line, found.part), texts.FACTORS[line.main] if line.main else "") for line in found.lines
        ],
        "main": texts.FACTORS[found.whole.main] if found.whole.main else "",
        "main_share": found.whole.shares[found.whole.main] if found.whole.main else 0,
        "parts": [
            {"label": texts.PARTS[part], "url": _address(asked, part=part), "active": part == found.part}
            for part in queries.PARTS
        ],
        "against": _against(found, asked),
        "currencies": _currencies(found, asked),
        "previous": _address(asked, month=_before(found.month), other=None),
        "following": _address(asked, month=found.following_month, other=None) if found.following_month else "",
        "unit_query": _address(asked, unit_id=None)[1:],
        "keep": f"&{_address(asked)[1:]}",
    }
    return render(request, "insight/growth.html", context)


def _span(found: Growth) -> str:
    this = chart_span(
        [unit.name for unit in found.path[-1:]], found.month, min(found.today, found.until - timedelta(days=1))
    )
    return f"{this} / {chart_span([], found.other, found.other_until - timedelta(days=1))}"


def _nodes(scope: Scope, line: Line) -> list[Node]:
    most = max((abs(share) for share in line.shares.values()), default=0) or 1
    nodes, entries = [], entries_of_factors(scope)
    for factor in (*FACTORS, Factor.OUTSIDE):
        share = line.shares[factor]
        if factor is Factor.OUTSIDE and not share:
            continue
        scale = 100 if factor is Factor.CONVERSION else 1
        values = [line.was.get(factor), line.came.get(factor)]
        was, came = (None if value is None else float(value * scale) for value in values)
        nodes.append(
            Node(
                factor=factor,
                symbol=texts.SYMBOLS[factor],
                label=str(texts.FACTORS[factor]),
                definition=str(texts.FACTOR_DEFINITIONS[factor]),
                kind=texts.KINDS[factor],
                entry=entries[factor],
                was=was,
                came=came,
                share=share,
                left=HALF if share >= 0 else HALF - HALF * abs(share) / most,
                width=HALF * abs(share) / most,
            )
        )
    return nodes


def _name(line: Line, part: str) -> str:
    return line.name or str(texts.NO_PART[part])


def _asked(request: TiejunRequest) -> dict[str, Any]:
    """Return what the address asks for; raises `NotFound` for what cannot be read."""
    given = request.GET
    try:
        return {
            "month": _month(given.get("month", "")),
            "other": _month(given.get("other", "")),
            "unit_id": asked_unit(request),
            "part": given.get("by", queries.PARTS[0]),
            "currency": asked_currency(request),
        }
    except ValueError:
        raise NotFound from None


def _month(text: str) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None


def _before(month: date) -> date:
    return month.replace(year=month.year - 1, month=12) if month.month == 1 else month.replace(month=month.month - 1)


def _address(asked: dict[str, Any], **changes: Any) -> str:
    """Return the page's address with something else chosen, and nothing but what was chosen."""
    wish = asked | changes
    parts = {
        "month": f"{wish['month']:%Y-%m}" if wish["month"] else "",
        "other": f"{wish['other']:%Y-%m}" if wish["other"] else "",
        "unit": str(wish["unit_id"] or ""),
        "by": wish["part"] if wish["part"] != queries.PARTS[0] else "",
        "currency": wish["currency"] if wish["currency"] != MAIN else "",
    }
    return f"?{urlencode({name: value for name, value in parts.items() if value})}"


def _against(found: Growth, asked: dict[str, Any]) -> list[dict[str, Any]]:
    choices = (
        (texts.MONTH_BEFORE, _before(found.month)),
        (texts.YEAR_BEFORE, found.month.replace(year=found.month.year - 1)),
    )
    return [
        {"label": words, "url": _address(asked, other=month), "active": month == found.other}
        for words, month in choices
        if month >= queries.OLDEST_MONTH
    ]


def _currencies(found: Growth, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the switch between currencies, empty where all money is of the one that is shown."""
    codes = sorted({MAIN, found.currency, *found.currencies}, key=lambda code: (code != MAIN, code))
    if len(codes) == 1:
        return []
    return [{"label": code, "url": _address(asked, currency=code), "active": code == found.currency} for code in codes]
