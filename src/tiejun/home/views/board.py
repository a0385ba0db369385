from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.home.queries import board as queries
from tiejun.home.views.team_day import chosen_unit
from tiejun.insight.queries.links import base_words, link_words, measure_words
from tiejun.insight.queries.metrics import entries_of_measures
from tiejun.ui.display import chart_span

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.access.scope import Scope
    from tiejun.foundation.web import TiejunRequest
    from tiejun.home.queries.board import Board, Figure, LinkLine
    from tiejun.insight.queries.metrics import MetricEntry

MAIN = "CNY"


@require_safe
def board(request: TiejunRequest) -> HttpResponse:
    """Show the nine links of a month, of all one reaches or of one unit."""
    unit_id, month, currency = chosen_unit(request), _chosen_month(request), _chosen_currency(request)
    found = queries.board(request.scope, month=month, unit_id=unit_id, currency=currency, now=request.now)
    performance = [(unit.signed_minor, unit.collected_minor) for unit in found.units]
    last = min(found.today, (found.month + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    context = {
        "board": found,
        "chart_of": chart_span([unit.name for unit in found.path[-1:]], found.month, last),
        "links": _link_words(request.scope, found.links),
        "most_money": max((max(pair) for pair in performance), default=0),
        "most_leads": max((row.value for row in found.sources), default=0),
        "previous": _address(unit_id, found.previous_month, currency),
        "following": _address(unit_id, found.following_month, currency) if found.following_month else "",
        "currencies": _currencies(found, unit_id),
        "month_query": urlencode(_kept(month, currency)),
    }
    return render(request, "home/board.html", context)


@dataclass(frozen=True, slots=True)
class LinkWords:
    """A link with its words; `entry` is the metric it shows large, `beside` pairs figures with theirs, `of` says what the conversion is taken of."""

    line: LinkLine
    title: str
    definition: str
    icon: str
    entry: MetricEntry
    label: str
    beside: list[tuple[Figure, str]]
    of: str


def _link_words(scope: Scope, lines: list[LinkLine]) -> list[LinkWords]:
    links, measures, bases = link_words(scope), measure_words(scope), base_words(scope)
    entries = entries_of_measures(scope)
    return [
        LinkWords(
            line=line,
            title=links[line.link].title,
            definition=links[line.link].definition,
            icon=links[line.link].icon,
            entry=entries[line.figure.measure],
            label=measures[line.figure.measure],
            beside=[(figure, measures[figure.measure]) for figure in line.beside],
            of=bases[line.of_measure] if line.of_measure else "",
        )
        for line in lines
    ]


def _chosen_month(request: TiejunRequest) -> date | None:
    text = request.GET.get("month", "")
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        raise NotFound from None


def _chosen_currency(request: TiejunRequest) -> str:
    text = request.GET.get("currency", MAIN)
    if not re.fullmatch("[A-Z]{3}", text):
        raise NotFound
    return text


def _currencies(board: Board, unit_id: UUID | None) -> list[dict[str, Any]]:
    """Return the switch between currencies, empty where all money is of the one that is shown."""
    codes = sorted({MAIN, board.currency, *board.currencies}, key=lambda code: (code != MAIN, code))
    if len(codes) == 1:
        return []
    return [
        {"label": code, "url": _address(unit_id, board.month, code), "active": code == board.currency} for code in codes
    ]


def _kept(month: date | None, currency: str) -> dict[str, str]:
    """Return what a link on the page keeps of its address: what was chosen, and nothing else."""
    kept = {"month": f"{month:%Y-%m}"} if month else {}
    return kept | ({"currency": currency} if currency != MAIN else {})


def _address(unit_id: UUID | None, month: date, currency: str) -> str:
    parts = _kept(month, currency)
    return f"?{urlencode(parts | {'unit': str(unit_id)} if unit_id else parts)}"
