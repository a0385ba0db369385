"""Trials, and whether the low threshold led to the full service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.insight import texts
from tiejun.insight.queries import trials as queries
from tiejun.insight.queries.metrics import entries
from tiejun.insight.views.asking import MAIN, asked_currency, asked_unit
from tiejun.ui.display import chart_span

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def trials(request: TiejunRequest) -> HttpResponse:
    """Show how many trials led to the full service, of all one reaches or of a unit."""
    currency, unit_id = asked_currency(request), asked_unit(request)
    found = queries.trials(request.scope, now=request.now, unit_id=unit_id, currency=currency)
    keep = {"currency": currency} if currency != MAIN else {}
    metrics = entries(request.scope)
    context = {
        "found": found,
        "chart_of": chart_span([unit.name for unit in found.path[-1:]], found.lines[0].key if found.lines else found.today, found.today),
        "part_lines": [(line, line.name or str(texts.NO_PART["unit"])) for line in found.parts],
        "currencies": _currencies(found.currencies, found.currency, str(unit_id or "")),
        "unit_query": urlencode(keep),
        "conversion": metrics["trial-conversion"],
        "step_up": metrics["trial-step-up"],
        "may_list": request.scope.can(Ability.VIEW_LIVES),
    }  # fmt: skip
    return render(request, "insight/trials.html", context)


def _currencies(codes: list[str], shown: str, unit: str) -> list[dict[str, object]]:
    """Return the switch between currencies, empty where all money is of the one that is shown."""
    known = sorted({MAIN, *codes}, key=lambda code: (code != MAIN, code))
    if len(known) == 1:
        return []
    place = {"unit": unit} if unit else {}
    return [
        {"label": code, "url": f"?{urlencode(place | {'currency': code})}", "active": code == shown} for code in known
    ]
