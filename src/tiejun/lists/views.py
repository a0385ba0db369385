"""Dialogs of saved views: keep the list as it stands, rename, share, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.lists import actions, queries, rules
from tiejun.lists.forms import EditViewForm, ViewForm
from tiejun.ui.dialogs import went_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.lists.rules import ListKind


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: TiejunRequest, kind: str) -> HttpResponse:
    """Keep a list as it stands under a name."""
    known = queries.kind_of(request.scope, kind)
    # The list changes its address while it is filtered: the page that asks knows best what is shown.
    current = request.htmx.current_url if request.htmx else None
    state = rules.state_of_address(known, request.POST.get("state") or current or request.GET.urlencode())
    form = ViewForm(request.POST or None, may_share=request.scope.can(Ability.SHARE_VIEWS))
    if form.is_valid():
        view = actions.save_view(request.scope, kind=kind, address=state, wish=form.wish(), now=request.now)
        return _done(request, _("The view is kept."), known, f"{view.state}&{rules.VIEW}={view.pk}")
    return _dialog(request, form, known, title=_("Keep this view"), state=state)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, view_id: UUID) -> HttpResponse:
    """Rename an own view, share it, make it the default."""
    kind, view = queries.own_view(request.scope, view_id)
    initial = {name: getattr(view, name) for name in ("name", "is_shared", "is_default", "version")}
    form = EditViewForm(request.POST or None, initial=initial, may_share=request.scope.can(Ability.SHARE_VIEWS))
    if form.is_valid():
        version = form.cleaned_data["version"]
        actions.edit_view(request.scope, view_id=view_id, version=version, wish=form.wish(), now=request.now)
        return _done(request, _("Saved."), kind, view.query)
    return _dialog(request, form, kind, title=_("Change the view"), state=view.state, removes=view_id)


@require_POST
def remove(request: TiejunRequest, view_id: UUID) -> HttpResponse:
    """Remove an own view; the form says which list it stood over, for what is removed cannot be asked."""
    actions.remove_view(request.scope, view_id=view_id)
    kind = queries.kind_of(request.scope, request.POST.get("kind", ""))
    return _done(request, _("The view is removed."), kind, f"{rules.PLAIN}=1")


def _dialog(request: TiejunRequest, form: ViewForm, kind: ListKind, **more: Any) -> HttpResponse:
    context = {"form": form, "kind": kind, "here": request.get_full_path(), "back": reverse(kind.page), **more}
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"lists/form.html{part}", context, status=422 if form.is_bound else 200)


def _done(request: TiejunRequest, message: str, kind: ListKind, query: str) -> HttpResponse:
    return went_to(request, message, f"{reverse(kind.page)}?{query.lstrip('&')}")
