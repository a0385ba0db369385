from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VisitRecorded:
    """A visit's facts were recorded and judged; `happened_at` is when it ended, by the corrected clock."""

    visit_id: UUID
    company_id: UUID
    person_id: UUID
    effective_visit: bool
    new_effective_customer: bool
    kp_met: bool
    service_explained: bool
    demo_steps: int
    trial_close: str
    advancement: str
    order_presented: bool
    happened_at: datetime
