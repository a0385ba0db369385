"""The truth rate, the draws as anybody may check them, and a representative's own record."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.quality import texts
from tiejun.quality.queries import cases as case_queries
from tiejun.quality.queries import sampling as draw_queries
from tiejun.quality.queries import truth as queries
from tiejun.quality.rules.vocabulary import CaseState, Finding

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def truth(request: TiejunRequest) -> HttpResponse:
    """Show the truth rate of the units within reach."""
    page = queries.truth_page(request.scope, now=request.now)
    top = page.lines[0] if page.lines else None
    context = {
        "page": page,
        "top": top,
        "findings": [(texts.FINDINGS[name], texts.FINDING_TONES[name], top.findings[name]) for name in Finding]
        if top
        else [],
        "mean": round(100 * page.mean_probability, 1),
        "power": round(100 * page.power),
        "sensitivity": round(100 * page.error.sensitivity, 1),
        "specificity": round(100 * page.error.specificity, 1),
        "may_calibrate": request.scope.can(Ability.VIEW_CALIBRATION),
    }
    return render(request, "quality/truth.html", context)


@require_safe
def draws(request: TiejunRequest) -> HttpResponse:
    """List promises and draws."""
    return render(request, "quality/draws.html", {"lines": draw_queries.draws(request.scope)})


@require_safe
def draw(request: TiejunRequest, draw_id: UUID) -> HttpResponse:
    """Repeat a draw with its revealed seed."""
    found = draw_queries.repeated(request.scope, draw_id)
    context = {
        "found": found,
        "draw": found.line.draw,
        "line": found.line,
        "least": round(100 * found.least, 2),
        "mean": round(100 * found.mean, 2),
    }
    return render(request, "quality/draw.html", context)


@require_safe
def mine(request: TiejunRequest) -> HttpResponse:
    """Show a representative the own record and rights."""
    record = case_queries.own_record(request.scope, now=request.now)
    context = {
        "record": record,
        "checked": [
            (task, company, texts.FINDINGS[task.finding], texts.FINDING_TONES[task.finding])
            for task, company in record.checked
        ],
        "cases": [
            (
                line,
                texts.OUTCOMES[line.case.outcome]
                if line.case.state == CaseState.FINAL
                else texts.CASE_STATES[line.case.state],
                texts.CASE_TONES[line.case.state],
            )
            for line in record.cases
        ],
    }
    return render(request, "quality/mine.html", context)
