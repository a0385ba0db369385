"""The product's routes and two pages with planted faults: one prints what was typed as it is, one builds it in a script."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from tiejun.urls import handler500
from tiejun.urls import urlpatterns as own

__all__ = ["handler500"]

PAGE = '{% extends "base.html" %}{% block content %}<p>{{ typed|safe }}</p>{% endblock %}'


@login_not_required
def unescaped(request: HttpRequest) -> HttpResponse:
    """Print `typed` unescaped; `?csp=off` lets the browser run it too."""
    answer = HttpResponse(Template(PAGE).render(RequestContext(request, {"typed": request.GET["typed"]})))
    if request.GET.get("csp") == "off":
        answer._csp_exempt = True  # type: ignore[attr-defined]
    return answer


urlpatterns = [*own, path("dev/planted/", unescaped)]
