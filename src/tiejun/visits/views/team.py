"""The leader's page of a day's plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tiejun.foundation.times import business_day
from tiejun.foundation.web import render
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.ui.display import said_day
from tiejun.visits import texts
from tiejun.visits.forms import DayForm
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.queries.team_plans import team_plans

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.visits.queries.team_plans import MemberPlan


@require_safe
def plans(request: TiejunRequest) -> HttpResponse:
    """Show all plans of today or of the next working day."""
    today = business_day(request.now, request.scope.zone)
    form = DayForm(request.GET)
    form.is_valid()
    day = form.cleaned_data.get("day") or today
    rows = team_plans(request.scope, day=day)
    at_work = [row for row in rows if row.leave_part != "FULL"]
    context = {
        "day": day,
        "days": _days(request, day, today),
        "rows": [_words(row, day) for row in rows],
        "totals": {
            "submitted": sum(row.is_submitted for row in rows),
            "at_work": len(at_work),
            "stops": sum(row.stops for row in rows),
            "km": sum(row.travel_km for row in rows),
            "expected_minor": sum(row.expected_minor for row in rows),
        },
        "stops_words": _("Stops"),
        "done_words": _("Done at"),
        "expected_words": _("Expected value"),
    }
    return render(request, "visits/team_plans.html", context)


def _days(request: TiejunRequest, day: date, today: date) -> list[dict[str, Any]]:
    policy = field_policy(request.scope, request.now)
    following = next_workday_of(today, calendar_of(policy.book, policy.chain))
    page = reverse("visits:team_plans")
    return [
        {"label": said_day(one, today), "url": f"{page}?day={one:%Y-%m-%d}", "active": one == day}
        for one in (today, following)
    ]


def _words(row: MemberPlan, day: date) -> dict[str, Any]:
    words: Any
    if row.state is not None:
        words, tone = texts.PLAN_STATES[row.state], "success" if row.is_submitted else "neutral"
    else:
        words, tone = (_("On leave"), "neutral") if row.leave_part == "FULL" else (_("No plan yet"), "warning")
    return {
        "row": row,
        "url": f"{reverse('visits:plan')}?day={day:%Y-%m-%d}&person={row.person_id}",
        "words": words,
        "tone": tone,
        "anchors": " · ".join(row.anchors),
        "bare": _("No backup: %(names)s") % {"names": " · ".join(row.bare)} if row.bare else "",
    }
