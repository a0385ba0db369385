"""How a lead stops: closed with evidence or a reason, frozen, woken, reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.leads import queries
from tiejun.leads.actions import closing
from tiejun.leads.forms.steps import FreezeForm, InvalidForm, LostForm, ReasonForm
from tiejun.leads.queries.overrides import overrides_of_week
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "HEAD", "POST"])
def invalid(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Close a lead as invalid, with evidence."""
    note = _("Marketing reads this and may dispute it. Calls and visits count when they are recorded here.")
    return _close(request, lead_id, InvalidForm(request.POST or None), _("Close as invalid"), note)


@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Close a lead as lost, with a reason."""
    note = _("The lead leaves your private pool and is not offered to anybody else.")
    return _close(request, lead_id, LostForm(request.POST or None), _("Close as lost"), note)


def _close(request: TiejunRequest, lead_id: UUID, form: InvalidForm | LostForm, title: str, note: str) -> HttpResponse:
    found = queries.lead_in_reach(request.scope, lead_id, Ability.CLOSE_LEAD)
    if request.method == "POST" and form.is_valid():
        closing.close_lead(
            request.scope,
            lead_id=lead_id,
            outcome=form.outcome,
            reason=form.cleaned_data["reason"],
            evidence=form.evidence(),
            now=request.now,
        )
        return done(request, _("The lead is closed."), "leads:mine")
    back = reverse("leads:lead", args=[lead_id])
    return dialog(
        request, form, title=title, intro=found.company.name, submit=_("Close the lead"), back=back, note=note
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Put a closed lead back into its pool."""
    found = queries.lead_in_reach(request.scope, lead_id, Ability.REOPEN_LEAD)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closing.reopen_lead(request.scope, lead_id=lead_id, now=request.now, **form.cleaned_data)
        return done(request, _("The lead is back in its pool."), "leads:lead", lead_id)
    back = reverse("leads:lead", args=[lead_id])
    return dialog(request, form, title=_("Reopen"), intro=found.company.name, submit=_("Reopen"), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def wake(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Put a resting lead back into its pool."""
    request.scope.require(Ability.REOPEN_LEAD)
    found = queries.resting_lead(request.scope, lead_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closing.wake_lead(request.scope, lead_id=lead_id, now=request.now, **form.cleaned_data)
        return done(request, _("The lead is back in its pool."), "leads:lead", lead_id)
    back = reverse("leads:lead", args=[lead_id])
    return dialog(request, form, title=_("Wake"), intro=found.company.name, submit=_("Wake"), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Stop a lead."""
    request.scope.require(Ability.FREEZE_LEAD)
    found = queries.lead_to_freeze(request.scope, lead_id)
    form = FreezeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closing.freeze_lead(request.scope, lead_id=lead_id, now=request.now, **form.cleaned_data)
        return done(request, _("The lead is frozen."), "leads:lead", lead_id)
    back = reverse("leads:lead", args=[lead_id])
    note = _("Nobody can claim, allot, give or contact it until it is unfrozen.")
    return dialog(request, form, title=_("Freeze"), intro=found.company.name, submit=_("Freeze"), back=back, note=note)


@require_http_methods(["GET", "HEAD", "POST"])
def thaw(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Take the stop from a lead."""
    request.scope.require(Ability.FREEZE_LEAD)
    found = queries.lead_to_freeze(request.scope, lead_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closing.thaw_lead(request.scope, lead_id=lead_id, note=form.cleaned_data["reason"], now=request.now)
        return done(request, _("The lead is free again."), "leads:lead", lead_id)
    back = reverse("leads:lead", args=[lead_id])
    return dialog(request, form, title=_("Unfreeze"), intro=found.company.name, submit=_("Unfreeze"), back=back)


@require_safe
def overrides(request: TiejunRequest) -> HttpResponse:
    """Show the rules that were overridden in a week."""
    day = _day(request.GET.get("day", ""))
    week = overrides_of_week(request.scope, day, request.now)
    return render(request, "leads/overrides.html", {"week": week})


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year < 2100 else None
