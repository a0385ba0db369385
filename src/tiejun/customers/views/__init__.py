"""Pages of customers: the list with its class board, one customer and its dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.customers import actions, queries, texts
from tiejun.customers.forms import ClassForm, CompanyForm, ContactForm
from tiejun.customers.queries import detail, lists
from tiejun.customers.queries.follow_up import follow_up
from tiejun.customers.views.dialogs import dialog, done
from tiejun.customers.views.presenting import board_context, conditions_of, field_filters, way_of
from tiejun.engines.districts.divisions import city_of, districts_in
from tiejun.foundation.refusals import Stale
from tiejun.foundation.web import render
from tiejun.lists.queries import views_bar

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

EDITED = (
    "name", "credit_code", "district_code", "address", "industry", "legal_person", "domain", "opening_hours", "version",
)  # fmt: skip


@require_safe
def customers(request: TiejunRequest) -> HttpResponse:
    """Show customers: a holder's own by class as a board, or everything in reach as a list with filters."""
    views = views_bar(request.scope, texts.CUSTOMERS, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.CUSTOMERS.page)}?{views.opens_with.query}")
    filters = lists.filters_from(request.scope, request.GET)
    has_board = request.scope.can(Ability.SET_CLOSING_CLASS)
    opens_board = has_board and request.scope.can(Ability.CLAIM_LEAD)
    layout = request.GET.get("layout", "board" if opens_board and not request.GET else "list")
    context: dict[str, Any] = {
        "views": views,
        "filters": filters,
        "has_board": has_board,
        "layout": layout,
        "layouts": _layouts(layout),
    }
    if layout == "board" and has_board:
        context |= board_context(request)
    else:
        context["page"] = lists.companies_page(request.scope, filters, request.GET.get("cursor"))
        context["query"] = _without_cursor(request)
        context |= field_filters(request)
    context["classes"] = [(code, code if code != "-" else words) for code, words in texts.CLASSES.items()]
    context["stages"] = list(texts.LIFECYCLES.items())
    return render(
        request, f"customers/list.html{'#content' if request.htmx.target == 'customer-list' else ''}", context
    )


@require_safe
def company(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Show one customer."""
    view = detail.company_detail(request.scope, company_id, request.now)
    context = {
        "view": view,
        "way": way_of(follow_up(request.scope, company_id, request.now)),
        "company": view.company,
        "class_words": texts.CLASSES[view.company.closing_class],
        "stages": [{"label": texts.LIFECYCLES[stage.code], "state": stage.state} for stage in view.stages],
        "class_rows": [(row, view.names.get(row.set_by_id, "") if row.set_by_id else "") for row in view.classes],
        "role_words": texts.ROLES,
    }
    return render(request, f"customers/company.html{'#card' if request.htmx.target == 'drawer-body' else ''}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_class(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Set the closing class; a refusal teaches what is missing."""
    found = queries.company_in_reach(request.scope, company_id, Ability.SET_CLOSING_CLASS)
    policy = queries.class_policy(request.scope, request.now)
    form = ClassForm(
        request.POST or None, initial={"closing_class": found.closing_class, "expected_on": policy.next_workday}
    )
    if request.method == "POST" and form.is_valid():
        actions.set_closing_class(request.scope, company_id=company_id, wish=form.wish(), now=request.now)
        return done(request, _("The class is set."), company_id)
    facts = queries.class_facts(request.scope, found)
    conditions = conditions_of(has_kp=facts.has_kp, is_explained=facts.explained, was_refused=facts.refused)
    return dialog(request, form, title=_("Customer class"), submit=_("Set class"), company=found, conditions=conditions)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Change what is known about a company; a stale form shows what the colleague wrote beside what was typed."""
    found = queries.company_in_reach(request.scope, company_id, Ability.EDIT_CUSTOMER)
    first = {name: getattr(found, name) or "" for name in EDITED}
    districts = [(row.code, row.name) for row in districts_in(found.city_code)] if found.city_code else []
    form = CompanyForm(request.POST or None, initial=first, districts=districts)
    theirs: list[tuple[Any, Any]] = []
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["district_code"]
        city = city_of(code) if code else None
        facts = form.facts(found, city.code if city else "")
        try:
            actions.edit_company(
                request.scope, company_id=company_id, version=form.cleaned_data["version"], facts=facts, now=request.now
            )
        except Stale:
            theirs = _differences(form, first)
            form = CompanyForm(request.POST.dict() | {"version": str(found.version)}, districts=districts)
            return dialog(
                request, form, title=_("Edit company"), submit=_("Write mine"), company=found, theirs=theirs, status=409
            )
        return done(request, _("Saved."), company_id)
    return dialog(request, form, title=_("Edit company"), submit=_("Save"), company=found)


def _differences(form: CompanyForm, stored: dict[str, Any]) -> list[tuple[Any, Any]]:
    typed = form.cleaned_data
    return [
        (form[name].label, value)
        for name, value in stored.items()
        if name != "version" and str(value) != str(typed[name])
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def add_contact(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Add a person at a company."""
    found = queries.company_in_reach(request.scope, company_id, Ability.EDIT_CUSTOMER)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_contact(request.scope, company_id=company_id, facts=form.facts(), now=request.now)
        return done(request, _("The contact is added."), company_id)
    return dialog(request, form, title=_("New contact"), submit=_("Add"), company=found)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_contact(request: TiejunRequest, contact_id: UUID) -> HttpResponse:
    """Change a contact."""
    found, card = detail.contact_card(request.scope, contact_id)
    first = {name: getattr(card, name) for name in ("name", "title", "roles", "is_senior", "version")}
    form = ContactForm(request.POST or None, initial=first)
    form.fields["phone"].help_text = _("Leave it empty to keep the number that ends in %(digits)s.") % {
        "digits": card.phone_last4 or "–"
    }
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        actions.edit_contact(request.scope, contact_id=contact_id, version=version, facts=form.facts(), now=request.now)
        return done(request, _("Saved."), found.pk)
    return dialog(request, form, title=_("Edit contact"), submit=_("Save"), company=found, removes=contact_id)


@require_POST
def remove_contact(request: TiejunRequest, contact_id: UUID) -> HttpResponse:
    """Take a contact out of the lists."""
    row = actions.remove_contact(
        request.scope, contact_id=contact_id, reason=request.POST.get("reason", "")[:300], now=request.now
    )
    return done(request, _("The contact is removed."), row.company_id)


def _layouts(current: str) -> list[dict[str, Any]]:
    names = {"board": _("By class"), "list": _("List")}
    return [
        {"label": names[name], "url": f"{reverse('customers:list')}?layout={name}", "active": name == current}
        for name in names
    ]


def _without_cursor(request: TiejunRequest) -> str:
    kept = request.GET.copy()
    kept.pop("cursor", None)
    return kept.urlencode()
