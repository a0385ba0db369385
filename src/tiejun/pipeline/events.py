"""What the pipeline announces."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OpportunityOpened:
    """A possible sale was opened."""

    opportunity_id: UUID
    company_id: UUID
    person_id: UUID
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class OpportunityLost:
    """A possible sale was lost; `reason` is a `rules.LostReason`."""

    opportunity_id: UUID
    company_id: UUID
    person_id: UUID
    reason: str
    amount_minor: int
    currency: str
    lost_at: datetime


@dataclass(frozen=True, slots=True)
class OrderSigned:
    """An order, or an amendment of one, was signed; `delta_minor` is what it adds to what was signed before."""

    order_id: UUID
    opportunity_id: UUID
    company_id: UUID
    person_id: UUID
    unit_id: UUID
    number: str
    revision: int
    amount_minor: int
    delta_minor: int
    currency: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A seller asks the supervisor to approve an order."""

    order_id: UUID
    person_id: UUID
    unit_id: UUID
    number: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalAnswered:
    """The supervisor approved or declined an order."""

    order_id: UUID
    person_id: UUID
    number: str
    is_approved: bool
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptRecorded:
    """Money came in for an order and counts (cash: once confirmed); negative when a receipt was reversed."""

    receipt_id: UUID
    order_id: UUID
    company_id: UUID
    person_id: UUID
    unit_id: UUID
    number: str
    amount_minor: int
    currency: str
    received_on: date
    is_collected: bool


@dataclass(frozen=True, slots=True)
class ReviewOpened:
    """A won or lost deal is to be reviewed until a day; `outcome` is a `rules.reviews.Outcome`."""

    review_id: UUID
    company_id: UUID
    person_id: UUID
    unit_id: UUID
    outcome: str
    due_on: date


@dataclass(frozen=True, slots=True)
class CustomerAnswered:
    """The customer of a reviewed deal answered at the address that was made for it."""

    review_id: UUID
    company_id: UUID
    unit_id: UUID
    asked_by_id: UUID | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class LessonDrawn:
    """A lesson was drawn and somebody owns it; `kind` is a `rules.reviews.LessonKind`."""

    lesson_id: UUID
    review_id: UUID
    person_id: UUID
    kind: str
    due_on: date
