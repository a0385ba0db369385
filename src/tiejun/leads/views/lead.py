"""One lead and what can be done with it: claim, give back, give on, follow up, make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.leads import actions, queries
from tiejun.leads.actions import viewing
from tiejun.leads.forms.lead import FollowUpForm, NewLeadForm, ReleaseForm, TransferForm
from tiejun.leads.queries import detail, lists
from tiejun.leads.queries.supply import supply_of
from tiejun.leads.views.lists import source_name
from tiejun.marketing.queries.sources import sources
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


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
            "action": pgettext("verb", "Open"),
            "href": reverse("leads:lead", args=[lead_id]),
        }
    }
    if request.htmx.target and request.htmx.target.startswith("lead-"):
        return render(request, "leads/pool.html#claimed", {"view": view, "seat": seat}, trigger=trigger)
    return HttpResponseClientRedirect(reverse("leads:lead", args=[lead_id]))


@require_safe
def lead(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Show one lead: facts, contacts, timeline, and what the asker can do."""
    view = detail.lead_detail(request.scope, lead_id, request.now)
    if view.is_counted:
        viewing.note_view(request.scope, lead_id=lead_id, now=request.now)
    context = {"view": view, "lead": view.lead, "form": FollowUpForm(), "supply": supply_of(request.scope, view.lead)}
    return render(request, f"leads/lead.html{'#card' if request.htmx.target == 'drawer-body' else ''}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Give a lead back, with a reason."""
    found = queries.lead_in_reach(request.scope, lead_id, Ability.RELEASE_LEAD)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.release_lead(request.scope, lead_id=lead_id, now=request.now, **form.cleaned_data)
        return _home(request, _("The lead is back in its pool."), "leads:mine")
    note = _("It goes back to the pool at once; you can claim it again after the cool-down.")
    return dialog(
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
    found = queries.lead_to_assign(request.scope, lead_id)
    form = TransferForm(request.POST or None, receivers=detail.possible_receivers(request.scope, found, request.now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.transfer_lead(
            request.scope, lead_id=lead_id, to_person_id=given["person"], reason=given["reason"], now=request.now
        )
        return done(request, _("The lead has a new holder."), "leads:lead", lead_id)
    return dialog(
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
        return _home(request, words, "leads:lead", lead_id)
    return dialog(
        request,
        form,
        title=_("Follow-up"),
        intro=found.company.name,
        submit=_("Record"),
        back=reverse("leads:lead", args=[lead_id]),
    )


def _home(request: TiejunRequest, words: str, url_name: str, *args: Any) -> HttpResponse:
    """Say that it is done, on the board where it was asked from there."""
    if request.GET.get("layout") == "board":
        return done(request, words, "leads:mine", query="layout=board")
    return done(request, words, url_name, *args)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Make a lead by hand; a company that a colleague holds is refused without a name."""
    request.scope.require(Ability.CREATE_LEAD)
    form = NewLeadForm(
        request.POST or None,
        choices=lists.filter_choices(request.scope),
        source_names=[(row.code, source_name(row)) for row in sources(request.scope)],
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
        return done(request, _("The lead is created."), "leads:lead", row.pk)
    return dialog(request, form, title=_("New lead"), submit=_("Create"), back=reverse("leads:mine"), is_grid=True)
