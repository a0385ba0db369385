"""Pages of leads: the public pool, the private pool, one lead and its dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.leads import actions, queries, texts
from tiejun.leads.forms import FollowUpForm, NewLeadForm, ReleaseForm, TransferForm, filters_from
from tiejun.leads.queries import detail, lists

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

SORTS = ("due", "step", "activity")


@require_safe
def pool(request: TiejunRequest) -> HttpResponse:
    """Show the public pools with filters, the asker's place, and a way to claim or the reason why not."""
    filters = filters_from(request.GET)
    page = lists.pool_page(request.scope, filters, request.GET.get("cursor"), request.now)
    context: dict[str, Any] = {
        "page": page,
        "filters": filters,
        "query": _without_cursor(request),
        "may_assign": request.scope.can(Ability.TRANSFER_LEAD),
    }
    if request.htmx.target == "pool-list":
        return render(request, "leads/pool.html#content", context)
    return render(request, "leads/pool.html", context | _filter_options(request))


@require_POST
def claim(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Claim a lead; the row becomes the asker's, and the seat meter is read again."""
    actions.claim_lead(request.scope, lead_id=lead_id, now=request.now)
    if not request.htmx:
        messages.success(request, _("The lead is yours."))
        return redirect("leads:lead", lead_id)
    view = detail.lead_detail(request.scope, lead_id, request.now)
    seat = lists.seat_of_asker(request.scope, request.now)
    trigger = {
        "toast": {
            "tone": "success",
            "text": _("The lead is yours."),
            "action": _("Open"),
            "href": reverse("leads:lead", args=[lead_id]),
        }
    }
    if request.htmx.target and request.htmx.target.startswith("lead-"):
        return render(
            request,
            "leads/pool.html#claimed",
            {"view": view, "seat": seat, "is_card": "card" in request.htmx.target},
            trigger=trigger,
        )
    return HttpResponseClientRedirect(reverse("leads:lead", args=[lead_id]))


@require_safe
def mine(request: TiejunRequest) -> HttpResponse:
    """Show the asker's private pool by due date, next step or activity; a leader sees the leads within reach instead."""
    filters = filters_from(request.GET)
    sort = request.GET.get("sort", "due") if request.GET.get("sort") in SORTS else "due"
    is_rep = request.scope.can(Ability.CLAIM_LEAD)
    if is_rep:
        page = lists.my_leads_page(request.scope, filters, request.now, sort=sort)
    else:
        page = lists.leads_page(request.scope, filters, request.GET.get("cursor"))
    context = {
        "page": page,
        "filters": filters,
        "sort": sort,
        "sorts": _sorts(sort),
        "is_rep": is_rep,
        "query": _without_cursor(request),
    }
    context["may_create"] = request.scope.can(Ability.CREATE_LEAD)
    return render(request, f"leads/mine.html{'#content' if request.htmx.target == 'lead-list' else ''}", context)


@require_safe
def lead(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Show one lead: facts, contacts, timeline, and what the asker can do."""
    view = detail.lead_detail(request.scope, lead_id, request.now)
    context = {"view": view, "lead": view.lead, "form": FollowUpForm()}
    return render(request, f"leads/lead.html{'#card' if request.htmx.target == 'drawer-body' else ''}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Give a lead back, with a reason."""
    found = queries.lead_in_reach(request.scope, lead_id, Ability.RELEASE_LEAD)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.release_lead(request.scope, lead_id=lead_id, now=request.now, **form.cleaned_data)
        return _done(request, _("The lead is back in its pool."), "leads:mine")
    note = _("It goes back to the pool at once; you can claim it again after the cool-down.")
    return _dialog(
        request,
        form,
        title=_("Give the lead back?"),
        intro=found.company.name,
        submit=_("Give back"),
        back=reverse("leads:lead", args=[lead_id]),
        note=note,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Give a lead to a representative."""
    request.scope.require(Ability.TRANSFER_LEAD)
    found = queries.lead_in_reach(request.scope, lead_id, Ability.VIEW_LEADS)
    form = TransferForm(request.POST or None, receivers=detail.possible_receivers(request.scope, lead_id, request.now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.transfer_lead(
            request.scope, lead_id=lead_id, to_person_id=given["person"], reason=given["reason"], now=request.now
        )
        return _done(request, _("The lead has a new holder."), "leads:lead", lead_id)
    return _dialog(
        request,
        form,
        title=_("Give to somebody"),
        intro=found.company.name,
        submit=_("Give"),
        back=reverse("leads:lead", args=[lead_id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Record a contact with a lead."""
    found = queries.lead_in_reach(request.scope, lead_id, Ability.RECORD_FOLLOW_UP)
    form = FollowUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = actions.record_follow_up(request.scope, lead_id=lead_id, facts=form.facts(request.now), now=request.now)
        words = (
            _("Recorded: %(days)s more working days.") % {"days": row.credit_days}
            if row.is_qualifying
            else _("Recorded.")
        )
        return _done(request, words, "leads:lead", lead_id)
    return _dialog(
        request,
        form,
        title=_("Follow-up"),
        intro=found.company.name,
        submit=_("Record"),
        back=reverse("leads:lead", args=[lead_id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Make a lead by hand; a company that a colleague holds is refused without a name."""
    request.scope.require(Ability.CREATE_LEAD)
    form = NewLeadForm(
        request.POST or None,
        choices=lists.filter_choices(request.scope),
        source_names=[(row.code, _source_name(row)) for row in queries.sources(request.scope)],
        may_hold=request.scope.can(Ability.CLAIM_LEAD),
        initial={"source": "CANVASS"},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        hold = bool(given.get("hold"))
        row = actions.create_lead(
            request.scope,
            facts=form.company(),
            source_code=given["source"],
            intent=given["intent"],
            hold=hold,
            now=request.now,
        )
        return _done(request, _("The lead is created."), "leads:lead", row.pk)
    return _dialog(request, form, title=_("New lead"), submit=_("Create"), back=reverse("leads:mine"), is_grid=True)


def _dialog(
    request: TiejunRequest, form: forms.Form, *, title: str, submit: str, back: str, **extra: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "back": back, "here": request.get_full_path(), **extra}
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"leads/form.html{part}", context, status=422 if form.is_bound else 200)


def _done(request: TiejunRequest, message: str, url_name: str, *args: Any) -> HttpResponse:
    messages.success(request, message)
    address = reverse(url_name, args=args)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _filter_options(request: TiejunRequest) -> dict[str, Any]:
    choices = lists.filter_choices(request.scope)
    return {
        "pools": [(row.pk, row.name) for row in choices.pools],
        "sources": [(row.pk, _source_name(row)) for row in choices.sources],
        "districts": choices.districts,
        "intents": list(texts.INTENTS.items()),
        "contacts": [("yes", _("With a phone")), ("no", _("Contact wanted"))],
    }


def _source_name(row: Any) -> str:
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
