"""Pages of campaigns, their costs and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.marketing import texts
from tiejun.marketing.actions import campaigns as actions
from tiejun.marketing.actions.sources import set_source
from tiejun.marketing.forms.campaigns import CampaignForm, CostForm, ReasonForm, SourceForm
from tiejun.marketing.queries import campaigns as queries
from tiejun.marketing.queries.sources import source_of_id, sources
from tiejun.marketing.views.dialogs import source_choices, source_name
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def campaigns(request: TiejunRequest) -> HttpResponse:
    """List campaigns with what they brought and cost."""
    status = request.GET.get("status", "") if request.GET.get("status") in texts.CAMPAIGN_STATUSES else ""
    found = queries.campaigns(request.scope, status=status)
    tabs = [{"label": _("All"), "url": "?", "active": not status}]
    tabs += [
        {"label": words, "url": f"?status={code}", "active": code == status}
        for code, words in texts.CAMPAIGN_STATUSES.items()
    ]
    context = {"lines": [(line, *_words(line.row)) for line in found], "tabs": tabs}
    context["may_manage"] = request.scope.can(Ability.MANAGE_CAMPAIGNS)
    return render(request, "marketing/campaigns.html", context)


@require_safe
def campaign(request: TiejunRequest, campaign_id: UUID) -> HttpResponse:
    """Show one campaign: its figures, costs and forms."""
    view = queries.campaign_detail(request.scope, campaign_id)
    words, place, status, tone = _words(view.row)
    context = {"view": view, "row": view.row, "means": words, "place": place, "status": status, "tone": tone}
    context["source"] = source_name(view.row.source)
    return render(request, "marketing/campaign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Plan a campaign."""
    request.scope.require(Ability.MANAGE_CAMPAIGNS)
    start = {"starts_on": local_date(request.now, request.scope.zone), "means": "EVENT", "budget": 0}
    form = CampaignForm(request.POST or None, sources=source_choices(request), initial=start)
    if request.method == "POST" and form.is_valid():
        row = actions.plan_campaign(request.scope, facts=form.facts(), now=request.now)
        return done(request, _("The campaign is planned."), "marketing:campaign", row.pk)
    back = reverse("marketing:campaigns")
    return dialog(request, form, title=_("New campaign"), submit=_("Plan"), back=back, is_grid=True)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, campaign_id: UUID) -> HttpResponse:
    """Change a campaign."""
    request.scope.require(Ability.MANAGE_CAMPAIGNS)
    row = queries.campaign_in_reach(request.scope, campaign_id)
    form = CampaignForm(request.POST or None, sources=source_choices(request), initial=CampaignForm.values_of(row))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or row.version
        actions.edit_campaign(request.scope, campaign_id=campaign_id, version=version, facts=form.facts())
        return done(request, _("Saved."), "marketing:campaign", campaign_id)
    back = reverse("marketing:campaign", args=[campaign_id])
    return dialog(request, form, title=_("Edit campaign"), submit=_("Save"), back=back, is_grid=True)


@require_POST
def move(request: TiejunRequest, campaign_id: UUID) -> HttpResponse:
    """Start or close a campaign."""
    step = request.POST.get("step", "")
    actions.move_campaign(request.scope, campaign_id=campaign_id, step=step, now=request.now)
    words = _("The campaign is running.") if step == "START" else _("The campaign is closed.")
    return done(request, words, "marketing:campaign", campaign_id)


@require_http_methods(["GET", "HEAD", "POST"])
def cost(request: TiejunRequest, campaign_id: UUID) -> HttpResponse:
    """Enter what was spent."""
    request.scope.require(Ability.MANAGE_CAMPAIGNS)
    row = queries.campaign_in_reach(request.scope, campaign_id)
    form = CostForm(request.POST or None, initial={"spent_on": local_date(request.now, request.scope.zone)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.enter_cost(
            request.scope,
            campaign_id=campaign_id,
            amount_minor=int(given["amount"] * 100),
            spent_on=given["spent_on"],
            note=given["note"],
            now=request.now,
        )
        return done(request, _("Entered."), "marketing:campaign", campaign_id)
    back = reverse("marketing:campaign", args=[campaign_id])
    return dialog(request, form, title=_("Enter a cost"), intro=row.name, submit=_("Enter"), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: TiejunRequest, cost_id: UUID) -> HttpResponse:
    """Take a cost entry back."""
    entry = queries.cost_entry(request.scope, cost_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.take_back_cost(request.scope, cost_id=cost_id, reason=form.cleaned_data["reason"], now=request.now)
        return done(request, _("Taken back."), "marketing:campaign", entry.campaign_id)
    back = reverse("marketing:campaign", args=[entry.campaign_id])
    return dialog(request, form, title=_("Take the entry back?"), intro=entry.note, submit=_("Take back"), back=back)


# -- sources -----------------------------------------------------------------------------------------------------------
@require_safe
def source_list(request: TiejunRequest) -> HttpResponse:
    """List the sources with their plays."""
    request.scope.require(Ability.MANAGE_SOURCES)
    rows = [(row, source_name(row), texts.PLAYS[row.play]) for row in sources(request.scope)]
    return render(request, "marketing/sources.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: TiejunRequest) -> HttpResponse:
    """Add a source."""
    return _source(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_source(request: TiejunRequest, source_id: UUID) -> HttpResponse:
    """Change a source and its play."""
    return _source(request, source_id)


def _source(request: TiejunRequest, source_id: UUID | None) -> HttpResponse:
    request.scope.require(Ability.MANAGE_SOURCES)
    row = source_of_id(request.scope, source_id) if source_id else None
    if source_id is not None and row is None:
        raise NotFound
    form = SourceForm(request.POST or None, initial={name: getattr(row, name, None) for name in SourceForm.base_fields})
    if row is not None:
        form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid():
        set_source(request.scope, **form.cleaned_data)
        return done(request, _("Saved."), "marketing:sources")
    title = source_name(row) if row else _("New source")
    return dialog(request, form, title=title, submit=_("Save"), back=reverse("marketing:sources"))


def _words(row: object) -> tuple[object, object, object, str]:
    means, is_online, status = (getattr(row, name) for name in ("means", "is_online", "status"))
    return (
        texts.MEANS[means],
        texts.PLACES[is_online],
        texts.CAMPAIGN_STATUSES[status],
        texts.CAMPAIGN_TONES[status],
    )
