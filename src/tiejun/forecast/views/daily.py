"""The phone's page of the coming day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.forecast.actions import daily as actions
from tiejun.forecast.forms import DayForm, deals_of
from tiejun.forecast.queries.tomorrow import tomorrow_page
from tiejun.forecast.rules import DayState
from tiejun.forecast.texts import DAY_STATES
from tiejun.forecast.views.asked import asked_day
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.web import render

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def tomorrow(request: TiejunRequest) -> HttpResponse:
    """Show what tomorrow should bring, to be accepted or changed."""
    page = tomorrow_page(request.scope, day=asked_day(request.GET), now=request.now)
    shown = page.forecast
    state = DAY_STATES[DayState(shown.row.state) if shown.row else DayState.DRAFT]
    named = {line.deal.company_id for line in shown.lines}
    context = {
        "page": page,
        "shown": shown,
        "state": state,
        "version": shown.row.version if shown.row else 0,
        "more": [choice for choice in page.choices if choice[0] not in named],
    }
    return render(request, "forecast/tomorrow.html", context)


@require_POST
def save(request: TiejunRequest) -> HttpResponse:
    """Submit the forecast of a day."""
    request.scope.require(Ability.MAKE_FORECAST)
    form = DayForm(request.POST)
    deals = deals_of(request.POST)
    if not form.is_valid():
        raise Invalid(**{name: str(errors[0]) for name, errors in form.errors.items()})
    given = form.cleaned_data
    row = actions.save_day(
        request.scope,
        day=given["day"],
        version=given["version"],
        numbers=form.numbers(deals),
        deals=deals,
        now=request.now,
    )
    messages.success(request, _("Accepted as drafted.") if row.is_machine else _("Your forecast is in."))
    return redirect(f"{reverse('forecast:tomorrow')}?day={row.business_day.isoformat()}")
