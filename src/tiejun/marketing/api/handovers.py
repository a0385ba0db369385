from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import In, Moment, PageOut, Text
from tiejun.marketing.actions import disputes as actions
from tiejun.marketing.queries import handover as queries

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()


class HandoverOut(Schema):
    """A lead that marketing gave to sales, and what became of it; contact data is not among it."""

    id: UUID
    lead_id: UUID
    company_name: str
    source_id: UUID
    campaign_id: UUID | None
    intent: str
    stage: str
    handed_at: Moment
    due_at: Moment
    contacted_at: Moment | None
    contact_minutes: int | None
    effective_at: Moment | None
    signed_at: Moment | None
    disposition: str
    evidence: str
    disposed_at: Moment | None
    is_valid_by_dispute: bool


class HandoverQuery(Schema):
    """Which hand-overs."""

    stage: Literal["", "HANDED", "CONTACTED", "EFFECTIVE", "SIGNED", "LOST", "INVALID"] = ""
    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50


class DisputeIn(In):
    """Why an "invalid" is wrong."""

    reason: Annotated[Text, Field(min_length=1, max_length=500)]


class DisputeDecisionIn(In):
    """Whether a dispute is upheld, and why."""

    is_upheld: bool
    note: Annotated[Text, Field(min_length=1, max_length=500)]


class DisputeOut(Schema):
    """A dispute."""

    id: UUID
    handover_id: UUID
    marketing_reason: str
    status: str
    opened_at: Moment
    decided_at: Moment | None
    decision_note: str


@router.get("/handovers", response=PageOut[HandoverOut])
def list_handovers(request: TiejunRequest, wanted: Query[HandoverQuery]) -> Any:
    """List hand-overs, the last moved first."""
    page = queries.lean_page(request.scope, stage=wanted.stage, cursor=wanted.cursor, size=wanted.size)
    return {"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.get("/handovers/{handover_id}", response=HandoverOut)
def read(request: TiejunRequest, handover_id: UUID) -> Any:
    """Read one hand-over."""
    return queries.handover_detail(request.scope, handover_id).row


@router.post("/handovers/{handover_id}/dispute", response={201: DisputeOut})
def dispute(request: TiejunRequest, handover_id: UUID, body: DisputeIn) -> Any:
    """Object to an "invalid"."""
    row = actions.open_dispute(request.scope, handover_id=handover_id, reason=body.reason, now=request.now)
    return Status(201, row)


@router.post("/disputes/{dispute_id}/decide", response=DisputeOut)
def decide(request: TiejunRequest, dispute_id: UUID, body: DisputeDecisionIn) -> Any:
    """Decide a dispute."""
    return actions.decide_dispute(
        request.scope, dispute_id=dispute_id, is_upheld=body.is_upheld, note=body.note, now=request.now
    )
