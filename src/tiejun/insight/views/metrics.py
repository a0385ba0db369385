"""The catalogue of metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from tiejun.foundation.web import render
from tiejun.insight.queries.metrics import catalogue

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def metrics(request: TiejunRequest) -> HttpResponse:
    """Show what each number of the boards is, exactly."""
    return render(request, "insight/metrics.html", {"shelves": catalogue(request.scope)})
