"""Uploaded bank statements as rows: text or workbook, decoded, cut into cells, read."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.engines.tabular.sniff import sniff_delimiter, sniff_encoding
from tiejun.engines.workbooks import WorkbookRefused, convert, is_workbook
from tiejun.foundation import policies
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import local_date
from tiejun.pipeline.rules.statements import HEADER_ROWS, Refusal, Statement, read_statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tiejun.access.scope import Scope

COLUMNS = 100


def read_bank_file(scope: Scope, *, name: str, chunks: Iterable[bytes], currency: str, now: datetime) -> Statement:
    """Read an uploaded statement (CSV or XLSX) without storing anything.

    Raises `Invalid` for what is no table or too large, `Refused` (NO_STATEMENT) where no row names day and amount.
    """
    scope.require(Ability.RECORD_RECEIPT)
    book = policies.book(now)
    most = book.integer("pipeline.statement_max_bytes", scope.unit_chain)
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > most:
            raise Invalid(file=_("This file is too large."))
    if not content:
        raise Invalid(file=_("This file is empty."))
    text = _workbook_as_text(bytes(content)) if is_workbook(bytes(content[:8])) else _decoded(bytes(content))
    rows = _cells(text)
    limit = book.integer("pipeline.statement_max_rows", scope.unit_chain)
    if len(rows) > limit:
        raise Invalid(file=_("This file has too many rows. Split it by month."))
    digest = hashlib.sha256(content).hexdigest()
    found = read_statement(rows, name=name[:200], digest=digest, currency=currency, today=local_date(now, scope.zone))
    if found is None or not (found.lines or found.bad_rows or found.outgoing):
        raise Refused(Refusal.NO_STATEMENT)
    return found


def _decoded(content: bytes) -> str:
    encoding = sniff_encoding(content)
    if encoding is None or (b"\x00" in content[:4096] and not encoding.codec.startswith("utf-16")):
        raise Invalid(file=_("This file is no table. Export it from the bank as CSV or XLSX."))
    return content.decode(encoding.codec, errors="replace").replace("\x00", "\ufffd")


def _workbook_as_text(content: bytes) -> str:
    with tempfile.TemporaryDirectory(prefix="tiejun-statement-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "target"
        source.write_bytes(content)
        try:
            convert(source, target)
        except WorkbookRefused as refused:
            raise Invalid(file=_("This workbook cannot be read. Export it from the bank as CSV or XLSX.")) from refused
        return target.read_text("utf-8").replace("\x00", "\ufffd")


def _cells(text: str) -> list[list[str]]:
    lines = text.splitlines()[:HEADER_ROWS]
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(lines))
        return [row[:COLUMNS] for row in reader]
    except csv.Error as error:
        raise Invalid(file=_("This file is no table. Export it from the bank as CSV or XLSX.")) from error
