"""How the night shared leads out: the report of a morning, a look ahead, a repetition."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.leads.queries import allotments
from tiejun.operations.actions import allotment as actions
from tiejun.operations.forms import RunChoiceForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def report(request: TiejunRequest) -> HttpResponse:
    """Show how a run shared leads out among the people within reach."""
    request.scope.require(Ability.VIEW_ALLOTMENT)
    wanted = RunChoiceForm(request.GET)
    run_id = wanted.cleaned_data["run"] if wanted.is_valid() else None
    context = {
        "report": allotments.report(request.scope, run_id),
        "runs": allotments.runs(request.scope),
        "may_run": request.scope.can(Ability.RUN_ALLOTMENT),
        "may_assign": request.scope.can(Ability.ASSIGN_LEADS),
    }
    part = "#report" if request.htmx.target == "report" else ""
    return render(request, f"operations/allotment.html{part}", context)


@require_POST
def look_ahead(request: TiejunRequest) -> HttpResponse:
    """Ask what tonight would give."""
    run = actions.ask_ahead(request.scope, now=request.now)
    return _to(run.pk)


@require_POST
def repeat(request: TiejunRequest, run_id: UUID) -> HttpResponse:
    """Ask for a night to be computed again."""
    actions.ask_again(request.scope, run_id=run_id, now=request.now)
    messages.success(request, _("It is computed again from what was kept. The result appears here in a moment."))
    return _to(run_id)


def _to(run_id: UUID) -> HttpResponse:
    return redirect(f"{reverse('operations:allotment')}?{urlencode({'run': str(run_id)})}")
