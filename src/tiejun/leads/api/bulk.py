from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import In, Moment
from tiejun.leads.actions import bulk

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.models import BulkAction

router = Router()
Many = Annotated[list[UUID], Field(min_length=1)]


class ManyLeadsIn(In):
    lead_ids: Many


class ReleaseManyIn(In):
    lead_ids: Many
    reason: Literal["NO_NEED", "UNREACHABLE", "WRONG_DETAILS", "NO_BUDGET", "COMPETITOR", "OUTSIDE_AREA", "NO_CAPACITY"]


class TagManyIn(In):
    lead_ids: Many
    tag_id: UUID


class BulkActionOut(Schema):
    """What was done to many leads; `refused`: refusal → how many it met; until `undo_until` it can be taken back."""

    id: UUID
    kind: str
    asked: int
    done: int
    refused: dict[str, int]
    made_at: Moment
    undo_until: Moment
    undone_at: Moment | None
    undone: int


@router.post("/leads/bulk/claim", response={201: BulkActionOut}, summary="Claim many leads")
def claim_many(request: TiejunRequest, body: ManyLeadsIn) -> Status[BulkAction]:
    return Status(201, bulk.claim_many(request.scope, lead_ids=body.lead_ids, now=request.now))


@router.post("/leads/bulk/release", response={201: BulkActionOut}, summary="Give many leads back")
def release_many(request: TiejunRequest, body: ReleaseManyIn) -> Status[BulkAction]:
    return Status(201, bulk.release_many(request.scope, **body.dict(), now=request.now))


@router.post("/leads/bulk/tag", response={201: BulkActionOut}, summary="Put a tag on many leads")
def tag_many(request: TiejunRequest, body: TagManyIn) -> Status[BulkAction]:
    return Status(201, bulk.tag_many(request.scope, **body.dict(), now=request.now))


@router.post("/leads/bulk/{bulk_id}/undo", response=BulkActionOut, summary="Take a bulk action back")
def undo(request: TiejunRequest, bulk_id: UUID) -> BulkAction:
    return bulk.undo_bulk(request.scope, bulk_id=bulk_id, now=request.now)
