"""What happened to companies."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClosingClassSet:
    """A company entered a closing class (A, B, C, D or `-`)."""

    company_id: UUID
    closing_class: str
    was: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LifecycleChanged:
    """A company moved to another stage of its life with us."""

    company_id: UUID
    stage_from: str
    stage_to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CompaniesMerged:
    """A company was found to be another one: `absorbed_id` is a name of `survivor_id` from now on."""

    survivor_id: UUID
    absorbed_id: UUID
    by_person_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """Two companies that had been merged are two again."""

    survivor_id: UUID
    absorbed_id: UUID
    at: datetime
