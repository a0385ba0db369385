"""The meetings of a unit and the room of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.meetings import texts
from tiejun.meetings.actions import meetings as actions
from tiejun.meetings.actions import outcomes
from tiejun.meetings.forms import CloseForm, EndForm, OpenForm, demanded
from tiejun.meetings.queries import rooms as queries
from tiejun.meetings.queries.briefing import briefing
from tiejun.meetings.queries.drilled import use_after, uses_of
from tiejun.meetings.rules import ActionState, Kind
from tiejun.meetings.views.asked import asked_id, briefing_words, room_context, use_words

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.foundation.web import TiejunRequest


@require_safe
def meetings(request: TiejunRequest) -> HttpResponse:
    """Show a unit's meetings of today, the open actions, and the meetings before."""
    unit_id = asked_id(request.GET, "unit")
    try:
        page = queries.meetings_page(request.scope, unit_id=unit_id, now=request.now)
    except NotFound:
        if unit_id is not None:
            raise
        return render(request, "meetings/none.html")  # reach without a group, as of who leads another department
    today = ((Kind.BRIEFING, page.briefing, page.briefing_at), (Kind.EVENING, page.evening, page.evening_at))
    context = {
        "page": page,
        "today": [
            (kind.value, texts.KINDS[kind], row, row.planned_at if row else at, texts.STATES[row.state] if row else "")
            for kind, row, at in today
        ],
        "earlier": [
            (row, texts.KINDS[row.kind], [str(texts.MISSING[code]) for code in row.missing]) for row in page.earlier
        ],
        "may_talk": request.scope.can(Ability.VIEW_ONE_TO_ONES),
        "may_hang": request.scope.can(Ability.MANAGE_SCREENS),
        "units": _units(page),
    }
    return render(request, "meetings/list.html", context)


def _units(page: queries.MeetingsPage) -> list[dict[str, Any]]:
    """The units to choose from, where there is a choice."""
    if len(page.units) < 2:
        return []
    return [{"label": unit.name, "url": f"?unit={unit.pk}", "active": unit.pk == page.unit.pk} for unit in page.units]


@require_POST
def open_one(request: TiejunRequest) -> HttpResponse:
    """Begin a meeting of today and go to its room."""
    request.scope.require(Ability.LEAD_MEETING)
    given = demanded(OpenForm(request.POST)).cleaned_data
    row = actions.open_meeting(request.scope, unit_id=given["unit"], kind=Kind(given["kind"]), now=request.now)
    return redirect("meetings:room", meeting_id=row.pk)


@require_safe
def room(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """Show the room of a meeting."""
    context = room_context(request, meeting_id)
    if context["meeting"].kind == Kind.BRIEFING:
        context |= briefing_words(briefing(request.scope, context["meeting"], now=request.now))
    context["uses"] = use_words(uses_of(request.scope, context["meeting"], now=request.now))
    context["uses_after"] = use_words(use_after(request.scope, context["meeting"], now=request.now))
    return render(request, "meetings/room.html", context)


@require_safe
def pulse(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """Answer the page's own poll: nothing while nothing has changed, else the parts that nobody types in."""
    context = room_context(request, meeting_id)
    seen, now = request.GET.get("seen", "").partition("."), context["seen"].partition(".")
    if seen == now:
        return HttpResponse(status=204)
    return render(request, "meetings/pulse.html", context | {"is_answer": True, "drill_moved": seen[2] != now[2]})


@require_POST
def close(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """End a meeting."""
    request.scope.require(Ability.LEAD_MEETING)
    queries.meeting_in_reach(request.scope, meeting_id, Ability.LEAD_MEETING)
    given = demanded(CloseForm(request.POST)).cleaned_data
    actions.close_meeting(
        request.scope, meeting_id=meeting_id, version=given["version"], reason=given["reason"], now=request.now
    )
    messages.success(request, _("The meeting is closed. Its minutes can be completed until tonight's lock."))
    return redirect("meetings:room", meeting_id=meeting_id)


@require_POST
def end_action(request: TiejunRequest, action_id: UUID) -> HttpResponse:
    """Say that an action is done, or drop it, and go back to where it was seen."""
    request.scope.require(Ability.JOIN_MEETING)
    queries.action_in_reach(request.scope, action_id)
    given = demanded(EndForm(request.POST)).cleaned_data
    outcomes.end_action(
        request.scope,
        action_id=action_id,
        version=given["version"],
        state=ActionState(given["state"]),
        reason=given["reason"],
        now=request.now,
    )
    messages.success(request, _("Noted."))
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "meetings:list")
