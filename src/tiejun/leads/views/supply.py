"""Tags of a lead, and companies that customers name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.leads import queries
from tiejun.leads.actions import supply as actions
from tiejun.leads.forms.supply import ReferForm, TagsForm
from tiejun.leads.queries import lists
from tiejun.marketing.queries.tags import tags, tags_of_leads
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "HEAD", "POST"])
def tag(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Set the tags of a lead."""
    found = queries.lead_in_reach(request.scope, lead_id, Ability.RECORD_FOLLOW_UP)
    known = [str(chip.id) for chip in tags_of_leads(request.scope, [lead_id]).get(lead_id, [])]
    offered = [(str(chip.id), chip.label) for chip in tags(request.scope)]
    form = TagsForm(request.POST or None, tags=offered, initial={"tags": known})
    if request.method == "POST" and form.is_valid():
        actions.tag_lead(request.scope, lead_id=lead_id, tag_ids=form.cleaned_data["tags"], now=request.now)
        return done(request, _("Saved."), "leads:lead", lead_id)
    back = reverse("leads:lead", args=[lead_id])
    return dialog(request, form, title=_("Tags"), intro=found.company.name, submit=_("Save"), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Record a company that a customer named."""
    request.scope.require(Ability.CREATE_LEAD)
    referrer = customers.company_in_reach(request.scope, company_id, Ability.VIEW_CUSTOMERS)
    choices = lists.filter_choices(request.scope)
    form = ReferForm(request.POST or None, districts=choices.districts, may_hold=request.scope.can(Ability.CLAIM_LEAD))
    if request.method == "POST" and form.is_valid():
        lead = actions.refer_company(
            request.scope,
            referrer_company_id=company_id,
            facts=form.company(),
            told=form.told(),
            hold=bool(form.cleaned_data.get("hold")),
            now=request.now,
        )
        return done(request, _("The lead is created."), "leads:lead", lead.pk)
    back = reverse("customers:company", args=[company_id])
    return dialog(request, form, title=_("Referred company"), intro=referrer.name, submit=_("Create"), back=back)
