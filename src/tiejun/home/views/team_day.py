from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.home.queries import team_day as queries
from tiejun.home.views.words import all_stop_words, member_words
from tiejun.ui.display import said_day

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.home.queries.team_day import TeamDay


@require_safe
def team_today(request: TiejunRequest) -> HttpResponse:
    """Show who is where in the day; polled with an ETag, answered with 304 while nothing changes."""
    unit_id, day = chosen_unit(request), chosen_day(request)
    team = queries.team_day(request.scope, day=day, unit_id=unit_id, now=request.now)
    is_poll = bool(request.htmx) and request.htmx.target == "team"
    tag = _tag(team, request, is_poll=is_poll)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    rows = [member_words(line) for line in team.lines]
    context = {
        "team": team,
        "rows": rows,
        "units": _unit_items(team),
        "days": _day_items(team),
        "query": _query(unit_id, day),
    }
    response = render(request, "home/team_today.html#team" if is_poll else "home/team_today.html", context)
    if is_poll:
        response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
def member(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Show one person's day, in the drawer or as a page."""
    shown = queries.member_day(request.scope, person_id, day=chosen_day(request), now=request.now)
    context = {"shown": shown, "row": member_words(shown.line), "stops": all_stop_words(shown.stops)}
    is_drawer = bool(request.htmx) and request.htmx.target == "drawer-body"
    return render(request, "home/member_day.html#day" if is_drawer else "home/member_day.html", context)


def chosen_unit(request: TiejunRequest) -> UUID | None:
    """Return the unit of the address, None for all; an unreadable one is not found."""
    text = request.GET.get("unit", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def chosen_day(request: TiejunRequest) -> date | None:
    """Return the day of the address, None for today; an unreadable one is not found."""
    text = request.GET.get("day", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound from None


def _tag(team: TeamDay, request: TiejunRequest, *, is_poll: bool) -> str:
    language: str = request.LANGUAGE_CODE
    return f'W/"{sha256(f"{team!r}{language}{is_poll}".encode()).hexdigest()[:24]}"'


def _query(unit_id: UUID | None, day: date | None) -> str:
    parts = {"unit": unit_id, "day": day}
    return urlencode({name: str(value) for name, value in parts.items() if value})


def _unit_items(team: TeamDay) -> list[dict[str, object]]:
    if len(team.units) < 2:
        return []
    on = None if team.is_today else team.day
    whole = {"label": _("All"), "url": f"?{_query(None, on)}", "active": team.unit_id is None}
    groups = [
        {"label": unit.name, "url": f"?{_query(unit.pk, on)}", "active": unit.pk == team.unit_id}
        for unit in team.units
        if unit.kind != "COMPANY"
    ]
    return [whole, *groups]


def _day_items(team: TeamDay) -> list[dict[str, object]]:
    days = [team.today - timedelta(days=number) for number in range(3)]
    shown = days if team.day in days else [*days[:2], team.day]
    base = reverse("home:team_today")
    items: list[dict[str, object]] = []
    for day in shown:
        query = _query(team.unit_id, None if day == team.today else day)
        items.append({"label": said_day(day, team.today), "url": f"{base}?{query}", "active": day == team.day})
    return items
