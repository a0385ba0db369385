"""What the pipeline decides, without a database: stages from facts, prices, approvals, instalments and matching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID


class Refusal(refusals.Refusal):
    """Why the pipeline says no."""

    ALREADY_OPEN = "ALREADY_OPEN"
    NOT_OPEN = "NOT_OPEN"
    NOT_CLOSED = "NOT_CLOSED"
    PUSHED_TOO_OFTEN = "PUSHED_TOO_OFTEN"
    NOT_SOLD = "NOT_SOLD"
    NO_OWNER = "NO_OWNER"
    NOT_DRAFT = "NOT_DRAFT"
    NOT_SIGNED = "NOT_SIGNED"
    DRAFT_EXISTS = "DRAFT_EXISTS"
    EMPTY_ORDER = "EMPTY_ORDER"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"
    NO_APPROVAL_NEEDED = "NO_APPROVAL_NEEDED"
    OWN_APPROVAL = "OWN_APPROVAL"
    NOT_ASKED = "NOT_ASKED"
    MONEY_RECEIVED = "MONEY_RECEIVED"
    BELOW_RECEIVED = "BELOW_RECEIVED"
    CONTRACT_KNOWN = "CONTRACT_KNOWN"
    ALREADY_REVERSED = "ALREADY_REVERSED"
    ALREADY_CONFIRMED = "ALREADY_CONFIRMED"
    NOT_CASH = "NOT_CASH"
    OWN_CASH = "OWN_CASH"
    RECEIPT_KNOWN = "RECEIPT_KNOWN"
    OVERPAYMENT = "OVERPAYMENT"
    WRONG_SUM = "WRONG_SUM"


class Stage(StrEnum):
    """Where an opportunity stands; always derived from facts."""

    IDENTIFIED = "IDENTIFIED"
    KP_MET = "KP_MET"
    EXPLAINED = "EXPLAINED"
    DEMONSTRATED = "DEMONSTRATED"
    TRIAL_CLOSED = "TRIAL_CLOSED"
    ORDERED = "ORDERED"
    SIGNED = "SIGNED"
    COLLECTED = "COLLECTED"
    LOST = "LOST"
    DORMANT = "DORMANT"


class Category(StrEnum):
    """What the owner promises of an opportunity in the forecast."""

    PIPELINE = "PIPELINE"
    BEST_CASE = "BEST_CASE"
    COMMIT = "COMMIT"
    OMITTED = "OMITTED"
    CLOSED = "CLOSED"


class LostReason(StrEnum):
    """Why a sale was lost."""

    PRICE = "PRICE"
    COMPETITOR = "COMPETITOR"
    NO_BUDGET = "NO_BUDGET"
    NO_NEED = "NO_NEED"
    NO_DECISION = "NO_DECISION"
    PRODUCT_GAP = "PRODUCT_GAP"
    TIMING = "TIMING"
    CLOSED_DOWN = "CLOSED_DOWN"
    OTHER = "OTHER"


LADDER = (
    Stage.IDENTIFIED,
    Stage.KP_MET,
    Stage.EXPLAINED,
    Stage.DEMONSTRATED,
    Stage.TRIAL_CLOSED,
    Stage.ORDERED,
    Stage.SIGNED,
    Stage.COLLECTED,
)
FIELD_STAGES = (Stage.KP_MET, Stage.EXPLAINED, Stage.DEMONSTRATED, Stage.TRIAL_CLOSED)
PAPER_STAGES = (Stage.ORDERED, Stage.SIGNED, Stage.COLLECTED)
OPEN_STAGES = (Stage.IDENTIFIED, *FIELD_STAGES, Stage.ORDERED)
UNDECIDED_STAGES = (*OPEN_STAGES, Stage.DORMANT)
WON_STAGES = (Stage.SIGNED, Stage.COLLECTED)
OPEN_CATEGORIES = (Category.PIPELINE, Category.BEST_CASE, Category.COMMIT, Category.OMITTED)


def stage_from(facts: Collection[Stage]) -> Stage:
    """Return the stage that the proven facts carry; IDENTIFIED when there are none.

    The steps of the conversation carry only as far as each one before them is proven too (a demonstration to somebody
    who does not decide proves little); an order, a signature and collected money stand for themselves.
    """
    for stage in reversed(PAPER_STAGES):
        if stage in facts:
            return stage
    reached = Stage.IDENTIFIED
    for stage in FIELD_STAGES:
        if stage not in facts:
            break
        reached = stage
    return reached


@dataclass(frozen=True, slots=True)
class NotedVisit:
    """A visit as opportunities see it: the stages it proves (`facts_of_visit`), and when it happened."""

    visit_id: UUID
    company_id: UUID
    proven: frozenset[Stage]
    happened_at: datetime


def facts_of_visit(
    *, kp_met: bool, service_explained: bool, demonstrated: bool, trial_closed: bool, order_presented: bool
) -> frozenset[Stage]:
    """Return the stages that one visit proves."""
    found = {
        Stage.KP_MET: kp_met,
        Stage.EXPLAINED: service_explained,
        Stage.DEMONSTRATED: demonstrated,
        Stage.TRIAL_CLOSED: trial_closed,
        Stage.ORDERED: order_presented,
    }
    return frozenset(stage for stage, proven in found.items() if proven)


def is_push(before: date, after: date) -> bool:
    """Tell whether a change of the close date is a push (later than it was)."""
    return after > before


def may_commit(pushes: int, limit: int) -> bool:
    """Tell whether an opportunity may be promised: not once its close date was pushed `limit` times (domain 6.8)."""
    return pushes < limit


@dataclass(frozen=True, slots=True)
class OpportunityFacts:
    """What people say of an opportunity; the amount in minor units of its currency."""

    amount_minor: int
    close_on: date
    category: Category = Category.PIPELINE
    next_step: str = ""
    next_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """Money that came in, in minor units; `allow_overpayment`: the customer really paid more than is open."""

    amount_minor: int
    method: str
    received_on: date
    reference: str = ""
    payer: str = ""
    note: str = ""
    allow_overpayment: bool = False


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of an order as entered; prices and discount in minor units, the discount for the whole line."""

    product_line_id: UUID
    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of an order in minor units: at list prices, and what the customer pays."""

    list_minor: int
    amount_minor: int

    @property
    def discount_minor(self) -> int:
        return max(0, self.list_minor - self.amount_minor)

    @property
    def discount_percent(self) -> int:
        """The discount as a share of the list price in whole percent, rounded up: 10.1 % is above 10 %."""
        return -(-self.discount_minor * 100 // self.list_minor) if self.list_minor else 0


def line_total(line: LineFacts) -> int:
    """Return what the customer pays for a line, in minor units."""
    return line.quantity * line.unit_price_minor - line.discount_minor


def totals(lines: Sequence[tuple[LineFacts, int]]) -> Totals:
    """Add up lines, each with the list price of one piece in minor units."""
    return Totals(
        list_minor=sum(line.quantity * list_price for line, list_price in lines),
        amount_minor=sum(line_total(line) for line, _ in lines),
    )


class ApprovalCause(StrEnum):
    """Why an order needs the supervisor's approval."""

    AMOUNT = "AMOUNT"
    DISCOUNT = "DISCOUNT"


def approval_causes(sums: Totals, *, limit_minor: int, discount_limit_percent: int) -> list[ApprovalCause]:
    """Return why the order needs approval; empty when it needs none."""
    causes = []
    if sums.amount_minor > limit_minor:
        causes.append(ApprovalCause.AMOUNT)
    if sums.discount_percent > discount_limit_percent:
        causes.append(ApprovalCause.DISCOUNT)
    return causes


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment: day and amount in minor units, and what has come in for it."""

    due_on: date
    amount_minor: int
    received_minor: int = 0

    @property
    def open_minor(self) -> int:
        return self.amount_minor - self.received_minor


def equal_parts(amount_minor: int, *, count: int, first_due_on: date, step_days: int) -> list[Part]:
    """Split an amount into equal instalments; the rest of the division goes to the first ones, one minor unit each."""
    share, rest = divmod(amount_minor, count)
    return [
        Part(first_due_on + timedelta(days=place * step_days), share + (1 if place < rest else 0))
        for place in range(count)
        if share or place < rest
    ]


def match(open_amounts: Sequence[int], amount_minor: int) -> tuple[list[int], int]:
    """Spread money over instalments, oldest first.

    Inputs: what is still open of each instalment and the money, in minor units. Outputs: the share of each instalment,
    and what is left over (an overpayment).
    """
    shares = []
    left = amount_minor
    for still_open in open_amounts:
        share = min(max(still_open, 0), left)
        shares.append(share)
        left -= share
    return shares, left


def refitted(parts: Sequence[Part], amount_minor: int) -> list[Part] | None:
    """Return the instalments for a changed order amount: the last ones take the difference, received money stays.

    None when less than what was received would be left. The result has one part for each one given, in the same order;
    a part that falls to zero is void.
    """
    if amount_minor < sum(part.received_minor for part in parts):
        return None
    change = amount_minor - sum(part.amount_minor for part in parts)
    kept = list(parts)
    if change > 0:
        place = max((n for n, part in enumerate(kept) if part.amount_minor), default=0)
        last = kept[place]
        kept[place] = Part(last.due_on, last.amount_minor + change, last.received_minor)
        return kept
    for place in range(len(kept) - 1, -1, -1):
        part = kept[place]
        cut = min(-change, part.open_minor)
        kept[place] = Part(part.due_on, part.amount_minor - cut, part.received_minor)
        change += cut
    return kept


def order_number(year: int, number: int) -> str:
    """Return the number of an order as people read it: year and running number, such as SO2026-000042."""
    return f"SO{year}-{number:06d}"


def receipt_number(year: int, number: int) -> str:
    """Return the number of a receipt, such as RC2026-000042."""
    return f"RC{year}-{number:06d}"


def to_minor(amount: Decimal, digits: int = 2) -> int:
    """Turn an amount in major units into minor units, half up."""
    return int(amount.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))


def overdue_days(due_on: date, today: date) -> int:
    """Return by how many days an instalment is late; 0 on its day and before."""
    return max(0, (today - due_on).days)


@dataclass(frozen=True, slots=True)
class Scan:
    """An uploaded file: its name, its claimed type and its bytes, chunk by chunk."""

    name: str
    content_type: str
    chunks: Iterable[bytes]


SCAN_MAGIC = {b"%PDF": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


def scan_type(head: bytes) -> str | None:
    """Return the content type of a scan by its first bytes (PDF, JPEG or PNG); None for anything else."""
    return next((kind for magic, kind in SCAN_MAGIC.items() if head.startswith(magic)), None)


def is_trial_closed(result: str) -> bool:
    """Tell whether a visit's answer to the trial close proves that it was tried and not refused."""
    return result in ("MAYBE", "YES")


def major(minor: int) -> str:
    """Write minor units as a plain number in major units, without trailing zeros."""
    whole, rest = divmod(minor, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)
