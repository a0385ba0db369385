from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.engines.districts.divisions import districts_in
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.org import queries
from tiejun.org.actions import territories as actions
from tiejun.org.actions.territories import Coverage
from tiejun.org.forms import EndRoleForm, TerritoryForm, WorkerForm
from tiejun.org.queries import territories
from tiejun.org.queries.coverage import coverage
from tiejun.org.views.form_page import show_form, unit_choices
from tiejun.ui import maps

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.org.queries.coverage import CoverageView, DistrictCover
    from tiejun.org.queries.territories import TerritoryLine


@require_safe
def territory_list(request: TiejunRequest) -> HttpResponse:
    """Show the territories within reach: as a map with gaps and overlaps, and as a list."""
    lines = territories.territories(request.scope, now=request.now)
    view = coverage(request.scope, lines, now=request.now)
    context = {
        "lines": lines,
        "cover": view,
        "map_facts": _facts(view, lines),
        "can_manage": request.scope.can(Ability.MANAGE_TERRITORIES),
    }
    return render(request, "org/territories.html", context)


@require_http_methods(["GET", "POST"])
def make(request: TiejunRequest) -> HttpResponse:
    """Make a territory."""
    request.scope.require(Ability.MANAGE_TERRITORIES)
    form = _form(request, {})
    if form.is_valid():
        facts = form.cleaned_data
        actions.make_territory(request.scope, name=facts["name"], unit_id=facts["unit_id"], coverage=_coverage(form))
        return redirect("org:territories")
    return show_form(
        request,
        form,
        title=_("New territory"),
        submit=_("Make territory"),
        back_url=reverse("org:territories"),
        map_facts=_ground(request),
    )


@require_http_methods(["GET", "POST"])
def edit(request: TiejunRequest, territory_id: UUID) -> HttpResponse:
    """Rename a territory and set what it covers."""
    request.scope.require(Ability.MANAGE_TERRITORIES)
    line = territories.territory(request.scope, territory_id, now=request.now)
    form = _form(
        request,
        {name: getattr(line, name) for name in ("name", "unit_id", "version", *COVERED)} | {"boundary": _text(line)},
    )
    if form.is_valid():
        facts = form.cleaned_data
        actions.edit_territory(
            request.scope,
            territory_id=territory_id,
            version=facts["version"] or line.version,
            name=facts["name"],
            coverage=_coverage(form),
        )
        return redirect("org:territories")
    return show_form(
        request,
        form,
        title=line.name,
        submit=_("Save"),
        back_url=reverse("org:territories"),
        map_facts=_ground(request),
    )


@require_http_methods(["GET", "POST"])
def assign(request: TiejunRequest, territory_id: UUID) -> HttpResponse:
    """Give a territory to a person."""
    request.scope.require(Ability.MANAGE_TERRITORIES)
    line = territories.territory(request.scope, territory_id, now=request.now)
    people = territories.coverage_choices(request.scope, now=request.now).people
    form = WorkerForm(
        request.POST or None, initial={"starts_on": local_date(request.now, request.scope.zone)}, people=people
    )
    if form.is_valid():
        actions.assign_territory(request.scope, territory_id=territory_id, **form.cleaned_data)
        return redirect("org:territories")
    return show_form(
        request,
        form,
        title=line.name,
        subtitle=_("Who works it"),
        submit=_("Assign"),
        back_url=reverse("org:territories"),
    )


@require_http_methods(["GET", "POST"])
def take(request: TiejunRequest, assignment_id: UUID) -> HttpResponse:
    """End a person's work in a territory."""
    request.scope.require(Ability.MANAGE_TERRITORIES)
    form = EndRoleForm(request.POST or None, initial={"ends_on": local_date(request.now, request.scope.zone)})
    if form.is_valid():
        actions.take_territory(request.scope, assignment_id=assignment_id, ends_on=form.cleaned_data["ends_on"])
        return redirect("org:territories")
    territories.territory_worked(request.scope, assignment_id, now=request.now)
    return show_form(
        request,
        form,
        title=_("End the work in a territory"),
        warning=_("Leads and customers that are held stay with their holder; only tonight's allotment changes."),
        submit=_("End"),
        is_danger=True,
        back_url=reverse("org:territories"),
    )


COVERED = ("district_codes", "building_ids", "segment_ids")


def _form(request: TiejunRequest, initial: dict[str, object]) -> TerritoryForm:
    choices = territories.coverage_choices(request.scope, now=request.now)
    cities = sorted({unit.city_code for unit in queries.all_units(request.scope) if unit.city_code})
    return TerritoryForm(
        request.POST or None,
        initial=initial,
        units=unit_choices(request),
        districts=[(found.code, found.name) for city in cities for found in districts_in(city)],
        buildings=choices.buildings,
        segments=choices.segments,
    )


def _coverage(form: TerritoryForm) -> Coverage:
    return Coverage(**{name: tuple(form.cleaned_data[name]) for name in (*COVERED, "boundary")})


def _text(line: TerritoryLine) -> str:
    return json.dumps(_polygon([line.boundary])) if line.boundary else ""


def _ground(request: TiejunRequest) -> dict[str, Any]:
    """Return what lies below a boundary that is drawn: the districts and every building."""
    view = coverage(request.scope, now=request.now)
    districts = [
        maps.area(_polygon([ring]), label=cover.name, tone="neutral")
        for cover in view.districts
        for ring in cover.rings[:1]
    ]
    dots = [
        maps.dot((row.latitude, row.longitude), label=row.name)
        for row in territories.all_building_places(request.scope)
    ]
    return maps.facts(maps.layer(districts), maps.layer(dots))


def _facts(view: CoverageView, lines: list[TerritoryLine]) -> dict[str, Any]:
    districts = [_district(cover, ring) for cover in view.districts for ring in cover.rings[:1]]
    districts += [_district(cover, ring, named=False) for cover in view.districts for ring in cover.rings[1:]]
    drawn = [maps.area(_polygon([line.boundary]), label=line.name, tone="accent") for line in lines if line.boundary]
    dots = [
        maps.dot((row.latitude, row.longitude), label=row.name, tone="accent", popup=row.takers)
        for row in view.buildings
    ]
    return maps.facts(
        maps.layer(districts, name=_("Districts")),
        maps.layer(drawn, name=_("Boundaries")),
        maps.layer(dots, name=_("Buildings")),
    )


def _district(cover: DistrictCover, ring: list[tuple[float, float]], *, named: bool = True) -> maps.Feature:
    tone: maps.Tone = "error" if cover.has_gap else "warning" if cover.has_overlap else "primary"
    if not cover.takers and not cover.has_gap:
        tone = "neutral"
    told = cover.takers or [_("no territory")]
    label = cover.name if named else ""
    return maps.area(_polygon([ring]), label=label, tone=tone, dashed=cover.has_gap, popup=told)


def _polygon(rings: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in ring] for ring in rings]}
