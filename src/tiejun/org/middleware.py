"""Puts the asker's `Scope` on each request, their language, and what they must do before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tiejun.access.scope import Scope
from tiejun.foundation.web import is_api, problem
from tiejun.org import queries
from tiejun.org.queries.logins import has_second_factor
from tiejun.org.texts import role_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

NOBODY = Scope(actor="nobody", origin="web")
FREE_PATHS = (
    "/accounts/",
    "/static/",
    "/csp-report",
    "/manifest.webmanifest",
    "/sw.js",
    "/offline/",
    "/language/",
    "/healthz",
    "/readyz",
)
SECOND_FACTOR_SEEN = "second_factor_seen"


class ScopeMiddleware:
    """`request.scope` is frozen for the request; programs with a token get theirs from the API's authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        login: Any = request.user
        asked: Any = request
        if login.is_authenticated:
            asker = queries.asker_of_login(
                login, at=asked.now, origin="web", request_id=getattr(request, "request_id", "")
            )
            asked.scope, asked.person_name = asker.scope, asker.name
            if login.language and login.language != translation.get_language():
                translation.activate(login.language)
                asked.LANGUAGE_CODE = translation.get_language()
            asked.role_label = role_label(asker.role) if asker.role else ""
        else:
            asked.scope = NOBODY
        return self.get_response(request)


class AccountDutiesMiddleware:
    """A first password is changed, and a role that needs a second factor has one, before any other page opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        duty = _duty(request)
        if duty is None or request.path.startswith(FREE_PATHS) or request.path == reverse("org:set_language"):
            return self.get_response(request)
        url_name, code, words = duty
        if is_api(request):
            return problem(403, code, words)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse(url_name)})
        return HttpResponseRedirect(reverse(url_name))


def _duty(request: Any) -> tuple[str, str, str] | None:
    login = request.user
    if not login.is_authenticated:
        return None
    if login.must_change_password:
        return "account_change_password", "password_change_required", _("Please choose your own password first.")
    if not queries.needs_second_factor(request.scope) or is_waived(login):
        return None
    if not request.session.get(SECOND_FACTOR_SEEN):
        if not has_second_factor(request.scope):
            return (
                "mfa_activate_totp",
                "second_factor_required",
                _("Your role needs a second factor. Please set it up first."),
            )
        request.session[SECOND_FACTOR_SEEN] = True
    return None


def is_waived(login: Any) -> bool:
    """Tell whether a login is one of the demo company's own, on the embedded database alone."""
    return bool(login.is_demo and settings.DEMO_LOGINS)
