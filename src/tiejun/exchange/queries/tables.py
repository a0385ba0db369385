"""Stored tables as rows: opened from the database's files, decoded, cut into cells, checked in batches."""

from __future__ import annotations

import csv
import io
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.districts.datum import guess_datum
from tiejun.engines.geo import Datum
from tiejun.engines.tabular.columns import find_header_row, match_columns
from tiejun.engines.tabular.sniff import FileKind, file_kind, sniff_delimiter, sniff_encoding
from tiejun.engines.workbooks import Converted, WorkbookRefused, convert
from tiejun.exchange.rules.custom import custom_columns
from tiejun.exchange.rules.imports import FIELDS, Batch, FileFault, Reading, RowReader
from tiejun.fields.queries import fields_of
from tiejun.fields.rules import Subject
from tiejun.foundation import files
from tiejun.leads.queries.intake import ready

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.districts.datum import Guess
    from tiejun.exchange.models.imports import LeadImport
    from tiejun.exchange.rules.imports import RowFinding
    from tiejun.fields.rules import FieldTerms
    from tiejun.leads.rules import LeadRow

SAMPLE_BYTES = 1 << 18
PREVIEW_ROWS = 20
DATUM_ROWS = 400
HEADER_ROWS = 40
CELL_BYTES = 1 << 20
COLUMNS = 200
FAULTS = {
    FileKind.EMPTY: FileFault.EMPTY,
    FileKind.MARKUP: FileFault.WEB_PAGE,
    FileKind.FOREIGN: FileFault.UNREADABLE,
}


class TableFault(Exception):
    """The file cannot be read as a table; `fault` says why."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@contextmanager
def table_copy(scope: Scope, lead_import: LeadImport) -> Iterator[Path]:
    """Lay the table of an import on the local disk for as long as the block runs."""
    scope.require(Ability.IMPORT_LEADS)
    with _stored_copy(lead_import.rows_file_id or lead_import.file_id) as path:
        yield path


@contextmanager
def _stored_copy(file_id: UUID) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="tiejun-import-") as copy:
        files.copy_to(file_id, copy)
        copy.flush()
        yield Path(copy.name)


def _rows_of(path: Path, *, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows of a text table; bytes that do not fit the encoding become lone surrogates, for the row to be named."""
    csv.field_size_limit(CELL_BYTES)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                row = ["\x00"]
            yield row[:COLUMNS]


def read_table(
    scope: Scope, lead_import: LeadImport, *, sheet: str, target: Path, most_rows: int
) -> tuple[Reading, bool]:
    """Find out what a file holds. A workbook's sheet is written to `target` as CSV (second value True).

    Raises `TableFault`.
    """
    scope.require(Ability.IMPORT_LEADS)
    with _stored_copy(lead_import.file_id) as path:
        with path.open("rb") as file:
            head = file.read(SAMPLE_BYTES)
        kind = file_kind(head)
        if kind in (FileKind.ZIP, FileKind.XLS):
            converted = _converted(path, target, sheet)
            reading = _inspect(
                target, "utf-8", ",", sheets=tuple(converted.sheets), sheet=converted.sheet, most_rows=most_rows
            )
            return _with_custom(scope, lead_import, reading), True
        fault = FAULTS.get(kind)
        encoding = sniff_encoding(head)
        codec = encoding.codec if encoding else _nearest_codec(head)
        if fault or codec is None:
            raise TableFault(fault or FileFault.UNREADABLE)
        if codec == "utf-8" and not _is_utf8(path):
            codec = "gb18030"
        lines = head.decode(codec, errors="replace").splitlines()[:HEADER_ROWS]
        delimiter = sniff_delimiter(lines[:-1] or lines)
        reading = _inspect(path, codec, delimiter, sheets=(), sheet="", most_rows=most_rows)
        return _with_custom(scope, lead_import, reading), False


def _with_custom(scope: Scope, lead_import: LeadImport, reading: Reading) -> Reading:
    found = custom_columns(custom_fields(scope, lead_import), reading.columns, set(reading.mapping.values()))
    return replace(reading, mapping=reading.mapping | found)


def _converted(path: Path, target: Path, sheet: str) -> Converted:
    try:
        return convert(path, target, sheet=sheet)
    except WorkbookRefused as refused:
        raise TableFault(FileFault(refused.fault.value)) from None


def _nearest_codec(head: bytes) -> str | None:
    """Return the encoding that fits all but a few bytes of a text; None for what is no text."""
    if b"\x00" in head:
        return None
    broken = {codec: _broken_count(head.decode(codec, errors="surrogateescape")) for codec in ("utf-8", "gb18030")}
    best = min(broken, key=lambda codec: broken[codec])
    return best if broken[best] <= max(4, len(head) // 200) else None


def _broken_count(text: str) -> int:
    return sum(1 for character in text if "\udc80" <= character <= "\udcff")


def _is_utf8(path: Path) -> bool:
    """Tell whether most of a file is UTF-8: a broken byte in a million is a fault of a row, not of the encoding."""
    broken = wide = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            text = chunk.decode("utf-8", errors="surrogateescape")
            broken += 0 if chunk.isascii() else _broken_count(text)
            wide += len(chunk) - len(text)
    return broken <= wide // 20


def _inspect(
    path: Path, encoding: str, delimiter: str, *, sheets: tuple[str, ...], sheet: str, most_rows: int
) -> Reading:
    rows = _rows_of(path, encoding=encoding, delimiter=delimiter)
    first = list(islice(rows, HEADER_ROWS + PREVIEW_ROWS))
    header = find_header_row(first)
    if header is None:
        raise TableFault(FileFault.NO_TABLE if any(any(row) for row in first) else FileFault.EMPTY)
    columns = tuple(_storable(column.header) for column in match_columns(first[header.index]))
    filled = [row for row in first[header.index + 1 :] if any(row)]
    further = list(islice(rows, DATUM_ROWS))
    total = len(filled) + sum(1 for row in further if any(row)) + sum(1 for row in rows if any(row))
    if total > most_rows:
        raise TableFault(FileFault.TOO_MANY_ROWS)
    mapping = {field: position for field, position in header.positions.items() if field in FIELDS}
    return Reading(
        encoding=encoding,
        delimiter=delimiter,
        header_row=header.index + 1,
        sheets=sheets,
        sheet=sheet,
        columns=columns,
        preview=tuple(tuple(_storable(cell)[:60] for cell in row) for row in filled[:PREVIEW_ROWS]),
        mapping=mapping,
        rows_total=total,
        datum=_datum(columns, mapping, (*filled, *further)),
    )


def _datum(columns: Sequence[str], mapping: Mapping[str, int], rows: Sequence[Sequence[str]]) -> Guess | None:
    """What the positions of a table seem to refer to, None without positions."""
    if "lng" not in mapping or "lat" not in mapping:
        return None
    reader = RowReader(columns, mapping)
    # Read as WGS-84 they stay as they stand: the guess converts them.
    places = [place for cells in rows if (place := reader.place(cells, Datum.WGS84)) is not None]
    return guess_datum([columns[mapping["lng"]], columns[mapping["lat"]]], places)


def _storable(cell: str) -> str:
    return "".join(
        "\ufffd" if character == "\x00" or "\ud800" <= character <= "\udfff" else character for character in cell
    )


def custom_fields(scope: Scope, lead_import: LeadImport) -> tuple[FieldTerms, ...]:
    """Return the custom fields that columns of an import may hold: none where marketing checks its rows first."""
    if lead_import.campaign_id is not None:
        return ()
    return tuple(terms for subject in Subject for terms in fields_of(scope, subject))


def batches(
    scope: Scope, lead_import: LeadImport, *, path: Path, size: int, fields: Sequence[FieldTerms]
) -> Iterator[Batch]:
    """Yield the rows, checked and made ready, behind the import's position, `size` rows of the table at a time; blank rows pass by.

    `path` is the table's copy from `table_copy`. No SQL runs in here, so that a thread may pull the batches.
    """
    scope.require(Ability.IMPORT_LEADS)
    datum = Datum(lead_import.datum) if lead_import.datum else None
    reader = RowReader(lead_import.columns, lead_import.mapping, datum, fields)
    start = max(lead_import.position, lead_import.header_row)
    table = _rows_of(path, encoding=lead_import.encoding, delimiter=lead_import.delimiter)
    numbered = enumerate(islice(table, start, None), start + 1)
    while block := list(islice(numbered, size)):
        yield _checked(scope, reader, block)


def _checked(scope: Scope, reader: RowReader, block: list[tuple[int, list[str]]]) -> Batch:
    good: list[LeadRow] = []
    faults: list[RowFinding] = []
    notes: list[RowFinding] = []
    for number, cells in block:
        if not any(cells):
            continue
        found = reader.read(number, cells)
        if isinstance(found, list):
            faults += found
        else:
            good.append(found)
            notes += reader.notes(found, cells)
    return Batch(ready(scope, good), tuple(faults), tuple(notes), block[-1][0], tuple(good))


def original_rows(scope: Scope, lead_import: LeadImport) -> Iterator[tuple[int, list[str]]]:
    """Yield the numbered rows of the table as they stood in the file, the header left out."""
    with table_copy(scope, lead_import) as path:
        table = _rows_of(path, encoding=lead_import.encoding, delimiter=lead_import.delimiter)
        yield from enumerate(islice(table, lead_import.header_row, None), lead_import.header_row + 1)
