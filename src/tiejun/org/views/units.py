from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.org.actions import units as actions
from tiejun.org.forms import CloseForm, ParentForm, RenameForm, UnitForm
from tiejun.org.queries import units
from tiejun.org.views.form_page import show_form, unit_choices

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def tree(request: TiejunRequest) -> HttpResponse:
    """Show the tree of units."""
    with_closed = request.GET.get("closed") == "1"
    context = {
        "lines": units.unit_tree(request.scope, with_closed=with_closed, now=request.now),
        "with_closed": with_closed,
        "can_manage": request.scope.can(Ability.MANAGE_UNITS),
        "can_appoint": request.scope.can(Ability.APPOINT_ACTING),
    }
    return render(request, "org/units.html", context)


@require_http_methods(["GET", "POST"])
def add(request: TiejunRequest) -> HttpResponse:
    """Add a unit."""
    request.scope.require(Ability.MANAGE_UNITS)
    form = UnitForm(
        request.POST or None,
        initial={"parent_id": request.GET.get("below"), "kind": "GROUP"},
        units=unit_choices(request),
    )
    if form.is_valid():
        actions.add_unit(request.scope, **form.cleaned_data, now=request.now)
        return redirect("org:units")
    return show_form(request, form, title=_("New unit"), submit=_("Add unit"), back_url=reverse("org:units"))


@require_http_methods(["GET", "POST"])
def rename(request: TiejunRequest, unit_id: UUID) -> HttpResponse:
    """Rename a unit."""
    request.scope.require(Ability.MANAGE_UNITS)
    unit = units.unit_line(request.scope, unit_id, now=request.now)
    form = RenameForm(request.POST or None, initial={"version": unit.version, "name": unit.name})
    if form.is_valid():
        actions.rename_unit(request.scope, unit_id=unit_id, **form.cleaned_data, now=request.now)
        return redirect("org:units")
    return show_form(
        request, form, title=unit.name, subtitle=_("Rename unit"), submit=_("Save"), back_url=reverse("org:units")
    )


@require_http_methods(["GET", "POST"])
def move(request: TiejunRequest, unit_id: UUID) -> HttpResponse:
    """Hang a unit under another one."""
    request.scope.require(Ability.MANAGE_UNITS)
    unit = units.unit_line(request.scope, unit_id, now=request.now)
    form = ParentForm(request.POST or None, initial={"parent_id": unit.parent_id}, units=unit_choices(request))
    if form.is_valid():
        actions.move_unit(request.scope, unit_id=unit_id, **form.cleaned_data, now=request.now)
        return redirect("org:units")
    subtitle = _("Move the unit with everything below it")
    return show_form(request, form, title=unit.name, subtitle=subtitle, submit=_("Move"), back_url=reverse("org:units"))


@require_http_methods(["GET", "POST"])
def close(request: TiejunRequest, unit_id: UUID) -> HttpResponse:
    """Close a unit."""
    request.scope.require(Ability.MANAGE_UNITS)
    unit = units.unit_line(request.scope, unit_id, now=request.now)
    form = CloseForm(request.POST or None, initial={"closed_on": local_date(request.now, request.scope.zone)})
    if form.is_valid():
        actions.close_unit(request.scope, unit_id=unit_id, **form.cleaned_data, now=request.now)
        return redirect("org:units")
    warning = _("A unit without people closes; its history stays.")
    return show_form(
        request,
        form,
        title=unit.name,
        subtitle=_("Close unit"),
        warning=warning,
        submit=_("Close unit"),
        is_danger=True,
        back_url=reverse("org:units"),
    )
