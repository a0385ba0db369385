"""What insight announces."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AnomalyGiven:
    """Somebody was made the owner of an anomaly, with an action until a day; `given_by` is None for the clock."""

    anomaly_id: UUID
    owner_id: UUID
    given_by: UUID | None
    unit: str
    action: str
    due_on: date
    given_at: datetime


@dataclass(frozen=True, slots=True)
class AnomaliesRaised:
    """The clock found anomalies of units on a day."""

    anomaly_ids: tuple[UUID, ...]
    day: date
    raised_at: datetime
