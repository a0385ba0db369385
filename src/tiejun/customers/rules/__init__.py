"""Decisions about companies: what identifies them, what a closing class asks for, when class A runs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.engines.districts.divisions import division
from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta
    from uuid import UUID


class Refusal(refusals.Refusal):
    """Why something about a company is not possible."""

    A_WAS_REFUSED = "A_WAS_REFUSED"
    A_NEEDS_KP = "A_NEEDS_KP"
    A_NEEDS_EXPLAINED_VISIT = "A_NEEDS_EXPLAINED_VISIT"
    A_NEEDS_AMOUNT = "A_NEEDS_AMOUNT"
    A_NEEDS_DAY = "A_NEEDS_DAY"
    A_DAY_IS_NOT_NEXT = "A_DAY_IS_NOT_NEXT"
    A_RENEWALS_USED_UP = "A_RENEWALS_USED_UP"
    B_NEEDS_NEXT_STEP = "B_NEEDS_NEXT_STEP"
    B_STEP_IS_TOO_LATE = "B_STEP_IS_TOO_LATE"
    C_NEEDS_NEXT_STEP = "C_NEEDS_NEXT_STEP"
    STEP_IS_PAST = "STEP_IS_PAST"
    STEP_SAYS_NOTHING = "STEP_SAYS_NOTHING"
    STEP_IS_DONE = "STEP_IS_DONE"
    BACKUP_IS_FOR_A = "BACKUP_IS_FOR_A"
    BACKUP_IS_NOT_B = "BACKUP_IS_NOT_B"
    SAME_CLASS = "SAME_CLASS"
    SAME_STAGE = "SAME_STAGE"
    BACKWARD_NEEDS_REASON = "BACKWARD_NEEDS_REASON"
    COMPANY_EXISTS = "COMPANY_EXISTS"
    SAME_COMPANY = "SAME_COMPANY"
    ALREADY_MERGED = "ALREADY_MERGED"
    PROPOSAL_DECIDED = "PROPOSAL_DECIDED"
    ALREADY_UNDONE = "ALREADY_UNDONE"
    UNDO_TOO_LATE = "UNDO_TOO_LATE"
    LATER_MERGE = "LATER_MERGE"


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A person at a company as entered; `phone` as typed, `roles` of KP, INFLUENCER, GATEKEEPER, USER."""

    name: str = ""
    phone: str = ""
    title: str = ""
    roles: tuple[str, ...] = ()
    is_senior: bool = False


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is known about a company when it is created or edited; money in minor units, codes of GB/T 2260."""

    name: str
    credit_code: str = ""
    city_code: str = ""
    district_code: str = ""
    address: str = ""
    industry: str = ""
    legal_person: str = ""
    domain: str = ""
    registered_on: date | None = None
    capital_minor: int | None = None
    capital_currency: str = "CNY"
    latitude: float | None = None
    longitude: float | None = None
    building_id: UUID | None = None
    segment_id: UUID | None = None
    opening_hours: str = ""
    contacts: tuple[ContactFacts, ...] = ()
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ReadyCompany:
    """A company ready to be found or inserted: `id` if it is new, what identifies it, and its rows as JSON texts.

    `company` is one object, `contacts` are objects with commas between them; the numbers in them are sealed.
    """

    id: str
    name: str
    normalised_name: str
    credit_code: str | None
    city_code: str
    district_code: str
    company: str
    contacts: str


@dataclass(frozen=True, slots=True)
class CompanyRef:
    """A company that was found or made for one row of a batch, its id as text."""

    company_id: str
    name: str
    district_code: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class ConfirmedContact:
    """A contact that was met: the visit confirms the role and whether it is the owner or senior management."""

    contact_id: UUID
    role: str
    is_senior: bool


@dataclass(frozen=True, slots=True)
class VisitNote:
    """What a visit means for its company."""

    company_id: UUID
    visit_id: UUID
    happened_at: datetime
    effective_visit: bool
    service_explained: bool
    clear_refusal: bool
    met: tuple[ConfirmedContact, ...] = ()
    next_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClassRequest:
    """A wish to set a closing class; the amount in minor units. `next_step`: what is to be done at `next_step_at`."""

    closing_class: str
    reason: str = ""
    amount_minor: int | None = None
    currency: str = "CNY"
    expected_on: date | None = None
    next_step_at: datetime | None = None
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What the company shows; `renewal`: which renewal of class A this one would be, 0 for a fresh one.

    `refused`: the last visit refused clearly. `plan_due_at`: when the first open step of its follow-up plan is due.
    """

    current: str
    has_kp: bool
    explained: bool
    renewal: int
    is_supervisor: bool
    refused: bool = False
    plan_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClassPolicy:
    """`next_workday`: the next business day; `renewals`: of class A without a supervisor; `step_within`: of class B."""

    next_workday: date
    renewals: int
    step_within: timedelta


STAGES = ("PROSPECT", "ACQUIRE", "ACTIVATE", "RETAIN", "EXPAND", "REFER")


def why_not_class(wish: ClassRequest, facts: ClassFacts, policy: ClassPolicy, now: datetime) -> Refusal | None:
    """Return the first thing that a closing class still lacks, or None (domain 6.6, 11.18)."""
    if wish.closing_class == facts.current and wish.closing_class in ("D", "-"):
        return Refusal.SAME_CLASS
    if wish.next_step_at is not None and wish.next_step_at <= now:
        return Refusal.STEP_IS_PAST
    step_at = wish.next_step_at or facts.plan_due_at
    match wish.closing_class:
        case "A":
            return _why_not_a(wish, facts, policy)
        case "B" if step_at is None:
            return Refusal.B_NEEDS_NEXT_STEP
        case "B" if step_at is not None and step_at > now + policy.step_within:
            return Refusal.B_STEP_IS_TOO_LATE
        case "C" if wish.next_step_at is None:
            return Refusal.C_NEEDS_NEXT_STEP
    return None


def _why_not_a(wish: ClassRequest, facts: ClassFacts, policy: ClassPolicy) -> Refusal | None:
    if facts.refused:
        return Refusal.A_WAS_REFUSED
    if not facts.has_kp:
        return Refusal.A_NEEDS_KP
    if not facts.explained:
        return Refusal.A_NEEDS_EXPLAINED_VISIT
    if not wish.amount_minor or wish.amount_minor <= 0:
        return Refusal.A_NEEDS_AMOUNT
    if wish.expected_on is None:
        return Refusal.A_NEEDS_DAY
    if wish.expected_on != policy.next_workday:
        return Refusal.A_DAY_IS_NOT_NEXT
    if facts.renewal > policy.renewals and not facts.is_supervisor:
        return Refusal.A_RENEWALS_USED_UP
    return None


def why_not_stage(stage_from: str, stage_to: str, reason: str) -> Refusal | None:
    """Return why a lifecycle move is refused: it must move, and backwards only with a reason."""
    if stage_from == stage_to:
        return Refusal.SAME_STAGE
    if STAGES.index(stage_to) < STAGES.index(stage_from) and not reason.strip():
        return Refusal.BACKWARD_NEEDS_REASON
    return None


def domain_of(address: str) -> str:
    """Return the domain in a web address as typed: no scheme, no `www.`, no path; empty where there is none."""
    host = address.strip().casefold().partition("://")[2] or address.strip().casefold()
    host = host.partition("/")[0].partition(":")[0].removeprefix("www.").rstrip(".")
    return host[:120] if "." in host else ""


def district_name(code: str) -> str:
    """Return the name of a district, empty for an unknown code."""
    found = division(code) if code else None
    return found.name if found else ""
