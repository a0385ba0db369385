"""Lists of leads: the public pools and the private pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.fields.queries import filter_inputs
from tiejun.fields.rules import cuts
from tiejun.foundation.web import render
from tiejun.leads import texts
from tiejun.leads.forms.bulk import RELEASE_REASONS
from tiejun.leads.queries import lists
from tiejun.leads.queries.bulk import last_bulk
from tiejun.leads.queries.extensions import waiting_extensions
from tiejun.leads.queries.filters import filters_from
from tiejun.leads.queries.scoring import are_scored
from tiejun.leads.views.kanban import board_context
from tiejun.lists.queries import views_bar
from tiejun.marketing.queries.tags import tags

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.queries.lists import LeadFilters

SORTS = ("due", "step", "activity")


@require_safe
def pool(request: TiejunRequest) -> HttpResponse:
    """Show the public pools with filters, the asker's place, and a way to claim or the reason why not."""
    views = views_bar(request.scope, texts.POOL, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.POOL.page)}?{views.opens_with.query}")
    filters = filters_from(request.scope, request.GET)
    sort = "chance" if request.GET.get("sort") == "chance" else "activity"
    page = lists.pool_page(request.scope, filters, request.GET.get("cursor"), request.now, by_chance=sort == "chance")
    context: dict[str, Any] = {
        "page": page,
        "views": views,
        "filters": filters,
        "query": _without_cursor(request),
        "may_assign": request.scope.can(Ability.ASSIGN_LEADS),
        "last_bulk": last_bulk(request.scope, request.now),
        "sort": sort,
        "is_scored": any(line.sign_percent is not None for line in page.lines),
    }
    if request.htmx.target == "pool-list":
        return render(request, "leads/pool.html#content", context)
    return render(
        request, "leads/pool.html", context | _filter_options(request) | _field_filters(request, in_pool=True)
    )


@require_safe
def mine(request: TiejunRequest) -> HttpResponse:
    """Show the asker's private pool by due date, next step or activity; a leader sees the leads within reach instead."""
    views = views_bar(request.scope, texts.MINE, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.MINE.page)}?{views.opens_with.query}")
    filters = filters_from(request.scope, request.GET)
    layout = "board" if request.GET.get("layout") == "board" else "list"
    scope = request.scope
    context = {
        "views": views,
        "filters": filters,
        "layout": layout,
        "layouts": _layouts(layout),
        "is_rep": scope.can(Ability.CLAIM_LEAD),
        "last_bulk": last_bulk(scope, request.now),
        "may_create": scope.can(Ability.CREATE_LEAD),
        "waiting": waiting_extensions(scope) if scope.can(Ability.DECIDE_EXTENSION) else None,
        "may_see_overrides": scope.can(Ability.VIEW_OVERRIDES),
        **(board_context(request, filters) if layout == "board" else _list_context(request, filters)),
    }
    return render(request, f"leads/mine.html{'#content' if request.htmx.target == 'lead-list' else ''}", context)


def _list_context(request: TiejunRequest, filters: LeadFilters) -> dict[str, Any]:
    """The leads as a list: a holder's own in an order of choice, else what is within reach."""
    sort = request.GET.get("sort", "due") if request.GET.get("sort") in SORTS else "due"
    if request.scope.can(Ability.CLAIM_LEAD):
        page = lists.my_leads_page(request.scope, filters, request.now, sort=sort)
    else:
        page = lists.leads_page(request.scope, filters, request.GET.get("cursor"))
    return {
        "page": page,
        "sort": sort,
        "sorts": _sorts(sort),
        "query": _without_cursor(request),
        **_bulk_options(request),
        **_field_filters(request, in_pool=False),
    }


def _bulk_options(request: TiejunRequest) -> dict[str, Any]:
    """What can be done with ticked leads."""
    may_release = request.scope.can(Ability.RELEASE_LEAD)
    may_tag = request.scope.can(Ability.RECORD_FOLLOW_UP)
    bulk_tags = [(chip.id, chip.label) for chip in tags(request.scope)] if may_tag else []
    return {
        "release_reasons": RELEASE_REASONS if may_release else [],
        "bulk_tags": bulk_tags,
        "is_bulk": may_release or bool(bulk_tags),
    }


def _field_filters(request: TiejunRequest, *, in_pool: bool) -> dict[str, Any]:
    """The custom fields by which the list can be cut."""
    fields = lists.fields_to_filter(request.scope, in_pool=in_pool)
    inputs = filter_inputs(request.scope, fields, request.GET.dict())
    return {"field_inputs": inputs, "field_cuts": len(cuts(fields, request.GET.dict()))}


def _filter_options(request: TiejunRequest) -> dict[str, Any]:
    choices = lists.filter_choices(request.scope)
    return {
        "pools": [(row.pk, row.name) for row in choices.pools],
        "sources": [(row.pk, source_name(row)) for row in choices.sources],
        "districts": choices.districts,
        "intents": list(texts.INTENTS.items()),
        "pool_sorts": _pool_sorts(request),
        "tags": [(chip.id, chip.label) for chip in tags(request.scope)],
        "contacts": [("yes", _("With a phone")), ("no", _("Contact wanted"))],
    }


def _pool_sorts(request: TiejunRequest) -> list[tuple[str, str]]:
    if not are_scored(request.scope):
        return []
    return [("", _("Last active first")), ("chance", _("Most likely to sign first"))]


def source_name(row: Any) -> str:
    """Return the name of a source in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    return str(row.name_en if is_english and row.name_en else row.name)


def _sorts(current: str) -> list[dict[str, Any]]:
    names = {"due": _("By due date"), "step": _("By next step"), "activity": _("By activity")}
    return [
        {"label": names[sort], "url": f"{reverse('leads:mine')}?sort={sort}", "active": sort == current}
        for sort in SORTS
    ]


def _layouts(current: str) -> list[dict[str, Any]]:
    names = {"list": _("List"), "board": pgettext("layout of a list", "Board")}
    return [
        {"label": words, "url": f"{reverse('leads:mine')}?layout={name}", "active": name == current}
        for name, words in names.items()
    ]


def _without_cursor(request: TiejunRequest) -> str:
    kept = request.GET.copy()
    kept.pop("cursor", None)
    return kept.urlencode()
