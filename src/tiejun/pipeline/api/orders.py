"""Orders for programs: draft, approval, signature, contract."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import Day, In, Line, PageOut, Text
from tiejun.foundation.web import TiejunRequest
from tiejun.pipeline import queries, rules
from tiejun.pipeline.actions import orders, signing
from tiejun.pipeline.queries import pages

router = Router(tags=["pipeline"])
Cursor = Annotated[Line, Field(max_length=600)]
Size = Annotated[int, Field(ge=1, le=200)]
Minor = Annotated[int, Field(ge=0, le=10**15)]
Version = Annotated[int, Field(ge=0, le=10**9)]


def _page(found: Any) -> dict[str, Any]:
    return {"items": found.rows, "next": found.next_cursor, "previous": found.previous_cursor}


class LineIn(In):
    product_line_id: UUID
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unit_price_minor: Minor
    discount_minor: Minor = 0
    description: Line = ""

    def facts(self) -> rules.LineFacts:
        """Return the line as the actions take it."""
        return rules.LineFacts(
            self.product_line_id, self.quantity, self.unit_price_minor, self.discount_minor, self.description
        )


class LineOut(Schema):
    position: int
    product_line_id: UUID
    description: str
    quantity: int
    list_price_minor: int
    unit_price_minor: int
    discount_minor: int
    total_minor: int


class OrderOut(Schema):
    id: UUID
    number: str
    revision: int
    opportunity_id: UUID
    company_id: UUID
    owner_id: UUID
    unit_id: UUID
    status: str
    currency: str
    list_minor: int
    amount_minor: int
    delta_minor: int
    approval_asked_at: datetime | None
    approved_at: datetime | None
    signed_on: date | None
    cancelled_on: date | None
    version: int


class InstalmentOut(Schema):
    id: UUID
    due_on: date
    amount_minor: int
    received_minor: int
    is_open: bool


class CollectionPlanOut(Schema):
    id: UUID
    amount_minor: int
    currency: str
    received_minor: int
    overpaid_minor: int
    collected_on: date | None
    version: int


class OrderDetail(OrderOut):
    terms: str
    lines: list[LineOut]
    approval_causes: list[str]
    plan: CollectionPlanOut | None
    instalments: list[InstalmentOut]


class OrderQuery(In):
    status: Literal["", "DRAFT", "SIGNED", "SUPERSEDED", "CANCELLED"] = ""
    company_id: UUID | None = None
    awaiting_approval: bool = False
    cursor: Cursor | None = None
    size: Size = 50


class OrderDraftIn(In):
    lines: Annotated[list[LineIn], Field(max_length=50)] = []


class OrderIn(In):
    version: Version
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=50)]
    terms: Text = ""


class VersionIn(In):
    version: Version


class OrderReasonIn(VersionIn):
    reason: Annotated[Line, Field(min_length=1)]


class SignIn(VersionIn):
    signed_on: Day


class ContractIn(In):
    number: Annotated[Line, Field(min_length=1, max_length=60)]
    signed_on: Day
    signatory: Annotated[Line, Field(max_length=80)] = ""
    terms: Text = ""


class ContractOut(Schema):
    id: UUID
    order_id: UUID
    number: str
    signed_on: date
    signatory: str
    recorded_at: datetime


@router.get("/orders", response=PageOut[OrderOut])
def list_orders(request: TiejunRequest, wanted: Query[OrderQuery]) -> Any:
    """List orders, newest first."""
    return _page(queries.orders_page(request.scope, **wanted.dict()))


@router.get("/orders/{order_id}", response=OrderDetail)
def read_order(request: TiejunRequest, order_id: UUID) -> Any:
    """Read an order with lines and instalments."""
    view = pages.order_view(request.scope, order_id, now=request.now)
    money = {"plan": view.plan, "instalments": view.instalments}
    plain = OrderOut.from_orm(view.row).dict()
    return (
        plain
        | money
        | {"terms": view.row.terms, "lines": view.lines, "approval_causes": [cause.value for cause in view.causes]}
    )


@router.post("/opportunities/{opportunity_id}/orders", response={201: OrderOut})
def draft_order(request: TiejunRequest, opportunity_id: UUID, body: OrderDraftIn) -> Any:
    """Draft an order; without lines it begins with one piece at the list price."""
    lines = [line.facts() for line in body.lines]
    return Status(201, orders.draft_order(request.scope, opportunity_id=opportunity_id, lines=lines, now=request.now))


@router.put("/orders/{order_id}", response=OrderOut)
def edit_order(request: TiejunRequest, order_id: UUID, body: OrderIn) -> Any:
    """Replace lines and terms of a draft."""
    lines = [line.facts() for line in body.lines]
    return orders.edit_order(
        request.scope, order_id=order_id, version=body.version, lines=lines, terms=body.terms, now=request.now
    )


@router.post("/orders/{order_id}/ask-approval", response=OrderOut)
def ask_approval(request: TiejunRequest, order_id: UUID) -> Any:
    """Ask for the approval of a draft."""
    return orders.ask_approval(request.scope, order_id=order_id, now=request.now)


@router.post("/orders/{order_id}/approve", response=OrderOut)
def approve_order(request: TiejunRequest, order_id: UUID, body: VersionIn) -> Any:
    """Approve a draft of somebody else."""
    return orders.approve_order(request.scope, order_id=order_id, version=body.version, now=request.now)


@router.post("/orders/{order_id}/decline", response=OrderOut)
def decline_order(request: TiejunRequest, order_id: UUID, body: OrderReasonIn) -> Any:
    """Decline to approve a draft."""
    return orders.decline_order(
        request.scope, order_id=order_id, version=body.version, note=body.reason, now=request.now
    )


@router.post("/orders/{order_id}/sign", response=OrderOut)
def sign_order(request: TiejunRequest, order_id: UUID, body: SignIn) -> Any:
    """Sign a draft."""
    return signing.sign_order(
        request.scope, order_id=order_id, version=body.version, signed_on=body.signed_on, now=request.now
    )


@router.post("/orders/{order_id}/cancel", response=OrderOut)
def cancel_order(request: TiejunRequest, order_id: UUID, body: OrderReasonIn) -> Any:
    """Cancel a draft, or a signed order without money."""
    return orders.cancel_order(
        request.scope, order_id=order_id, version=body.version, reason=body.reason, now=request.now
    )


@router.post("/orders/{order_id}/amend", response={201: OrderOut})
def amend_order(request: TiejunRequest, order_id: UUID) -> Any:
    """Begin an amendment of a signed order."""
    return Status(201, signing.amend_order(request.scope, order_id=order_id, now=request.now))


@router.post("/orders/{order_id}/contracts", response={201: ContractOut})
def record_contract(request: TiejunRequest, order_id: UUID, body: ContractIn) -> Any:
    """Record the paper of a signed order, without its scan."""
    return Status(201, signing.record_contract(request.scope, order_id=order_id, now=request.now, **body.dict()))
