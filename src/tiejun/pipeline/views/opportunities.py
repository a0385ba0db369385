"""Pages of opportunities."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.lists.queries import views_bar
from tiejun.pipeline import queries, texts
from tiejun.pipeline.actions import opportunities as actions
from tiejun.pipeline.forms import EditForm, LoseForm, OpenForm, ReopenForm
from tiejun.pipeline.queries import pages, reviews
from tiejun.pipeline.queries.filters import filters_from

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpResponse, QueryDict

    from tiejun.foundation.web import TiejunRequest
    from tiejun.org.models import ProductLine
    from tiejun.pipeline.models import Opportunity
from tiejun.pipeline.views.dialogs import dialog
from tiejun.ui.dialogs import done

EXPECTED_DAYS = 30
LAYOUTS = ("board", "closing", "table")


@require_safe
def overview(request: TiejunRequest) -> HttpResponse:
    """Show the opportunities: by stage, closing soon, or as a table; with the month's outlook on top."""
    views = views_bar(request.scope, texts.OPPORTUNITIES, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.OPPORTUNITIES.page)}?{views.opens_with.query}")
    filters = filters_from(request.scope, request.GET)
    layout = request.GET.get("layout") if request.GET.get("layout") in LAYOUTS else "board"
    today = local_date(request.now, request.scope.zone)
    context: dict[str, Any] = {"views": views, "layout": layout, "filters": filters, "today": today}
    context["layouts"] = _layouts(str(layout))
    if layout == "board":
        context["columns"] = pages.board(request.scope, filters)
        context["board_is_empty"] = not any(column.count for column in context["columns"])
    elif layout == "closing":
        context["rows"] = pages.closing_soon(request.scope, today=today)
    else:
        context["page"] = queries.opportunities_page(request.scope, filters, request.GET.get("cursor"))
        context["query"] = _query_without(request.GET, "cursor")
    if request.htmx.target == "pipeline-list":
        return render(request, "pipeline/list.html#content", context)
    context["outlook"] = pages.outlook(request.scope, today=today)
    context["states"] = [("open", _("Open")), ("won", _("Won")), ("lost", _("Lost")), ("all", _("All"))]
    return render(request, "pipeline/list.html", context)


def _query_without(data: QueryDict, name: str) -> str:
    kept = data.copy()
    kept.pop(name, None)
    return kept.urlencode()


def _layouts(current: str) -> list[dict[str, Any]]:
    names = {"board": _("By stage"), "closing": _("Closing this week"), "table": _("List")}
    return [
        {"label": names[layout], "url": f"{reverse('pipeline:list')}?layout={layout}", "active": layout == current}
        for layout in LAYOUTS
    ]


@require_safe
def opportunity(request: TiejunRequest, opportunity_id: UUID) -> HttpResponse:
    """Show one opportunity with the fact behind each stage."""
    view = pages.opportunity_view(request.scope, opportunity_id, now=request.now)
    context = {
        "view": view,
        "row": view.row,
        "today": local_date(request.now, request.scope.zone),
        "sees_visits": request.scope.can(Ability.VIEW_VISITS),
        "review": reviews.review_of(request.scope, view.row),
        "may_review": not view.is_open
        and request.scope.covers(Ability.LEAD_REVIEW, owner_id=view.row.owner_id, unit_id=view.row.unit_id),
    }
    if request.htmx.target == "drawer-body":
        return render(request, "pipeline/opportunity.html#card", context)
    return render(request, "pipeline/opportunity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Open an opportunity for a company in reach."""
    company = customers.company_in_reach(request.scope, company_id, Ability.EDIT_OPPORTUNITY)
    lines = pages.sold_lines(request.scope)
    first = {
        "close_on": local_date(request.now, request.scope.zone) + timedelta(days=EXPECTED_DAYS),
        "amount": lines[0].list_price_minor if lines else None,
    }
    form = OpenForm(request.POST or None, lines=lines, names=product_names(lines), initial=first)
    if request.method == "POST" and form.is_valid():
        facts, product = form.facts(request.scope.zone), form.cleaned_data["product_line"]
        row = actions.open_opportunity(
            request.scope, company_id=company_id, product_line_id=product, facts=facts, now=request.now
        )
        return done(request, _("The opportunity is open."), "pipeline:opportunity", row.pk)
    return dialog(
        request,
        form,
        title=_("New opportunity"),
        intro=company.name,
        submit=_("Open opportunity"),
        back=reverse("pipeline:list"),
        fields=OpenForm.field_order,
    )


def product_names(lines: Iterable[ProductLine]) -> dict[UUID, str]:
    """Return the names of product lines in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    return {line.pk: (line.name_en if is_english and line.name_en else line.name) for line in lines}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, opportunity_id: UUID) -> HttpResponse:
    """Change amount, close date, category and next step."""
    row = queries.opportunity_in_reach(request.scope, opportunity_id, Ability.EDIT_OPPORTUNITY)
    form = EditForm(request.POST or None, initial=_initial(row, request.scope.zone))
    if request.method == "POST" and form.is_valid():
        version, facts = form.cleaned_data["version"], form.facts(request.scope.zone)
        actions.edit_opportunity(request.scope, opportunity_id=row.pk, version=version, facts=facts, now=request.now)
        return done(request, _("Saved."), "pipeline:opportunity", row.pk)
    return dialog(
        request, form, title=_("Change opportunity"), intro=row.company.name, submit=_("Save"), back=_page(row)
    )


def _initial(row: Opportunity, zone: str) -> dict[str, Any]:
    shared = {name: getattr(row, name) for name in ("close_on", "category", "next_step", "version")}
    return shared | {
        "amount": row.amount_minor,
        "next_step_on": local_date(row.next_step_at, zone) if row.next_step_at else None,
    }


def _page(row: Opportunity) -> str:
    return reverse("pipeline:opportunity", args=[row.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def lose(request: TiejunRequest, opportunity_id: UUID) -> HttpResponse:
    """Give an opportunity up."""
    row = queries.opportunity_in_reach(request.scope, opportunity_id, Ability.EDIT_OPPORTUNITY)
    form = LoseForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        actions.lose_opportunity(request.scope, opportunity_id=row.pk, now=request.now, **form.cleaned_data)
        return done(request, _("Noted as lost."), "pipeline:opportunity", row.pk)
    return dialog(
        request,
        form,
        title=_("Opportunity lost"),
        intro=row.company.name,
        submit=_("Note as lost"),
        back=_page(row),
        tone="danger",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: TiejunRequest, opportunity_id: UUID) -> HttpResponse:
    """Open a lost opportunity again."""
    row = queries.opportunity_in_reach(request.scope, opportunity_id, Ability.EDIT_OPPORTUNITY)
    today = local_date(request.now, request.scope.zone)
    form = ReopenForm(request.POST or None, initial={"close_on": today + timedelta(days=EXPECTED_DAYS)})
    if request.method == "POST" and form.is_valid():
        actions.reopen_opportunity(request.scope, opportunity_id=row.pk, now=request.now, **form.cleaned_data)
        return done(request, _("The opportunity is open again."), "pipeline:opportunity", row.pk)
    return dialog(
        request, form, title=_("Reopen opportunity"), intro=row.company.name, submit=_("Reopen"), back=_page(row)
    )


@require_safe
def company_panel(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Show a company's opportunities and orders on its own page."""
    customers.company_in_reach(request.scope, company_id, Ability.VIEW_PIPELINE)
    found = queries.pipeline_of_company(request.scope, company_id)
    may_open = request.scope.can(Ability.EDIT_OPPORTUNITY)
    return render(
        request, "pipeline/company_panel.html", {"found": found, "company_id": company_id, "may_open": may_open}
    )
