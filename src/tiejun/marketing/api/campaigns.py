from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import Day, In, Line, Text
from tiejun.marketing.actions import campaigns as actions
from tiejun.marketing.queries import campaigns as queries
from tiejun.marketing.rules.campaigns import CampaignFacts, Sums

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.marketing.models import Campaign

router = Router()
Minor = Annotated[int, Field(ge=0, lt=10**15)]


class CampaignOut(Schema):
    """A campaign with what it brought and cost; money in minor units."""

    id: UUID
    name: str
    means: str
    is_online: bool
    source_id: UUID
    status: str
    starts_on: Day
    ends_on: Day | None
    currency: str
    budget_minor: int
    cost_minor: int
    received: int
    accepted: int
    valid: int
    contacted: int
    effective: int
    signed: int
    invalid: int
    per_valid_minor: int | None
    per_effective_minor: int | None
    version: int


class CampaignIn(In):
    """A campaign to be planned; money in minor units."""

    name: Annotated[Line, Field(min_length=1, max_length=120)]
    means: Literal["BENEFIT", "BRAND", "EVENT", "ADS"]
    is_online: bool
    source: Annotated[Line, Field(max_length=30)]
    starts_on: Day
    ends_on: Day | None = None
    budget_minor: Minor = 0


class CostIn(In):
    """Money that was spent, in minor units of the campaign's currency."""

    amount_minor: Annotated[int, Field(gt=0, lt=10**15)]
    spent_on: Day
    note: Annotated[Text, Field(min_length=1, max_length=200)]


class CostOut(Schema):
    """A cost entry."""

    id: UUID
    campaign_id: UUID
    amount_minor: int
    spent_on: Day
    note: str


class StepIn(In):
    """What moves the campaign on."""

    step: Literal["START", "CLOSE"]


@router.get("/campaigns", response=list[CampaignOut])
def list_campaigns(request: TiejunRequest) -> Any:
    """List campaigns, the running ones first."""
    return [campaign_out(line.row, line.sums) for line in queries.campaigns(request.scope)]


@router.post("/campaigns", response={201: CampaignOut})
def plan(request: TiejunRequest, body: CampaignIn) -> Any:
    """Plan a campaign."""
    facts = CampaignFacts(
        name=body.name,
        means=body.means,
        is_online=body.is_online,
        source_code=body.source,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        budget_minor=body.budget_minor,
    )
    return Status(201, campaign_out(actions.plan_campaign(request.scope, facts=facts, now=request.now), Sums()))


@router.get("/campaigns/{campaign_id}", response=CampaignOut)
def read(request: TiejunRequest, campaign_id: UUID) -> Any:
    """Read one campaign."""
    row = queries.campaign_in_reach(request.scope, campaign_id)
    return campaign_out(row, queries.sums_of(request.scope, [row.pk])[row.pk])


@router.post("/campaigns/{campaign_id}/move", response=CampaignOut)
def move(request: TiejunRequest, campaign_id: UUID, body: StepIn) -> Any:
    """Start or close a campaign."""
    row = actions.move_campaign(request.scope, campaign_id=campaign_id, step=body.step, now=request.now)
    return campaign_out(row, queries.sums_of(request.scope, [row.pk])[row.pk])


@router.post("/campaigns/{campaign_id}/costs", response={201: CostOut})
def enter_cost(request: TiejunRequest, campaign_id: UUID, body: CostIn) -> Any:
    """Enter money that was spent."""
    row = actions.enter_cost(request.scope, campaign_id=campaign_id, now=request.now, **body.dict())
    return Status(201, row)


def campaign_out(row: Campaign, sums: Sums) -> dict[str, Any]:
    """Return a campaign as a program reads it."""
    own = ("id", "name", "means", "is_online", "source_id", "status", "starts_on", "ends_on", "currency")
    counts = ("cost_minor", "received", "accepted", "valid", "contacted", "effective", "signed", "invalid")
    costs = ("per_valid_minor", "per_effective_minor")
    return {
        **{name: getattr(row, name) for name in (*own, "budget_minor", "version")},
        **{name: getattr(sums, name) for name in (*counts, *costs)},
    }
