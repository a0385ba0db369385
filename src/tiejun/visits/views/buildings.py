"""The reference of buildings: reported in the field, kept by sales operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.engines.geo import Datum
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import problem, render, wants_json
from tiejun.org.actions import buildings as org_actions
from tiejun.org.queries.buildings import BuildingFilters, possible_doubles
from tiejun.org.queries.units import districts_of_asker
from tiejun.visits.actions.buildings import merge_buildings
from tiejun.visits.forms.buildings import BuildingForm, NewBuildingForm
from tiejun.visits.queries import buildings as queries

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.visits.queries.buildings import KeptBuilding


# -- from the field ----------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: TiejunRequest) -> HttpResponse:
    """Take in a building that nobody knew; the phone's outbox sends it under the id that it climbs there with."""
    request.scope.require(Ability.RECORD_VISIT)
    form = NewBuildingForm(request.POST or None)
    if not form.is_valid():
        if form.is_bound and wants_json(request):
            errors = {name: str(found[0]) for name, found in form.errors.items()}
            return problem(422, "invalid", " ".join(errors.values()), errors=errors)
        return _report_page(request, form)
    row = org_actions.report_building(
        request.scope, building_id=form.cleaned_data["client_key"] or new_id(), facts=form.facts(), now=request.now
    )
    address, words = reverse("visits:building", args=[row.pk]), _("%(name)s is on the list.") % {"name": row.name}
    if wants_json(request):
        return JsonResponse({"id": str(row.pk), "message": words, "href": address}, status=201)
    messages.success(request, words)
    return redirect(address)


def _report_page(request: TiejunRequest, form: NewBuildingForm) -> HttpResponse:
    values = form.data if form.is_bound else {"name": request.GET.get("q", "").strip()[:60]}
    context = {
        "values": values,
        "errors": [words for found in form.errors.values() for words in found] if form.is_bound else [],
        "districts": [(row.code, row.name) for row in districts_of_asker(request.scope)],
    }
    return render(request, "visits/building_new.html", context, status=422 if form.is_bound else 200)


# -- the reference -----------------------------------------------------------------------------------------------------
@require_safe
def reference(request: TiejunRequest) -> HttpResponse:
    """List all buildings with what each yields; those that wait for a confirmation can be picked out."""
    given = request.GET
    filters = BuildingFilters(
        given.get("q", "").strip()[:60], given.get("district", "")[:6], waits=given.get("waits") == "1"
    )
    page = queries.buildings_page(request.scope, filters, given.get("cursor"))
    kept = given.copy()
    kept.pop("cursor", None)
    context = {"page": page, "filters": filters, "query": kept.urlencode()}
    part = "#list" if request.htmx.target == "building-list" else ""
    return render(request, f"visits/reference.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, building_id: UUID) -> HttpResponse:
    """Change a building, which confirms one that was reported; and name what may be the same."""
    kept = queries.kept_building(request.scope, building_id)
    form = BuildingForm(request.POST or None, initial=_initial(kept), districts=_districts(request, kept))
    if form.is_valid():
        given, version = form.facts(), form.cleaned_data["version"]
        org_actions.edit_building(
            request.scope, building_id=kept.building.pk, version=version, facts=given, now=request.now
        )
        messages.success(request, _("The building is confirmed.") if kept.waits else _("Saved."))
        return redirect("visits:reference")
    doubles = possible_doubles(request.scope, kept.building)
    context = {"kept": kept, "form": form, "doubles": doubles}
    return render(request, "visits/building_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def merge(request: TiejunRequest, building_id: UUID) -> HttpResponse:
    """Let a building stand for the one that is chosen."""
    request.scope.require(Ability.MANAGE_BUILDINGS)
    try:
        kept_id = UUID(request.POST.get("kept", ""))
    except ValueError:
        raise NotFound from None
    row = merge_buildings(request.scope, kept_id=kept_id, doubled_id=building_id)
    messages.success(request, _("They are one building now: %(name)s.") % {"name": row.name})
    return redirect("visits:reference")


def _initial(kept: KeptBuilding) -> dict[str, Any]:
    row = kept.building
    names = ("version", "name", "district_code", "address", "floors", "doors", "entrance_note")
    has_place = row.latitude is not None and row.longitude is not None
    place = {"position": f"{row.longitude:.6f}, {row.latitude:.6f}", "datum": Datum.WGS84.value} if has_place else {}
    return {name: getattr(row, name) for name in names} | (place or {"datum": Datum.GCJ02.value})


def _districts(request: TiejunRequest, kept: KeptBuilding) -> list[tuple[str, str]]:
    offered = {row.code: row.name for row in districts_of_asker(request.scope)}
    return list(({kept.building.district_code: kept.district} | offered).items())
