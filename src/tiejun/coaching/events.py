"""What accompanied visits announce."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CoachingRevealed:
    """An accompanied visit began; until now nobody but its coach knew of it."""

    plan_id: UUID
    person_id: UUID
    coach_id: UUID
    business_day: date
    revealed_at: datetime


@dataclass(frozen=True, slots=True)
class SummarySent:
    """The summary of an accompanied day was sent to the person."""

    plan_id: UUID
    person_id: UUID
    coach_id: UUID
    business_day: date
    sent_at: datetime
