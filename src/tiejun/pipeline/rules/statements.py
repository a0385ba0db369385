"""What the finance desk decides, without a database: rows of a bank statement, proposals of what they pay, the overdue ladder."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tiejun.engines.names.folding import folded
from tiejun.engines.tabular.values import Unreadable, cell_text, parse_amount, parse_date
from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

FIELDS = ("booked_on", "amount", "payer", "reference", "purpose")
NEEDED = ("booked_on", "amount")
HEADER_ROWS = 30
LONGEST = {"payer": 200, "reference": 80, "purpose": 300}
ORDER_NUMBER = re.compile(r"SO\d{4}-?\d{6}", re.IGNORECASE)


class Refusal(refusals.Refusal):
    """Why the finance desk says no."""

    FILE_KNOWN = "FILE_KNOWN"
    MONTH_CLOSED = "MONTH_CLOSED"
    NO_STATEMENT = "NO_STATEMENT"
    NOTHING_LEFT = "NOTHING_LEFT"
    NOTHING_OPEN = "NOTHING_OPEN"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    SET_ASIDE = "SET_ASIDE"
    MATCHED_ALREADY = "MATCHED_ALREADY"


class LineFault(StrEnum):
    """Why a row of a bank statement cannot be taken."""

    NO_DATE = "NO_DATE"
    BAD_DATE = "BAD_DATE"
    AHEAD = "AHEAD"
    BAD_AMOUNT = "BAD_AMOUNT"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    NO_WORDS = "NO_WORDS"


class Reason(StrEnum):
    """Why an order is proposed for a payment, the strongest first."""

    NUMBER = "NUMBER"
    PAYER = "PAYER"
    AMOUNT = "AMOUNT"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One incoming payment of a statement; `row` is its number in the file, amount in minor units."""

    row: int
    booked_on: date
    amount_minor: int
    payer: str
    reference: str
    purpose: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken: its number in the file, why, and what stood there."""

    row: int
    fault: LineFault
    said: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank statement as read: payments that came in, rows that cannot be taken, and how many rows are no payment to us."""

    name: str
    digest: str
    currency: str
    lines: tuple[StatementLine, ...]
    bad_rows: tuple[BadRow, ...]
    outgoing: int


@cache
def _headers() -> dict[str, tuple[str, int]]:
    words = json.loads((files("tiejun.pipeline") / "data/statement_headers.json").read_text("utf-8"))
    return {folded(word): (field, rank) for field in FIELDS for rank, word in enumerate(words[field])}


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Return which column is what when a row is the header of a statement; None when day or amount is missing."""
    found: dict[str, tuple[int, int]] = {}
    for position, cell in enumerate(cells):
        known = _headers().get(folded(cell_text(cell)))
        if known and (known[0] not in found or known[1] < found[known[0]][0]):
            found[known[0]] = (known[1], position)
    if any(field not in found for field in NEEDED):
        return None
    return {field: position for field, (_rank, position) in found.items()}


def read_statement(
    rows: Iterable[Sequence[str]], *, name: str, digest: str, currency: str, today: date
) -> Statement | None:
    """Read the rows of a bank statement; None when no row looks like its header.

    A row without an incoming amount is no payment to us; every other row is taken or named with its fault.
    """
    columns: dict[str, int] | None = None
    lines: list[StatementLine] = []
    bad: list[BadRow] = []
    outgoing = 0
    for number, cells in enumerate(rows, start=1):
        if columns is None:
            columns = columns_of(cells)
            if columns is None and number >= HEADER_ROWS:
                return None
        elif any(cell.strip() for cell in cells):
            found = _line(number, cells, columns, currency, today)
            if found is None:
                outgoing += 1
            elif isinstance(found, BadRow):
                bad.append(found)
            else:
                lines.append(found)
    if columns is None:
        return None
    return Statement(name, digest, currency, tuple(_marked(lines)), tuple(bad), outgoing)


def _line(
    number: int, cells: Sequence[str], columns: dict[str, int], currency: str, today: date
) -> StatementLine | BadRow | None:
    text = {
        field: cell_text(cells[columns[field]]) if field in columns and columns[field] < len(cells) else ""
        for field in FIELDS
    }
    said = " · ".join(part for part in text.values() if part)[:200]
    plain = text["amount"].replace(" ", "")
    if plain.startswith(("-", "(", "\N{MINUS SIGN}")) or plain in ("", "0", "0.00", "0.0"):
        return None
    try:
        amount = parse_amount(text["amount"])
    except Unreadable:
        return BadRow(number, LineFault.BAD_AMOUNT, said)
    if amount is None or amount.minor == 0:
        return None
    if amount.currency != currency and _names_currency(plain):
        return BadRow(number, LineFault.OTHER_CURRENCY, said)
    try:
        day = parse_date(text["booked_on"])
    except Unreadable:
        return BadRow(number, LineFault.BAD_DATE, said)
    if day is None:
        return BadRow(number, LineFault.NO_DATE, said)
    if day > today:
        return BadRow(number, LineFault.AHEAD, said)
    if not (text["payer"] or text["reference"] or text["purpose"]):
        return BadRow(number, LineFault.NO_WORDS, said)
    cut = {field: text[field][:most] for field, most in LONGEST.items()}
    return StatementLine(number, day, amount.minor, cut["payer"], cut["reference"], cut["purpose"])


def _names_currency(plain: str) -> bool:
    return any(character.isalpha() or character in "$\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}" for character in plain)


def _marked(lines: Sequence[StatementLine]) -> Iterable[StatementLine]:
    """Give each line the print by which it is known again; equal lines of one file are counted, so that both are kept."""
    seen: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        facts = (line.booked_on.isoformat(), line.amount_minor, line.payer, line.reference, line.purpose)
        seen[facts] += 1
        print_of = hashlib.sha256(json.dumps([*facts, seen[facts]], ensure_ascii=False).encode()).hexdigest()
        yield StatementLine(
            line.row, line.booked_on, line.amount_minor, line.payer, line.reference, line.purpose, print_of
        )


def order_numbers(text: str) -> set[str]:
    """Return the numbers of orders that a text names, in the form in which they are stored."""
    found = (number.upper().replace("-", "") for number in ORDER_NUMBER.findall(text))
    return {f"{number[:6]}-{number[6:]}" for number in found}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order with open money: what the proposals look at. Amounts in minor units; `due` of each open instalment."""

    order_id: UUID
    number: str
    contracts: tuple[str, ...]
    company_id: UUID
    company_name: str
    payer_key: str
    open_minor: int
    due: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An order that a payment may be for, with the reasons; `amount_minor` is what it would take, `rest_minor` what stays."""

    candidate: Candidate
    reasons: tuple[Reason, ...]
    amount_minor: int
    rest_minor: int

    @property
    def is_sure(self) -> bool:
        """Tell whether it is named by number, or by payer and amount together."""
        return Reason.NUMBER in self.reasons or {Reason.PAYER, Reason.AMOUNT} <= set(self.reasons)


WEIGHTS = {Reason.NUMBER: 4, Reason.PAYER: 2, Reason.AMOUNT: 1}


def proposals(
    *, open_minor: int, text: str, payer_key: str, candidates: Iterable[Candidate], most: int = 3
) -> list[Proposal]:
    """Return the orders that a payment is most likely for, the likeliest first; without any reason an order is not named.

    `text`: reference and purpose; `payer_key`: the payer's normalised name; `open_minor`: what is left of the payment.
    """
    named, found = order_numbers(text), []
    folded_text = folded(text)
    for one in candidates:
        by_number = one.number in named or any(
            folded(number) in folded_text for number in one.contracts if len(number) > 3
        )
        reasons = [
            reason
            for reason, holds in (
                (Reason.NUMBER, by_number),
                (Reason.PAYER, bool(payer_key) and payer_key == one.payer_key),
                (Reason.AMOUNT, open_minor == one.open_minor or open_minor in one.due),
            )
            if holds
        ]
        if reasons:
            taken = min(open_minor, one.open_minor)
            found.append(Proposal(one, tuple(reasons), taken, open_minor - taken))
    found.sort(key=lambda one: (-sum(WEIGHTS[reason] for reason in one.reasons), one.candidate.number))
    return found[:most]


def rung_of(days_late: int, ladder: Sequence[int]) -> int:
    """Return the highest step of the ladder (days) that an instalment has reached; 0 for none."""
    return max((step for step in ladder if days_late >= step), default=0)


def is_month_closed(day: date, today: date, *, closes_on: int) -> bool:
    """Tell whether the month of a day is closed: from the `closes_on`-th day of the following month on."""
    months = (today.year - day.year) * 12 + today.month - day.month
    return months > 1 or (months == 1 and today.day >= closes_on)
