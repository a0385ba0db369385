"""Lists of leads: the public pools and the private pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.leads import texts
from tiejun.leads.forms.bulk import RELEASE_REASONS
from tiejun.leads.forms.filters import filters_from
from tiejun.leads.queries import lists
from tiejun.leads.queries.bulk import last_bulk
from tiejun.leads.queries.extensions import waiting_extensions
from tiejun.leads.queries.scoring import are_scored
from tiejun.lists.queries import views_bar
from tiejun.marketing.queries.tags import tags

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

SORTS = ("due", "step", "activity")


@require_safe
def pool(request: TiejunRequest) -> HttpResponse:
    """Show the public pools with filters, the asker's place, and a way to claim or the reason why not."""
    views = views_bar(request.scope, texts.POOL, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.POOL.page)}?{views.opens_with.query}")
    filters = filters_from(request.GET)
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
    return render(request, "leads/pool.html", context | _filter_options(request))


@require_safe
def mine(request: TiejunRequest) -> HttpResponse:
    """Show the asker's private pool by due date, next step or activity; a leader sees the leads within reach instead."""
    views = views_bar(request.scope, texts.MINE, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.MINE.page)}?{views.opens_with.query}")
    filters = filters_from(request.GET)
    sort = request.GET.get("sort", "due") if request.GET.get("sort") in SORTS else "due"
    is_rep = request.scope.can(Ability.CLAIM_LEAD)
    if is_rep:
        page = lists.my_leads_page(request.scope, filters, request.now, sort=sort)
    else:
        page = lists.leads_page(request.scope, filters, request.GET.get("cursor"))
    context = {
        "page": page,
        "views": views,
        "filters": filters,
        "sort": sort,
        "sorts": _sorts(sort),
        "is_rep": is_rep,
        "query": _without_cursor(request),
        "last_bulk": last_bulk(request.scope, request.now),
        **_bulk_options(request),
    }
    context["may_create"] = request.scope.can(Ability.CREATE_LEAD)
    context["waiting"] = waiting_extensions(request.scope) if request.scope.can(Ability.DECIDE_EXTENSION) else None
    context["may_see_overrides"] = request.scope.can(Ability.VIEW_OVERRIDES)
    return render(request, f"leads/mine.html{'#content' if request.htmx.target == 'lead-list' else ''}", context)


def _bulk_options(request: TiejunRequest) -> dict[str, Any]:
    """What can be done with ticked leads."""
    may_release = request.scope.can(Ability.RELEASE_LEAD)
    may_tag = request.scope.can(Ability.RECORD_FOLLOW_UP)
    return {
        "release_reasons": RELEASE_REASONS if may_release else [],
        "bulk_tags": [(chip.id, chip.label) for chip in tags(request.scope)] if may_tag else [],
    }


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


def _without_cursor(request: TiejunRequest) -> str:
    kept = request.GET.copy()
    kept.pop("cursor", None)
    return kept.urlencode()
