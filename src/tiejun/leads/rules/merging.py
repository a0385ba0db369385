"""Which of two leads stays when their companies turn out to be one (domain 6.5 invariant 10, 11.27)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Claimant:
    """An open lead of one of the two companies; `started_at`: when its open holding began, None where nobody holds it.

    `is_protected`: a customer with a signed order; `is_valid`: the holding has not run out.
    """

    lead_id: UUID
    created_at: datetime
    started_at: datetime | None = None
    is_protected: bool = False
    is_valid: bool = False


def kept_lead(one: Claimant, other: Claimant) -> UUID:
    """Return the lead that stays: a signed customer before a lease, a valid holding before one that ran out, the older one first.

    Credit follows: whoever holds the lead that stays holds the merged company from the merge on.
    """

    def rank(claimant: Claimant) -> tuple[bool, bool, bool, datetime, str]:
        held = claimant.started_at is not None
        began = claimant.started_at or claimant.created_at
        return (not claimant.is_protected, not held, not claimant.is_valid, began, str(claimant.lead_id))

    return min(one, other, key=rank).lead_id
