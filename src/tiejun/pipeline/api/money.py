"""Collections and receipts for programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import Day, In, Line, PageOut, Text
from tiejun.foundation.times import local_date
from tiejun.foundation.web import TiejunRequest
from tiejun.pipeline import rules
from tiejun.pipeline.actions import collections
from tiejun.pipeline.api.orders import CollectionPlanOut, VersionIn
from tiejun.pipeline.queries import collections as collections_queries

router = Router(tags=["pipeline"])
Cursor = Annotated[Line, Field(max_length=600)]
Size = Annotated[int, Field(ge=1, le=200)]
Method = Literal["BANK", "CASH", "CARD", "ALIPAY", "WECHAT", "CHEQUE", "OTHER"]


def _page(found: Any) -> dict[str, Any]:
    return {"items": found.rows, "next": found.next_cursor, "previous": found.previous_cursor}


class PartIn(In):
    due_on: Day
    amount_minor: Annotated[int, Field(ge=1, le=10**15)]


class PlanIn(VersionIn):
    parts: Annotated[list[PartIn], Field(min_length=1, max_length=60)]


class ReceiptIn(In):
    amount_minor: Annotated[int, Field(ge=1, le=10**15)]
    method: Method
    received_on: Day
    reference: Annotated[Line, Field(max_length=80)] = ""
    payer: Line = ""
    note: Annotated[Text, Field(max_length=300)] = ""
    allow_overpayment: bool = False


class ReceiptQuery(In):
    waiting_only: bool = False
    cursor: Cursor | None = None
    size: Size = 50


class ReverseIn(In):
    reason: Annotated[Line, Field(min_length=1)]


class ReceiptOut(Schema):
    id: UUID
    number: str
    amount_minor: int
    currency: str
    method: str
    reference: str
    payer: str
    received_on: date
    reverses_id: UUID | None
    recorded_at: datetime


class DueOut(Schema):
    instalment_id: UUID
    order_id: UUID
    number: str
    company_id: UUID
    person_id: UUID
    due_on: date
    amount_minor: int
    received_minor: int
    open_minor: int
    currency: str
    days_late: int


@router.get("/collections", response=PageOut[DueOut])
def list_collections(
    request: TiejunRequest, which: Literal["", "overdue", "soon"] = "", cursor: Cursor | None = None, size: Size = 50
) -> Any:
    """List open instalments by due day."""
    today = local_date(request.now, request.scope.zone)
    return _page(
        collections_queries.collections_page(request.scope, today=today, which=which, cursor=cursor, size=size)
    )


@router.put("/orders/{order_id}/collection-plan", response=CollectionPlanOut)
def plan_collection(request: TiejunRequest, order_id: UUID, body: PlanIn) -> Any:
    """Divide what is open of an order into instalments."""
    parts = [rules.Part(part.due_on, part.amount_minor) for part in body.parts]
    return collections.plan_collection(
        request.scope, order_id=order_id, version=body.version, parts=parts, now=request.now
    )


@router.get("/receipts", response=PageOut[ReceiptOut])
def list_receipts(request: TiejunRequest, wanted: Query[ReceiptQuery]) -> Any:
    """List receipts, newest first."""
    return _page(collections_queries.receipts_page(request.scope, **wanted.dict()))


@router.post("/orders/{order_id}/receipts", response={201: ReceiptOut})
def record_receipt(request: TiejunRequest, order_id: UUID, body: ReceiptIn) -> Any:
    """Record money that came in; it pays the oldest instalments first."""
    return Status(
        201,
        collections.record_receipt(
            request.scope, order_id=order_id, facts=rules.ReceiptFacts(**body.dict()), now=request.now
        ),
    )


@router.post("/receipts/{receipt_id}/confirm", response=ReceiptOut)
def confirm_receipt(request: TiejunRequest, receipt_id: UUID) -> Any:
    """Confirm a cash receipt as the second person."""
    return collections.confirm_receipt(request.scope, receipt_id=receipt_id, now=request.now)


@router.post("/receipts/{receipt_id}/reverse", response={201: ReceiptOut})
def reverse_receipt(request: TiejunRequest, receipt_id: UUID, body: ReverseIn) -> Any:
    """Take a wrong receipt back by a reversing one."""
    return Status(
        201, collections.reverse_receipt(request.scope, receipt_id=receipt_id, reason=body.reason, now=request.now)
    )
