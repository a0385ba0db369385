"""Into the private pool: promotion below the cap, swap at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.web import render
from tiejun.leads.actions import swapping
from tiejun.leads.forms.steps import SwapForm
from tiejun.leads.queries.swapping import swap_page
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_POST
def promote(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Move a lead of the allotment to the private pool."""
    swapping.promote_lead(request.scope, lead_id=lead_id, now=request.now)
    return done(request, _("The lead is in your private pool."), "leads:lead", lead_id)


@require_http_methods(["GET", "HEAD", "POST"])
def swap(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Show what could go for a lead, the cheapest first; and exchange the two."""
    request.scope.require(Ability.CLAIM_LEAD)
    if request.method == "POST":
        form = SwapForm(request.POST)
        if not form.is_valid():
            raise Invalid(lead_out=_("Choose the lead that goes."))
        given = form.cleaned_data["lead_out"]
        swapping.swap_lead(request.scope, lead_in_id=lead_id, lead_out_id=given, now=request.now)
        messages.success(request, _("Swapped: the lead is yours, the other one is back in its pool."))
        address = reverse("leads:lead", args=[lead_id])
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    return render(request, "leads/swap.html", {"page": swap_page(request.scope, lead_id, request.now)})
