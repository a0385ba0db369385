"""Canvassing: the list of buildings, one building door by door, and the knock that is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tiejun.access.abilities import Ability
from tiejun.foundation.web import TiejunRequest, problem, render, wants_json
from tiejun.leads.queries.standing import Standing
from tiejun.visits import texts
from tiejun.visits.actions.canvassing import record_door
from tiejun.visits.forms import DoorForm
from tiejun.visits.queries import canvassing as queries
from tiejun.visits.rules.vocabulary import DoorResult, DoorStanding

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.visits.models import Door

FOREIGN = Standing.HELD_BY_COLLEAGUE
STANDINGS = {
    Standing.UNKNOWN: "",
    Standing.FREE: gettext_lazy("Nobody holds this company"),
    Standing.IN_POOL: gettext_lazy("In the pool: it can be claimed"),
    Standing.YOURS: gettext_lazy("Yours already"),
    Standing.HELD_BY_COLLEAGUE: gettext_lazy(
        "Held by a colleague: a visit here counts as a cold visit, the lead stays where it is."
    ),
}
TONES = {
    DoorResult.INTEREST: "success",
    DoorResult.GATEKEEPER: "info",
    DoorResult.NO_ANSWER: "neutral",
    DoorResult.REFUSED: "danger",
    DoorResult.NOT_TARGET: "neutral",
}
ICONS = {
    DoorResult.NO_ANSWER: "door-closed",
    DoorResult.GATEKEEPER: "shield",
    DoorResult.INTEREST: "thumbs-up",
    DoorResult.REFUSED: "hand",
    DoorResult.NOT_TARGET: "circle-minus",
}


@require_GET
def buildings(request: TiejunRequest) -> HttpResponse:
    """List the buildings that were canvassed, and find others."""
    text = request.GET.get("q", "").strip()[:60]
    context = {"lines": queries.building_lines(request.scope, text), "q": text}
    return render(
        request,
        "visits/buildings.html#list" if request.htmx.target == "buildings" else "visits/buildings.html",
        context,
    )


@require_http_methods(["GET", "POST"])
def building(request: TiejunRequest, building_id: UUID) -> HttpResponse:
    """Show a building's doors by floor, and record one knock after the other."""
    form = DoorForm(request.POST or None)
    if request.method == "GET":
        return _page(request, building_id, form)
    if not form.is_valid():
        if wants_json(request):
            errors = {name: str(found[0]) for name, found in form.errors.items()}
            return problem(422, "invalid", " ".join(errors.values()), errors=errors)
        return _page(request, building_id, form, status=422)
    door = record_door(request.scope, facts=form.facts(request, building_id), now=request.now)
    words = door_words(door)
    if wants_json(request):
        return JsonResponse(
            {"id": str(door.pk), "message": words}, status=201 if door.received_at == request.now else 200
        )
    messages.success(request, words)
    return redirect("visits:building", building_id=building_id)


@require_GET
def standing(request: TiejunRequest, building_id: UUID) -> HttpResponse:
    """Say whose the company on a sign is, before the knock; a colleague's name is never said."""
    name = request.GET.get("company_name", "").strip()[:200]
    found = queries.standing_in(request.scope, building_id, name)
    return render(
        request, "visits/building.html#standing", {"standing": STANDINGS[found], "is_foreign": found == FOREIGN}
    )


def _page(request: TiejunRequest, building_id: UUID, form: DoorForm, *, status: int = 200) -> HttpResponse:
    page = queries.building_page(request.scope, building_id, now=request.now)
    values = form.data if form.is_bound else {"floor": page.next_floor, "door": page.next_door}
    context: dict[str, Any] = {
        "page": page,
        "floors": [(floor.number, [_shown(row) for row in floor.doors]) for floor in page.floors],
        "counts": [(texts.DOOR_RESULTS[result], TONES[result], count) for result, count in page.results],
        "tiles": tiles(str(values.get("result") or "")),
        "values": values,
        "errors": [words for found in form.errors.values() for words in found],
        "may_knock": request.scope.can(Ability.RECORD_VISIT),
    }
    return render(request, "visits/building.html", context, status=status)


def tiles(chosen: str = "") -> list[dict[str, Any]]:
    """Return the results of a knock as tiles."""
    return [
        {"value": str(result), "label": words, "icon": ICONS[result], "checked": str(result) == chosen}
        for result, words in texts.DOOR_RESULTS.items()
    ]


def door_words(door: Door) -> str:
    """Say what became of a knock, for the toast."""
    result = str(texts.DOOR_RESULTS[DoorResult(door.result)])
    match DoorStanding(door.standing):
        case DoorStanding.NEW:
            return _("%(result)s. New lead: %(name)s") % {"result": result, "name": door.company_name}
        case DoorStanding.COLLEAGUE:
            return _("%(result)s. Held by a colleague: a visit here counts as a cold visit.") % {"result": result}
        case DoorStanding.MINE:
            return _("%(result)s. %(name)s is yours already.") % {"result": result, "name": door.company_name}
        case DoorStanding.FREE:
            return _("%(result)s. %(name)s is in the pool.") % {"result": result, "name": door.company_name}
    return result


def _shown(row: Door) -> dict[str, Any]:
    cold = {"company": row.company_id} if row.company_id else {"company_name": row.company_name}
    can_visit = row.result == DoorResult.INTEREST and bool(row.company_id or row.company_name)
    return {
        "row": row,
        "result": texts.DOOR_RESULTS[DoorResult(row.result)],
        "tone": TONES[DoorResult(row.result)],
        "standing": texts.DOOR_STANDINGS[DoorStanding(row.standing)],
        "visit_url": f"{reverse('visits:record')}?{urlencode(cold)}" if can_visit else "",
    }
