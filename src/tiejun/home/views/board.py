from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.home import texts
from tiejun.home.queries import board as queries
from tiejun.home.views.team_day import chosen_unit

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.home.queries.board import Figure, LinkLine


@require_safe
def board(request: TiejunRequest) -> HttpResponse:
    """Show the nine links of a month, of all one reaches or of one unit."""
    unit_id, month = chosen_unit(request), _chosen_month(request)
    found = queries.board(request.scope, month=month, unit_id=unit_id, now=request.now)
    performance = [(unit.signed_minor, unit.collected_minor) for unit in found.units]
    context = {
        "board": found,
        "links": [_link_words(line) for line in found.links],
        "most_money": max((max(pair) for pair in performance), default=0),
        "most_leads": max((row.value for row in found.sources), default=0),
        "previous": _address(unit_id, found.previous_month),
        "following": _address(unit_id, found.following_month) if found.following_month else "",
        "month_query": f"month={found.month:%Y-%m}" if month else "",
    }
    return render(request, "home/board.html", context)


@dataclass(frozen=True, slots=True)
class LinkWords:
    """A link with its words; `beside` pairs figures with theirs, `of` says what the conversion is taken of."""

    line: LinkLine
    title: str
    definition: str
    icon: str
    label: str
    beside: list[tuple[Figure, str]]
    of: str


def _link_words(line: LinkLine) -> LinkWords:
    return LinkWords(
        line=line,
        title=str(texts.LINKS[line.link]),
        definition=str(texts.LINK_DEFINITIONS[line.link]),
        icon=texts.LINK_ICONS[line.link],
        label=str(texts.MEASURES[line.figure.measure]),
        beside=[(figure, str(texts.MEASURES[figure.measure])) for figure in line.beside],
        of=str(texts.OF_MEASURES[line.of_measure]) if line.of_measure else "",
    )


def _chosen_month(request: TiejunRequest) -> date | None:
    text = request.GET.get("month", "")
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        raise NotFound from None


def _address(unit_id: UUID | None, month: date) -> str:
    parts = {"month": f"{month:%Y-%m}"}
    return f"?{urlencode(parts | {'unit': str(unit_id)} if unit_id else parts)}"
