"""Pages of reclaim: what runs out tonight, what the last nights did, a trial of other deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.leads.forms.reclaims import TrialForm
from tiejun.leads.queries import reclaim_trial, reclaims
from tiejun.leads.queries.tonight import tonight

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def preview(request: TiejunRequest) -> HttpResponse:
    """Show what would be taken back tonight within reach, and the last runs."""
    context = {
        "night": tonight(request.scope, request.now),
        "runs": reclaims.runs(request.scope, request.now),
        "is_rep": request.scope.can(Ability.CLAIM_LEAD),
        "may_try": request.scope.can(Ability.TRY_RECLAIM),
    }
    return render(request, "leads/reclaims.html", context)


@require_safe
def run(request: TiejunRequest, run_id: UUID) -> HttpResponse:
    """Show what one run took, to whom it went, why, and what it left."""
    page = reclaims.run_page(request.scope, run_id, request.GET.get("cursor"))
    return render(request, "leads/reclaim_run.html", {"page": page, "run": page.run})


@require_safe
def trial(request: TiejunRequest) -> HttpResponse:
    """Show what other deadlines would take back tonight; nothing is written."""
    request.scope.require(Ability.TRY_RECLAIM)
    in_force = reclaim_trial.deadlines_in_force(request.scope, request.now)
    given = {name: getattr(in_force, name) for name in TrialForm.base_fields} | request.GET.dict()
    form = TrialForm(given)
    is_valid = form.is_valid()
    answer = reclaim_trial.trial(request.scope, form.deadlines(), request.now) if is_valid else None
    context = {"form": form, "trial": answer, "in_force": in_force}
    return render(request, "leads/reclaim_trial.html", context, status=200 if is_valid else 422)
