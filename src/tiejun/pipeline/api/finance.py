"""The finance desk for programs: statements, payments, matches, the overdue ladder."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tiejun.foundation.schemas import In, Line, PageOut
from tiejun.foundation.times import local_date
from tiejun.pipeline.actions import statements as actions
from tiejun.pipeline.api.money import ReceiptOut
from tiejun.pipeline.queries import bank_files, finance

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["pipeline"])
Cursor = Annotated[Line, Field(max_length=600)]
Size = Annotated[int, Field(ge=1, le=200)]
Version = Annotated[int, Field(ge=0, le=10**9)]


class BadRowOut(Schema):
    row: int
    fault: str
    said: str


class BankFileOut(Schema):
    id: UUID
    name: str
    digest: str
    currency: str
    taken: int
    known: int
    outgoing: int
    bad_rows: list[BadRowOut]
    read_at: datetime


class MatchProposalOut(Schema):
    order_id: UUID
    number: str
    company_name: str
    reasons: list[str]
    amount_minor: int
    rest_minor: int


class PaymentOut(Schema):
    id: UUID
    file_id: UUID
    row: int
    booked_on: date
    amount_minor: int
    matched_minor: int
    currency: str
    payer: str
    reference: str
    purpose: str
    aside_reason: str
    version: int


class PaymentRowOut(PaymentOut):
    proposals: list[MatchProposalOut]


class DebtorOut(Schema):
    company_id: UUID
    company_name: str
    order_id: UUID
    person_name: str
    currency: str
    count: int
    open_minor: int
    days_late: int
    rung: int


class BankFileIn(In):
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "CNY"


class PaymentQuery(In):
    which: Literal["open", "matched", "aside"] = "open"
    cursor: Cursor | None = None
    size: Size = 20


class PaymentMatchIn(In):
    order_id: UUID
    version: Version
    amount_minor: Annotated[int, Field(ge=1, le=10**15)] | None = None


class PaymentAsideIn(In):
    version: Version
    reason: Annotated[Line, Field(min_length=1, max_length=300)]


class PaymentBackIn(In):
    version: Version


@router.post("/bank-files", response={201: BankFileOut})
def import_statement(request: TiejunRequest, file: File[UploadedFile], body: Form[BankFileIn]) -> Any:
    """Take in a bank statement (CSV or XLSX); rows that cannot be taken are named, known payments stay as they are."""
    statement = bank_files.read_bank_file(
        request.scope, name=file.name or "", chunks=file.chunks(), currency=body.currency, now=request.now
    )
    return Status(201, actions.import_statement(request.scope, statement=statement, now=request.now))


@router.get("/bank-files/{file_id}", response=BankFileOut)
def read_bank_file(request: TiejunRequest, file_id: UUID) -> Any:
    """Read what was found in a statement."""
    return finance.bank_file(request.scope, file_id)


@router.get("/payments", response=PageOut[PaymentRowOut])
def list_payments(request: TiejunRequest, wanted: Query[PaymentQuery]) -> Any:
    """List payments of bank statements, newest first, with the orders they may be for."""
    found = finance.payments_page(request.scope, **wanted.dict())
    items = [
        PaymentOut.from_orm(one.line).dict()
        | {
            "proposals": [
                {
                    "order_id": offer.candidate.order_id,
                    "number": offer.candidate.number,
                    "company_name": offer.candidate.company_name,
                    "reasons": list(offer.reasons),
                    "amount_minor": offer.amount_minor,
                    "rest_minor": offer.rest_minor,
                }
                for offer in one.proposals
            ]
        }
        for one in found.rows
    ]
    return {"items": items, "next": found.next_cursor, "previous": found.previous_cursor}


@router.post("/payments/{line_id}/match", response={201: ReceiptOut})
def match_payment(request: TiejunRequest, line_id: UUID, body: PaymentMatchIn) -> Any:
    """Use a payment, or a part of it, for an order; undone by reversing the receipt."""
    receipt = actions.match_payment(
        request.scope, line_id=line_id, order_id=body.order_id, version=body.version, amount_minor=body.amount_minor,
        now=request.now,
    )  # fmt: skip
    return Status(201, receipt)


@router.post("/payments/{line_id}/aside", response=PaymentOut)
def set_payment_aside(request: TiejunRequest, line_id: UUID, body: PaymentAsideIn) -> Any:
    """Set a payment aside that is no customer's."""
    return actions.set_payment_aside(
        request.scope, line_id=line_id, version=body.version, reason=body.reason, now=request.now
    )


@router.post("/payments/{line_id}/back", response=PaymentOut)
def take_payment_back(request: TiejunRequest, line_id: UUID, body: PaymentBackIn) -> Any:
    """Take a payment back to the desk."""
    return actions.take_payment_back(request.scope, line_id=line_id, version=body.version, now=request.now)


@router.get("/collections/debtors", response=list[DebtorOut])
def list_debtors(request: TiejunRequest) -> Any:
    """List who is late with how much, by order, the largest sum first."""
    today = local_date(request.now, request.scope.zone)
    return finance.debtors(request.scope, today=today, now=request.now)
