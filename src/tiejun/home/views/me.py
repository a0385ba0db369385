from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from tiejun.foundation.web import render
from tiejun.home.queries import me as queries

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def me(request: TiejunRequest) -> HttpResponse:
    """Show one's own numbers, every page that the role has, and the account."""
    return render(request, "home/me.html", {"me": queries.me(request.scope, now=request.now)})
