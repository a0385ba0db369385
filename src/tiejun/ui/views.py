"""The pages and files of the shell: manifest, service worker, offline page, language, and the sheet of components."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tiejun.ui import specimen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

THEME_COLOUR = "#00745a"
PAPER_COLOUR = "#f4f8f6"


@login_not_required
@require_safe
@cache_control(max_age=3600)
def manifest(_request: HttpRequest) -> HttpResponse:
    """Answer what a phone needs to put the product on its home screen."""
    icons = [
        {"src": static(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    facts = {
        "name": _("Tiejun"),
        "short_name": _("Tiejun"),
        "description": _("The sales operating system for field sales"),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "orientation": "portrait-primary",
        "theme_color": THEME_COLOUR,
        "background_color": PAPER_COLOUR,
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(_request: HttpRequest) -> HttpResponseBase:
    """Answer the built service worker from the root, so that it may serve the whole site."""
    built = finders.find("sw.js")
    if not isinstance(built, str):
        raise Http404
    return FileResponse(Path(built).open("rb"), content_type="text/javascript", headers={"Service-Worker-Allowed": "/"})


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in its states, for the people who build pages."""
    now = timezone.now()
    context = specimen.context(now) | {"until": now + timedelta(minutes=22), "version": settings.LANGUAGE_CODE}
    return render(request, "ui/components.html", context)


def development_routes() -> list[URLPattern]:
    """Return the routes that exist on a developer's machine alone."""
    if settings.DEBUG or os.environ.get("TIEJUN_DEV") == "1":
        return [path("dev/components/", components, name="components")]
    return []
