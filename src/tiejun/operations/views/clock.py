"""Pages of the business clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.insight.queries.rolling import past_in_progress
from tiejun.operations.actions import clock as actions
from tiejun.operations.forms import RunFilterForm, UnitDayForm
from tiejun.operations.queries import clock as queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.models import ClockRun
    from tiejun.foundation.web import TiejunRequest


@require_safe
def runs(request: TiejunRequest) -> HttpResponse:
    """Show every unit's clock of today, and one unit's day in full."""
    wanted = UnitDayForm(request.GET)
    unit_id, day = (wanted.cleaned_data["unit"], wanted.cleaned_data["day"]) if wanted.is_valid() else (None, None)
    days = queries.clock_days(request.scope, now=request.now, day=day)
    shown = next((one for one in days if one.unit.id == unit_id), None) or next(
        (one for one in days if one.lines), None
    )
    may_run, past = request.scope.can(Ability.RUN_CLOCK), past_in_progress(request.scope)
    context = {"days": days, "shown": shown, "day": day, "may_run": may_run, "past": past}
    return render(request, "operations/runs.html", context)


@require_safe
def run_log(request: TiejunRequest) -> HttpResponse:
    """List all runs, the latest first."""
    form = RunFilterForm(request.GET)
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    wanted = queries.RunFilter(
        status=data.get("status", ""), event=data.get("event", ""), unit_id=data.get("unit"), day=data.get("day")
    )
    page = queries.runs_page(request.scope, wanted, cursor=request.GET.get("cursor"))
    context = {"page": page, "form": form, "pager": _pager(request, page.next_cursor, page.previous_cursor)}
    return render(
        request, "operations/run_log.html#list" if request.htmx.target == "list" else "operations/run_log.html", context
    )


@require_POST
def run_now(request: TiejunRequest, run_id: UUID) -> HttpResponse:
    """Run a later event now."""
    row = actions.run_now(request.scope, run_id=run_id, reason=request.POST.get("reason", "")[:500], now=request.now)
    messages.success(request, _("Handed to a worker. The result appears here in a moment."))
    return _back(row)


@require_POST
def retry_run(request: TiejunRequest, run_id: UUID) -> HttpResponse:
    """Try a failed event again."""
    row = actions.retry_run(request.scope, run_id=run_id, reason=request.POST.get("reason", "")[:500], now=request.now)
    messages.success(request, _("Handed to a worker. The result appears here in a moment."))
    return _back(row)


def _back(row: ClockRun) -> HttpResponse:
    answer = redirect("operations:runs")
    answer["Location"] += "?" + urlencode({"unit": str(row.unit_id), "day": row.business_day.isoformat()})
    return answer


def _pager(request: TiejunRequest, following: str | None, previous: str | None) -> dict[str, str]:
    return {"next": page_url(request, following), "prev": page_url(request, previous)}


def page_url(request: TiejunRequest, cursor: str | None) -> str:
    """Return the address of this list at a cursor, with its filters; empty without a cursor."""
    if cursor is None:
        return ""
    fields = [(name, str(value)) for name, value in request.GET.items() if name != "cursor" and value]
    return f"{request.path}?{urlencode([*fields, ('cursor', cursor)])}"
