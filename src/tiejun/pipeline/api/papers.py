"""Contracts as PDF for programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.http import StreamingHttpResponse
from ninja import Router, Schema, Status

from tiejun.foundation import files
from tiejun.foundation.schemas import In
from tiejun.pipeline.actions import papers
from tiejun.pipeline.queries import papers as queries

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["pipeline"])


class ContractPaperIn(In):
    language: Literal["zh", "en"] = "zh"


class ContractPaperOut(Schema):
    id: UUID
    order_id: UUID
    language: str
    text_number: int
    digest: str
    made_at: datetime


@router.post("/orders/{order_id}/papers", response={201: ContractPaperOut})
def make_paper(request: TiejunRequest, order_id: UUID, body: ContractPaperIn) -> Any:
    """Make the contract of an order as PDF; the same content is made once."""
    return Status(201, papers.make_paper(request.scope, order_id=order_id, language=body.language, now=request.now))


@router.get("/contract-papers/{paper_id}", response=ContractPaperOut)
def read_paper(request: TiejunRequest, paper_id: UUID) -> Any:
    """Read what is known of a contract that was made, with its SHA-256."""
    return queries.paper_in_reach(request.scope, paper_id)


@router.get("/contract-papers/{paper_id}/file", response=None)
def download_paper(request: TiejunRequest, paper_id: UUID) -> Any:
    """Download a contract that was made."""
    row = queries.paper_in_reach(request.scope, paper_id)
    return StreamingHttpResponse(files.read(row.file_id), content_type="application/pdf")
