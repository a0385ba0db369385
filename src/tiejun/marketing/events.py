"""What happened in marketing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InboundReceived:
    """A record came in and waits for the duplicate check."""

    inbound_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class InboundAccepted:
    """A record passed: it is to become a lead, or a touch of the open lead of its company."""

    inbound_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class DisputeDecided:
    """A dispute about an invalid mark was decided; `is_upheld`: the lead was good, marketing was right."""

    dispute_id: UUID
    lead_id: UUID
    marked_by_id: UUID | None
    opened_by_id: UUID | None
    is_upheld: bool
    at: datetime
