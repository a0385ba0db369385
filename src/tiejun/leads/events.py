"""What happened to leads."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LeadClaimed:
    """A person began to hold a lead by an own act: claimed from a pool, or created and kept."""

    lead_id: UUID
    company_id: UUID
    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadReleased:
    """A holding ended and the lead went back to its pool; `cause` is the end reason of the tenure."""

    lead_id: UUID
    company_id: UUID
    person_id: UUID
    cause: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadTransferred:
    """A leader gave a lead to a person; `from_person_id` is None when it came from the pool or from nobody."""

    lead_id: UUID
    company_id: UUID
    from_person_id: UUID | None
    to_person_id: UUID
    by_person_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadConverted:
    """The company of a lead became a customer; `person_id` protects it from now on."""

    lead_id: UUID
    company_id: UUID
    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadClosed:
    """A lead ended without an order: `outcome` INVALID or LOST, with its reason; `person_id` held it."""

    lead_id: UUID
    company_id: UUID
    person_id: UUID
    outcome: str
    reason: str
    source_id: UUID
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class LeadReopened:
    """A closed lead is in its pool again."""

    lead_id: UUID
    company_id: UUID
    by_person_id: UUID | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class ExtensionRequested:
    """A holder asked for more days; who leads the unit decides."""

    request_id: UUID
    lead_id: UUID
    person_id: UUID
    unit_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class ExtensionDecided:
    """A request for more days was granted or denied."""

    request_id: UUID
    lead_id: UUID
    person_id: UUID
    granted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldingMerged:
    """A person's holding ended because a colleague held the same company under another name, and longer."""

    lead_id: UUID
    kept_lead_id: UUID
    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldingsShortened:
    """A person's holdings end sooner: colleagues stood at their doors, the holder did not."""

    person_id: UUID
    lead_ids: list[UUID]
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadsImported:
    """One batch of an import is in; one event for the whole batch."""

    batch_id: UUID
    pool_id: UUID
    created: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadsReclaimed:
    """One batch of a reclaim run took holdings back; one event for the whole batch, its items stand in the run."""

    run_id: UUID
    unit_id: UUID
    taken: int
    handed_over: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReclaimRunFinished:
    """A night's reclaim of a unit is done."""

    run_id: UUID
    unit_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadsAllotted:
    """A night's lists are written; one event for the whole run."""

    run_id: UUID
    day: date
    given: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadsAssigned:
    """A leader put leads on working lists by hand; `counts`: how many each person was given, by the person's id."""

    run_id: UUID
    by_person_id: UUID | None
    counts: dict[str, int]
    at: datetime
