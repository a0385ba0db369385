"""Duplicates and merges for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.customers.actions import merging
from tiejun.customers.queries import merging as pairs
from tiejun.customers.rules.merging import links
from tiejun.foundation.schemas import In, Moment, PageOut, Text

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()

Choice = Literal[
    "name",
    "credit_code",
    "address",
    "industry",
    "legal_person",
    "domain",
    "registered_on",
    "capital_minor",
    "segment_id",
]


class ProposalOut(Schema):
    """Two companies that may be one; `confidence` in percent, `reasons` the strongest first."""

    id: UUID
    first_id: UUID
    first_name: str
    second_id: UUID
    second_name: str
    confidence: int
    reasons: list[str]
    found_at: Moment


class MergeIn(In):
    """`absorbed_id` becomes a name of `survivor_id`; `chosen`: whose value is taken where the two differ."""

    survivor_id: UUID
    absorbed_id: UUID
    chosen: dict[Choice, Literal["survivor", "absorbed"]] = {}
    note: Annotated[Text, Field(max_length=300)] = ""


class MergeOut(Schema):
    """A merge, and until when it can be undone."""

    id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    note: str
    merged_by_id: UUID | None
    merged_at: Moment
    undo_until: Moment
    undone_at: Moment | None


class MergeLineOut(Schema):
    """A merge with what it moved and, once undone, what had changed since and stayed; numbers of rows by kind."""

    merge: MergeOut
    moved: dict[str, int]
    stayed: dict[str, int]


class PreviewOut(Schema):
    """What a merge would bring to the survivor, by kind of row, and whose values are proposed."""

    follows: dict[str, int]
    proposed: dict[str, Literal["survivor", "absorbed"]]


class MergeCursorQuery(Schema):
    """A keyset page."""

    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20


@router.get("/duplicates", response=PageOut[ProposalOut])
def list_duplicates(request: TiejunRequest, wanted: Query[MergeCursorQuery]) -> Any:
    """List open proposals within reach, the surest first."""
    page = pairs.proposals_page(request.scope, wanted.cursor or None, size=wanted.size)
    items = [
        {
            "id": line.proposal.pk,
            "first_id": line.proposal.first_id,
            "first_name": line.first.company.name,
            "second_id": line.proposal.second_id,
            "second_name": line.second.company.name,
            "confidence": line.proposal.confidence,
            "reasons": line.proposal.reasons,
            "found_at": line.proposal.found_at,
        }
        for line in page.lines
    ]
    return {"items": items, "next": page.next, "previous": page.previous}


@router.post("/duplicates/{proposal_id}/apart", response={204: None})
def tell_apart(request: TiejunRequest, proposal_id: UUID) -> Any:
    """Say that two companies are two; the pair is not proposed again."""
    merging.tell_apart(request.scope, proposal_id=proposal_id, now=request.now)
    return Status(204, None)


@router.get("/merges/preview/{survivor_id}/{absorbed_id}", response=PreviewOut)
def preview(request: TiejunRequest, survivor_id: UUID, absorbed_id: UUID) -> Any:
    """Look at what a merge would do."""
    view = pairs.side_by_side(request.scope, survivor_id, absorbed_id, links())
    return {"follows": view.follows, "proposed": {choice.code: choice.side.value for choice in view.choices}}


@router.get("/merges", response=list[MergeLineOut])
def list_merges(request: TiejunRequest) -> Any:
    """List the latest merges within reach, the newest first."""
    return pairs.merges(request.scope, request.now)


@router.post("/merges", response={201: MergeOut})
def merge(request: TiejunRequest, body: MergeIn) -> Any:
    """Make two companies one; 409 with the reason when somebody was faster."""
    row = merging.merge_companies(
        request.scope,
        survivor_id=body.survivor_id,
        absorbed_id=body.absorbed_id,
        chosen={str(choice): side for choice, side in body.chosen.items()},
        note=body.note,
        now=request.now,
    )
    return Status(201, row)


@router.post("/merges/{merge_id}/undo", response=MergeOut)
def undo(request: TiejunRequest, merge_id: UUID) -> Any:
    """Make two companies of one again."""
    return merging.undo_merge(request.scope, merge_id=merge_id, now=request.now)
