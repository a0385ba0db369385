"""Decisions about leads: who may hold one, for how long, and what stops the clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from uuid import UUID

    from tiejun.customers.rules import CompanyFacts, ReadyCompany


class Refusal(refusals.Refusal):
    """Why a lead cannot be held, given back or given on."""

    CAP_REACHED = "CAP_REACHED"
    DAILY_LIMIT_REACHED = "DAILY_LIMIT_REACHED"
    COOLING_DOWN = "COOLING_DOWN"
    FROZEN = "FROZEN"
    NOT_IN_POOL = "NOT_IN_POOL"
    ALREADY_TAKEN = "ALREADY_TAKEN"
    ALREADY_YOURS = "ALREADY_YOURS"
    OUTSIDE_POOL = "OUTSIDE_POOL"
    ORDER_CONVERTS = "ORDER_CONVERTS"
    LIST_IS_ALLOTTED = "LIST_IS_ALLOTTED"
    LIST_GOES_BACK = "LIST_GOES_BACK"
    STEP_IS_TOLD = "STEP_IS_TOLD"
    NOT_HELD = "NOT_HELD"
    PROTECTED = "PROTECTED"
    REASON_MISSING = "REASON_MISSING"
    LIST_FULL = "LIST_FULL"
    NOT_AT_WORK = "NOT_AT_WORK"
    SAME_HOLDER = "SAME_HOLDER"
    NOT_A_REP = "NOT_A_REP"
    RING = "RING"
    HELD_BY_COLLEAGUE = "HELD_BY_COLLEAGUE"
    IN_POOL_ALREADY = "IN_POOL_ALREADY"
    FUTURE_CONTACT = "FUTURE_CONTACT"
    BEFORE_HOLDING = "BEFORE_HOLDING"
    STEP_IS_PAST = "STEP_IS_PAST"
    SWAP_NEEDED = "SWAP_NEEDED"
    SAME_LEAD = "SAME_LEAD"
    NOT_ALLOTTED = "NOT_ALLOTTED"
    NOT_PRIVATE = "NOT_PRIVATE"
    NOTE_TOO_SHORT = "NOTE_TOO_SHORT"
    WRONG_EVIDENCE = "WRONG_EVIDENCE"
    CALLS_MISSING = "CALLS_MISSING"
    VISIT_MISSING = "VISIT_MISSING"
    NOT_CLOSED = "NOT_CLOSED"
    OPEN_LEAD_EXISTS = "OPEN_LEAD_EXISTS"
    CLOSED = "CLOSED"
    ALREADY_FROZEN = "ALREADY_FROZEN"
    NOT_FROZEN = "NOT_FROZEN"
    NOT_RESTING = "NOT_RESTING"
    NO_DEADLINE = "NO_DEADLINE"
    EXTENSION_OPEN = "EXTENSION_OPEN"
    EXTENSION_USED = "EXTENSION_USED"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    OWN_REQUEST = "OWN_REQUEST"
    VIEW_LIMIT = "VIEW_LIMIT"
    NOT_ADMINISTRATOR = "NOT_ADMINISTRATOR"
    UNDO_IS_OVER = "UNDO_IS_OVER"
    ALREADY_UNDONE = "ALREADY_UNDONE"


class ReleaseReason(StrEnum):
    """Why a representative gives a lead back."""

    NO_NEED = "NO_NEED"
    UNREACHABLE = "UNREACHABLE"
    WRONG_DETAILS = "WRONG_DETAILS"
    NO_BUDGET = "NO_BUDGET"
    COMPETITOR = "COMPETITOR"
    OUTSIDE_AREA = "OUTSIDE_AREA"
    NO_CAPACITY = "NO_CAPACITY"
    OTHER = "OTHER"


class Fault(StrEnum):
    """Why a row of an import made no lead."""

    REPEATED_IN_FILE = "REPEATED_IN_FILE"
    OPEN_LEAD_EXISTS = "OPEN_LEAD_EXISTS"
    NAME_UNREADABLE = "NAME_UNREADABLE"


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One clean row of an import; `row` is its number in the file and comes back in the report."""

    row: int
    company: CompanyFacts
    intent: str = "UNKNOWN"
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A row of an import ready for the database; `company` is None when its name identifies nothing."""

    row: int
    company: ReadyCompany | None
    intent: str
    contact_wanted: bool
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that made no lead; `other_row` is the earlier row of the file that it repeats, if that is why."""

    row: int
    fault: Fault
    other_row: int | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a batch did: leads made, companies made for them, and the rows that made none."""

    leads: int
    companies: int
    faults: tuple[RowFault, ...]


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """A contact as entered; `kind` and `outcome` as in `FollowUp`, `happened_at` and `next_step_at` aware."""

    kind: str
    outcome: str
    happened_at: datetime
    note: str = ""
    next_step: str = ""
    next_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A person's place at the pools: what is held, claims of this business day, and the limits by policy."""

    held: int
    cap: int
    claims_today: int
    daily_limit: int


@dataclass(frozen=True, slots=True)
class PoolTerms:
    """What a pool is for: claims or assignment alone, open to its unit or to listed members, which new leads belong in it."""

    is_claimable: bool = True
    is_listed_only: bool = False
    districts: tuple[str, ...] = ()
    segment_id: UUID | None = None
    product_line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """A lead as one asker meets it; `cooling_until`: the end of the asker's own cool-down, if one is open."""

    status: str
    is_held: bool
    is_mine: bool = False
    is_frozen: bool = False
    is_in_my_pools: bool = True
    cooling_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CreditPolicy:
    """Working days that a qualifying follow-up gives."""

    visit: int
    call: int
    message: int

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> CreditPolicy:
        """Read the credits that a holding was begun with."""
        return cls(*(int(numbers.get(f"credit_days_{name}", 0)) for name in ("visit", "call", "message")))


CREDIT_OF_KIND = {"VISIT": "visit", "MEETING": "visit", "DEMO": "visit", "CALL": "call", "MESSAGE": "message"}
TWO_WAY_OUTCOMES = frozenset({"TALKED", "INTERESTED", "NEXT_STEP"})


def can_be_called(facts: CompanyFacts) -> bool:
    """Tell whether a company comes with a telephone number."""
    return any(contact.phone for contact in facts.contacts)


def why_not_claim(seat: SeatFacts, lead: LeadFacts, now: datetime) -> Refusal | None:
    """Return why a person may not claim a lead, or None: greys the button, and refuses under the lock (domain 6.5)."""
    if lead.is_held:
        return Refusal.ALREADY_YOURS if lead.is_mine else Refusal.ALREADY_TAKEN
    if lead.status != "POOLED":
        return Refusal.NOT_IN_POOL
    if not lead.is_in_my_pools:
        return Refusal.OUTSIDE_POOL
    if lead.is_frozen:
        return Refusal.FROZEN
    if lead.cooling_until is not None and lead.cooling_until > now:
        return Refusal.COOLING_DOWN
    return why_no_room(seat) or (Refusal.DAILY_LIMIT_REACHED if seat.claims_today >= seat.daily_limit else None)


def why_no_room(seat: SeatFacts) -> Refusal | None:
    """Return CAP_REACHED when the private pool is full."""
    return Refusal.CAP_REACHED if seat.held >= seat.cap else None


def why_not_release(kind: str, reason: str, note: str) -> Refusal | None:
    """Return why a holding may not be given back: a protected customer stays, and OTHER needs words."""
    if kind == "PROTECTED":
        return Refusal.PROTECTED
    if reason == ReleaseReason.OTHER and not note.strip():
        return Refusal.REASON_MISSING
    return None


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A lead to be given to a person; `is_protected`: a converted customer, which takes no place in the private pool.

    `receiver_gave_it_up_at`: when the receiver's own last holding of it ended by release or reclaim;
    `giver_followed_up`: the present holder had a qualifying follow-up; `may_override`: the giver leads above the group.
    """

    is_same: bool
    is_frozen: bool
    is_protected: bool
    cooling_until: datetime | None
    receiver_gave_it_up_at: datetime | None
    giver_followed_up: bool
    may_override: bool
    is_closed: bool = False


def why_not_transfer(
    seat: SeatFacts, facts: TransferFacts, ring: timedelta, reason: str, now: datetime
) -> Refusal | None:
    """Return why a lead may not be given to a person (domain 11.5).

    Ring rule: nobody hands a lead back to the one who gave it up within `ring` unless somebody has worked on it since.
    """
    if facts.is_same:
        return Refusal.SAME_HOLDER
    if not reason.strip():
        return Refusal.REASON_MISSING
    if facts.is_frozen:
        return Refusal.FROZEN
    if facts.is_closed:
        return Refusal.NOT_IN_POOL
    boomerang = why_boomerang(facts, ring, now)
    if boomerang and not facts.may_override:
        return boomerang
    return None if facts.is_protected else why_no_room(seat)


def why_not_undo(undone_at: datetime | None, undo_until: datetime, now: datetime) -> Refusal | None:
    """Return why a bulk action cannot be taken back any more."""
    if undone_at is not None:
        return Refusal.ALREADY_UNDONE
    return None if now < undo_until else Refusal.UNDO_IS_OVER


def is_customer(status: str) -> bool:
    """Tell whether a lead is a customer by now: it takes no place in the private pool of who holds it."""
    return status == "CONVERTED"


def why_boomerang(facts: TransferFacts, ring: timedelta, now: datetime) -> Refusal | None:
    """Return RING or COOLING_DOWN when the receiver is one who gave the lead up lately: what an override overrides."""
    given_up = facts.receiver_gave_it_up_at
    if given_up is not None and given_up > now - ring and not facts.giver_followed_up:
        return Refusal.RING
    if facts.cooling_until is not None and facts.cooling_until > now:
        return Refusal.COOLING_DOWN
    return None


def follow_up_credit(kind: str, outcome: str, policy: CreditPolicy) -> int:
    """Return the working days that a follow-up gives; 0 = it does not qualify.

    Visit 14, two-way call 7, answered message 3 by default; an unanswered call, a refusal and a note give nothing
    (domain 3.1, 11.4).
    """
    if outcome not in TWO_WAY_OUTCOMES or kind not in CREDIT_OF_KIND:
        return 0
    days: int = getattr(policy, CREDIT_OF_KIND[kind])
    return days


def extended_due(due: datetime | None, credited: datetime | None, no_deal_due: datetime | None) -> datetime | None:
    """Return the due date after a follow-up: never earlier than before, never past the date by which a deal is expected."""
    if due is None or credited is None:
        return due
    later = max(due, credited)
    return max(due, min(later, no_deal_due)) if no_deal_due is not None else later


def is_talk(kind: str, outcome: str) -> bool:
    """Tell whether a follow-up was a conversation, also one that ended in a refusal: the first one ends the wait for contact."""
    return kind in CREDIT_OF_KIND and (outcome in TWO_WAY_OUTCOMES or outcome == "REFUSED")


def why_not_follow_up(
    happened_at: datetime, started_at: datetime, next_step_at: datetime | None, now: datetime
) -> Refusal | None:
    """Return why the times of a follow-up cannot be: it happened within the holding, and its next step lies ahead."""
    if happened_at > now:
        return Refusal.FUTURE_CONTACT
    if happened_at < started_at:
        return Refusal.BEFORE_HOLDING
    if next_step_at is not None and next_step_at <= happened_at:
        return Refusal.STEP_IS_PAST
    return None


def cap_of(days_in_service: int, *, new_until: int, senior_from: int, caps: tuple[int, int, int]) -> int:
    """Return the cap by seniority; `caps` = new, normal, senior; days counted from joining."""
    new, normal, senior = caps
    if days_in_service < new_until:
        return new
    return senior if days_in_service >= senior_from else normal


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """Tell whether the follow-up of a holding is overdue."""
    return due_at is not None and due_at < now
