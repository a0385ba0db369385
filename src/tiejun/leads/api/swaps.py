from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema

from tiejun.foundation.schemas import In, Moment
from tiejun.leads.actions import swapping
from tiejun.leads.api.schemas import TenureOut
from tiejun.leads.queries import swapping as offers

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.models import LeadTenure

router = Router()


class SwapIn(In):
    """Which held lead goes for the one that comes."""

    lead_out_id: UUID


class GiveBackOut(Schema):
    """A held lead that could go; `worth` from 0 to 1 is how much it is worth keeping."""

    lead_id: UUID
    company_id: UUID
    company_name: str
    due_at: Moment | None
    last_contact_at: Moment | None
    worth: float
    reasons: list[str]


@router.get("/leads/give-back", response=list[GiveBackOut])
def cheapest(request: TiejunRequest, limit: Annotated[int, Query(ge=1, le=100)] = 8) -> Any:
    """List the asker's leads that are worth the least to keep, the cheapest first, with the reasons."""
    return [
        {
            "lead_id": row.lead.pk,
            "company_id": row.lead.company_id,
            "company_name": row.brief.name,
            "due_at": row.due_at,
            "last_contact_at": row.last_contact_at,
            "worth": round(row.worth, 4),
            "reasons": row.words,
        }
        for row in offers.cheapest_to_give_back(request.scope, request.now, limit)
    ]


@router.post("/leads/{lead_id}/promote", response=TenureOut)
def promote(request: TiejunRequest, lead_id: UUID) -> LeadTenure:
    """Move a lead of the allotment to the private pool; 409 asks for a swap when it is full."""
    return swapping.promote_lead(request.scope, lead_id=lead_id, now=request.now)


@router.post("/leads/{lead_id}/swap", response=TenureOut)
def swap(request: TiejunRequest, lead_id: UUID, body: SwapIn) -> LeadTenure:
    """Take a lead of a pool or of the allotment into the private pool for one that goes back: both or nothing."""
    return swapping.swap_lead(request.scope, lead_in_id=lead_id, lead_out_id=body.lead_out_id, now=request.now)
