from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.org.actions import logins as actions
from tiejun.org.forms import LoginForm
from tiejun.org.queries import logins, people
from tiejun.org.rules import one_time_password
from tiejun.org.sign_in import fresh_sign_in_required
from tiejun.org.views.form_page import show_form

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

STATES = ("open", "closed", "lacking")


@require_safe
def logins_list(request: TiejunRequest) -> HttpResponse:
    """Show who can sign in, with roles and second factor."""
    text, state = request.GET.get("q", "").strip()[:80], request.GET.get("state", "")
    page = logins.logins_page(request.scope, text=text, state=state, cursor=request.GET.get("cursor"), now=request.now)
    given = {name: value for name, value in (("q", text), ("state", state)) if value}
    context = {
        "page": page,
        "text": text,
        "state": state if state in STATES else "",
        "next": f"?{urlencode({**given, 'cursor': page.next_cursor})}" if page.next_cursor else "",
        "previous": f"?{urlencode({**given, 'cursor': page.previous_cursor})}" if page.previous_cursor else "",
    }
    return render(request, "org/logins.html#rows" if request.htmx else "org/logins.html", context)


@require_http_methods(["GET", "POST"])
@fresh_sign_in_required
def create(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Make a login with a one-time password."""
    request.scope.require(Ability.MANAGE_LOGINS)
    profile = people.profile(request.scope, person_id, now=request.now)
    form = LoginForm(request.POST or None, initial={"username": profile.staff_number.lower()})
    if form.is_valid():
        password = _password(request, person_id)
        login = actions.create_login(
            request.scope,
            person_id=person_id,
            username=form.cleaned_data["username"],
            password=password,
            now=request.now,
        )
        return _show_secret(request, person_id, username=login.username, password=password)
    return show_form(
        request,
        form,
        title=profile.name,
        subtitle=_("Create a login"),
        submit=_("Create login"),
        back_url=reverse("org:person", args=[person_id]),
    )


@require_POST
@fresh_sign_in_required
def reset(request: TiejunRequest, login_id: UUID) -> HttpResponse:
    """Give a login a one-time password."""
    password = _password(request, login_id)
    login = actions.reset_password(request.scope, login_id=login_id, password=password, now=request.now)
    return _show_secret(request, login.person_id, username=login.username, password=password)


@require_POST
@fresh_sign_in_required
def reset_link(request: TiejunRequest, login_id: UUID) -> HttpResponse:
    """Hand out a one-time link with which the person chooses a new password."""
    login = actions.issue_reset_link(request.scope, login_id=login_id, now=request.now)
    origin = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    return _show_secret(
        request, login.person_id, username=login.username, link=origin + logins.reset_path(request.scope, login_id)
    )


@require_POST
@fresh_sign_in_required
def forget_second_factor(request: TiejunRequest, login_id: UUID) -> HttpResponse:
    """Forget a lost second factor."""
    login = actions.remove_second_factor(request.scope, login_id=login_id, now=request.now)
    return redirect("org:person", login.person_id)


@require_POST
@fresh_sign_in_required
def deactivate(request: TiejunRequest, login_id: UUID) -> HttpResponse:
    """Close a login."""
    login = actions.deactivate_login(request.scope, login_id=login_id, now=request.now)
    return redirect("org:person", login.person_id)


@require_POST
@fresh_sign_in_required
def reactivate(request: TiejunRequest, login_id: UUID) -> HttpResponse:
    """Open a closed login again."""
    password = _password(request, login_id)
    login = actions.reactivate_login(request.scope, login_id=login_id, password=password, now=request.now)
    return _show_secret(request, login.person_id, username=login.username, password=password)


def _password(request: TiejunRequest, target_id: UUID) -> str:
    # Derived from the client key, so that a form sent twice shows the password that was set.
    key = request.client_key or secrets.token_hex(16)
    return one_time_password(
        salted_hmac("tiejun.org.one_time_password", f"{key}:{target_id}", algorithm="sha256").digest()
    )


def _show_secret(
    request: TiejunRequest, person_id: UUID | None, *, username: str, password: str = "", link: str = ""
) -> HttpResponse:
    context = {"person_id": person_id, "username": username, "password": password, "link": link}
    response = render(request, "org/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response
