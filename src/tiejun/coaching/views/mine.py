"""The representative's own points and accompanied days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.coaching.actions import field as actions
from tiejun.coaching.forms import AnswerForm, demand
from tiejun.coaching.queries.crediting import period_of
from tiejun.coaching.queries.mine import my_points
from tiejun.coaching.views import presenting
from tiejun.foundation.web import render
from tiejun.ui import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def mine(request: TiejunRequest) -> HttpResponse:
    """Show what the asker works at, how often it is used, and the accompanied days."""
    found = my_points(request.scope)
    month = presenting.asked_day(request.GET, "month")
    context = {
        "found": found,
        "open_points": presenting.point_rows(found.open_points),
        "closed_points": presenting.point_rows(found.closed_points),
        "days": presenting.plan_rows(found.days),
        "running": found.running,
        **presenting.period_context(period_of(request.scope, found.person_id, month=month, now=request.now)),
    }
    return render(request, "coaching/mine.html", context)


@require_POST
def answer(request: TiejunRequest, plan_id: UUID) -> HttpResponse:
    """Say that the summary was read."""
    form = AnswerForm(request.POST)
    demand(form)
    actions.answer_summary(request.scope, plan_id=plan_id, answer=form.cleaned_data["answer"], now=request.now)
    return dialogs.done(request, _("Your coach sees that you have read it."), "coaching:plan", plan_id)
