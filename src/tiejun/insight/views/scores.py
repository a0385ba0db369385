"""How good the scores of leads are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from tiejun.foundation.web import render
from tiejun.insight import queries, texts

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def scores(request: TiejunRequest) -> HttpResponse:
    """Show how the models of the score did on what they had not seen, and whether they are used."""
    cards = queries.model_cards(request.scope, request.now)
    lines = [
        {"row": row, "target": texts.TARGETS[row.target], "state": texts.STATES[row.state], "why": texts.WHY[row.why]}
        for row in queries.attempts(request.scope)
    ]
    return render(request, "insight/scores.html", {"cards": cards, "lines": lines})
