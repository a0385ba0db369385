"""What a file of leads must hold: its fields, and what is wrong with one row. Plain values in, plain values out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.engines.districts.datum import is_stray, position
from tiejun.engines.districts.resolve import Resolution, resolve
from tiejun.engines.names.credit_code import credit_code_fault, normalise_credit_code
from tiejun.engines.names.phone import phone_fault, split_phones
from tiejun.engines.tabular.values import (
    Unit,
    Unreadable,
    parse_amount,
    parse_date,
    said,
    unit_in_header,
)
from tiejun.engines.workdays.windows import written_windows
from tiejun.exchange.rules.custom import columns_held, is_custom
from tiejun.fields.rules import Subject
from tiejun.foundation.refusals import Refusal as BaseRefusal
from tiejun.leads.rules import LeadRow
from tiejun.marketing.rules.inbound import InboundFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tiejun.engines.districts.datum import Guess
    from tiejun.engines.geo import Datum, Point
    from tiejun.fields.rules import FieldTerms
    from tiejun.leads.rules import ReadyRow

NAME_SHORTEST = 2
NAME_LONGEST = 200
ADDRESS_LONGEST = 400
# OWASP: a cell that starts like this is run by spreadsheet programs; some of them fold the full-width twins.
LIVE_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[+-]?[0-9]+(,[0-9]{3})*(\.[0-9]+)?%?")
_BROKEN = re.compile("[\udc80-\udcff\x00\ufffd]")


class Refusal(BaseRefusal):
    """Why an import cannot go on."""

    FILE_EMPTY = "FILE_EMPTY"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    NOT_READ_YET = "NOT_READ_YET"
    NAME_NOT_MAPPED = "NAME_NOT_MAPPED"
    COLUMN_USED_TWICE = "COLUMN_USED_TWICE"
    FIELD_CHOSEN_TWICE = "FIELD_CHOSEN_TWICE"
    HALF_A_POSITION = "HALF_A_POSITION"
    DATUM_NOT_CHOSEN = "DATUM_NOT_CHOSEN"
    ALREADY_STARTED = "ALREADY_STARTED"
    NOT_RUNNING = "NOT_RUNNING"
    POOL_CLOSED = "POOL_CLOSED"
    POOL_OR_CAMPAIGN = "POOL_OR_CAMPAIGN"
    CONSENT_MISSING = "CONSENT_MISSING"
    CAMPAIGN_CLOSED = "CAMPAIGN_CLOSED"
    SOURCE_UNKNOWN = "SOURCE_UNKNOWN"
    SHEET_UNKNOWN = "SHEET_UNKNOWN"
    NO_UNIT = "NO_UNIT"


class FileFault(StrEnum):
    """Why a file as a whole cannot be read, or why its reading or its run broke off."""

    EMPTY = "EMPTY"
    UNREADABLE = "UNREADABLE"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    DOCUMENT_TYPE = "DOCUMENT_TYPE"
    PROTECTED = "PROTECTED"
    NO_TABLE = "NO_TABLE"
    WEB_PAGE = "WEB_PAGE"
    BROKE_OFF = "BROKE_OFF"


class RowFault(StrEnum):
    """What is wrong with a row, or why it is not new."""

    NAME_MISSING = "NAME_MISSING"
    NAME_SHORT = "NAME_SHORT"
    NAME_LONG = "NAME_LONG"
    CODE_LENGTH = "CODE_LENGTH"
    CODE_ALPHABET = "CODE_ALPHABET"
    CODE_CHECK_DIGIT = "CODE_CHECK_DIGIT"
    CODE_WRONG = "CODE_WRONG"
    PHONE_INVALID = "PHONE_INVALID"
    DISTRICT_UNKNOWN = "DISTRICT_UNKNOWN"
    DATE_INVALID = "DATE_INVALID"
    NO_CHANNEL = "NO_CHANNEL"
    ADDRESS_LONG = "ADDRESS_LONG"
    UNREADABLE_CHARACTERS = "UNREADABLE_CHARACTERS"
    # the row comes in all the same
    CODE_MENDED = "CODE_MENDED"
    POSITION_LEFT_OUT = "POSITION_LEFT_OUT"
    HOURS_LEFT_OUT = "HOURS_LEFT_OUT"
    VALUE_LEFT_OUT = "VALUE_LEFT_OUT"
    # found while importing: the names of `leads.rules.Fault`
    REPEATED_IN_FILE = "REPEATED_IN_FILE"
    OPEN_LEAD_EXISTS = "OPEN_LEAD_EXISTS"
    NAME_UNREADABLE = "NAME_UNREADABLE"


# What a column may hold, in the order of the mapping page: names of `engines.tabular.columns.FIELDS`.
FIELDS = (
    "name",
    "credit_code",
    "mobile",
    "phone",
    "contact",
    "title",
    "province",
    "city",
    "district",
    "address",
    "industry",
    "registered_on",
    "capital",
    "lng",
    "lat",
    "opening_hours",
)
PERSONAL_FIELDS = frozenset({"mobile", "phone", "contact"})

# row number from 1 (header included), column header, fault, what the cell says (empty for personal fields)
RowFinding = tuple[int, str, RowFault, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a file: how to read it, its columns and first rows, and which column seems to hold which field.

    `datum`: what its positions seem to refer to, None without positions.
    """

    encoding: str
    delimiter: str
    header_row: int
    sheets: tuple[str, ...]
    sheet: str
    columns: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...]
    mapping: dict[str, int]
    rows_total: int
    datum: Guess | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Checked rows: good ones ready for the database, findings for the others; the next batch begins behind `last_row`.

    `notes` are findings about rows that come in all the same; `as_read`: the good rows as they stood in the file.
    """

    rows: tuple[ReadyRow, ...]
    faults: tuple[RowFinding, ...]
    notes: tuple[RowFinding, ...]
    last_row: int
    as_read: tuple[LeadRow, ...] = ()


def why_not_place(*, has_pool: bool, has_campaign: bool, consent_basis: str) -> Refusal | None:
    """Tell why a file cannot go where it is sent: to one pool, or to one campaign with the consent of who is in it."""
    if has_pool == has_campaign:
        return Refusal.POOL_OR_CAMPAIGN
    return Refusal.CONSENT_MISSING if has_campaign and not consent_basis.strip() else None


def inbound_of(row: LeadRow, file_name: str, consent_basis: str) -> InboundFacts:
    """Return a row as what somebody left with marketing, with its place in the file."""
    company, first = row.company, next(iter(row.company.contacts), ContactFacts())
    return InboundFacts(
        company_name=company.name,
        contact_name=first.name,
        contact_title=first.title,
        phone=first.phone,
        credit_code=company.credit_code,
        city_code=company.city_code,
        district_code=company.district_code,
        address=company.address,
        industry=company.industry,
        consent_basis=consent_basis,
        payload={"file": file_name, "row": row.row},
    )


def why_not_start(state: str) -> Refusal | None:
    """Tell why an import in this state cannot be started, or None."""
    if state == "UPLOADED":
        return Refusal.NOT_READ_YET
    return None if state == "READ" else Refusal.ALREADY_STARTED


def why_not_map(mapping: Mapping[str, int], columns: int, datum: Datum | None) -> Refusal | None:
    """Tell why a mapping (field → column from 0) cannot work, or None; positions need the datum that they refer to."""
    if not 0 <= mapping.get("name", -1) < columns:
        return Refusal.NAME_NOT_MAPPED
    used = [position for field, position in mapping.items() if field in FIELDS or is_custom(field)]
    if len(used) != len(set(used)):
        return Refusal.COLUMN_USED_TWICE
    if ("lng" in mapping) != ("lat" in mapping):
        return Refusal.HALF_A_POSITION
    return Refusal.DATUM_NOT_CHOSEN if "lng" in mapping and datum is None else None


def neutralised(cell: str) -> str:
    """Return a cell that no spreadsheet program runs: a live start gets an apostrophe; plain numbers stay numbers."""
    if not cell.startswith(LIVE_STARTS) or _NUMBER.fullmatch(cell):
        return cell
    return "'" + cell


class RowReader:
    """Turns the cells of one table into lead rows or findings, by one mapping (field → column from 0).

    `datum`: what its positions refer to; they come in as WGS-84. `fields`: the custom fields that columns may hold.
    """

    def __init__(
        self,
        columns: Sequence[str],
        mapping: Mapping[str, int],
        datum: Datum | None = None,
        fields: Iterable[FieldTerms] = (),
    ) -> None:
        self.datum = datum
        self.custom = columns_held(fields, mapping)
        self.columns = columns
        self.mapping = {field: position for field, position in mapping.items() if field in FIELDS}
        capital = self.mapping.get("capital")
        self.capital_unit = unit_in_header(columns[capital]) if capital is not None else None

    def read(self, number: int, cells: Sequence[str]) -> LeadRow | list[RowFinding]:
        """Check one row; `number` is its row in the table, from 1, the header included."""
        raw = {field: cells[position] if position < len(cells) else "" for field, position in self.mapping.items()}
        if _BROKEN.search("\n".join(raw.values())):
            return [(number, "", RowFault.UNREADABLE_CHARACTERS, "")]
        values = {field: said(text) for field, text in raw.items()}
        code = normalise_credit_code(values.get("credit_code", ""))
        place = resolve(
            address=values.get("address", ""),
            district=values.get("district", ""),
            city=values.get("city", "") or values.get("province", ""),
            credit_code=code,
        )
        typed = f"{values.get('mobile', '')} {values.get('phone', '')}".strip()
        phones = split_phones(typed)
        registered_on, date_fault = _date(values.get("registered_on", ""))
        found = [
            *_name_faults(values.get("name", "")),
            *_code_faults(code),
            *_phone_faults(typed, phones, self.mapping),
            *date_fault,
        ]
        if values.get("district") and place.district is None:
            found.append(("district", RowFault.DISTRICT_UNKNOWN))
        if not typed and not values.get("address"):
            found.append(("", RowFault.NO_CHANNEL))
        if len(values.get("address", "")) > ADDRESS_LONGEST:
            found.append(("address", RowFault.ADDRESS_LONG))
        if found:
            return [self._finding(number, values, field, fault) for field, fault in found]
        company = self._company(values, code, place, phones, registered_on)
        if not self.custom:
            return LeadRow(row=number, company=company)
        company = replace(company, custom=self.custom.values(cells, Subject.CUSTOMER))
        return LeadRow(row=number, company=company, custom=self.custom.values(cells, Subject.LEAD))

    def notes(self, row: LeadRow, cells: Sequence[str]) -> list[RowFinding]:
        """Return what was mended or left out in a row that comes in: its credit code, a position far from its district, hours."""
        company = row.company
        found = []
        if company.credit_code and self._cell("credit_code", cells) != company.credit_code:
            found.append(("credit_code", RowFault.CODE_MENDED))
        if self._cell("lng", cells) and self._cell("lat", cells) and company.latitude is None:
            found.append(("lng", RowFault.POSITION_LEFT_OUT))
        if self._cell("opening_hours", cells) and not company.opening_hours:
            found.append(("opening_hours", RowFault.HOURS_LEFT_OUT))
        notes = [
            (row.row, self.columns[self.mapping[field]], fault, self._cell(field, cells)[:80]) for field, fault in found
        ]
        for column, cell in self.custom.unread(cells):
            notes.append((row.row, self.columns[column], RowFault.VALUE_LEFT_OUT, cell[:80]))
        return notes

    def place(self, cells: Sequence[str], datum: Datum) -> tuple[Point, str] | None:
        """Return a row's position, taken as of a datum, and the code of the district that the row names; None without one."""
        lng, lat = (said(self._cell(field, cells)) for field in ("lng", "lat"))
        district = resolve(
            address=self._cell("address", cells),
            district=self._cell("district", cells),
            city=self._cell("city", cells) or self._cell("province", cells),
            credit_code="",
        ).district
        found = position(lng, lat, datum)
        return (found, district.code) if found and district else None

    def _cell(self, field: str, cells: Sequence[str]) -> str:
        column = self.mapping.get(field)
        return cells[column].strip() if column is not None and column < len(cells) else ""

    def _position(self, values: Mapping[str, str], place: Resolution) -> Point | None:
        if self.datum is None:
            return None
        found = position(values.get("lng", ""), values.get("lat", ""), self.datum)
        return None if found and place.district and is_stray(found, place.district.code) else found

    def _company(
        self, values: Mapping[str, str], code: str, place: Resolution, phones: Sequence[str], registered_on: date | None
    ) -> CompanyFacts:
        capital = _capital(values.get("capital", ""), self.capital_unit)
        contacts: tuple[ContactFacts, ...] = ()
        if phones or values.get("contact"):
            first = ContactFacts(
                name=values.get("contact", "")[:80],
                phone=phones[0] if phones else "",
                title=values.get("title", "")[:80],
            )
            contacts = (first, *(ContactFacts(phone=phone) for phone in phones[1:]))
        point = self._position(values, place)
        return CompanyFacts(
            latitude=point.lat if point else None,
            longitude=point.lng if point else None,
            opening_hours=written_windows(values.get("opening_hours", "")),
            name=values["name"],
            credit_code=code,
            city_code=place.city.code if place.city else "",
            district_code=place.district.code if place.district else "",
            address=values.get("address", ""),
            industry=values.get("industry", "")[:80],
            registered_on=registered_on,
            capital_minor=capital[0],
            capital_currency=capital[1],
            contacts=contacts,
        )

    def _finding(self, number: int, values: Mapping[str, str], field: str, fault: RowFault) -> RowFinding:
        position = self.mapping.get(field)
        shown = "" if field in PERSONAL_FIELDS else values.get(field, "")
        return (number, self.columns[position] if position is not None else "", fault, shown[:80])


def _name_faults(name: str) -> list[tuple[str, RowFault]]:
    if not name:
        return [("name", RowFault.NAME_MISSING)]
    if len(name) < NAME_SHORTEST:
        return [("name", RowFault.NAME_SHORT)]
    return [("name", RowFault.NAME_LONG)] if len(name) > NAME_LONGEST else []


def _code_faults(code: str) -> list[tuple[str, RowFault]]:
    fault = credit_code_fault(code) if code else None
    if fault is None:
        return []
    known = {
        "LENGTH": RowFault.CODE_LENGTH,
        "ALPHABET": RowFault.CODE_ALPHABET,
        "CHECK_DIGIT": RowFault.CODE_CHECK_DIGIT,
    }
    return [("credit_code", known.get(fault.value, RowFault.CODE_WRONG))]


def _phone_faults(typed: str, phones: Sequence[str], mapping: Mapping[str, int]) -> list[tuple[str, RowFault]]:
    field = "mobile" if "mobile" in mapping else "phone"
    is_lost = bool(typed) and not phones
    return [(field, RowFault.PHONE_INVALID)] if is_lost or any(phone_fault(phone) for phone in phones) else []


def _date(text: str) -> tuple[date | None, list[tuple[str, RowFault]]]:
    try:
        day = parse_date(text) if text else None
    except Unreadable:
        return None, [("registered_on", RowFault.DATE_INVALID)]
    return day, []


@lru_cache(maxsize=4096)  # a column of a file says the same sums again and again
def _capital(text: str, unit: Unit | None) -> tuple[int | None, str]:
    # The capital is a hint about size: what cannot be read is left out, it never costs the row.
    try:
        amount = parse_amount(text, unit) if text else None
    except Unreadable:
        return None, "CNY"
    return (amount.minor, amount.currency) if amount else (None, "CNY")
