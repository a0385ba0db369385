"""The roll-up of a month, what one answers for, and how it looked on an evening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.forecast.actions import groups as actions
from tiejun.forecast.forms import GroupForm, demanded
from tiejun.forecast.queries import rollup as queries
from tiejun.forecast.queries.months import month_asked
from tiejun.forecast.views.asked import asked_day
from tiejun.foundation.web import render
from tiejun.pipeline.rules import major

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def roll_up(request: TiejunRequest) -> HttpResponse:
    """Show what units answer for in a month, now or as it was known on an evening."""
    month, day = asked_day(request.GET, "month"), asked_day(request.GET, "as_of")
    asked = month_asked(request.scope, month, now=request.now)
    shown = queries.roll_up(request.scope, month=asked, now=request.now)
    top = shown.lines[0].depth if shown.lines else 0
    context = {
        "shown": shown,
        "rows": [
            (line, line.depth - top, major(line.row.adjustment_minor) if line.row else "0") for line in shown.lines
        ],
        "has_parts": any(line.parts for line in shown.lines),
        "days": queries.snapshot_days(request.scope, asked),
        "as_of": day,
        "then": queries.as_of(request.scope, day, month=asked) if day else [],
    }
    return render(request, "forecast/roll_up.html", context)


@require_POST
def submit(request: TiejunRequest, unit_id: UUID) -> HttpResponse:
    """Answer for a unit's month."""
    request.scope.require(Ability.SUBMIT_GROUP)
    given = demanded(GroupForm(request.POST)).cleaned_data
    actions.submit_group(
        request.scope,
        unit_id=unit_id,
        month=given["month"],
        seen=(given["seen_deals"], given["seen_minor"]),
        adjustment=actions.Adjustment(given["adjustment_deals"] or 0, given["adjustment"] or 0, given["reason"]),
        now=request.now,
    )
    messages.success(request, _("Submitted: this is the number you answer for."))
    return redirect(f"{reverse('forecast:roll_up')}?month={given['month'].isoformat()}")
