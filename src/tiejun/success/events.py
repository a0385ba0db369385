"""What happened with customers after signing."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CustomerHandedOver:
    """A signed order was handed over to somebody, who is to receive it now."""

    handover_id: UUID
    company_id: UUID
    by_person_id: UUID
    receiver_id: UUID
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerReceived:
    """Who was to receive a hand-over received it."""

    handover_id: UUID
    company_id: UUID
    handed_by_id: UUID
    receiver_id: UUID
    received_at: datetime


@dataclass(frozen=True, slots=True)
class HandoverReturned:
    """Who was to receive a hand-over sent it back with what is missing."""

    handover_id: UUID
    company_id: UUID
    handed_by_id: UUID
    receiver_id: UUID
    note: str
    returned_at: datetime


@dataclass(frozen=True, slots=True)
class ComplaintOpened:
    """A customer complains; `subject` is a `rules.ComplaintSubject`, `source` a `rules.ComplaintSource`."""

    complaint_id: UUID
    company_id: UUID
    owner_id: UUID
    subject: str
    source: str
    due_on: date


@dataclass(frozen=True, slots=True)
class ComplaintAnswered:
    """A complaint has its closing answer."""

    complaint_id: UUID
    company_id: UUID
    opened_by_id: UUID | None
    answered_by_id: UUID | None


@dataclass(frozen=True, slots=True)
class SatisfactionGiven:
    """A customer answered how satisfied they are, from 0 to 10."""

    survey_id: UUID
    company_id: UUID
    asked_by_id: UUID | None
    score: int
    answered_at: datetime
