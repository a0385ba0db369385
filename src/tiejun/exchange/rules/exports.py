"""What an export is: its kinds of files, its states, why it is refused or fails."""

from __future__ import annotations

from enum import StrEnum

from tiejun.foundation.refusals import Refusal


class FileKind(StrEnum):
    """What kind of file a table becomes."""

    CSV = "csv"
    XLSX = "xlsx"


class ExportState(StrEnum):
    """How far an export is."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


UNDER_WAY = (ExportState.WAITING, ExportState.RUNNING)


class ExportRefusal(Refusal):
    """Why a table is not exported."""

    TOO_MANY_EXPORTS = "TOO_MANY_EXPORTS"
    TOO_MANY_ROWS = "EXPORT_TOO_MANY_ROWS"
    EXPORT_OVER = "EXPORT_OVER"
    NO_FILE = "EXPORT_NO_FILE"


class ExportFault(StrEnum):
    """Why an export failed on its way."""

    NOT_ALLOWED = "NOT_ALLOWED"
    BROKEN = "BROKEN"


def why_not_export(*, under_way: int, most_under_way: int, rows: int, most_rows: int) -> ExportRefusal | None:
    """Tell why a table of so many rows is not exported now, None where it is. Source: domain 8 (an export is a matter of trust)."""
    if under_way >= most_under_way:
        return ExportRefusal.TOO_MANY_EXPORTS
    return ExportRefusal.TOO_MANY_ROWS if rows > most_rows else None


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Read `Range: bytes=first-last` for a file of `size` bytes: both ends included; None for anything else (then the whole is sent).

    Source: RFC 9110, 14.1.2; of several ranges none.
    """
    unit, _, span = header.partition("=")
    first, dash, last = span.strip().partition("-")
    if unit.strip() != "bytes" or not dash or not (first or last) or not (first + last).isascii():
        return None
    if not (first + last).isdigit():
        return None
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
    return (start, end) if start <= end and start < size else None
