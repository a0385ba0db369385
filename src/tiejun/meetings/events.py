"""What meetings announce."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MeetingLeft:
    """The clock closed a meeting that nobody closed, or never opened; `missing` says what it lacks."""

    meeting_id: UUID
    unit_id: UUID
    kind: str
    business_day: date
    missing: tuple[str, ...]
    closed_at: datetime
