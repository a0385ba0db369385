"""The board on the wall, for whoever has its address; and the page on which addresses are made and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.foundation.web import render
from tiejun.meetings import texts
from tiejun.meetings.actions import screens as actions
from tiejun.meetings.forms import ScreenForm, demanded
from tiejun.meetings.queries import wall as queries
from tiejun.meetings.rules.drilling import Subject
from tiejun.meetings.views.asked import asked_id

if TYPE_CHECKING:
    from uuid import UUID

    from django.http.response import HttpResponseBase

    from tiejun.foundation.web import TiejunRequest
    from tiejun.meetings.queries.wall import WallBoard

ROOM = Scope.system("meetings.wall")


# Default-deny exception: a television has nobody to sign in. Its address cannot be guessed, ends, and can be closed.
@login_not_required
@require_safe
def wall(request: TiejunRequest, screen_id: UUID, mark: str) -> HttpResponseBase:
    """Show the board of a room; polled with an ETag, answered with 304 while nothing changes."""
    board = queries.wall_board(ROOM, screen_id, mark, now=request.now)
    is_poll = request.headers.get("HX-Target") == "wall"
    tag = f'W/"{board.tag}{request.LANGUAGE_CODE}{is_poll:d}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = render(request, "meetings/wall.html#board" if is_poll else "meetings/wall.html", _context(board))
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    response["Referrer-Policy"], response["X-Robots-Tag"] = "no-referrer", "noindex"
    patch_vary_headers(response, ["HX-Target", "Accept-Language"])
    return response


def _context(board: WallBoard) -> dict[str, Any]:
    meeting = board.meeting
    return {
        "board": board,
        "day": board.day,
        "meeting": meeting,
        "kind": texts.KINDS[meeting.kind] if meeting else "",
        "shares": [(kind.value, str(texts.SHARES[kind]), name, words) for kind, name, words in meeting.shares]
        if meeting
        else [],
        "drill": texts.SUBJECTS[Subject(meeting.drill)] if meeting and meeting.drill else "",
        "parts": [(str(words), number == meeting.part) for number, words in enumerate(texts.PARTS)]
        if meeting and meeting.is_open and meeting.kind == "EVENING"
        else [],
    }


@require_safe
def screens(request: TiejunRequest) -> HttpResponse:
    """Show the screens of a unit with their addresses."""
    page = queries.screens_page(request.scope, unit_id=asked_id(request.GET, "unit"), now=request.now)
    lines = [
        (line, request.build_absolute_uri(reverse("meetings:wall", args=[line.screen.pk, line.mark])))
        for line in page.lines
    ]
    units = [{"label": unit.name, "url": f"?unit={unit.pk}", "active": unit.pk == page.unit.pk} for unit in page.units]
    context = {"page": page, "lines": lines, "units": units if len(units) > 1 else []}
    return render(request, "meetings/screens.html", context)


@require_POST
def make(request: TiejunRequest) -> HttpResponse:
    """Make an address for a screen."""
    request.scope.require(Ability.MANAGE_SCREENS)
    given = demanded(ScreenForm(request.POST)).cleaned_data
    actions.make_screen(request.scope, unit_id=given["unit"], name=given["name"], now=request.now)
    messages.success(request, _("Open this address on the screen; it needs no sign-in."))
    return redirect(f"{reverse('meetings:screens')}?unit={given['unit']}")


@require_POST
def close(request: TiejunRequest, screen_id: UUID) -> HttpResponse:
    """Close a screen's address."""
    row = actions.close_screen(request.scope, screen_id=screen_id, now=request.now)
    messages.success(request, _("The screen goes dark within a minute."))
    return redirect(f"{reverse('meetings:screens')}?unit={row.unit_id}")
