"""The day without a signal: the pack that the phone keeps, and the page that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import JsonResponse
from django.shortcuts import render as render_anything
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from tiejun.foundation.times import local_date
from tiejun.visits.forms import FactsForm, quick_step_days
from tiejun.visits.queries.pack import day_pack
from tiejun.visits.texts import OCCASIONS
from tiejun.visits.views import presenting
from tiejun.visits.views.canvassing import tiles

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_GET
def pack(request: TiejunRequest) -> HttpResponse:
    """Answer what the asker's phone keeps of today, sealed there under a key that never leaves the browser."""
    response = JsonResponse(day_pack(request.scope, now=request.now))
    response["Cache-Control"] = "private, no-store"
    return response


# Default-deny exception: the page is empty; the phone fills it from what it keeps of its own person.
@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the page that the service worker keeps for moments without a connection."""
    # Kept by the browser for whoever holds the phone: nothing of the person that happens to be signed in may be in it.
    request.user = AnonymousUser()
    now = timezone.now()
    form = FactsForm(zone=settings.TIME_ZONE, now=now)
    context = presenting.form_context(form, [], quick_step_days(local_date(now, settings.TIME_ZONE)), {})
    context["occasions"] = [(name.lower().replace("_", "-"), words) for name, words in OCCASIONS.items()]
    context |= {"tiles": tiles(), "contacts": [presenting.EMPTY_CHIP], "values": context["values"]}
    return render_anything(request, "visits/offline.html", context)
