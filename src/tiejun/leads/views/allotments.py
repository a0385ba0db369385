"""The working list of a person with its reasons, and leads put on lists by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.times import at_local, business_day
from tiejun.foundation.web import render
from tiejun.leads import texts
from tiejun.leads.actions import bulk
from tiejun.leads.forms.assigning import AssignForm
from tiejun.leads.queries import allotments, lists
from tiejun.leads.queries.bulk import last_bulk
from tiejun.leads.queries.filters import filters_from
from tiejun.leads.views.lists import source_name
from tiejun.org import queries as org

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.models import BulkAction

OFFERED = 60


@require_safe
def allotment(request: TiejunRequest, person_id: UUID | None = None) -> HttpResponse:
    """Show the asker's working list, or that of a person within reach; who sells nothing is led to the report."""
    request.scope.require(Ability.VIEW_ALLOTMENT)
    if person_id is None and not request.scope.can(Ability.CLAIM_LEAD):
        return redirect("operations:allotment")
    whose = person_id or request.scope.own_id
    day = business_day(request.now, request.scope.zone)
    since = at_local(day, "02:00", request.scope.zone)
    listed = allotments.todays_allotment(request.scope, person_id=whose, since=since)
    context = {
        "listed": listed,
        "day": day,
        "is_mine": whose == request.scope.person_id,
        "name": org.names_of(request.scope, [whose]).get(whose, ""),
        "tiers": texts.TIERS,
        "seat": lists.seat_of_asker(request.scope, request.now),
    }
    return render(request, "leads/allotment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: TiejunRequest) -> HttpResponse:
    """Put chosen leads of the pools on the working lists of people within reach, with a reason."""
    request.scope.require(Ability.ASSIGN_LEADS)
    filters = filters_from(request.scope, request.GET)
    page = lists.pool_page(request.scope, filters, request.GET.get("cursor"), request.now, size=OFFERED)
    people = allotments.people_with_room(request.scope, request.now)
    form = AssignForm(request.POST or None, people=[(str(row.person_id), _offer(row)) for row in people])
    if form.is_valid():
        row = bulk.assign_many(request.scope, **form.cleaned_data, now=request.now)
        messages.success(request, _told(row))
        return redirect(f"{reverse('leads:assign')}?{request.GET.urlencode()}")
    context = {"page": page, "form": form, "filters": filters, "people": people, **_options(request)}
    context["last_bulk"] = last_bulk(request.scope, request.now)
    return render(request, "leads/assign.html", context, status=422 if form.is_bound else 200)


def _offer(row: allotments.Room) -> str:
    return _("%(name)s (room for %(room)s)") % {"name": row.name, "room": row.room}


def _told(row: BulkAction) -> str:
    figures = {"asked": row.asked, "given": row.done}
    if row.asked == row.done:
        return _("Leads put on lists: %(given)s.") % figures
    return _("Leads put on lists: %(given)s of %(asked)s. The rest had no room, or cannot be given now.") % figures


def _options(request: TiejunRequest) -> dict[str, Any]:
    choices = lists.filter_choices(request.scope)
    kept = request.GET.copy()
    kept.pop("cursor", None)
    return {
        "pools": [(row.pk, row.name) for row in choices.pools],
        "sources": [(row.pk, source_name(row)) for row in choices.sources],
        "districts": choices.districts,
        "query": kept.urlencode(),
    }
