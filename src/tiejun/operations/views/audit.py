"""Pages of the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tiejun.foundation.web import render
from tiejun.operations.actions import audit as actions
from tiejun.operations.forms import AuditFilterForm
from tiejun.operations.queries import audit as queries
from tiejun.operations.views.clock import page_url

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def audit(request: TiejunRequest) -> HttpResponse:
    """List the whole log with filters, and the state of its chain."""
    form, wanted = _wanted(request)
    page = queries.entries_page(request.scope, wanted, cursor=request.GET.get("cursor"))
    context = _list(request, form, page) | {
        "head": queries.head(request.scope),
        "check": queries.last_check(request.scope),
        "own": False,
    }
    return render(
        request, "operations/audit.html#list" if request.htmx.target == "list" else "operations/audit.html", context
    )


@require_safe
def own_trail(request: TiejunRequest) -> HttpResponse:
    """List what the asker did, and what was done to them."""
    form, wanted = _wanted(request)
    page = queries.own_trail(request.scope, wanted, cursor=request.GET.get("cursor"))
    context = _list(request, form, page) | {"own": True}
    return render(
        request, "operations/audit.html#list" if request.htmx.target == "list" else "operations/audit.html", context
    )


@require_POST
def check(request: TiejunRequest) -> HttpResponse:
    """Check the chain now."""
    row = actions.ask_check(request.scope, now=request.now)
    if request.htmx:
        return _state(request, row.pk)
    return redirect("operations:audit")


@require_safe
def check_state(request: TiejunRequest, check_id: UUID) -> HttpResponse:
    """Show how a check stands; the page asks again while it runs."""
    return _state(request, check_id)


def _state(request: TiejunRequest, check_id: UUID) -> HttpResponse:
    context = {"check": queries.last_check(request.scope, check_id), "head": queries.head(request.scope)}
    return render(request, "operations/audit.html#check", context)


def _wanted(request: TiejunRequest) -> tuple[AuditFilterForm, queries.AuditFilter]:
    form = AuditFilterForm(queries.event_choices(request.scope), request.GET)
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    wanted = queries.AuditFilter(
        person_id=data.get("person"), event=data.get("event", ""), target_id=data.get("target"), day=data.get("day")
    )
    return form, wanted


def _list(request: TiejunRequest, form: AuditFilterForm, page: queries.AuditPage) -> dict[str, Any]:
    pager = {"next": page_url(request, page.next_cursor), "prev": page_url(request, page.previous_cursor)}
    return {"page": page, "form": form, "pager": pager}
