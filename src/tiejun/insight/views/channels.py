"""What each channel cost and brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.insight import texts
from tiejun.insight.queries import channels as queries
from tiejun.insight.queries.metrics import entries
from tiejun.ui.display import chart_span

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def channels(request: TiejunRequest) -> HttpResponse:
    """Show the channels of the last months, from what was spent to what was received."""
    text = request.GET.get("months", "3")
    if not text.isdecimal():
        raise NotFound
    found = queries.channels(request.scope, now=request.now, months=int(text))
    spans = [
        {"label": texts.SPANS[months], "url": f"?months={months}", "active": months == found.months}
        for months in queries.MONTHS
    ]
    most = max((max(line.spent_minor, line.collected_minor) for line in found.lines), default=0)
    metrics = entries(request.scope)
    context = {
        "found": found,
        "chart_of": chart_span([], found.since, found.today),
        "spans": spans,
        "most": most,
        "keep": f"&months={found.months}",
        "metrics": metrics,
        "leads": metrics["valid-leads"],
        "received": metrics["channel-received"],
    }
    return render(request, "insight/channels.html", context)
