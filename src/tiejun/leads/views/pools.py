"""Pools: what there is, who is let in, who administers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.leads.actions import pools as actions
from tiejun.leads.forms.steps import MemberForm, PoolForm
from tiejun.leads.queries import lists, pools
from tiejun.org import queries as org
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def index(request: TiejunRequest) -> HttpResponse:
    """Show the pools with what waits in each."""
    context = {"lines": pools.pool_lines(request.scope), "may_open": request.scope.can(Ability.MANAGE_POOLS)}
    return render(request, "leads/pools.html", context)


@require_safe
def members(request: TiejunRequest, pool_id: UUID) -> HttpResponse:
    """Show one pool and who is let in."""
    return render(request, "leads/pool_members.html", {"view": pools.pool_detail(request.scope, pool_id)})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Open a pool."""
    request.scope.require(Ability.MANAGE_POOLS)
    form = PoolForm(request.POST or None, is_new=True, **_choices(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.open_pool(request.scope, name=given["name"], unit_id=given["unit"], terms=form.terms())
        return done(request, _("The pool is open."), "leads:pools")
    return dialog(request, form, title=_("New pool"), submit=_("Open the pool"), back=reverse("leads:pools"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, pool_id: UUID) -> HttpResponse:
    """Change a pool."""
    request.scope.require(Ability.MANAGE_POOLS)
    pool = pools.pool_to_administer(request.scope, pool_id)
    fields = ("name", "is_claimable", "is_listed_only", "districts", "version")
    initial = {field: getattr(pool, field) for field in fields} | {"product_line": pool.product_line_id}
    form = PoolForm(request.POST or None, is_new=False, initial=initial, **_choices(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.edit_pool(
            request.scope,
            pool_id=pool_id,
            version=given["version"] or 0,
            name=given["name"],
            terms=form.terms(),
        )
        return done(request, _("The pool is changed."), "leads:pool-members", pool_id)
    back = reverse("leads:pool-members", args=[pool_id])
    return dialog(request, form, title=_("Edit the pool"), submit=_("Save"), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def add_member(request: TiejunRequest, pool_id: UUID) -> HttpResponse:
    """Let somebody in."""
    pool = pools.pool_to_administer(request.scope, pool_id)
    form = MemberForm(
        request.POST or None,
        members=pools.possible_members(request.scope, request.now),
        may_name_chiefs=request.scope.can(Ability.MANAGE_POOLS),
    )
    if request.method == "POST" and form.is_valid():
        actions.add_member(request.scope, pool_id=pool_id, now=request.now, **form.who())
        return done(request, _("Added."), "leads:pool-members", pool_id)
    back = reverse("leads:pool-members", args=[pool_id])
    return dialog(request, form, title=_("Add a member"), intro=pool.name, submit=_("Add"), back=back)


@require_POST
def remove_member(request: TiejunRequest, member_id: UUID) -> HttpResponse:
    """Take a member out."""
    pool = actions.remove_member(request.scope, member_id=member_id)
    return done(request, _("Removed."), "leads:pool-members", pool.pk)


def _choices(request: TiejunRequest) -> dict[str, Any]:
    is_english = (get_language() or "").startswith("en")
    lines = org.product_lines(request.scope)
    return {
        "units": [(str(unit.pk), unit.name) for unit in org.all_units(request.scope)],
        "districts": lists.filter_choices(request.scope).districts,
        "product_lines": [(str(row.pk), row.name_en if is_english and row.name_en else row.name) for row in lines],
    }
