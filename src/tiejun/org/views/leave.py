from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.org.actions import leave as actions
from tiejun.org.forms import EARLIEST, LATEST, LeaveForm
from tiejun.org.queries import leave
from tiejun.org.views.form_page import show_form

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def month(request: TiejunRequest) -> HttpResponse:
    """Show who is away in a month, as a calendar and as a list."""
    page = leave.leave_month(request.scope, month=_month(request), now=request.now)
    context = {"page": page, "can_record": request.scope.can(Ability.RECORD_LEAVE)}
    return render(request, "org/leave.html#month" if request.htmx else "org/leave.html", context)


def _month(request: TiejunRequest) -> date:
    today = local_date(request.now, request.scope.zone)
    try:
        wanted = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today
    return wanted if EARLIEST < wanted < LATEST.replace(day=1) else today


@require_http_methods(["GET", "POST"])
def record(request: TiejunRequest) -> HttpResponse:
    """Record days away."""
    choices = leave.people_for_leave(request.scope, now=request.now)
    initial = {
        "person_id": request.GET.get("person") or request.scope.person_id,
        "starts_on": request.GET.get("day"),
        "kind": "ANNUAL",
        "part": "FULL",
    }
    form = LeaveForm(request.POST or None, initial=initial, people=choices)
    if form.is_valid():
        facts = form.cleaned_data
        facts["ends_on"] = facts["ends_on"] or facts["starts_on"]
        recorded = actions.record_leave(request.scope, **facts, now=request.now)
        return redirect(f"{reverse('org:leave')}?month={recorded.starts_on:%Y-%m}")
    return show_form(request, form, title=_("Record leave"), submit=_("Record leave"), back_url=reverse("org:leave"))


@require_POST
def cancel(request: TiejunRequest, leave_id: UUID) -> HttpResponse:
    """Cancel a leave."""
    cancelled = actions.cancel_leave(request.scope, leave_id=leave_id, now=request.now)
    if request.htmx:
        page = leave.leave_month(request.scope, month=_month(request), now=request.now)
        return render(request, "org/leave.html#month", {"page": page, "can_record": True})
    return redirect(f"{reverse('org:leave')}?month={cancelled.starts_on:%Y-%m}")
