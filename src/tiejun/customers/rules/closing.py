"""Decisions about how close and how large a customer is: maturity, value tier, steps of a follow-up plan, the backup of an A."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.customers.rules import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from uuid import UUID

    from tiejun.customers.rules import VisitNote


class StepOrigin(StrEnum):
    """Where a step of a follow-up plan came from."""

    PLANNED = "PLANNED"
    CLASS = "CLASS"
    VISIT = "VISIT"
    EXPIRED = "EXPIRED"


class Criterion(StrEnum):
    """What is asked to judge how ripe a customer is; the facts of visits are not asked again."""

    NEED = "NEED"
    DECIDER = "DECIDER"
    BUDGET = "BUDGET"
    TIMING = "TIMING"
    RIVAL = "RIVAL"
    TERMS = "TERMS"


class Answer(StrEnum):
    """An answer to a criterion; UNKNOWN takes an earlier answer back."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Tier(StrEnum):
    """How much a customer may be worth, beside how close it is."""

    HIGH = "HIGH"
    MIDDLE = "MIDDLE"
    LOW = "LOW"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Maturity:
    """How many criteria are met, of how many; `open_criteria` still lack a yes, in the order in which they are asked."""

    met: int
    of: int
    open_criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class TierPolicy:
    """From which amount (minor units of the company's currency) a customer is of high and of middle value."""

    amount_high: int
    amount_middle: int
    capital_high: int
    capital_middle: int


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step of a follow-up plan as entered."""

    what: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What is asked of a backup: the class A customer, and who stands by for it."""

    company_id: UUID
    closing_class: str
    owner_id: UUID | None
    backup_id: UUID
    backup_class: str
    backup_owner_id: UUID | None


def maturity(answers: Mapping[str, str]) -> Maturity:
    """Return how ripe a customer is by the latest answer of each criterion."""
    lacking = tuple(one for one in Criterion if answers.get(one) != Answer.YES)
    return Maturity(len(Criterion) - len(lacking), len(Criterion), lacking)


def value_tier(amount_minor: int | None, capital_minor: int | None, policy: TierPolicy) -> tuple[Tier, str]:
    """Return the value tier and what it was told by: AMOUNT, where one was named, else CAPITAL, else nothing."""
    if amount_minor:
        return _tier(amount_minor, policy.amount_high, policy.amount_middle), "AMOUNT"
    if capital_minor:
        return _tier(capital_minor, policy.capital_high, policy.capital_middle), "CAPITAL"
    return Tier.UNKNOWN, ""


def _tier(value: int, high: int, middle: int) -> Tier:
    return Tier.HIGH if value >= high else Tier.MIDDLE if value >= middle else Tier.LOW


def why_not_step(step: StepFacts, now: datetime) -> Refusal | None:
    """Say why a step cannot be planned: it says nothing, or its time has passed."""
    if not step.what.strip():
        return Refusal.STEP_SAYS_NOTHING
    return Refusal.STEP_IS_PAST if step.due_at <= now else None


def why_not_finish(
    *, is_done: bool, is_class_b: bool, next_due_at: datetime | None, within: timedelta, now: datetime
) -> Refusal | None:
    """Say why a step cannot be finished: class B always has a next one in time. `next_due_at`: the first that would remain."""
    if is_done:
        return Refusal.STEP_IS_DONE
    if not is_class_b:
        return None
    if next_due_at is None:
        return Refusal.B_NEEDS_NEXT_STEP
    return Refusal.B_STEP_IS_TOO_LATE if next_due_at > now + within else None


def why_not_backup(facts: BackupFacts) -> Refusal | None:
    """Say why a customer cannot stand by for another: an A is backed by a B of the same holder (domain 3.3)."""
    if facts.closing_class != "A":
        return Refusal.BACKUP_IS_FOR_A
    if facts.backup_class != "B" or facts.backup_id == facts.company_id or facts.backup_owner_id != facts.owner_id:
        return Refusal.BACKUP_IS_NOT_B
    return None


def refusal_after(known: datetime | None, last_visit_at: datetime | None, visit: VisitNote) -> datetime | None:
    """Return since when a customer refuses clearly, after a visit: the latest visit that reached somebody decides."""
    if last_visit_at is not None and visit.happened_at < last_visit_at:
        return known
    if visit.clear_refusal:
        return visit.happened_at
    reached = bool(visit.met) or visit.service_explained or visit.effective_visit
    return None if reached else known
