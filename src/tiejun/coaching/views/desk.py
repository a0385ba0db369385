"""The supervisor's desk of accompanied visits, and one person's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from tiejun.coaching.queries import desk as queries
from tiejun.coaching.queries.crediting import period_of
from tiejun.coaching.queries.mine import coachee
from tiejun.coaching.views import presenting
from tiejun.foundation.web import render

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """Show today's accompanied visit, whom to accompany next and why, and what waits."""
    unit_id, day = presenting.asked_unit(request.GET), presenting.asked_day(request.GET)
    found = queries.desk(request.scope, unit_id=unit_id, day=day, now=request.now)
    context = {
        "desk": found,
        "units": presenting.unit_tabs(found.units, found.unit.pk),
        "coming": presenting.plan_rows(found.coming),
        "waiting": presenting.plan_rows(found.waiting),
        "done": presenting.plan_rows(found.done),
        "proposals": [presenting.proposal_row(one) for one in found.proposals],
    }
    return render(request, "coaching/desk.html", context)


@require_safe
def person(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Show what a person works at and the accompanied days."""
    found = coachee(request.scope, person_id, now=request.now)
    month = presenting.asked_day(request.GET, "month")
    context = {
        "found": found,
        "open_points": presenting.point_rows(found.open_points),
        "closed_points": presenting.point_rows(found.closed_points),
        "days": presenting.plan_rows(found.days),
        "running": found.running,
        "may_drop": person_id != request.scope.person_id,
        **presenting.period_context(period_of(request.scope, person_id, month=month, now=request.now)),
    }
    return render(request, "coaching/person.html", context)
