"""What the forecast announces."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CommitmentPublished:
    """A commitment was signed by both and published; `edition` above 1: it revises an earlier one."""

    commitment_id: UUID
    person_id: UUID
    unit_id: UUID
    month: date
    edition: int
    deals: int
    published_at: datetime
