"""What a cell says: plain text, a date, an amount of money."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from functools import cache

from tiejun.engines.tabular.words import column_words

DEFAULT_CURRENCY = "CNY"

_DROPPED = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0xAD])
_BLANKS = re.compile(r"\s+")
_ODD = re.compile(f"[\\s{''.join(map(chr, _DROPPED))}]")
_ISO_LIKE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_MONTH = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]?")
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{1,4}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_AMOUNT = re.compile(r"([^\d.+-]*)([+-]?\d[\d,]*(?:\.\d+)?)(.*)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MARKS = re.compile(r"[()\[\]\s:]")

# Day 0 of Excel's calendar, right for every serial after its non-existent 29 February 1900.
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(10_000, 80_000)
_NO_MINOR_UNIT = frozenset({"JPY", "KRW"})
_LARGEST = Decimal(10) ** 17


class ValueFault(StrEnum):
    """Why a cell cannot be read."""

    NOT_A_DATE = "NOT_A_DATE"
    NO_SUCH_DAY = "NO_SUCH_DAY"
    DAY_MISSING = "DAY_MISSING"
    DAY_AMBIGUOUS = "DAY_AMBIGUOUS"
    NOT_AN_AMOUNT = "NOT_AN_AMOUNT"
    AMOUNT_NEGATIVE = "AMOUNT_NEGATIVE"
    AMOUNT_TOO_LARGE = "AMOUNT_TOO_LARGE"


class Unreadable(Exception):
    """A cell holds something that is not what its column says; ``fault`` names it."""

    def __init__(self, fault: ValueFault, text: str) -> None:
        super().__init__(f"{fault}: {text[:60]!r}")
        self.fault = fault
        self.text = text


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in minor units (fen, cents; whole yen) of an ISO 4217 currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Unit:
    """What a bare number in a column counts: ``multiplier`` main units of ``currency``."""

    multiplier: int = 1
    currency: str = DEFAULT_CURRENCY


def cell_text(value: object) -> str:
    """A cell as text: invisible characters dropped, blanks collapsed, whole floats without ".0".

    Dates become ISO text, None becomes empty. Leading zeros of texts stay.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        if not _ODD.search(value):  # most cells: nothing to drop or to collapse
            return value
        return _BLANKS.sub(" ", value.translate(_DROPPED)).strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)


def is_empty(text: str) -> bool:
    """Whether a cell says nothing: blank, or one of the marks people write for "none"."""
    plain = text.strip()
    words = column_words()
    return not plain or (len(plain) <= words.longest_empty and plain.casefold() in words.empty)


def said(text: str) -> str:
    """What a text cell says: its plain text, nothing for the marks that people write for "none"."""
    if len(text) > column_words().longest_empty and not _ODD.search(text):  # most cells stand as they are
        return text
    return "" if is_empty(text) else cell_text(text)


def parse_date(value: object) -> date | None:
    """The day a cell names, or None for an empty cell. A time of day behind it is left out.

    Reads dates and datetimes, year-month-day with any usual mark, the Chinese marks, eight
    digits, and Excel's serial numbers. Raises Unreadable: what does not name one day for
    certain (month first or day first, a month without day, two-digit years) is never guessed.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = cell_text(value)
    if is_empty(text):
        return None
    plain = unicodedata.normalize("NFKC", text).translate(column_words().date_marks).strip()
    found = _ISO_LIKE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found:
        try:
            return date(*map(int, found.groups()))
        except ValueError as wrong:
            raise Unreadable(ValueFault.NO_SUCH_DAY, text) from wrong
    if _SERIAL.fullmatch(plain) and int(float(plain)) in _SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(float(plain)))
    if _YEAR_MONTH.fullmatch(plain):
        raise Unreadable(ValueFault.DAY_MISSING, text)
    if _YEAR_LAST.fullmatch(plain):
        raise Unreadable(ValueFault.DAY_AMBIGUOUS, text)
    raise Unreadable(ValueFault.NOT_A_DATE, text)


def parse_amount(value: object, unit: Unit | None = None) -> Amount | None:
    """The amount of money a cell names, or None for an empty cell.

    Number, multiplier and currency may stand in any usual order, with or without brackets.
    ``unit`` says what a number without a multiplier counts (see ``unit_in_header``); a
    multiplier or currency in the cell goes before it. Rounded to the minor unit, half up.
    Raises Unreadable.
    """
    text = cell_text(value)
    if is_empty(text):
        return None
    unit = unit or Unit()
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())
    found = _AMOUNT.fullmatch(plain)
    number = _decimal(found[2]) if found else None
    words = _words_of(found[1] + found[3]) if found else None
    if number is None or words is None:
        raise Unreadable(ValueFault.NOT_AN_AMOUNT, text)
    if number < 0:
        raise Unreadable(ValueFault.AMOUNT_NEGATIVE, text)
    multiplier, currency = words
    currency = currency or unit.currency
    main = number * (unit.multiplier if multiplier is None else multiplier)
    minor = main if currency in _NO_MINOR_UNIT else main * 100
    if minor > _LARGEST:
        raise Unreadable(ValueFault.AMOUNT_TOO_LARGE, text)
    return Amount(int(minor.quantize(Decimal(1), ROUND_HALF_UP)), currency)


def unit_in_header(header: str) -> Unit | None:
    """What the numbers of a column count when its header says so in brackets, else None."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    for inside in re.findall(r"\(([^()]+)\)", plain):
        words = _words_of(_MARKS.sub("", inside))
        if words:
            return Unit(words[0] or 1, words[1] or DEFAULT_CURRENCY)
    return None


def _decimal(text: str) -> Decimal | None:
    if "," in text and not _THOUSANDS.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


@cache
def _words_of(text: str) -> tuple[int | None, str | None] | None:
    """The multiplier and the currency in words such as "10,000 US dollars"; None when unknown."""
    words = column_words()
    multiplier: int | None = None
    currency: str | None = None
    while text:
        word = next((w for w in _vocabulary() if text.startswith(w)), None)
        if word is None:
            return None
        text = text[len(word) :]
        if word in words.currencies:
            if currency not in {None, words.currencies[word]}:
                return None
            currency = words.currencies[word]
        else:
            multiplier = (multiplier or 1) * words.units[word]
    return multiplier, currency


@cache
def _vocabulary() -> tuple[str, ...]:
    words = column_words()
    return tuple(sorted({*words.units, *words.currencies}, key=len, reverse=True))
