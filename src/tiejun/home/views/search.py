from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from tiejun.foundation.web import render
from tiejun.home import texts
from tiejun.home.queries import search as queries

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def palette(request: TiejunRequest) -> HttpResponse:
    """Answer what the palette lists for a text; opened as a page it is the search without JavaScript."""
    text = request.GET.get("q", "")
    groups = [(texts.KINDS[kind], hits) for kind, hits in queries.search(request.scope, text)]
    template = "home/palette.html#results" if request.htmx else "home/palette.html"
    return render(request, template, {"groups": groups, "text": text})
