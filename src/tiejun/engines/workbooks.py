"""Spreadsheet files (XLSX, XLS) to CSV, in a child process with limits on memory and time.

A workbook is hostile until read: a few kilobytes can unpack to gigabytes, one cell in the last corner makes a table of
17 billion. The child looks at the zip directory first, refuses document types, and is killed when it passes its limits.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

UNPACKED_BYTES = 2 << 30
RATIO = 150
RATIO_FROM_BYTES = 50 << 20
PARTS = 5000
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 90
PROLOG_BYTES = 1 << 16
XLSX_MAGIC = b"PK\x03\x04"
XLS_MAGIC = b"\xd0\xcf\x11\xe0"

_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_ELEMENT = re.compile(rb"<[A-Za-z_]")


class WorkbookFault(StrEnum):
    """Why a workbook cannot be read."""

    UNREADABLE = "UNREADABLE"
    TOO_LARGE = "TOO_LARGE"
    DOCUMENT_TYPE = "DOCUMENT_TYPE"
    PROTECTED = "PROTECTED"
    EMPTY = "EMPTY"


class WorkbookRefused(Exception):
    """The workbook cannot be read; `fault` says why."""

    def __init__(self, fault: WorkbookFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Converted:
    """What was found: the names of all sheets, the one that was written, and its number of rows."""

    sheets: list[str]
    sheet: str
    rows: int


def is_workbook(head: bytes) -> bool:
    """Tell from the first bytes whether a file is a workbook (XLSX or XLS)."""
    return head.startswith((XLSX_MAGIC, XLS_MAGIC))


def convert(source: Path, target: Path, *, sheet: str = "") -> Converted:
    """Write one sheet (default: the first with rows) of a workbook as UTF-8 CSV.

    Raises `WorkbookRefused`. Runs at most 90 CPU seconds within 1 GiB of address space, in a process of its own.
    """
    command = [sys.executable, "-m", "tiejun.engines.workbooks", str(source), str(target), sheet]
    try:
        done = subprocess.run(command, capture_output=True, timeout=CPU_SECONDS * 4, check=False)
    except subprocess.TimeoutExpired:
        raise WorkbookRefused(WorkbookFault.TOO_LARGE) from None
    if done.returncode < 0 or b"MemoryError" in done.stderr or b"memory allocation" in done.stderr:
        raise WorkbookRefused(WorkbookFault.TOO_LARGE)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise WorkbookRefused(WorkbookFault.UNREADABLE) from None
    if "fault" in answer:
        raise WorkbookRefused(WorkbookFault(answer["fault"]))
    return Converted(answer["sheets"], answer["sheet"], answer["rows"])


def _inspect_zip(source: Path) -> WorkbookFault | None:
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if (
                len(parts) > PARTS
                or unpacked > UNPACKED_BYTES
                or (unpacked > RATIO_FROM_BYTES and unpacked / packed > RATIO)
            ):
                return WorkbookFault.TOO_LARGE
            if any(part.flag_bits & 1 for part in parts):
                return WorkbookFault.PROTECTED
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if _declares_type(stream.read(PROLOG_BYTES)):
                            return WorkbookFault.DOCUMENT_TYPE
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return WorkbookFault.UNREADABLE
    return None


def _declares_type(head: bytes) -> bool:
    """Tell whether XML begins with a document type, in UTF-16 too; a prolog that does not end hides one."""
    plain = head.replace(b"\0", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        return True
    return len(head) == PROLOG_BYTES and not _ELEMENT.search(_COMMENT.sub(b"", plain))


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _convert_here(source: Path, target: Path, wanted: str) -> dict[str, Any]:
    with source.open("rb") as file:
        head = file.read(8)
    fault = _inspect_zip(source) if head.startswith(XLSX_MAGIC) else None
    if fault:
        return {"fault": fault.value}
    try:
        workbook = _opened(source, head)
        names = workbook.sheet_names
        for name in [wanted] if wanted in names else names:
            rows = _write(workbook.get_sheet_by_name(name), target)
            if rows:
                return {"sheets": names, "sheet": name, "rows": rows}
    except PasswordError:
        return {"fault": WorkbookFault.PROTECTED.value}
    except CalamineError:
        return {"fault": WorkbookFault.UNREADABLE.value}
    return {"fault": WorkbookFault.EMPTY.value}


def _opened(source: Path, head: bytes) -> CalamineWorkbook:
    """Open a workbook by its contents. A compound file may be an old workbook or a new one under a password: only by its name does the reader say which."""
    if not head.startswith(XLS_MAGIC):
        return CalamineWorkbook.from_path(str(source))
    with tempfile.TemporaryDirectory(prefix="tiejun-workbook-") as folder:
        for name in ("book.xlsx", "book.xls"):
            (Path(folder) / name).symlink_to(source.absolute())
        try:
            return CalamineWorkbook.from_path(f"{folder}/book.xls")
        except PasswordError:
            raise
        except CalamineError:
            return CalamineWorkbook.from_path(f"{folder}/book.xlsx")


def _write(sheet: Any, target: Path) -> int:
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in sheet.iter_rows():
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            writer.writerow(cells)
            count += bool(cells)
    return count


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(json.dumps(_convert_here(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))


if __name__ == "__main__":
    _main()
