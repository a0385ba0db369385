from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from allauth.account.views import LoginView, password_reset
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.shortcuts import render as render_plain
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.org.actions import logins as actions
from tiejun.org.cookies import remember_language, remember_theme
from tiejun.org.queries.logins import account_of
from tiejun.org.texts import THEMES, role_label

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest


class SignInView(LoginView):  # type: ignore[misc]
    """The sign-in page; where the demo company lives, with its logins."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo's logins, when this is the demo."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo_logins": _demo_logins() if settings.DEMO_LOGINS else []}


def _demo_logins() -> list[dict[str, str]]:
    path = settings.DATA_FOLDER / "demo.json"
    if not path.exists():
        return []
    rows = json.loads(path.read_text())
    return [row | {"role": role_label(row["role"])} for row in rows]


@require_safe
def account(request: TiejunRequest) -> HttpResponse:
    """Show one's own account: language, theme, password, second factor, browsers that are signed in."""
    context = {
        "account": account_of(request.scope, session_key=request.session.session_key or ""),
        "themes": list(THEMES.items()),
        "is_demo": getattr(request.user, "is_demo", False) and settings.DEMO_LOGINS,
    }
    return render(request, "org/account.html", context)


@login_not_required
@require_POST
def set_language(request: TiejunRequest) -> HttpResponse:
    """Keep the chosen language: in a cookie, and on the record of who is signed in."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(_way_back(request))
    if request.user.is_authenticated and request.scope.can(Ability.MANAGE_OWN_ACCOUNT):
        actions.choose_language(request.scope, language=language, now=request.now)
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        remember_language(response, language)
    return response


@require_POST
def set_theme(request: TiejunRequest) -> HttpResponse:
    """Keep the chosen theme."""
    login = actions.choose_theme(request.scope, theme=request.POST.get("theme", ""), now=request.now)
    response = HttpResponseRedirect(_way_back(request))
    remember_theme(response, login.theme)
    return response


@require_POST
def end_session(request: TiejunRequest, session_id: int) -> HttpResponse:
    """Sign out one browser."""
    actions.end_session(request.scope, session_id=session_id, now=request.now)
    return redirect("org:account")


@require_POST
def end_other_sessions(request: TiejunRequest) -> HttpResponse:
    """Sign out all other browsers."""
    actions.end_other_sessions(request.scope, current_key=request.session.session_key or "", now=request.now)
    return redirect("org:account")


@login_not_required
def forgotten_password(request: TiejunRequest) -> HttpResponse:
    """Send a one-time link by mail; without mail, say who can give one."""
    if settings.MAIL_IS_CONFIGURED:
        answer: HttpResponse = password_reset(request)
        return answer
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return render_plain(request, "account/password_reset.html", {"without_mail": True})


@login_not_required
def nothing_here(request: TiejunRequest) -> HttpResponse:  # noqa: ARG001 -- a view
    """Answer 404: logins are made by administrators, and nobody changes mail addresses here."""
    raise NotFound


def _way_back(request: TiejunRequest) -> str:
    target = request.POST.get("next", "")
    return (
        target
        if url_has_allowed_host_and_scheme(
            target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        else "/"
    )
