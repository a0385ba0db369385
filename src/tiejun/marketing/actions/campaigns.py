"""Campaigns and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.marketing.locks import lock_campaign
from tiejun.marketing.models import Campaign, CostEntry, Source
from tiejun.marketing.rules.campaigns import CampaignFacts, Refusal, Step, why_not_step

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

MOST_MINOR = 10**15


@action(Ability.MANAGE_CAMPAIGNS)
def plan_campaign(scope: Scope, *, facts: CampaignFacts, now: datetime) -> Campaign:
    """Plan a campaign; raises `Refused` NAME_TAKEN and `Invalid`."""
    values = _columns(facts)
    if Campaign.objects.filter(name=values["name"]).exists():
        raise Refused(Refusal.NAME_TAKEN)
    row = Campaign.objects.create(**values, created_at=now)
    audit.record(scope, "marketing.campaign_planned", row, means=row.means, budget=row.budget_minor)
    return row


@action(Ability.MANAGE_CAMPAIGNS)
def edit_campaign(scope: Scope, *, campaign_id: UUID, version: int, facts: CampaignFacts) -> Campaign:
    """Change a campaign that is not closed; raises `NotFound`, `Stale`, `Refused` (CLOSED, NAME_TAKEN) and `Invalid`."""
    row = lock_campaign(campaign_id)
    if row.version != version:
        raise Stale(row)
    if row.status == Campaign.Status.CLOSED:
        raise Refused(Refusal.CLOSED)
    values = _columns(facts)
    if Campaign.objects.filter(name=values["name"]).exclude(pk=row.pk).exists():
        raise Refused(Refusal.NAME_TAKEN)
    Campaign.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
    row.refresh_from_db()
    audit.record(scope, "marketing.campaign_edited", row, budget=row.budget_minor)
    return row


@action(Ability.MANAGE_CAMPAIGNS)
def move_campaign(scope: Scope, *, campaign_id: UUID, step: str, now: datetime) -> Campaign:
    """Start a planned campaign or close a running one (`step`: START, CLOSE); raises `NotFound`, `Refused`, `Invalid`."""
    row = lock_campaign(campaign_id)
    if step not in list(Step):
        raise Invalid(step=_("Start or close."))
    refusal = why_not_step(row.status, Step(step))
    if refusal:
        raise Refused(refusal)
    if step == Step.START:
        row.status, row.started_at = Campaign.Status.RUNNING, now
    else:
        row.status, row.closed_at = Campaign.Status.CLOSED, now
    row.version += 1
    row.save(update_fields=["status", "started_at", "closed_at", "version"])
    audit.record(scope, "marketing.campaign_moved", row, status=row.status)
    return row


@action(Ability.MANAGE_CAMPAIGNS)
def enter_cost(
    scope: Scope, *, campaign_id: UUID, amount_minor: int, spent_on: date, note: str, now: datetime
) -> CostEntry:
    """Enter money that was spent on a campaign, in minor units of its currency; also after it is closed. Raises `NotFound`, `Invalid`."""
    campaign = lock_campaign(campaign_id)
    if not 0 < amount_minor < MOST_MINOR:
        raise Invalid(amount=_("Enter an amount above zero."))
    if not note.strip():
        raise Invalid(note=_("Say what it was spent on."))
    row = CostEntry.objects.create(
        campaign=campaign,
        amount_minor=amount_minor,
        spent_on=spent_on,
        note=note.strip()[:200],
        entered_by_id=scope.person_id,
        entered_at=now,
    )
    audit.record(scope, "marketing.cost_entered", row, campaign=campaign.pk, amount=amount_minor)
    return row


@action(Ability.MANAGE_CAMPAIGNS)
def take_back_cost(scope: Scope, *, cost_id: UUID, reason: str, now: datetime) -> CostEntry:
    """Take a cost entry back by one of the opposite amount; raises `NotFound`, `Refused` TAKEN_BACK_ALREADY, `Invalid`."""
    entry = CostEntry.objects.select_for_update(of=("self",)).filter(pk=cost_id, reverses=None).first()
    if entry is None:
        raise NotFound
    if CostEntry.objects.filter(reverses=entry).exists():
        raise Refused(Refusal.TAKEN_BACK_ALREADY)
    if not reason.strip():
        raise Invalid(reason=_("Say why in a few words."))
    row = CostEntry.objects.create(
        campaign_id=entry.campaign_id,
        amount_minor=-entry.amount_minor,
        spent_on=entry.spent_on,
        note=reason.strip()[:200],
        reverses=entry,
        entered_by_id=scope.person_id,
        entered_at=now,
    )
    audit.record(scope, "marketing.cost_taken_back", row, entry=entry.pk, amount=row.amount_minor)
    return row


def _columns(facts: CampaignFacts) -> dict[str, object]:
    name = " ".join(facts.name.split())[:120]
    source = Source.objects.filter(code=facts.source_code).first()
    if not name:
        raise Invalid(name=_("A campaign needs a name."))
    if facts.means not in Campaign.Means.values or source is None:
        raise Invalid(means=_("Choose the means and the source."))
    if facts.ends_on is not None and facts.ends_on < facts.starts_on:
        raise Invalid(ends_on=_("It ends before it starts."))
    if not 0 <= facts.budget_minor < MOST_MINOR:
        raise Invalid(budget=_("The budget is not below zero."))
    return {
        "name": name,
        "means": facts.means,
        "is_online": facts.is_online,
        "source": source,
        "budget_minor": facts.budget_minor,
        "currency": facts.currency,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
    }
