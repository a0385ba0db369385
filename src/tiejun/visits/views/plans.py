"""Pages of the day plan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tiejun.foundation.times import at_local, business_day
from tiejun.foundation.web import TiejunRequest, render
from tiejun.ui import maps
from tiejun.ui.display import said_day
from tiejun.visits import texts
from tiejun.visits.actions import plans as actions
from tiejun.visits.forms import AppointmentForm, DayForm, PlanForm
from tiejun.visits.queries.choice import my_companies
from tiejun.visits.queries.plans import PlanView, StopRow, plan_of, stop_day
from tiejun.visits.queries.searching import warm_search
from tiejun.visits.queries.visits import location_terms, running_visit
from tiejun.visits.rules.navigation import MapApp
from tiejun.visits.rules.vocabulary import TravelSource

MAP_APPS = {
    MapApp.AMAP: pgettext_lazy("map app", "Amap"),
    MapApp.BAIDU: pgettext_lazy("map app", "Baidu Maps"),
    MapApp.APPLE: pgettext_lazy("map app", "Apple Maps"),
    MapApp.GOOGLE: pgettext_lazy("map app", "Google Maps"),
}

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse


@require_GET
def plan(request: TiejunRequest) -> HttpResponse:
    """Show the plan of a day, one's own or a member's."""
    form = DayForm(request.GET)
    form.is_valid()
    day = form.cleaned_data.get("day") or _today(request)
    person_id = form.cleaned_data.get("person") or request.scope.own_id
    view = plan_of(request.scope, person_id, day, now=request.now)
    if view.may_change:
        warm_search(request.scope)
    return render(request, "visits/plan.html", _context(request, view, shown=request.GET.get("show", "list")))


@require_POST
def propose(request: TiejunRequest) -> HttpResponse:
    day = _posted_day(request)
    actions.propose_plan(request.scope, day=day, now=request.now)
    return _answer(request, day)


@require_POST
def order(request: TiejunRequest) -> HttpResponse:
    day = _posted_day(request)
    actions.order_plan(request.scope, day=day, now=request.now)
    return _answer(request, day)


@require_POST
def replan(request: TiejunRequest) -> HttpResponse:
    day = _posted_day(request)
    actions.replan(request.scope, day=day, now=request.now)
    return _answer(request, day, toast=_("Planned anew; what is fixed has stayed"))


@require_POST
def submit(request: TiejunRequest) -> HttpResponse:
    day = _posted_day(request)
    actions.submit_plan(request.scope, day=day, now=request.now)
    return _answer(request, day, toast=_("Plan submitted"))


@require_POST
def save(request: TiejunRequest) -> HttpResponse:
    """Save an order as dragged, or the canvass note."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        return render(
            request, "409.html", {"message": _("This plan could not be read."), "code": "invalid"}, status=422
        )
    values = form.cleaned_data
    note = values["canvass_note"] if "canvass_note" in request.POST else None
    actions.save_plan(
        request.scope, day=values["day"], version=values["version"], now=request.now, order=form.order(), canvass_note=note
    )  # fmt: skip
    return _answer(request, values["day"])


@require_POST
def add(request: TiejunRequest) -> HttpResponse:
    form = DayForm({"day": request.POST.get("day"), "person": request.POST.get("company")})
    form.is_valid()
    day, company_id = form.cleaned_data.get("day") or _today(request), form.cleaned_data.get("person")
    if company_id is None:
        return render(request, "409.html", {"message": _("Choose a company."), "code": "invalid"}, status=422)
    actions.add_stop(
        request.scope,
        day=day,
        company_id=company_id,
        objective=request.POST.get("objective", "")[:200],
        now=request.now,
    )
    return _answer(request, day, toast=_("Added to the plan"))


@require_POST
def move(request: TiejunRequest, item_id: UUID) -> HttpResponse:
    step = 1 if request.POST.get("step") == "1" else -1
    plan_row = actions.move_stop(request.scope, item_id=item_id, step=step, now=request.now)
    return _answer(request, plan_row.business_day)


@require_POST
def remove(request: TiejunRequest, item_id: UUID) -> HttpResponse:
    plan_row = actions.remove_stop(request.scope, item_id=item_id, now=request.now)
    return _answer(request, plan_row.business_day, toast=_("Taken out of the plan"))


@require_POST
def call_off(request: TiejunRequest, item_id: UUID) -> HttpResponse:
    plan_row = actions.call_off_stop(request.scope, item_id=item_id, now=request.now)
    return _answer(request, plan_row.business_day, toast=_("Taken out, and the rest planned anew"))


@require_POST
def pin(request: TiejunRequest, item_id: UUID) -> HttpResponse:
    pinned = request.POST.get("pinned") == "1"
    plan_row = actions.pin_stop(request.scope, item_id=item_id, pinned=pinned, now=request.now)
    return _answer(request, plan_row.business_day, toast=_("Pinned: it stays") if pinned else _("Let go"))


@require_POST
def appointment(request: TiejunRequest, item_id: UUID) -> HttpResponse:
    """Fix the time of a stop on the day of its plan, or free it."""
    form = AppointmentForm(request.POST)
    if not form.is_valid():
        return render(request, "409.html", {"message": _("This is no time of day."), "code": "invalid"}, status=422)
    clock = form.cleaned_data["clock"]
    day = stop_day(request.scope, item_id)
    at = at_local(day, clock.strftime("%H:%M"), request.scope.zone) if clock else None
    actions.set_appointment(request.scope, item_id=item_id, at=at, now=request.now)
    return _answer(request, day, toast=_("Appointment set") if at else _("No fixed time any more"))


@require_GET
def companies(request: TiejunRequest) -> HttpResponse:
    """Find companies of one's own to add."""
    form = DayForm(request.GET)
    form.is_valid()
    day = form.cleaned_data.get("day") or _today(request)
    view = plan_of(request.scope, request.scope.own_id, day, now=request.now)
    there = {stop.company_id for stop in (*view.stops, *view.backups)}
    found = [
        brief
        for brief in my_companies(request.scope, request.GET.get("q", ""), limit=30)
        if brief.company_id not in there
    ]
    context = {
        "found": found[:12],
        "day": day,
        "q": request.GET.get("q", ""),
        "is_typed": bool(request.GET.get("q", "").strip()),
    }
    template = (
        "visits/plan_companies.html#pick"
        if request.htmx.target in ("drawer-body", "plan-found")
        else "visits/plan_companies.html"
    )
    return render(request, template, context)


def _today(request: TiejunRequest) -> date:
    return business_day(request.now, request.scope.zone)


def _posted_day(request: TiejunRequest) -> date:
    form = DayForm(request.POST)
    form.is_valid()
    day: date = form.cleaned_data.get("day") or _today(request)
    return day


def _answer(request: TiejunRequest, day: date, *, toast: str = "") -> HttpResponse:
    if not request.htmx:
        return redirect(f"{reverse('visits:plan')}?day={day.isoformat()}")
    view = plan_of(request.scope, request.scope.own_id, day, now=request.now)
    trigger: dict[str, Any] = {"close-dialog": True} if toast else {}
    if toast:
        trigger["toast"] = {"tone": "success", "text": toast}
    return render(request, "visits/plan.html#body", _context(request, view, shown="list"), trigger=trigger or None)


def _context(request: TiejunRequest, view: PlanView, *, shown: str) -> dict[str, Any]:
    wanted = view.morning_count + view.afternoon_count
    halves = [
        {"slot": slot, "label": words, "stops": [_stop(stop) for stop in view.stops if stop.slot == slot]}
        for slot, words in texts.SLOTS.items()
    ]
    return _places(request, view, shown=shown) | {
        "plan": view,
        "halves": halves,
        "stops": [_stop(stop) for stop in (*view.stops, *view.backups)],
        "backups": [_stop(stop) for stop in view.backups],
        "next": _stop(view.next_stop) if view.next_stop else None,
        "wanted": wanted,
        "left": max(0, wanted - view.done_count),
        "notices": [{"row": notice, "words": texts.notice_words(notice)} for notice in view.notices],
        "is_estimated": view.travel_source != TravelSource.ROADS,
        "state_words": texts.PLAN_STATES.get(view.state) if view.state else "",
        "map_facts": _map_facts(view),
        "unmapped": sum(stop.latitude is None for stop in view.stops),
        "terms": location_terms(request.scope, now=request.now),
        "running": running_visit(request.scope) if view.is_mine else None,
    }


def _places(request: TiejunRequest, view: PlanView, *, shown: str) -> dict[str, Any]:
    """Return where the page is and where it leads: the days, and list or map."""
    today = _today(request)
    who = "" if view.is_mine else f"&person={view.person_id}"

    def url(day: date) -> str:
        return f"{reverse('visits:plan')}?day={day.isoformat()}{who}"

    here = url(view.business_day)
    days = [
        {"label": said_day(day, today).capitalize(), "url": url(day), "active": day == view.business_day}
        for day in (today, today + timedelta(days=1))
    ]
    shows = [
        {"label": pgettext("how the plan is shown", "List"), "url": here, "active": shown != "map"},
        {"label": pgettext("how the plan is shown", "Map"), "url": f"{here}&show=map", "active": shown == "map"},
    ]
    title = said_day(view.business_day, today).capitalize()
    return {"days": days, "shows": shows, "shown": shown, "title": title, "is_today": view.business_day == today}


def _stop(stop: StopRow) -> dict[str, Any]:
    return {
        "row": stop,
        "why": texts.STOP_REASONS[stop.reason],
        "dialog": f"stop-{stop.item_id}",
        "apps": [(link.url, MAP_APPS[link.app]) for link in stop.links],
    }


def _map_facts(view: PlanView) -> dict[str, Any]:
    """Return the stops with coordinates, and the way between them, for the map."""
    ahead = view.next_stop
    placed = [(stop, (stop.latitude, stop.longitude)) for stop in view.stops if stop.latitude and stop.longitude]
    stops = [
        maps.stop(place, label=stop.name, number=stop.number, state=_state_on_map(stop, ahead))
        for stop, place in placed
    ]
    way = [maps.line(place for _stop, place in placed)] if len(placed) > 1 else []
    return maps.facts(maps.layer(way), maps.layer(stops))


def _state_on_map(stop: StopRow, ahead: StopRow | None) -> maps.State:
    if ahead and stop.item_id == ahead.item_id:
        return "next"
    return "todo" if stop.is_open else "done"
