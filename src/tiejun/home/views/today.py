from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.home import texts
from tiejun.home.queries import today as queries
from tiejun.home.rules import FIRST_PAGES, Phase, greeting_hour
from tiejun.home.views.words import all_stop_words, stop_words
from tiejun.visits.rules.navigation import links_to

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.home.queries.today import StopLine, Today


@require_safe
def today(request: TiejunRequest) -> HttpResponse:
    """Show the representative's day; everybody else is led to the page that their role starts on."""
    if not request.scope.can(Ability.VIEW_TODAY):
        return redirect(
            next(url_name for url_name, ability in FIRST_PAGES if not ability or request.scope.can(Ability(ability)))
        )
    local = request.now.astimezone(ZoneInfo(request.scope.zone))
    day = queries.today(request.scope, now=request.now)
    context = {
        "day": day,
        "next": stop_words(day.next_stop.line) if day.next_stop else None,
        "running": stop_words(day.running) if day.running else None,
        "to_do": all_stop_words(_listed(day)),
        "done": all_stop_words(day.done),
        "backups": all_stop_words(day.backups),
        "map_url": _map_url(day),
        "leave": texts.LEAVE_PARTS.get(day.leave_part, ""),
        "greeting": texts.GREETINGS[greeting_hour(local.hour)] % {"name": request.person_name},  # type: ignore[attr-defined]
    }
    return render(request, "home/today.html", context)


def _listed(day: Today) -> list[StopLine]:
    """Return the stops below the card: all that are to come, but for the one that stands on the card."""
    if day.next_stop and (day.running or day.phase == Phase.LOCKED):  # the card shows the visit, or is not there
        return [day.next_stop.line, *day.to_do]
    return day.to_do


def _map_url(day: Today) -> str:
    """Return the first map app's way to the next stop; a place without a position is searched by its address."""
    if day.next_stop is None:
        return ""
    line = day.next_stop.line
    return links_to(line.company.name, line.company.address, line.point)[0].url
