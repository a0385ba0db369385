"""Campaigns with what they brought and cost, and their forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.marketing.models import Campaign, CaptureForm, ConsentText, CostEntry, Handover, InboundRecord
from tiejun.marketing.rules.campaigns import Sums
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

SHOWN = 100


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign and its sums."""

    row: Campaign
    sums: Sums


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost entry; `is_taken_back`: an entry of the opposite amount follows."""

    row: CostEntry
    who: str
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class CampaignDetail:
    """Everything on the page of a campaign."""

    row: Campaign
    sums: Sums
    costs: list[CostLine] = field(default_factory=list)
    forms: list[CaptureForm] = field(default_factory=list)
    may_manage: bool = False


def campaigns(scope: Scope, *, status: str = "") -> list[CampaignLine]:
    """Return campaigns with their sums, the running ones first, in a fixed number of queries."""
    scope.require(Ability.VIEW_CAMPAIGNS)
    rows = Campaign.objects.select_related("source")
    if status:
        rows = rows.filter(status=status)
    shown = list(rows.order_by("-status", "-starts_on", "-pk")[:SHOWN])
    sums = sums_of(scope, [row.pk for row in shown])
    return [CampaignLine(row, sums[row.pk]) for row in shown]


def sums_of(scope: Scope, campaign_ids: list[UUID]) -> dict[UUID, Sums]:
    """Return what campaigns brought and cost, by campaign."""
    if not scope.can(Ability.VIEW_CAMPAIGNS):
        scope.require(Ability.VIEW_HANDOVERS)
    records = InboundRecord.objects.filter(campaign__in=campaign_ids).values("campaign")
    handovers = Handover.objects.filter(campaign__in=campaign_ids).values("campaign")
    costs = CostEntry.objects.filter(campaign__in=campaign_ids).values("campaign")
    of_records: dict[UUID, dict[str, Any]] = {
        row["campaign"]: _without_key(row)
        for row in records.annotate(
            received=Count("pk"),
            open=Count("pk", filter=Q(status__in=["RECEIVED", "DEDUPLICATED", "CHECKED"])),
            rejected=Count("pk", filter=Q(status="REJECTED")),
        )
    }
    of_handovers: dict[UUID, dict[str, Any]] = {
        row["campaign"]: _without_key(row)
        for row in handovers.annotate(
            accepted=Count("pk"),
            contacted=Count("pk", filter=Q(contacted_at__isnull=False)),
            effective=Count("pk", filter=Q(effective_at__isnull=False)),
            signed=Count("pk", filter=Q(signed_at__isnull=False)),
            invalid=Count("pk", filter=Q(stage="INVALID")),
        )
    }
    of_costs = {row["campaign"]: row["total"] for row in costs.annotate(total=Sum("amount_minor"))}
    return {
        pk: Sums(**of_records.get(pk, {}), **of_handovers.get(pk, {}), cost_minor=of_costs.get(pk, 0))
        for pk in campaign_ids
    }


def _without_key(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "campaign"}


def spent_by_source(scope: Scope, *, since: date, until: date) -> dict[str, int]:
    """Return what was spent from `since` to `until` (exclusive) on campaigns, in minor units, by the code of their source."""
    scope.require(Ability.VIEW_CAMPAIGNS)
    rows = CostEntry.objects.filter(spent_on__gte=since, spent_on__lt=until).order_by()
    return dict(rows.values_list("campaign__source__code").annotate(total=Sum("amount_minor")))


def campaign_in_reach(scope: Scope, campaign_id: UUID) -> Campaign:
    """Return a campaign with its source; raises `NotFound`."""
    scope.require(Ability.VIEW_CAMPAIGNS)
    row = Campaign.objects.select_related("source").filter(pk=campaign_id).first()
    if row is None:
        raise NotFound
    return row


def campaign_detail(scope: Scope, campaign_id: UUID) -> CampaignDetail:
    """Return the page of a campaign; raises `NotFound`."""
    row = campaign_in_reach(scope, campaign_id)
    entries = list(CostEntry.objects.filter(campaign=row).order_by("-spent_on", "-entered_at", "-pk")[:SHOWN])
    names = org.names_of(scope, [entry.entered_by_id for entry in entries])
    taken_back = {entry.reverses_id for entry in entries if entry.reverses_id}
    return CampaignDetail(
        row=row,
        sums=sums_of(scope, [row.pk])[row.pk],
        costs=[
            CostLine(entry, names.get(entry.entered_by_id, "") if entry.entered_by_id else "", entry.pk in taken_back)
            for entry in entries
        ],
        forms=list(CaptureForm.objects.filter(campaign=row).order_by("-created_at")),
        may_manage=scope.can(Ability.MANAGE_CAMPAIGNS),
    )


def cost_entry(scope: Scope, cost_id: UUID) -> CostEntry:
    """Return a cost entry that may be taken back; raises `NotFound`."""
    scope.require(Ability.MANAGE_CAMPAIGNS)
    row = CostEntry.objects.select_related("campaign").filter(pk=cost_id, reverses=None).first()
    if row is None:
        raise NotFound
    return row


# -- forms -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PublicForm:
    """An open form with the text of consent in force."""

    row: CaptureForm
    consent: ConsentText


def forms(scope: Scope) -> list[CaptureForm]:
    """Return all public forms, the open ones first."""
    scope.require(Ability.VIEW_CAMPAIGNS)
    rows = CaptureForm.objects.select_related("source", "campaign")
    return list(rows.order_by("-is_open", "-created_at")[:SHOWN])


def form_in_reach(scope: Scope, form_id: UUID) -> PublicForm:
    """Return a form for who edits it; raises `NotFound`."""
    scope.require(Ability.MANAGE_CAMPAIGNS)
    row = CaptureForm.objects.select_related("source", "campaign").filter(pk=form_id).first()
    if row is None:
        raise NotFound
    return PublicForm(row, _consent_of(row))


def form_of_code(scope: Scope, code: str) -> PublicForm:  # noqa: ARG001 -- whoever has the address may open the form
    """Return the form of a public address, open or closed; raises `NotFound`."""
    row = CaptureForm.objects.select_related("source", "campaign").filter(code=code).first()
    if row is None:
        raise NotFound
    return PublicForm(row, _consent_of(row))


def _consent_of(row: CaptureForm) -> ConsentText:
    return ConsentText.objects.filter(form=row).order_by("-number")[0]
